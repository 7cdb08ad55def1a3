import { z } from "zod";
import { LANGUAGES } from "../../ground/issue/index.ts";

/** Schemas that have a name in the API document. */
export const named = z.registry<{ id: string }>();

/** Gives a schema its name in the API document. */
export function name<T extends z.ZodType>(id: string, schema: T): T {
  named.add(schema, { id });
  return schema;
}

export const textSchema = name(
  "Text",
  z.object({ "zh-Hant": z.string(), "zh-Hans": z.string(), en: z.string() }).describe("One text in each language."),
);
export const languageSchema = z.enum(LANGUAGES);
export const decimalSchema = z.string().describe("An exact decimal.");
export const positionSchema = z.string().regex(/^\d+$/).describe("A position in the journal.");
export const instantSchema = z.iso.datetime();
export const periodSchema = z.string().min(4).max(40).describe("2025, 2025Q1, 2025-03, FY2025, 2025-01-01..2025-07-01");

const whereSchema = z.object({
  file: z.string().optional(),
  sheet: z.string().optional(),
  row: z.number().optional(),
  column: z.string().optional(),
  path: z.string().optional(),
  line: z.number().optional(),
  record: z.string().optional(),
  indicator: z.string().optional(),
  period: z.string().optional(),
});

export const issueSchema = name(
  "Issue",
  z
    .object({
      code: z.string(),
      severity: z.enum(["error", "warning", "notice"]),
      at: whereSchema,
      expected: z.string().optional(),
      actual: z.string().optional(),
      message: z.string(),
      remedy: z.string(),
    })
    .describe("Something wrong, where, and what to do; its texts are in the language that was asked for."),
);

export const problemSchema = name(
  "Problem",
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string().optional(),
    issues: z.array(issueSchema),
  }),
);

/** How a list is asked for page by page. */
export const pageQuery = {
  cursor: z.string().max(400).optional().describe("Where the page before ended, as it said in `next`."),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
};

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    next: z.string().optional().describe("The cursor of the next page; absent on the last."),
  });

/** Views of the past: what a position or an instant says, and whether what nobody has approved counts. */
export const viewQuery = {
  asAt: z.string().max(40).optional().describe("A journal position or an instant; now when absent."),
  basis: z.enum(["submitted", "approved"]).default("submitted"),
};

export const flag = z.enum(["true", "false"]).transform((text) => text === "true");
