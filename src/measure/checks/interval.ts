import { Decimal } from "../../ground/quantity/index.ts";

/** All amounts that a printed number may stand for, ends included; an end may be infinite. */
export interface Interval {
  readonly low: Decimal;
  readonly high: Decimal;
}

/** Conversions by a third and the like leave the last of 60 digits open; ends this close, in proportion, are the same. */
const SAME = new Decimal("1e-40");

export const ZERO: Interval = { low: new Decimal(0), high: new Decimal(0) };

export function interval(a: Decimal, b: Decimal): Interval {
  return a.lte(b) ? { low: a, high: b } : { low: b, high: a };
}

export function point(value: Decimal): Interval {
  return { low: value, high: value };
}

export function plus(a: Interval, b: Interval): Interval {
  return { low: a.low.plus(b.low), high: a.high.plus(b.high) };
}

export function minus(a: Interval, b: Interval): Interval {
  return { low: a.low.minus(b.high), high: a.high.minus(b.low) };
}

export function sum(intervals: readonly Interval[]): Interval {
  return intervals.reduce(plus, ZERO);
}

function corners(pairs: readonly Decimal[]): Interval {
  // Nothing times without bound is nothing here: the bound is a way to say that an end is open.
  const known = pairs.map((value) => (value.isNaN() ? new Decimal(0) : value));
  return { low: Decimal.min(...known), high: Decimal.max(...known) };
}

export function times(a: Interval, b: Interval): Interval {
  return corners([a.low.times(b.low), a.low.times(b.high), a.high.times(b.low), a.high.times(b.high)]);
}

export function scaled(a: Interval, factor: Decimal | number): Interval {
  return interval(a.low.times(factor), a.high.times(factor));
}

/** a ÷ b; undefined when b may be zero. */
export function over(a: Interval, b: Interval): Interval | undefined {
  if (b.low.lte(0) && b.high.gte(0)) return undefined;
  return corners([a.low.div(b.low), a.low.div(b.high), a.high.div(b.low), a.high.div(b.high)]);
}

/** The smallest interval that holds all of them. */
export function hull(intervals: readonly Interval[]): Interval {
  return {
    low: Decimal.min(...intervals.map(({ low }) => low)),
    high: Decimal.max(...intervals.map(({ high }) => high)),
  };
}

/** The amount in the middle; the finite end where the other is open. */
export function middle(a: Interval): Decimal {
  if (a.low.eq(a.high)) return a.low;
  if (!a.low.isFinite()) return a.high.isFinite() ? a.high : new Decimal(0);
  return a.high.isFinite() ? a.low.plus(a.high).div(2) : a.low;
}

/** How far a lies above (+) or below (−) b, from end to end; zero when they have an amount in common. */
export function gap(a: Interval, b: Interval): Decimal {
  const above = a.low.minus(b.high);
  const below = b.low.minus(a.high);
  if (above.lte(0) && below.lte(0)) return new Decimal(0);
  const size = Decimal.max(
    ...[a.low, a.high, b.low, b.high].map((end) => (end.isFinite() ? end.abs() : new Decimal(0))),
  ).times(SAME);
  if (above.gt(size)) return above;
  if (below.gt(size)) return below.negated();
  return new Decimal(0);
}

export function overlaps(a: Interval, b: Interval): boolean {
  return gap(a, b).isZero();
}

/** |actual − expected| ÷ |expected|, by the middles; 1 when nothing was expected. */
export function relativeDistance(actual: Interval, expected: Interval): number {
  const [a, e] = [middle(actual), middle(expected)];
  if (e.isZero()) return a.isZero() ? 0 : 1;
  return a.minus(e).abs().div(e.abs()).toNumber();
}

/** The k of a power of ten, ±1 … ±4, by which `actual` is off from `expected`; undefined when no power brings them together. */
export function powerOfTen(actual: Interval, expected: Interval): number | undefined {
  if (overlaps(actual, expected)) return undefined;
  return [1, -1, 2, -2, 3, -3, 4, -4].find((k) => {
    const moved = scaled(expected, new Decimal(10).pow(k));
    // The interval grows with the power: what it holds must still be near in proportion, not only inside.
    return overlaps(actual, moved) && relativeDistance(actual, moved) < 0.1;
  });
}
