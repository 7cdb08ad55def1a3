import { z } from "zod";
import { dateSchema, decimalSchema, idSchema, textSchema } from "../../src/ground/content/index.ts";

/** A document that records rest on, known by its hash, and the places in it that evidence cells name. */
export const sourcesSchema = z.array(
  z.strictObject({
    id: idSchema,
    title: textSchema,
    publisher: textSchema,
    edition: idSchema,
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

/** A side of a claim: a figure of the catalogue, or a stated value. */
export const operandSchema = z.union([
  z.strictObject({
    indicator: idSchema,
    period: periodSchema.optional(),
    where: whereSchema.optional(),
    /** Brings another dimension to the left side's, `1 attendance/person`. */
    times: z.string().optional(),
  }),
  z.strictObject({ value: decimalSchema, unit: z.string() }),
]);

export const RELATIONS = ["equals", "at-most", "at-least", "stated"] as const;

/**
 * Statements of the text that figures can test. `left relation right` is what must hold if the statement does;
 * `stated` asks only that the left figure is given at all.
 */
export const claimsSchema = z.array(
  z.strictObject({
    id: idSchema,
    kind: z.enum(["all", "none", "target", "coverage", "progress", "completeness", "plausibility"]),
    statement: textSchema,
    place: idSchema,
    period: periodSchema,
    left: operandSchema,
    relation: z.enum(RELATIONS),
    right: operandSchema.optional(),
    /** What a careful reader finds when the figures of this example are put in; the test recomputes it. */
    outcome: z.enum(["holds", "fails", "untestable"]),
    reason: textSchema,
  }),
);

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
        }),
      ),
    }),
  ),
});

const hypothesisRow = z.strictObject({
  factors: z.string(),
  gases: z.string(),
  missing: z.string(),
  explains: z.array(periodSchema),
  values: z.record(periodSchema, z.strictObject({ computed: z.string(), reported: z.string(), holds: z.boolean() })),
});

/** What would explain figures that do not follow from what the report lists: hypotheses with evidence, never facts. */
export const hypothesesSchema = z.array(
  z.strictObject({
    id: idSchema,
    title: textSchema,
    status: z.enum(["supported", "open", "rejected"]),
    indicators: z.array(idSchema),
    periods: z.array(periodSchema),
    statement: textSchema,
    evidence: z.array(textSchema).min(1),
    against: z.array(textSchema),
    tried: z.number().int().optional(),
    table: z.array(hypothesisRow).optional(),
    figures: z.record(z.string(), z.string()).optional(),
  }),
);

/** Where the report says that it answers each requirement; `/` in the report is `not-answered`. */
export const indexSchema = z.strictObject({
  source: idSchema,
  standards: z.record(
    idSchema,
    z.array(
      z.strictObject({
        requirement: z.string(),
        answer: z.enum(["answered", "not-answered", "statement", "not-listed"]),
        sections: z.array(z.string()).default([]),
        note: textSchema.optional(),
      }),
    ),
  ),
});

/** Requirements of a standard as a tree; titles in own words. */
export const standardSchema = z.strictObject({
  id: idSchema,
  title: textSchema,
  publisher: textSchema,
  /** Financial years that begin on or after this day. */
  effective: dateSchema,
  source: z.strictObject({ title: z.string(), locator: z.string(), url: z.string().optional() }),
  read: z.strictObject({ what: z.string(), date: dateSchema }),
  requirements: z.array(
    z.strictObject({
      id: z.string().regex(/^[A-Z0-9][A-Za-z0-9.-]*$/),
      parent: z.string().optional(),
      title: textSchema,
      needs: z.enum(["group", "narrative", "figure", "figure-and-narrative"]),
      obligation: z.enum(["mandatory", "comply-or-explain", "voluntary", "reference"]).optional(),
      effective: dateSchema.optional(),
      answeredBy: z.array(idSchema).default([]),
      note: textSchema.optional(),
    }),
  ),
});
