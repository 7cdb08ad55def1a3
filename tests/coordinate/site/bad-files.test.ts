import { describe, expect, it } from "vitest";
import { readSite } from "../../../src/coordinate/site/index.ts";
import { content, lingangText } from "./content.ts";

/** The example with one passage replaced; the passage must be there. */
function changed(from: string, to: string): string {
  expect(lingangText.includes(from), from).toBe(true);
  return lingangText.replace(from, to);
}

function problems(text: string): string[] {
  const read = readSite(text, "site.yaml", content);
  return (read.ok ? read.value.warnings : read.issues).map(({ code, at }) => `${code} ${at.path ?? ""}`.trim());
}

const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split("\n").length;

describe("a file with one mistake", () => {
  it.each([
    // what is wrong, before, after, what is said
    ["an unknown key", "importLimit: 40 MW", "importLimit: 40 MW\n  imports: 3", "SITE-001 grid.imports"],
    ["a missing attribute", "  importLimit: 40 MW", "  exportLimit: 0 kW", "SITE-002 grid"],
    ["a missing component", "\nmeasurement:\n", "\nnothing:\n", "SITE-001 nothing"],
    ["a power in MWh", "power: 18 MW #", "power: 18 MWh #", "UNIT-002 batteries[0].power"],
    ["an energy in MW", "energy: 36 MWh", "energy: 36 MW", "UNIT-002 batteries[0].energy"],
    ["no unit", "importLimit: 40 MW", 'importLimit: "40"', "UNIT-002 grid.importLimit"],
    ["an unknown unit", "importLimit: 40 MW", "importLimit: 40 MegaWurst", "UNIT-001 grid.importLimit"],
    ["no number", "importLimit: 40 MW", "importLimit: plenty", "AMOUNT-001 grid.importLimit"],
    ["a share as a percentage without %", "liquidShare: 75 %", "liquidShare: 75", "SITE-004 halls[0].liquidShare"],
    ["a negative power", "other: 300 kW", "other: -300 kW", "SITE-004 other"],
    [
      "a temperature without °C",
      "atMost: 14 °C # assumption\n        cop",
      "atMost: 14\n        cop",
      "SITE-003 plants[2].modes[1].atMost",
    ],
    ["none of the choices", "kind: two-part", "kind: three-part", "SITE-005 grid.tariff.kind"],
    ["a flag that is none", "gang: true", "gang: perhaps", "SITE-005 workloads[1].gang"],
    ["an unknown climate", "climate: shanghai-hongqiao", "climate: atlantis", "SITE-005 climate"],
    ["an unknown time zone", "timeZone: Asia/Shanghai", "timeZone: Asia/Lingang", "PERIOD-005 timeZone"],
    ["an id with a capital", "id: lingang-aidc", "id: Lingang", "SITE-003 id"],
    ["a plant that is not there", "airPlant: evaporative", "airPlant: sea", "SITE-006 halls[1].airPlant"],
    ["a plant of the other loop", "airPlant: evaporative", "airPlant: warm-water", "SITE-006 halls[1].airPlant"],
    ["a UPS that is not there", "ups: ups-west", "ups: ups-north", "SITE-006 halls[2].ups"],
    [
      "a meter without a series",
      "workloads:\n",
      "meters:\n  - { id: main, counts: grid, series: grid.power }\nworkloads:\n",
      "SITE-006 meters[0].series",
    ],
    ["a hall that is not there", "hall: west", "hall: north", "SITE-006 clusters[2].hall"],
    ["speed of no workload", 'speed: { training: "1"', 'speed: { trainings: "1"', "SITE-006 clusters[0].speed"],
    ["an unknown curve", "efficiency: ups-eco", "efficiency: ups-magic", "SITE-006 ups[1].modes[1].efficiency"],
    [
      "a curve of another kind",
      "efficiency: ups-eco",
      "efficiency: chilled-water-free",
      "SITE-006 ups[1].modes[1].efficiency",
    ],
    ["an id twice", "id: ups-west", "id: ups-east", "SITE-007 ups[2].id"],
    [
      "points out of order",
      '{ "0 °C": "40", "18 °C": "28" }',
      '{ "18 °C": "28", "0 °C": "40" }',
      "SITE-009 plants[0].modes[0].cop",
    ],
    [
      "a COP that rises with heat",
      '{ "0 °C": "40", "18 °C": "28" }',
      '{ "0 °C": "28", "18 °C": "40" }',
      "SITE-010 plants[0].modes[0].cop",
    ],
    [
      "less input for more load",
      "efficiency: ups-eco",
      'efficiency: { "0.1": "0.5", "0.12": "0.99" }',
      "SITE-010 ups[1].modes[1].efficiency",
    ],
    ["an hour without a period", 'hours: "19-21"', 'hours: "20-21"', "SITE-011 grid.tariff.periods"],
    ["an hour with two periods", 'hours: "19-21"', 'hours: "18-21"', "SITE-011 grid.tariff.periods"],
    ["a load above its hall", "load: 5.58 MW", "load: 9 MW", "SITE-012 halls[0].capacity"],
    [
      "a contract above the connection",
      "contractedDemand: 26 MW",
      "contractedDemand: 260 MW",
      "SITE-013 grid.contractedDemand",
    ],
    ["a reserve above the battery", "reserve: 3.6 MWh", "reserve: 37 MWh", "SITE-013 batteries[0].reserve"],
    ["limits crossed", "lowest: 5 %", "lowest: 100 %\n    wear: 1 CNY/kWh", "SITE-008"],
    ["idle above full", "idlePower: 0.35 kW", "idlePower: 3.5 kW", "SITE-013 clusters[0].idlePower"],
    [
      "no mode for a hot day",
      "- id: chillers\n        kind: mechanical",
      "- id: chillers\n        kind: mechanical\n        atMost: 30 °C",
      "SITE-014 plants[2].modes",
    ],
    [
      "a UPS of ECO alone",
      "id: online, kind: double-conversion, efficiency: ups-double-conversion } # assumption\n      # fact",
      "id: online, kind: eco, efficiency: ups-double-conversion } # assumption\n      # fact",
      "SITE-014 ups[1].modes",
    ],
    [
      "two-part without a charge",
      "    demandCharge: 40.8 CNY/kW # assumption: not verified against the price notice\n",
      "",
      "SITE-016 grid.tariff",
    ],
    [
      "suspendable serving",
      "class: serving,",
      "class: serving, suspendable: true,",
      "SITE-016 workloads[0].suspendable",
    ],
    ["training without checkpoints", "checkpoint: 1 h, ", "", "SITE-016 workloads[1]"],
    ["cold plates without a plant", "    liquidPlant: warm-water # fact\n", "", "SITE-016 halls[0].liquidShare"],
    ["a date that does not exist", "2025-10-08", "2025-10-32", "SITE-017 grid.tariff.holidays"],
    ["a holiday of another year", "2025-10-08", "2026-10-08", "SITE-017 grid.tariff.holidays"],
    ["an hour that does not exist", "hours: 12-14", "hours: 12-25", "SITE-017 grid.tariff.periods[11].hours"],
    ["a month that does not exist", "months: 7-9", "months: 7-13", "SITE-017 grid.tariff.periods[9].months"],
    ["not YAML", "grid:", "grid: [", "SITE-008"],
    ["a key twice", "other: 300 kW", "id: again\nother: 300 kW", "SITE-008"],
  ])("%s", (_, from, to, said) => {
    expect(problems(changed(from, to))).toContain(said);
  });
});

