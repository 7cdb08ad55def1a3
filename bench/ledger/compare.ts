import type { Measured } from "./run-contender.ts";
import type { Emissions } from "./rows.ts";

/** What sums of floats may be off by, relative. */
const FLOAT_NOISE = 1e-9;

/** Trailing zeros say nothing: `1.50` and `1.5` are one number. */
const plain = (text: string): string => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

function same(actual: string | number | undefined, exact: string): boolean {
  if (typeof actual === "string") return plain(actual) === plain(exact);
  if (actual === undefined) return false;
  return Math.abs(actual - Number(exact)) <= Math.abs(Number(exact)) * FLOAT_NOISE;
}

/**
 * Holds a contender's figures against the exact ones: text to the last digit, floats within their noise.
 * @returns how many figures were held, and where they differ
 */
export function compare(
  name: string,
  measured: Measured,
  exact: Emissions,
): { compared: number; differences: string[] } {
  const days = new Set([...Object.keys(exact.byDay), ...Object.keys(measured.byDay ?? {})]);
  const pairs = [
    { at: "total", actual: measured.total, exact: exact.total },
    ...[...days].map((day) => ({ at: day, actual: measured.byDay?.[day], exact: exact.byDay[day] ?? "none" })),
  ];
  return {
    compared: pairs.length,
    differences: pairs
      .filter((pair) => !same(pair.actual, pair.exact))
      .map((pair) => `${name}, ${pair.at}: ${pair.actual} instead of ${pair.exact} kg`),
  };
}
