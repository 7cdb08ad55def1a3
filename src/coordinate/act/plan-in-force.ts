import type { PlanStep, SitePlan } from "../plan/site/site-plan.ts";

/** A plan with the name by which people approve it and the journal knows it. */
export interface NamedPlan {
  readonly id: string;
  readonly plan: SitePlan;
}

/** Clocks of two machines differ by less. */
const TOLERANCE_MS = 1000;

/**
 * The step of a plan that is now, or nothing: a plan made in the future, one that has not begun and one that is over are
 * never acted on.
 */
export function stepInForce(
  plan: SitePlan,
  now: number,
): { readonly index: number; readonly step: PlanStep } | undefined {
  if (plan.madeAt > now + TOLERANCE_MS || now < plan.from) return undefined;
  const index = Math.floor((now - plan.from) / (plan.stepMinutes * 60_000));
  const step = plan.steps[index];
  return step && { index, step };
}

/** The instant at which a plan is over, ms. */
export function planEnd(plan: SitePlan): number {
  return plan.from + plan.steps.length * plan.stepMinutes * 60_000;
}
