import { z } from "zod";

/** A text in the three languages; none may be empty. */
export const textSchema = z.strictObject({
  "zh-Hant": z.string().min(1),
  "zh-Hans": z.string().min(1),
  en: z.string().min(1),
});

/** An exact decimal as text, so that no float stands between the source and the figure. */
export const decimalSchema = z.string().regex(/^-?\d+(\.\d+)?$/, 'a decimal in quotes, such as "56.1"');

export const dateSchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "a date such as 2025-01-31");

/** Dotted, stable ids: `ghg.scope1-2.per-revenue`. */
export const idSchema = z
  .string()
  .regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, "a dotted id of small letters, digits and hyphens");
