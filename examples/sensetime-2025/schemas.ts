import { z } from "zod";
import { decimalSchema, idSchema, textSchema } from "../../src/ground/content/index.ts";
import { claimSchema, targetSchema } from "../../src/measure/checks/index.ts";

/** A document that records rest on, known by its hash, and the places in it that evidence cells name. */
export const sourcesSchema = z.array(
  z.strictObject({
    id: idSchema,
    title: textSchema,
    publisher: textSchema,
    edition: z.string(),
    published: z.string(),
    file: z.strictObject({ name: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
    places: z.array(
      z.strictObject({
        id: idSchema,
        title: textSchema,
        section: z.string(),
        lines: z.tuple([z.number().int().positive(), z.number().int().positive()]),
      }),
    ),
  }),
);

const periodSchema = z.string().regex(/^\d{4}$/);
const whereSchema = z.record(z.string(), z.string());

/**
 * Statements of the text that figures can test, in the shape of the checks (`claims`, `targets`), with what each says in
 * own words beside it, and what a careful reader finds when the example's figures are put in.
 */
export const claimsFileSchema = z.strictObject({
  claims: z.array(claimSchema),
  targets: z.array(targetSchema),
  statements: z.record(
    idSchema,
    z.strictObject({ statement: textSchema, outcome: z.enum(["holds", "fails", "untestable"]), reason: textSchema }),
  ),
});

export const ORIGINS = ["recomputed", "consistent", "reported-only", "unexplained"] as const;

/** What the closing table must say of each printed figure, worked out apart from the engine. */
export const closingSchema = z.strictObject({
  places: z.array(idSchema),
  rows: z.array(
    z.strictObject({
      indicator: idSchema,
      where: whereSchema.default({}),
      place: idSchema,
      years: z.record(
        periodSchema,
        z.strictObject({
          reported: z.string(),
          /** At the decimals that the source prints; absent when the records give no value. */
          computed: decimalSchema.optional(),
          status: z.enum([...ORIGINS, "not-reported"]),
          /** How far rounding of the inputs alone can move the value; given only where it decides. */
          allowance: decimalSchema.optional(),
        }),
      ),
    }),
  ),
});

const hypothesisRow = z.strictObject({
  gasFactor: z.string(),
  dieselFactor: z.string(),
  gases: z.string(),
  heatingValues: z.string(),
  missing: z.string(),
  missingFactor: z.string(),
  explains: z.array(periodSchema),
  exact: z.array(periodSchema),
  computed: z.record(periodSchema, decimalSchema),
});

/** What would explain figures that do not follow from what the report lists: hypotheses with evidence, never facts. */
export const hypothesesSchema = z.array(
  z.strictObject({
    id: idSchema,
    title: textSchema,
    status: z.enum(["supported", "open", "rejected"]),
    indicators: z.array(idSchema),
    periods: z.array(periodSchema),
    /** Codes of the findings that it would explain; all about its figures when absent. */
    findings: z.array(z.string()).optional(),
    statement: textSchema,
    evidence: z.array(textSchema).min(1),
    against: z.array(textSchema),
    tried: z.number().int().optional(),
    table: z.array(hypothesisRow).optional(),
    figures: z.record(z.string(), z.string()).optional(),
  }),
);

/** Where the report says that it answers each requirement; `/` in its index is `not-answered`. */
export const indexSchema = z.strictObject({
  source: idSchema,
  sections: z.record(idSchema, textSchema),
  standards: z.record(
    idSchema,
    z.array(
      z.strictObject({
        requirement: z.string(),
        /** `statement`: the index itself says something instead of naming a section. */
        answer: z.enum(["answered", "not-answered", "statement"]),
        sections: z.array(idSchema).default([]),
        /** False where the issuer's index leaves the requirement out. */
        listed: z.boolean().default(true),
        note: textSchema.optional(),
      }),
    ),
  ),
});
