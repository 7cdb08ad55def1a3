import { z } from "zod";
import { idSchema, textSchema } from "../../ground/content/index.ts";

/** `hkex-c2:A1.2`: a standard and one of its requirements. */
const requirementReference = z
  .string()
  .regex(/^[a-z0-9-]+:[A-Za-z0-9.-]+$/, "a standard and a requirement, hkex-c2:A1.2");
/** A dimension's member as records spell it; a name, never a text. */
const memberSchema = z.string().regex(/^[\p{L}\p{N}<>≤≥=+._-]+$/u, "a member's id");

const rowSchema = z.union([
  idSchema.transform((indicator) => ({ indicator })),
  z.strictObject({
    indicator: idSchema,
    where: z.record(idSchema, memberSchema).optional(),
    /** One row for each member, under a row that names the dimension. */
    by: z.strictObject({ dimension: idSchema, members: z.array(memberSchema).min(1) }).optional(),
  }),
]);

export interface TemplateRow {
  readonly indicator: string;
  readonly where?: Readonly<Record<string, string>> | undefined;
  readonly by?: { readonly dimension: string; readonly members: readonly string[] } | undefined;
}

const groupSchema = z.strictObject({
  /** Heading from a standard, or in words. */
  requirement: requirementReference.optional(),
  title: textSchema.optional(),
  rows: z.array(rowSchema).min(1),
});

const headingSchema = z.strictObject({
  id: idSchema,
  level: z.union([z.literal(1), z.literal(2)]).default(1),
  text: textSchema,
});

const blockSchema = z.union([
  z.strictObject({ heading: headingSchema }),
  z.strictObject({ paragraph: textSchema }),
  z.strictObject({
    table: z.strictObject({
      id: idSchema,
      caption: textSchema,
      groups: z.array(groupSchema).min(1),
      /** Notes set below the table from the values themselves. */
      notes: z.array(z.enum(["gaps", "indicators", "factors"])).default(["gaps"]),
    }),
  }),
  z.strictObject({ index: z.strictObject({ id: idSchema, standard: idSchema }) }),
  z.strictObject({ findings: z.strictObject({ id: idSchema }) }),
  z.strictObject({ lineage: z.strictObject({ id: idSchema }) }),
  z.strictObject({ closing: z.strictObject({ id: idSchema, tables: z.array(idSchema).min(1) }) }),
  z.strictObject({ reading: z.strictObject({ id: idSchema }) }),
]);

/** A report as data: what stands where. Every number in it is a binding. */
export const templateSchema = z.strictObject({ id: idSchema, title: textSchema, blocks: z.array(blockSchema).min(1) });

export type ReportTemplate = z.infer<typeof templateSchema>;
export type TemplateBlock = z.infer<typeof blockSchema>;
