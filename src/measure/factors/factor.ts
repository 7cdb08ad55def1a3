import { z } from "zod";
import type { Issue } from "../../ground/issue/index.ts";
import { dateSchema, decimalSchema, idSchema, textSchema } from "../../ground/content/index.ts";

const sourceSchema = z.strictObject({
  title: z.string().min(1),
  publisher: z.string().min(1),
  locator: z.string().min(1),
  published: z.string().optional(),
  url: z.string().optional(),
});

/**
 * What was actually read for the value: the publication itself (then with the hash of what was read), somebody's account
 * of it, or a definition that needs no source. Only the first and the last make a factor `verified`. Packs of before
 * this distinction say nothing; they stay readable, since past figures rest on them.
 */
const readSchema = z.strictObject({
  of: z.enum(["publication", "account", "definition"]).optional(),
  what: z.string().min(1),
  date: dateSchema,
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});

/**
 * One emission factor, global-warming potential or conversion: value per unit of activity, with the gas in its unit
 * (`kgCO2/GJ`), where and when it holds, and where it comes from.
 */
export const factorSchema = z
  .strictObject({
    id: idSchema,
    /** What it converts: `combustion.co2`, `grid.location.co2`, `gwp`. Formulas name kinds, pins choose sets. */
    kind: idSchema,
    /** The set it belongs to, `ipcc-2006`; pins name sets. */
    set: idSchema,
    title: textSchema,
    /** Dimensions of the activity that must have these values: `{ fuel: diesel }`. */
    match: z.record(z.string(), z.string()).default({}),
    activity: idSchema.optional(),
    region: z.string().default("GLOBAL"),
    /** First day and day after the last on which it describes the world. */
    valid: z.strictObject({ from: dateSchema, to: dateSchema.optional() }).optional(),
    value: decimalSchema,
    unit: z.string().min(1),
    source: sourceSchema,
    read: readSchema.optional(),
    status: z.enum(["verified", "unverified"]),
    licence: z.string().min(1),
    note: textSchema.optional(),
  })
  .superRefine((factor, context) => {
    if (factor.status === "verified" && !factor.read) {
      context.addIssue({ code: "custom", path: ["read"], message: "a verified factor says what was read" });
    }
  });

export type Factor = z.infer<typeof factorSchema>;

/** Whether somebody read the publication, and can show which file it was. */
const primary = ({ read }: Factor): boolean =>
  read?.of === "definition" || (read?.of === "publication" && read.sha256 !== undefined);

/**
 * Factors that call themselves verified although nobody read their publication.
 * @issues FACTOR-001, one per factor
 */
export function unreadFactors(factors: readonly Factor[]): Issue[] {
  return factors
    .filter((factor) => factor.status === "verified" && !primary(factor))
    .map(({ id, read }) => ({
      code: "FACTOR-001",
      severity: "error",
      at: { path: id },
      expected: "read.of: publication + sha256",
      actual: read?.of ?? "–",
    }));
}

/** Which set of factors serves a kind, for which region and periods; later pins win over earlier ones. */
export const pinsSchema = z.strictObject({
  factors: z
    .array(
      z.strictObject({
        kind: idSchema,
        set: idSchema,
        region: z.string().optional(),
        /** First day and day after the last for which the choice holds. */
        from: dateSchema.optional(),
        to: dateSchema.optional(),
      }),
    )
    .default([]),
  /** Indicator → method id; an indicator that is not named uses its default. */
  methods: z.record(z.string(), z.string()).default({}),
});

export type Pins = z.infer<typeof pinsSchema>;

/** No pins: defaults everywhere. */
export const NO_PINS: Pins = { factors: [], methods: {} };
