import { z } from "zod";

/** The JSON that commands give, as the reference promises it; more may be there, nothing less. */

const text = z.strictObject({ "zh-Hant": z.string().min(1), "zh-Hans": z.string().min(1), en: z.string().min(1) });
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const where = z.record(z.string(), z.string());

export interface LineageJson {
  readonly id: string;
  readonly kind: string;
  readonly label: z.infer<typeof text>;
  readonly value?: string | undefined;
  readonly unit?: string | undefined;
  readonly detail: Record<string, string>;
  readonly children: readonly LineageJson[];
}

const lineage: z.ZodType<LineageJson> = z.lazy(() =>
  z.object({
    id: z.string().min(1),
    kind: z.string().min(1),
    label: text,
    value: z.string().optional(),
    unit: z.string().optional(),
    detail: z.record(z.string(), z.string()),
    children: z.array(lineage),
  }),
);

const missing = z.object({ kind: z.string(), period: z.string(), where });

export const valueShape = z.object({
  indicator: z.string(),
  title: text,
  period: z.string(),
  where,
  value: decimal.nullable(),
  unit: z.string().min(1),
  status: z.enum(["complete", "partial", "preliminary", "missing"]),
  method: z.string(),
  missing: z.array(missing),
  caveats: z.array(z.object({ kind: z.string(), detail: z.string(), count: z.number() })),
  position: z.string().regex(/^\d+$/),
  lineage,
});
export type ValueJson = z.infer<typeof valueShape>;

export const printedShape = z.object({
  indicator: z.string(),
  period: z.string(),
  value: decimal.nullable(),
  unit: z.string().nullable(),
  status: z.enum(["reported", "dash", "not-reported"]),
  lineage: z.object({ kind: z.literal("reported"), place: z.string() }).nullable(),
  places: z.array(z.object({ place: z.string(), value: decimal.nullable() })),
});
export type PrintedJson = z.infer<typeof printedShape>;

const finding = z.object({
  code: z.string().regex(/^[A-Z]+(-[A-Z0-9]+)+$/),
  severity: z.enum(["error", "warning", "notice"]),
  indicators: z.array(z.string()),
  periods: z.array(z.string()),
  expected: z.string().min(1),
  actual: z.string().min(1),
  difference: z.string().min(1),
  cause: text,
  remedy: text,
  message: text,
});
export type FindingJson = z.infer<typeof finding>;

export const checkShape = z.object({
  findings: z.array(finding),
  checked: z.record(z.string(), z.number().int().nonnegative()),
  periods: z.array(z.string()),
});

export const gapShape = z.object({
  standard: z.string(),
  period: z.string(),
  totals: z.record(z.string(), z.number()),
  requirements: z
    .array(
      z.object({ id: z.string(), title: text, kind: z.string(), state: z.string().nullable(), why: z.array(text) }),
    )
    .min(10),
});

const issue = z.object({
  code: z.string().regex(/^[A-Z]+(-[A-Z0-9]+)+$/),
  severity: z.enum(["error", "warning", "notice"]),
  at: z.record(z.string(), z.union([z.string(), z.number()])),
  message: text,
  remedy: text,
});
export type IssueJson = z.infer<typeof issue>;

export const issuesShape = z.object({ issues: z.array(issue).min(1), total: z.number() });

export const importShape = z.object({
  file: z.string(),
  batch: z.number().nullable(),
  rows: z.number(),
  position: z.string().nullable(),
  read: z.number(),
  counts: z.object({ error: z.number(), warning: z.number(), notice: z.number() }),
  issues: z.array(issue),
});
export type ImportJson = z.infer<typeof importShape>;

export const traceShape = z.object({
  indicator: z.string(),
  period: z.string(),
  lineage,
  records: z.array(
    z.object({
      node: z.string(),
      activity: z.string(),
      more: z.boolean(),
      rows: z.array(
        z.object({
          record: z.string().regex(/^\d+#\d+$/),
          site: z.string(),
          period: z.string(),
          amount: decimal,
          unit: z.string(),
          evidence: z.string().min(1),
          note: z.string().optional(),
        }),
      ),
    }),
  ),
});
