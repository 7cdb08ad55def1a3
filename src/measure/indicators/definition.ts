import { z } from "zod";
import { idSchema, textSchema } from "../../ground/content/index.ts";

const methodSchema = z.strictObject({
  id: idSchema,
  title: textSchema,
  formula: z.string().min(1),
  note: textSchema.optional(),
});

/**
 * An indicator: what figure it is, in which unit and to how many decimals it is shown, by what it may be broken down,
 * and the formula that gives it. Further methods are versions that a user adopts explicitly.
 */
export const indicatorSchema = z.strictObject({
  id: idSchema,
  title: textSchema,
  unit: z.string().min(1),
  /** Decimals at display; a value is rounded once, there. */
  precision: z.number().int().min(0).max(9),
  dimensions: z.array(z.string()).default([]),
  /** Id and title of the default method. */
  method: z.strictObject({ id: idSchema, title: textSchema }).optional(),
  formula: z.string().min(1),
  methods: z.array(methodSchema).default([]),
  /** Requirements that it answers, `hkex-c2:A1.2`. */
  standards: z.array(z.string()).default([]),
  note: textSchema.optional(),
});

export type Indicator = z.infer<typeof indicatorSchema>;

/** An activity type: what is recorded, in which unit it is shown, and whether amounts add up over time (flow) or stand at a moment (stock). */
export const activitySchema = z.strictObject({
  id: idSchema,
  title: textSchema,
  unit: z.string().min(1),
  measure: z.enum(["flow", "stock"]),
  /** Dimension → its members; a record may carry these and no others. */
  dimensions: z.record(z.string(), z.array(z.string()).min(1)).default({}),
  /**
   * Alternative ways to cut the same total: a record carries exactly one of them, and totals are taken over one cut
   * only (the first that has records), since adding two cuts would count everything twice.
   */
  cuts: z.array(z.string()).default([]),
  /** How amounts of another dimension become its own, each with the reason: a cubic metre of water is a tonne. */
  conversions: z.array(z.strictObject({ at: z.string().min(1), reason: textSchema })).optional(),
  minimum: z.string().optional(),
  /** Continuous: a time without records is a gap. Occasional: it may be that nothing happened, and no gap is told. */
  occurrence: z.enum(["continuous", "occasional"]).default("continuous"),
  note: textSchema.optional(),
});

export type Activity = z.infer<typeof activitySchema>;

/** The formula of an indicator under a method id; undefined when it has no such method. */
export function formulaOf(
  indicator: Indicator,
  method: string | undefined,
): { method: string; formula: string } | undefined {
  const standard = indicator.method?.id ?? "default";
  if (method === undefined || method === standard) return { method: standard, formula: indicator.formula };
  const found = indicator.methods.find((candidate) => candidate.id === method);
  return found ? { method: found.id, formula: found.formula } : undefined;
}
