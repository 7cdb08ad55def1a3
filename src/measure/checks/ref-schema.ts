import { z } from "zod";
import { parseRef, type Ref } from "./figure.ts";

/** A figure by name, `people.headcount{gender=male}`. */
export const refSchema = z.string().transform((text, context): Ref => {
  const ref = parseRef(text);
  if (ref) return ref;
  context.addIssue({ code: "custom", message: `not the name of a figure: ${text}` });
  return z.NEVER;
});
