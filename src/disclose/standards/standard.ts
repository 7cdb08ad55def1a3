import { z } from "zod";
import { dateSchema, idSchema, textSchema } from "../../ground/content/index.ts";

/** Ids of requirements keep the standard's own spelling: `A1.2`, `D.28a`, `305-1`. */
const requirementIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9]+([.-][A-Za-z0-9]+)*$/, "the standard's own number, such as A1.2");

/**
 * One paragraph of a standard that asks for something, or a heading above such paragraphs. Titles are our own words: a
 * standard's text is never copied.
 */
const requirementSchema = z.strictObject({
  id: requirementIdSchema,
  title: textSchema,
  /** Id of the requirement or heading above it. */
  parent: requirementIdSchema.optional(),
  /** A heading asks for nothing by itself. */
  kind: z.enum(["heading", "figure", "narrative"]),
  /** Indicators that together answer it. */
  answeredBy: z.array(idSchema).default([]),
  /** First day of the first reporting period for which it holds. */
  effective: dateSchema.optional(),
  note: textSchema.optional(),
});

export type Requirement = z.infer<typeof requirementSchema>;

/** A standard and what it requires, in its own order. */
export const standardSchema = z.strictObject({
  id: idSchema,
  title: textSchema,
  publisher: z.string().min(1).optional(),
  edition: z.string().min(1).optional(),
  requirements: z.array(requirementSchema).min(1),
});

export type Standard = z.infer<typeof standardSchema>;
