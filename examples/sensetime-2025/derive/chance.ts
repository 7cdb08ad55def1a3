import { Decimal } from "../../../src/ground/quantity/index.ts";
import type { HypothesisRow } from "./scope1-hypotheses.ts";

/** One factor set throughout, energies as printed: the combinations that nobody has to put together. */
export function plainRows(rows: readonly HypothesisRow[]): HypothesisRow[] {
  return rows.filter(
    (row) =>
      row.gasFactor === row.dieselFactor &&
      (row.missing === "none" || row.missingFactor === row.gasFactor) &&
      row.heatingValues === "as-printed",
  );
}

/**
 * How often a search like this meets two figures by chance: the share of neighbouring pairs of figures, printed to one
 * decimal, that some combination meets to the last digit.
 * @param centre printed figures of two years, t
 * @param reach  how far the neighbours lie, t
 */
export function chanceOfMeeting(
  rows: readonly HypothesisRow[],
  centre: Readonly<Record<string, string>>,
  reach: number,
): Decimal {
  const periods = Object.keys(centre);
  const cell = (row: HypothesisRow): string =>
    periods
      .map((period) =>
        row.computed[period]
          ?.times(10)
          .toDecimalPlaces(0, Decimal.ROUND_HALF_UP)
          .minus(new Decimal(centre[period] ?? 0).times(10))
          .toFixed(),
      )
      .join();
  const steps = reach * 10;
  const near = (key: string): boolean => key.split(",").every((step) => Math.abs(Number(step)) <= steps);
  const met = new Set(rows.map(cell).filter(near));
  return new Decimal(met.size).div((2 * steps + 1) ** periods.length);
}
