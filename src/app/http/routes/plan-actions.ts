import { z } from "zod";
import type { SitePlan } from "../../../coordinate/index.ts";
import { textOf } from "../../../ground/issue/index.ts";
import { fillText, type InterfaceTexts } from "../../interface-texts.ts";
import { actionWords, planClock } from "../../plan-words.ts";
import { instantSchema, name, textSchema } from "../schemas.ts";

/** An action of a plan as the API gives it: the same of a site that is run and of one that is simulated. */
export const actionSchema = name(
  "PlanAction",
  z.object({
    action: z.string(),
    component: z.string(),
    from: instantSchema,
    to: instantSchema,
    words: textSchema.describe("What is done and why."),
    savingCny: z.number(),
    addedCarbonKg: z.number(),
  }),
);

export function actionsOf(plan: SitePlan, timeZone: string, words: InterfaceTexts): z.infer<typeof actionSchema>[] {
  const clock = planClock(plan, timeZone);
  const instant = (step: number): string => new Date(plan.from + step * plan.stepMinutes * 60_000).toISOString();
  return (plan.actions ?? []).map((one) => ({
    action: one.action,
    component: one.component,
    from: instant(one.fromStep),
    to: instant(one.toStep),
    words: textOf((language) => actionWords(one, clock, (id, values = {}) => fillText(words, id, values)[language])),
    savingCny: one.savingCny,
    addedCarbonKg: one.addedCarbonKg,
  }));
}
