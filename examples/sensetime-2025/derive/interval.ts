import { Decimal } from "../../../src/ground/quantity/index.ts";

/** The numbers that a printed figure may stand for, low ≤ x < high (half up). */
export interface Interval {
  readonly low: Decimal;
  readonly high: Decimal;
}

/** The interval of a figure as printed: `22.24` is 22.235 ≤ x < 22.245. @param text plain decimal, the decimals that were printed */
export function printed(text: string): Interval {
  const value = new Decimal(text);
  const half = new Decimal(10).pow(-(text.split(".")[1]?.length ?? 0)).div(2);
  return { low: value.minus(half), high: value.plus(half) };
}

export function sum(...parts: readonly Interval[]): Interval {
  const add = (pick: (part: Interval) => Decimal): Decimal =>
    parts.map(pick).reduce((a, b) => a.plus(b), new Decimal(0));
  return { low: add((part) => part.low), high: add((part) => part.high) };
}

export function minus(a: Interval, b: Interval): Interval {
  return { low: a.low.minus(b.high), high: a.high.minus(b.low) };
}

/** @param factor ≥ 0 */
export function times(a: Interval, factor: Decimal): Interval {
  return { low: a.low.times(factor), high: a.high.times(factor) };
}

/** Both positive. */
export function over(a: Interval, b: Interval): Interval {
  return { low: a.low.div(b.high), high: a.high.div(b.low) };
}

export function intersect(a: Interval, b: Interval): Interval | undefined {
  const low = Decimal.max(a.low, b.low);
  const high = Decimal.min(a.high, b.high);
  return low.lt(high) ? { low, high } : undefined;
}

export function holds(interval: Interval, value: Decimal): boolean {
  return value.gte(interval.low) && value.lt(interval.high);
}

export function middle(interval: Interval): Decimal {
  return interval.low.plus(interval.high).div(2);
}
