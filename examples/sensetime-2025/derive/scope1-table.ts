import { printedFigure } from "../read-example.ts";
import { type HypothesisRow, type ScopeOneYear, searchScopeOne } from "./scope1-hypotheses.ts";

const TABLE = "climate-energy-table";
export const YEARS = ["2025", "2024", "2023"] as const;

function need(indicator: string, period: string, place: string): string {
  const value = printedFigure(indicator, period, place);
  if (value === undefined) throw new Error(`${indicator} of ${period} is not printed in ${place}`);
  return value;
}

/** The printed figures that the search starts from. */
export function scopeOneYears(): ScopeOneYear[] {
  return YEARS.map((period) => {
    const renewable = printedFigure("energy.renewable-electricity", period, TABLE);
    return {
      period,
      gas: need("energy.natural-gas", period, TABLE),
      diesel: need("energy.diesel", period, TABLE),
      ...(renewable ? { renewable } : {}),
      direct: need("energy.direct", period, TABLE),
      scope1: need("ghg.scope1", period, "climate-emissions-table"),
    };
  });
}

/** A row as `hypotheses.yaml` keeps it, tonnes to three decimals. */
export function asData(row: HypothesisRow): Record<string, unknown> {
  const { computed, ...rest } = row;
  return {
    ...rest,
    computed: Object.fromEntries(Object.entries(computed).map(([period, value]) => [period, value.toFixed(3)])),
  };
}

/** What the search found: how many combinations were tried, and those that explain two years or more, or the last one exactly. */
export function scopeOneTable(): { tried: number; rows: Record<string, unknown>[] } {
  const rows = searchScopeOne(scopeOneYears());
  const kept = rows.filter((row) => row.explains.length >= 2 || (row.exact.includes("2025") && row.missing === "none"));
  return { tried: rows.length, rows: kept.map(asData) };
}
