import { z } from "zod";
import { decimalSchema, idSchema, textSchema } from "../../ground/content/index.ts";
import { refSchema } from "./ref-schema.ts";

/** Figures that are added up. */
const sumOfSchema = z.array(refSchema).min(1);
const severitySchema = z.enum(["error", "warning", "notice"]);
const shared = { id: idSchema, note: textSchema.optional() };

/** Parts that make up a total, of other indicators or in other tables. */
const sumSchema = z.strictObject({
  kind: z.literal("sum"),
  ...shared,
  total: refSchema,
  parts: z.array(refSchema).min(1),
  /** Parts that may well belong to another total, and the cause to name when they appear in this one. */
  misplaced: z.array(z.strictObject({ part: refSchema, cause: z.string() })).default([]),
});

/** An indicator whose members add up to its total, one cut per dimension. */
const breakdownSchema = z.strictObject({
  kind: z.literal("breakdown"),
  ...shared,
  indicator: idSchema,
  by: z.array(z.string()).min(1),
});

/** A ratio, a share or an intensity. It holds for every member under which the ratio is reported. */
const ratioSchema = z.strictObject({
  kind: z.literal("ratio"),
  ...shared,
  ratio: idSchema,
  numerator: sumOfSchema,
  denominator: sumOfSchema,
  /** Dimensions that only narrow the scope (one site of a group): without figures of that scope the whole stands in. */
  scopes: z.array(z.string()).default([]),
  /** What people take by mistake, tried when the ratio fails. */
  mistaken: z.array(z.strictObject({ cause: z.string(), denominator: sumOfSchema })).default([]),
});

/**
 * A mean, a rate or a share of a total made of those of its parts. The weights are the parts' share of a reported
 * figure; `at` says when it is taken, and several may be named when the source does not say.
 */
const meanSchema = z.strictObject({
  kind: z.literal("mean"),
  ...shared,
  indicator: idSchema,
  by: z.array(z.string()).min(1),
  weights: z
    .array(z.strictObject({ indicator: idSchema, at: z.enum(["closing", "opening", "average", "with-leavers"]) }))
    .default([]),
});

/** A stock that changes only by what joins, what leaves and a change of the boundary. */
const stockFlowSchema = z.strictObject({
  kind: z.literal("stock-flow"),
  ...shared,
  stock: refSchema,
  joined: refSchema.optional(),
  left: refSchema.optional(),
  /** Instead of a count: a rate over opening, average or closing stock, or over closing and leavers together. */
  leftRate: refSchema.optional(),
  /** Dimensions whose members do not change of themselves (not age). */
  by: z.array(z.string()).default([]),
  boundary: refSchema.optional(),
});

/** A ratio that physics or method keeps steady. */
const steadyRatioSchema = z.strictObject({
  kind: z.literal("steady-ratio"),
  ...shared,
  title: textSchema,
  numerator: sumOfSchema,
  denominator: sumOfSchema,
  /** Relative change from one period to the next that is still the same ratio. */
  drift: decimalSchema,
  /** Where given: two periods that agree to this are taken as one assumption, and leaving it is a finding. */
  assumed: decimalSchema.optional(),
  cause: z.string(),
  severity: severitySchema,
});

/** One figure cannot be more than another: those trained in one subject are among those trained. */
const boundSchema = z.strictObject({
  kind: z.literal("bound"),
  ...shared,
  lesser: refSchema,
  greater: refSchema,
  cause: z.string(),
  severity: severitySchema.default("error"),
});

/** What an amount can be at all: a share of a whole is no more than 100 %. */
const limitsSchema = z.strictObject({
  kind: z.literal("limits"),
  ...shared,
  indicators: z.array(idSchema).min(1),
  least: decimalSchema.optional(),
  most: decimalSchema.optional(),
  unit: z.string(),
});

