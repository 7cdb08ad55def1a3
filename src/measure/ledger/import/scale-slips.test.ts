import fc from "fast-check";
import { expect, it } from "vitest";
import { AmountSizes } from "./scale-slips.ts";

function slipsOf(amounts: readonly number[], known: readonly number[] = []): string[] {
  const sizes = new AmountSizes();
  for (const [index, amount] of amounts.entries()) sizes.add(amount, index + 2);
  return sizes
    .slips(known)
    .map(({ power, count, rows }) => `${power > 0 ? "×" : "÷"}10^${Math.abs(power)} ${count}: ${rows.join(" ")}`);
}

const steady = (count: number): number[] => Array.from({ length: count }, (_, index) => 100 + ((index * 37) % 41));
const put = (amounts: readonly number[], changes: Readonly<Record<number, number>>): number[] =>
  amounts.map((amount, index) => amount * (changes[index] ?? 1));
/** A solar plant by the hour: nothing at night, little at dawn, much at noon. */
const solar = Array.from(
  { length: 24 * 90 },
  (_, hour) => Math.max(0, Math.sin(((hour % 24) - 6) / 3.82)) ** 2 * (300 + ((hour * 13) % 200)),
);

const TABLE: readonly [string, readonly number[], readonly number[], readonly string[]][] = [
  ["nothing", [], [], []],
  ["one amount", [100], [], []],
  ["two amounts far apart", [100, 10_000], [], []],
  ["three amounts, one off", [100, 102, 1000], [], ["×10^1 1: 4"]],
  ["one off by a hundred", put(steady(12), { 5: 100 }), [], ["×10^2 1: 7"]],
  ["one too small by a thousand", put(steady(12), { 5: 0.001 }), [], ["÷10^3 1: 7"]],
  [
    "one off by ten thousand, one by a million",
    put(steady(24), { 5: 10_000, 9: 1e-6 }),
    [],
    ["÷10^6 1: 11", "×10^4 1: 7"],
  ],
  ["one off by no power of ten", put(steady(12), { 5: 30 }), [], []],
  ["zeros among them", [...put(steady(12), { 5: 100 }), 0, 0, 0], [], ["×10^2 1: 7"]],
  ["negative amounts", put(steady(12), { 5: -100, 3: -1 }), [], ["×10^2 1: 7"]],
  [
    "all of them, against what was known",
    put(steady(6), { 0: 1 }).map((amount) => amount * 1000),
    steady(5),
    ["×10^3 6: 2 3 4 5 6 7"],
  ],
  ["like what was known", steady(6), steady(5), []],
  ["known amounts that vary anyway", [100_000], [1, 20, 300, 4000], []],
  ["a year of readings with one off", put(steady(8760), { 4000: 1000 }), [], ["×10^3 1: 4002"]],
  [
    "a year of readings, a day of them off",
    put(steady(8760), Object.fromEntries(Array.from({ length: 24 }, (_, hour) => [500 + hour, 0.01]))),
    [],
    ["÷10^2 24: 502 503 504 505 506 507 508 509 510 511 512 513 514 515 516 517"],
  ],
  ["sun", solar, [], []],
];

it.each(TABLE)("%s", (_, amounts, known, expected) => {
  const found = slipsOf(amounts, known);
  // Of many, those kept are some; which of them depends on ties.
  expect(found.map((slip) => slip.split(":")[0])).toEqual(expected.map((slip) => slip.split(":")[0]));
  if (amounts.length < 64 || !expected.some((slip) => slip.includes(" 24:"))) expect(found).toEqual(expected);
});

it("says nothing of amounts that stay within a factor of three, however many", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 1, max: 3, noNaN: true }), { maxLength: 200 }), (amounts) => {
      expect(slipsOf(amounts)).toEqual([]);
    }),
  );
});

it("finds any one slip among steady amounts", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 300 }),
      fc.nat(),
      fc.constantFrom(1, 2, 3, 4, 6, -1, -2, -3, -4, -6),
      (count, at, power) => {
        const amounts = Array.from({ length: count }, (_, index) => 100 + (index % 7) * 3);
        const index = at % count;
        amounts[index] = (amounts[index] ?? 0) * 10 ** power;
        expect(slipsOf(amounts)).toEqual([`${power > 0 ? "×" : "÷"}10^${Math.abs(power)} 1: ${index + 2}`]);
      },
    ),
  );
});
