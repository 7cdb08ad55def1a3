import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { EXAMPLE_FOLDER, exampleRows } from "../../examples/sensetime-2025/read-example.ts";
import { Decimal } from "../../src/ground/quantity/index.ts";
import {
  ALL_GASES,
  type CheckInput,
  claimSchema,
  type Figure,
  type Qualifier,
  relationSchema,
  targetSchema,
} from "../../src/measure/index.ts";
import {
  figures,
  relationsForTests,
  textsForTests,
  unitsForTests,
} from "../../src/measure/checks/figures-for-tests.ts";

const read = (name: string): unknown => parse(readFileSync(`${EXAMPLE_FOLDER}/${name}`, "utf8"));

function printed(): Figure[] {
  return exampleRows("reported.csv").map(({ cells, dims }) => {
    const unit = unitsForTests.parse(cells.unit ?? "");
    if (!unit.ok) throw new Error(`${cells.unit} is no unit`);
    return {
      indicator: cells.indicator ?? "",
      period: cells.period ?? "",
      dims,
      value: cells.value === "" ? undefined : new Decimal(cells.value ?? ""),
      unit: unit.value,
      decimals: Number(cells.decimals || 0),
      qualifier: cells.qualifier as Qualifier,
      origin: "reported",
      where: { place: cells.where ?? "", row: cells.row ?? "", edition: cells.edition ?? "" },
    };
  });
}

/**
 * What the records give, by hand: fuels × 3.6 GJ/MWh × the CO2 defaults of IPCC 2006 (natural gas 56.1, diesel 74.1
 * kg/GJ), with CH4 and N2O at the commercial defaults (5 and 0.1, 10 and 0.6 kg/TJ) and AR6, and electricity × the national factors of the year.
 */
const recomputed: Figure[] = figures(
  ["ghg.scope1", "2025", "138.37081824 tCO2e", { origin: "recomputed", place: "ledger" }],
  ["ghg.scope1", "2024", "216.18933840 tCO2e", { origin: "recomputed", place: "ledger" }],
  ["ghg.scope1", "2023", "220.86370944 tCO2e", { origin: "recomputed", place: "ledger" }],
  ["ghg.scope1", "2025", "138.9395 tCO2e", { origin: "recomputed", place: "ledger", variant: ALL_GASES }],
  ["ghg.scope2.location", "2025", "93765.477764 tCO2e", { origin: "recomputed", place: "ledger" }],
  ["ghg.scope2.location", "2024", "83696.82892 tCO2e", { origin: "recomputed", place: "ledger" }],
  ["ghg.scope2.location", "2023", "73186.46016 tCO2e", { origin: "recomputed", place: "ledger" }],
  ["ghg.scope2.market", "2025", "101864.202672 tCO2e", { origin: "recomputed", place: "ledger" }],
);

/** The published report of the example, with what the general rules need and nothing else. */
export function exampleInput(): CheckInput {
  const { claims, targets } = z
    .object({ claims: z.array(claimSchema), targets: z.array(targetSchema) })
    .parse(read("claims.yaml"));
  return {
    figures: [...printed(), ...recomputed],
    // Every record is one of a whole year, so that no sum lacks a part of one.
    completeness: { values: recomputed.length, incomplete: [] },
    relations: [...relationsForTests, ...z.array(relationSchema).parse(read("relations.yaml"))],
    claims,
    targets,
    periods: ["2023", "2024", "2025"],
    units: unitsForTests,
    texts: textsForTests,
  };
}