/** Water: withdrawal = discharge + consumption. */
const waterSchema = z.strictObject({
  kind: z.literal("water-balance"),
  ...shared,
  /** What the report calls consumption. */
  consumption: refSchema,
  discharge: refSchema,
  withdrawal: refSchema.optional(),
  /** Share of the discharge in the "consumption" from which that must be a withdrawal. */
  share: decimalSchema,
});

/** An indicator that should move with another; `band` is the factor by which their ratio may change in a period. */
const driverSchema = z.strictObject({
  kind: z.literal("driver"),
  ...shared,
  indicator: refSchema,
  driver: refSchema,
  band: decimalSchema,
  /** Only a rise matters: lost days per head. */
  adverse: z.enum(["rise", "both"]).default("both"),
  severity: severitySchema.default("notice"),
});

/** What a use can plausibly need: domestic sewage per employee and year. Claims name the use. */
const plausibleSchema = z.strictObject({
  kind: z.literal("plausible"),
  ...shared,
  use: z.string(),
  title: textSchema,
  per: refSchema,
  most: z.array(z.strictObject({ value: decimalSchema, unit: z.string() })).min(1),
  source: z.string(),
});

/** A figure that a standard asks for in the last period. */
const requiredSchema = z.strictObject({
  kind: z.literal("required"),
  ...shared,
  requirement: z.string(),
  title: textSchema,
  /** Any one of them answers it. */
  indicators: z.array(idSchema).default([]),
  form: z.enum(["any", "table"]).default("any"),
  /** Requirements of one group that are missing for one cause are told together. */
  group: z.string().optional(),
  severity: severitySchema.default("warning"),
});

/** Members that a standard names, to be reported or explained one by one. */
const membersSchema = z.strictObject({
  kind: z.literal("members"),
  ...shared,
  requirement: z.string(),
  indicator: idSchema,
  dimension: z.string(),
  members: z.array(z.string()).min(1),
  severity: severitySchema.default("notice"),
});

/** The thresholds of the rules that need one. A later set replaces an earlier. */
const bandsSchema = z.strictObject({
  kind: z.literal("bands"),
  ...shared,
  /** Factor by which an amount may change against its whole before it is asked about. */
  jump: decimalSchema,
  /** Multiple of the robust spread of the table's other changes that a jump must exceed as well. */
  spread: decimalSchema,
  /** Share of the whole below which a change does not matter. */
  material: decimalSchema,
  /** Significant digits from which two equal amounts are no coincidence. */
  repeatedDigits: z.number().int().min(2),
  /** Change of the share that a total implies for one of its parts. */
  impliedShare: decimalSchema,
  /** Relative difference of a text from a table that may be rounding or a narrower scope. */
  loose: decimalSchema,
  /** Relative differences between recomputed and reported: up to the first a notice, up to the second a warning. */
  recomputed: z.tuple([decimalSchema, decimalSchema]),
  /** Dimensions of units whose amounts stay the same for years: areas, capacities. */
  lasting: z.array(z.string()),
});

/** Indicators that change freely, and may repeat: donations, which are a choice. */
const volatileSchema = z.strictObject({ kind: z.literal("volatile"), ...shared, indicators: z.array(idSchema).min(1) });

export const relationSchema = z.discriminatedUnion("kind", [
  sumSchema,
  breakdownSchema,
  ratioSchema,
  meanSchema,
  stockFlowSchema,
  steadyRatioSchema,
  boundSchema,
  limitsSchema,
  waterSchema,
  driverSchema,
  plausibleSchema,
  requiredSchema,
  membersSchema,
  volatileSchema,
  bandsSchema,
]);

/** What figures must obey, as data: derived from formulas or declared in `content/checks`. */
export type Relation = z.output<typeof relationSchema>;

/** As written in content, before names are read. */
export type RelationInput = z.input<typeof relationSchema>;

export type RelationKind = Relation["kind"];

export type RelationOf<K extends RelationKind> = Extract<Relation, { kind: K }>;
