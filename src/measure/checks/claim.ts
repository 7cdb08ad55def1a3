import { z } from "zod";
import { decimalSchema, idSchema } from "../../ground/content/index.ts";
import { refSchema } from "./ref-schema.ts";

const shared = {
  id: idSchema,
  where: z.string(),
  row: z.string().optional(),
  edition: z.string().optional(),
  period: z.string(),
};

export const claimSchema = z.discriminatedUnion("kind", [
  /** "All suppliers sign", "compulsory for all staff": `covered` must reach `population`. */
  z.strictObject({ kind: z.literal("all"), ...shared, population: refSchema, covered: refSchema }),
  /** "Mainly domestic sewage": the amount must be plausible for the use it is put down to. */
  z.strictObject({ kind: z.literal("attributed"), ...shared, figure: refSchema, to: z.string() }),
  /** "Fell", "rose", "the highest so far". */
  z.strictObject({
    kind: z.literal("trend"),
    ...shared,
    figure: refSchema,
    direction: z.enum(["fell", "rose", "unchanged", "peaked"]),
  }),
  /** What an index or a note says of a requirement: answered somewhere, left open ("/"), explained, or denied in words. */
  z.strictObject({
    kind: z.literal("index"),
    ...shared,
    requirement: z.string(),
    says: z.enum(["reported", "nothing", "explained", "negative-statement"]),
  }),
  /** Which members a figure covers: categories of scope 3. */
  z.strictObject({
    kind: z.literal("covers"),
    ...shared,
    indicator: idSchema,
    dimension: z.string(),
    members: z.array(z.string()).min(1),
  }),
  /** A footnote that a definition or scope changed in this period. */
  z.strictObject({ kind: z.literal("basis-changed"), ...shared, figures: z.array(refSchema).min(1) }),
]);

/** What a text of the report says about figures. */
export type Claim = z.output<typeof claimSchema>;

export type ClaimOf<K extends Claim["kind"]> = Extract<Claim, { kind: K }>;

/** A target, due in the period named. */
export const targetSchema = z.strictObject({
  ...shared,
  figure: refSchema,
  /** `peak`: emissions do not rise after the period. */
  goal: z.enum(["at-most", "at-least", "peak"]),
  value: decimalSchema.optional(),
  unit: z.string().optional(),
  /** What the report says of it. */
  says: z.enum(["reached", "on-track", "nothing"]).default("nothing"),
});

export type Target = z.output<typeof targetSchema>;
