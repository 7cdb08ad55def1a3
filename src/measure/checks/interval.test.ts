import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decimal } from "../../ground/quantity/index.ts";
import { createFigureSet, printedInterval } from "./figure-set.ts";
import { figures, type Row } from "./figures-for-tests.ts";
import { gap, hull, type Interval, interval, minus, over, overlaps, plus, powerOfTen, times } from "./interval.ts";

const of = (low: number, high: number): Interval => ({ low: new Decimal(low), high: new Decimal(high) });
const shown = ({ low, high }: Interval): string => `${low.toString()} … ${high.toString()}`;

it.each([
  ["646.8 t", "646750 … 646850"],
  ["607.00 t", "606995 … 607005"],
  ["2,472 person", "2472 … 2472"],
  ["> 2,100 attendance", "2100 … 2200"],
  ["~ 5.8 %", "0.057 … 0.059"],
  ["≥ 90 %", "0.9 … Infinity"],
  ["≤ 1.28 ratio", "-Infinity … 1.28"],
  ["0 t", "-500 … 500"],
])("reads %s as %s in base units", (printed, expected) => {
  const [figure] = figures(["a", "2025", printed] as Row);
  expect(figure && shown(printedInterval(figure))).toBe(expected);
});

it.each([
  ["tenfold", of(99, 101), of(9.9, 10.1), 1],
  ["a thousandth", of(0.0099, 0.0101), of(9.9, 10.1), -3],
  ["not quite tenfold", of(96, 97), of(9.9, 10.1), undefined],
  ["the same", of(9.9, 10.1), of(10, 10.2), undefined],
] as const)("knows %s", (_, actual, expected, power) => {
  expect(powerOfTen(actual, expected)).toBe(power);
});

it("measures from end to end and leaves amounts that touch together", () => {
  expect(gap(of(3, 4), of(1, 2)).toNumber()).toBe(1);
  expect(gap(of(1, 2), of(3, 4)).toNumber()).toBe(-1);
  expect(overlaps(of(1, 2), of(2, 3))).toBe(true);
  expect(over(of(1, 2), of(-1, 1))).toBeUndefined();
});

const numbers = fc.integer({ min: -1000, max: 1000 });
const intervals = fc.tuple(numbers, numbers).map(([a, b]) => interval(new Decimal(a), new Decimal(b)));
const inside = fc.double({ min: 0, max: 1, noNaN: true });

describe("interval arithmetic", () => {
  it("holds the result for every pair of amounts within", () => {
    fc.assert(
      fc.property(intervals, intervals, inside, inside, (a, b, s, t) => {
        const x = a.low.plus(a.high.minus(a.low).times(s));
        const y = b.low.plus(b.high.minus(b.low).times(t));
        const within = (value: Decimal, result: Interval): boolean => overlaps({ low: value, high: value }, result);
        expect(within(x.plus(y), plus(a, b))).toBe(true);
        expect(within(x.minus(y), minus(a, b))).toBe(true);
        expect(within(x.times(y), times(a, b))).toBe(true);
        expect(within(x, hull([a, b]))).toBe(true);
        const quotient = over(a, b);
        if (quotient) expect(within(x.div(y), quotient)).toBe(true);
      }),
    );
  });
});

it("reckons with the value that most places of the newest edition print", () => {
  const set = createFigureSet(
    figures(
      ["a", "2025", "10.0 t", { where: { place: "letter", edition: "2025" } }],
      ["a", "2025", "11.00 t", { where: { place: "table", edition: "2025" } }],
      ["a", "2025", "11.0 t", { where: { place: "annex", edition: "2025" } }],
      ["a", "2025", "12.0 t", { where: { place: "table", edition: "2024" } }],
    ),
    ["2025"],
  );
  const readings = set.readings({ indicator: "a", dims: {} }, "2025");
  expect(readings.map(({ figure }) => figure.value?.toString())).toEqual(["11", "10", "12"]);
  expect(readings[0]?.figures).toHaveLength(2);
});
