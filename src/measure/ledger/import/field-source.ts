import type { DateOrder } from "./date-text.ts";
import type { Mapping } from "./mapping.ts";
import type { Header } from "./match-header.ts";

/** Where a field is found: in a column, in a constant, or nowhere. */
export interface FieldSource {
  /** Index of the column; -1 when there is none. */
  readonly index: number;
  /** What every row has, or those whose cell is empty; "" when there is none. */
  readonly constant: string;
  /** What its words mean, when the mapping says so. */
  readonly values: Readonly<Record<string, string>> | undefined;
  readonly dates: DateOrder | undefined;
}

/** Finds where a field of a table comes from. */
export function fieldSource(header: Header, mapping: Mapping, field: string): FieldSource {
  const column = header.columns.find((candidate) => candidate.field === field);
  const dates = column?.dates ?? mapping.dates;
  return { index: column?.index ?? -1, constant: header.constants[field] ?? "", values: column?.values, dates };
}

/** Whether a field is found anywhere. */
export function isGiven(source: FieldSource): boolean {
  return source.index >= 0 || source.constant !== "";
}

/** The dimensions of a table, by columns `dim.<name>` and constants, in the order of their names. */
export function dimensionSources(
  header: Header,
  mapping: Mapping,
): { readonly name: string; readonly source: FieldSource }[] {
  const fields = [...header.columns.map(({ field }) => field as string), ...Object.keys(header.constants)];
  const dimensions = [...new Set(fields.filter((field) => field.startsWith("dim.")))].sort();
  return dimensions.map((field) => ({ name: field.slice(4), source: fieldSource(header, mapping, field) }));
}
