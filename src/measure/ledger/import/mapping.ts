import { z } from "zod";
import { readYaml } from "../../../ground/content/index.ts";
import type { Result } from "../../../ground/issue/index.ts";
import { DATE_ORDERS } from "./date-text.ts";
import { RECORD_FIELDS, REPORTED_FIELDS } from "./header-names.ts";
import { ENCODINGS } from "./text-encoding.ts";

const FIELDS: readonly string[] = [...new Set<string>([...RECORD_FIELDS, ...REPORTED_FIELDS]), "ignore"];

const fieldSchema = z.string().refine((field) => FIELDS.includes(field) || /^dim\.[a-z0-9.-]+$/.test(field), {
  message: `one of ${FIELDS.join(", ")}, or dim.<name>`,
});

const columnSchema = z.union([
  fieldSchema,
  z.strictObject({
    field: fieldSchema,
    /** The unit of the amounts in this column. */
    unit: z.string().min(1).optional(),
    /** The order of day, month and year in this column. */
    dates: z.enum(DATE_ORDERS).optional(),
    /** Words of this column → what they mean: `{ 上海臨港: lingang }`. */
    values: z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).optional(),
  }),
]);

const text = z.union([z.string().min(1), z.number()]).transform(String);

export const mappingSchema = z.strictObject({
  /** What the table holds; `records` unless said otherwise. */
  kind: z.enum(["records", "reported"]).optional(),
  encoding: z.enum(ENCODINGS).optional(),
  delimiter: z.enum([",", ";", "\t", "|"]).optional(),
  /** The sheet of a workbook, by its name. */
  sheet: z.string().min(1).optional(),
  /** The row that holds the names of the columns, counted from 1; found by itself otherwise. */
  headerRow: z.int().min(1).max(1000).optional(),
  /** How many rows the header takes; their texts are joined with a space. */
  headerRows: z.int().min(1).max(3).optional(),
  /** Name of a column → the field it holds. */
  columns: z.record(z.string().min(1), columnSchema).optional(),
  /** Field → the value that every row has. */
  constants: z.record(fieldSchema, text).optional(),
  dates: z.enum(DATE_ORDERS).optional(),
  /** Whether the date in an `end` column is the day after the last one, or the last one itself. */
  end: z.enum(["exclusive", "inclusive"]).optional(),
  /** A table with a column for each month. */
  months: z
    .strictObject({
      /** The year when the columns name only months, `2025` or `FY2025`. A `year` column is used otherwise. */
      year: text.optional(),
      /** Name of a column → its period (`2025-01`) or its month (`1` … `12`); month names are found by themselves. */
      columns: z.record(z.string().min(1), text).optional(),
    })
    .optional(),
  /** Further words that a row of totals starts with. */
  totals: z.array(z.string().min(1)).optional(),
});

/** How a table that was not made for Candela is read. */
export type Mapping = z.infer<typeof mappingSchema>;

/**
 * Reads a mapping file; every problem is named by its line and its path.
 * @issues CONTENT-003 not YAML, CONTENT-004 does not fit the schema
 */
export function parseMapping(yamlText: string, file: string): Result<Mapping> {
  return readYaml(yamlText, file, mappingSchema as z.ZodType<Mapping>);
}