it("says every mistake at once, each with its line", () => {
  const text = lingangText
    .replace("importLimit: 40 MW", "importLimit: 40 MWh")
    .replace("power: 18 MW #", "powers: 18 MW #")
    .replace("airPlant: evaporative", "airPlant: [1]")
    .replace("hall: west", "hall: north")
    .replace("efficiency: ups-eco", 'efficiency: { "0.1": "0.5", "0.12": "0.99" }');
  const read = readSite(text, "site.yaml", content);
  const said = read.ok ? [] : read.issues.map(({ code, at }) => `${code} ${at.line}`);
  expect(said.sort()).toEqual(
    [
      `SITE-001 ${lineOf(text, "powers: 18 MW")}`,
      `SITE-002 ${lineOf(text, "id: storage")}`,
      `SITE-003 ${lineOf(text, "airPlant: [1]")}`,
      `SITE-006 ${lineOf(text, "hall: north")}`,
      `SITE-010 ${lineOf(text, '"0.12"')}`,
      `UNIT-002 ${lineOf(text, "importLimit")}`,
    ].sort(),
  );
});

it.each(["", "42", "[]", "site", "- id: x", "id:\n  - {}", "grid: { tariff: { periods: 3 } }", "a: &a [*a]"])(
  "answers %j by issues, never by an exception",
  (text) => {
    const read = readSite(text, "site.yaml", content);
    expect(read.ok).toBe(false);
  },
);

it("takes a quantity in any unit of its dimension", () => {
  const read = readSite(changed("importLimit: 40 MW", "importLimit: 40,000 千瓦"), "site.yaml", content);
  expect(read.ok && read.value.site.grid.importLimitKw).toBe(40000);
});

it("says beside each value of the example what it rests on", () => {
  const silent = lingangText
    .split("\n")
    .filter(
      (line) => /:\s*["\d-]*\d[^#]*$|:\s*[^#]*\d\s(MW|kW|MWh|%|h|°C|CNY|L)/.test(line) && !line.trim().startsWith("#"),
    )
    .filter((line) => !/#\s*(fact|derived|assumption)/.test(line));
  expect(silent).toEqual([]);
  expect((lingangText.match(/# (fact|derived|assumption)/g) ?? []).length).toBeGreaterThan(80);
});
