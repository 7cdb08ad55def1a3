import { expect, it } from "vitest";
import { contextForTests, short, untold } from "./import-for-tests.ts";
import { IssueSink } from "./issue-sink.ts";
import { prepareReported } from "./prepare-reported.ts";
import type { ImportIndicator, PreparedReported } from "./prepared-row.ts";
import { readTable } from "./read-table.ts";
import { bytesSource } from "./table-source.ts";

const INDICATORS: readonly ImportIndicator[] = [
  { id: "ghg.scope1", unit: "tCO2e", dimensions: ["fuel"] },
  { id: "energy.total", unit: "MWh", dimensions: [] },
];
const H = "indicator,period,value,unit,decimals,qualifier,where,row,edition,note,dim.fuel\n";

async function read(
  csv: string,
): Promise<{ figures: PreparedReported[]; issues: string[]; untold: string[]; accepted: boolean | undefined }> {
  const sink = new IssueSink();
  const table = await readTable(bytesSource("reported.csv", Buffer.from(csv)), { kind: "reported" }, sink);
  const figures: PreparedReported[] = [];
  const prepared =
    table && prepareReported(table, { indicators: INDICATORS, units: contextForTests().units }, {}, sink);
  if (prepared) for await (const chunk of prepared.chunks) figures.push(...chunk);
  const issues = sink.report("reported.csv");
  return { figures, issues: issues.map(short), untold: issues.flatMap(untold), accepted: prepared?.outcome().accepted };
}

const GOOD: readonly [string, string, Partial<PreparedReported>][] = [
  [
    "a figure with all it has",
    'ghg.scope1,2025,"1,138.37",噸二氧化碳當量,2,over,kpi-appendix,A1 範圍一,2025-zh-Hant,as printed,diesel',
    {
      indicator: "ghg.scope1",
      period: { start: "2025-01-01", end: "2026-01-01", label: "2025" },
      dims: '{"fuel":"diesel"}',
      value: "1138.37",
      unit: "tCO2e",
      decimals: 2,
      qualifier: "over",
      place: '{"edition":"2025-zh-Hant","place":"kpi-appendix","row":"A1 範圍一"}',
      note: "as printed",
    },
  ],
  [
    "decimals as printed",
    "ghg.scope1,2025,138.370,tCO2e,,,t,,,,",
    { value: "138.37", decimals: 3, qualifier: "exact", place: '{"place":"t"}' },
  ],
  ["more decimals than the text shows", "ghg.scope1,2025,138,tCO2e,1,exact,t,,,,", { value: "138", decimals: 1 }],
  ["a dash", "ghg.scope1,2025,—,tCO2e,2,exact,t,,,,", { value: null, note: "dash", decimals: 2 }],
  ["a dash said by the note", "ghg.scope1,2025,,tCO2e,,,t,,,dash,", { value: null, note: "dash" }],
  ["a negative figure in brackets", "energy.total,2025,(12.5),MWh,1,,t,,,,", { value: "-12.5", decimals: 1 }],
  ["no place but the file", "energy.total,2025Q1,1,GWh,,,,,,,", { place: '{"place":"reported.csv"}', unit: "GWh" }],
  ["a Chinese qualifier", "energy.total,2025,950,萬度,0,逾,t,,,,", { qualifier: "over", decimals: 0 }],
];

it.each(GOOD)("reads %s", async (_, line, expected) => {
  const { figures, issues } = await read(`${H}${line}\n`);
  expect(issues).toEqual([]);
  expect(figures).toHaveLength(1);
  expect(figures[0]).toMatchObject(expected);
});

const line = "energy.total,2025,1,MWh,0,exact,t,r,e,,";
const BAD: readonly [string, string, string[]][] = [
  ["an unknown indicator", `${H}energy.totl,2025,1,MWh,0,exact,t,r,e,,\n`, ["IMPORT-080 2 indicator"]],
  [
    "required values missing",
    `${H},,,,,,x,,,,\n`,
    ["IMPORT-040 2 indicator", "IMPORT-040 2 period", "IMPORT-040 2 unit", "IMPORT-040 2 value"],
  ],
  ["a period that is none", `${H}energy.total,last year,1,MWh,0,exact,t,r,e,,\n`, ["PERIOD-001 2 period"]],
  ["a value that is none", `${H}energy.total,2025,many,MWh,0,exact,t,r,e,,\n`, ["AMOUNT-001 2 value"]],
  ["a unit of another dimension", `${H}energy.total,2025,1,t,0,exact,t,r,e,,\n`, ["IMPORT-082 2 unit"]],
  ["decimals that are none", `${H}energy.total,2025,1,MWh,two,exact,t,r,e,,\n`, ["IMPORT-081 2 decimals"]],
  ["more decimals than stated", `${H}energy.total,2025,1.25,MWh,1,exact,t,r,e,,\n`, ["IMPORT-083 2 decimals"]],
  ["an unknown qualifier", `${H}energy.total,2025,1,MWh,0,roughly,t,r,e,,\n`, ["IMPORT-085 2 qualifier"]],
  ["a breakdown it does not have", `${H}energy.total,2025,1,MWh,0,exact,t,r,e,,diesel\n`, ["IMPORT-086 2 dim.fuel"]],
  ["the same figure in the same place", `${H}${line}\n${line}\n`, ["IMPORT-084 3"]],
  ["the same figure elsewhere", `${H}${line}\n${line.replace(",r,", ",other,")}\n`, []],
  ["too many cells", `${H}${line},extra\n`, ["IMPORT-048 2"]],
  ["the header once more", `${H}${line}\n${H}`, ["IMPORT-065 3"]],
  ["a header only", H, ["IMPORT-002 1"]],
  ["columns missing", "indicator,figure\nx,1\n", ["IMPORT-030 1", "IMPORT-030 1"]],
];

it.each(BAD)("reports %s", async (_, csv, expected) => {
  const { issues, untold, accepted } = await read(csv);
  expect(issues).toEqual(expected);
  expect(untold).toEqual([]);
  expect(accepted ?? false).toBe(expected.length === 0);
});
