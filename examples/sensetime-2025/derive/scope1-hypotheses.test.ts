import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { EXAMPLE_FOLDER } from "../read-example.ts";
import { hypothesesSchema } from "../schemas.ts";
import { chanceOfMeeting, plainRows } from "./chance.ts";
import { searchScopeOne, unlistedEnergy } from "./scope1-hypotheses.ts";
import { scopeOneTable, scopeOneYears } from "./scope1-table.ts";

const rows = searchScopeOne(scopeOneYears());

it("takes the energy beyond the listed parts from the table: none, 36.2 and 36.1 MWh", () => {
  const gaps = scopeOneYears().map((year) => {
    const { low, high } = unlistedEnergy(year);
    return [year.period, low.toFixed(2), high.toFixed(2)];
  });
  expect(gaps).toEqual([
    ["2025", "0.00", "0.00"],
    ["2024", "36.05", "36.35"],
    ["2023", "35.95", "36.25"],
  ]);
});

it("finds one combination of 3,264 that meets 2024 and 2023 to the last digit, and none that explains all three years", () => {
  expect(rows.length).toBe(3264);
  expect(rows.filter((row) => row.explains.length === 3)).toEqual([]);
  expect(rows.filter((row) => row.explains.length === 2).length).toBe(9);
  const exact = rows.filter((row) => row.exact.length >= 2);
  expect(
    exact.map(({ gasFactor, dieselFactor, gases, heatingValues, missing, missingFactor }) => [
      gasFactor,
      dieselFactor,
      gases,
      heatingValues,
      missing,
      missingFactor,
    ]),
  ).toEqual([["ndrc-defaults", "ndrc-defaults", "co2", "as-printed", "motor-gasoline", "ndrc-defaults"]]);
});

it("meets 138.37 of 2025 with the IPCC factors, carbon dioxide only", () => {
  const row = rows.find(
    (candidate) =>
      candidate.gasFactor === "ipcc-2006" &&
      candidate.dieselFactor === "ipcc-2006" &&
      candidate.gases === "co2" &&
      candidate.heatingValues === "as-printed" &&
      candidate.missing === "none",
  );
  expect(row?.computed["2025"]?.toFixed(4)).toBe("138.3708");
  expect(row?.exact).toEqual(["2025"]);
});

it("would meet a neighbouring pair of figures by chance in 16 % of cases, and with one set throughout in 1 %", () => {
  const centre = { "2024": "222.4", "2023": "227.3" };
  expect(chanceOfMeeting(rows, centre, 2).toFixed(3)).toBe("0.158");
  expect(plainRows(rows).length).toBe(60);
  expect(chanceOfMeeting(plainRows(rows), centre, 2).toFixed(3)).toBe("0.011");
});

it("keeps the table of hypotheses.yaml as the search gives it", () => {
  const hypotheses = hypothesesSchema.parse(parse(readFileSync(`${EXAMPLE_FOLDER}/hypotheses.yaml`, "utf8")));
  const kept = hypotheses.find(({ id }) => id === "scope1-2023-2024");
  const found = scopeOneTable();
  expect(kept?.tried).toBe(found.tried);
  expect(kept?.table).toEqual(found.rows);
});
