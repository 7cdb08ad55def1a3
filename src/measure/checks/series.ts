import { partsOf } from "./cuts.ts";
import { type Ref, refText } from "./figure.ts";
import { isCount, type Reading } from "./figure-set.ts";
import { middle } from "./interval.ts";
import { type Context, periodBefore } from "./rule.ts";
import { dimensionsOf } from "./sums.ts";

/** A positive amount in two consecutive periods. */
export interface Step {
  readonly ref: Ref;
  readonly period: string;
  readonly before: string;
  readonly now: Reading;
  readonly past: Reading;
  /** Natural logarithm of now ÷ past. */
  readonly growth: number;
}

/** The topmost total that each figure is a part of, directly or through other totals. */
export function rootsOf(context: Context): (ref: Ref) => Ref {
  const above = new Map<string, Ref>();
  for (const { total, parts } of partsOf(context)) for (const part of parts) above.set(refText(part), total);
  const climb = (ref: Ref, seen: ReadonlySet<string>): Ref => {
    const next = above.get(refText(ref));
    return next && !seen.has(refText(next)) ? climb(next, new Set([...seen, refText(next)])) : ref;
  };
  return (ref) => climb(ref, new Set([refText(ref)]));
}

/** An amount of one thing, not a ratio, a rate or a price. */
export function isAmount(reading: Reading): boolean {
  const powers = Object.values(dimensionsOf(reading));
  return powers.length === 1 && powers[0] === 1;
}

/** The change of a figure into a period; undefined where either value is missing, bounded or not positive. */
export function stepOf(context: Context, ref: Ref, period: string): Step | undefined {
  const before = periodBefore(context.periods, period);
  const [now] = context.figures.readings(ref, period);
  const [past] = before === undefined ? [] : context.figures.readings(ref, before);
  if (!now || !past || before === undefined) return undefined;
  const exact = [now, past].every(({ figure }) => figure.qualifier === "exact" || figure.qualifier === "near");
  const [a, b] = [middle(now.interval), middle(past.interval)];
  if (!exact || a.lte(0) || b.lte(0)) return undefined;
  return { ref, period, before, now, past, growth: Math.log(a.div(b).toNumber()) };
}

/** Every reported change of every figure, in a fixed order. */
export function allSteps(context: Context): Step[] {
  return context.figures.indicators.flatMap((indicator) =>
    context.figures.dimsOf(indicator).flatMap((dims) =>
      context.periods.flatMap((period) => {
        const step = stepOf(context, { indicator, dims }, period);
        return step ? [step] : [];
      }),
    ),
  );
}

/** Counts vary by chance: fewer than thirty, or a change within four standard deviations of a count, says nothing. */
export function isChance(step: Step): boolean {
  if (!isCount(step.now.figure.unit)) return false;
  const [a, b] = [middle(step.now.interval).toNumber(), middle(step.past.interval).toNumber()];
  return Math.max(a, b) < 30 || Math.abs(a - b) <= 4 * Math.sqrt(Math.max(a, b));
}
