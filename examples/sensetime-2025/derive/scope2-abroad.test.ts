import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { EXAMPLE_FOLDER, printedFigure } from "../read-example.ts";
import { hypothesesSchema } from "../schemas.ts";
import type { Interval } from "./interval.ts";
import { electricityAbroad, locationGap, marketGap, mwhAbroadAt, type ScopeTwoYear } from "./scope2-abroad.ts";

function yearOf(period: string, average: string, residual: string): ScopeTwoYear {
  const renewable = printedFigure("energy.renewable-electricity", period, "climate-energy-table");
  const market = printedFigure("ghg.scope2.market", period, "climate-emissions-notes");
  return {
    purchased: printedFigure("energy.purchased-electricity", period, "climate-energy-table") ?? "",
    location: printedFigure("ghg.scope2.location", period, "climate-emissions-table") ?? "",
    average,
    ...(renewable ? { renewable } : {}),
    ...(market ? { market, residual } : {}),
  };
}

const show = (interval: Interval | undefined, places: number): string =>
  `${interval?.low.toFixed(places)}..${interval?.high.toFixed(places)}`;
const kept = hypothesesSchema
  .parse(parse(readFileSync(`${EXAMPLE_FOLDER}/hypotheses.yaml`, "utf8")))
  .find(({ id }) => id === "scope2-abroad");

it("explains both gaps of 2025 by one amount at one factor", () => {
  const year = yearOf("2025", "0.5306", "0.6096");
  expect(show(locationGap(year), 2)).toBe("35.32..35.34");
  expect(show(marketGap(year), 2)).toBe("74.46..74.48");
  const abroad = electricityAbroad(year);
  expect(show(abroad?.mwh, 2)).toBe(kept?.figures?.mwh2025);
  expect(show(abroad?.factor, 4)).toBe(kept?.figures?.factor2025);
});

it.each([
  ["2024", "0.5366"],
  ["2023", "0.5568"],
])("asks for an amount of the same order in %s", (period, average) => {
  const factor = electricityAbroad(yearOf("2025", "0.5306", "0.6096"))?.factor;
  if (!factor) throw new Error("no factor");
  expect(show(mwhAbroadAt(yearOf(period, average, ""), factor), 2)).toBe(kept?.figures?.[`mwh${period}`]);
});

it("says nothing of a year without a market-based figure", () => {
  expect(electricityAbroad(yearOf("2024", "0.5366", "0.5856"))).toBeUndefined();
});
