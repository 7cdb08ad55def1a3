import { expect, it } from "vitest";
import { importBytes, short } from "./import-for-tests.ts";
import { parseMapping } from "./mapping.ts";

const day = (text: string): number => Date.parse(`${text}T00:00:00+08:00`);

/** A mapping, and the lines and paths at which it is wrong. */
const BAD: readonly [string, string, string[]][] = [
  ["no YAML", "columns: [", ["CONTENT-003 line 1"]],
  ["a key given twice", "sheet: a\nsheet: b\n", ["CONTENT-003 line 2"]],
  ["an unknown key", "sheet: a\ncolums: {}\n", ["CONTENT-004 line 1"]],
  ["an unknown field", "columns:\n  用電量: amount\n  地點: place\n", ["CONTENT-004 line 3"]],
  ["an unknown encoding", "encoding: latin-2\n", ["CONTENT-004 line 1"]],
  ["an order of dates that is none", "dates: DDMM\n", ["CONTENT-004 line 1"]],
  ["a header row of zero", "\nheaderRow: 0\n", ["CONTENT-004 line 2"]],
  [
    "several at once",
    "kind: stuff\nheaderRows: 9\nend: maybe\n",
    ["CONTENT-004 line 1", "CONTENT-004 line 2", "CONTENT-004 line 3"],
  ],
];

it.each(BAD)("refuses %s, with its line", (_, yaml, expected) => {
  const parsed = parseMapping(yaml, "meters.yaml");
  expect(parsed.ok).toBe(false);
  const issues = parsed.ok ? [] : parsed.issues;
  expect(issues.map(({ code, at }) => `${code} line ${at.line}`)).toEqual(expected);
});

it("maps columns, gives constants, matches words and reads dates in their order", async () => {
  const csv = "Meter;Consumption;From;Till;Bill\nMain hall;1 234,5;01/03/2025;31/03/2025;B-1\n".replace(
    "1 234,5",
    "1234.5",
  );
  const mapping = `
columns:
  Meter: { field: site, values: { Main hall: lingang } }
  Consumption: { field: amount, unit: kWh }
  From: { field: start, dates: DMY }
  Till: { field: lastDay, dates: DMY }
  Bill: evidence
constants: { activity: electricity.purchased, basis: measured }
`;
  const { rows, issues } = await importBytes(csv, { mapping });
  expect(issues.map(short)).toEqual([]);
  expect(rows).toMatchObject([
    {
      site: "lingang",
      unit: "kWh",
      periodStart: day("2025-03-01"),
      periodEnd: day("2025-04-01"),
      amount: "4444.200000000",
    },
  ]);
});

const MONTHS = ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"];

it("reads a table of twelve months, and leaves empty months out", async () => {
  const csv = `站點,單位,${MONTHS.join(",")},合計\nlingang,MWh,1,2,3,4,5,6,7,8,9,10,,-,55\n合計,,1,2,3,4,5,6,7,8,9,10,,,55\n`;
  const { rows, issues } = await importBytes(csv, {
    mapping: "constants: { activity: electricity.purchased, basis: measured }\nmonths: { year: 2025 }\n",
    acceptWarnings: true,
  });
  expect(issues.map(short)).toEqual(["IMPORT-032 1 合計", "IMPORT-064 3", "IMPORT-068 2"]);
  expect(rows.map(({ periodStart }) => periodStart)).toEqual(
    Array.from({ length: 10 }, (_, month) => Date.UTC(2025, month, 1) - 8 * 3_600_000),
  );
  expect(rows.map(({ entered }) => entered)).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
});

/** What the year is by the mapping or by a column, and the first days of the months April and March. */
const YEARS: readonly [string, string, string, number, string, string][] = [
  ["a calendar year", "months: { year: 2025 }", "", 1, "2025-04-01", "2025-03-01"],
  ["a fiscal year", "months: { year: FY2025 }", "", 4, "2024-04-01", "2025-03-01"],
  ["a year in its column", "", "2024", 1, "2024-04-01", "2024-03-01"],
  ["a Chinese year in its column", "", "2024年", 1, "2024-04-01", "2024-03-01"],
];

it.each(YEARS)("knows the months of %s", async (_, mapping, year, fiscalYearStartMonth, april, march) => {
  const csv = `activity,site,basis,${year === "" ? "" : "年度,"}Apr (MWh),Mar (MWh)\nelectricity.purchased,lingang,measured,${year === "" ? "" : `${year},`}5,6\n`;
  const { rows, issues } = await importBytes(csv, { mapping: mapping || "{}", context: { fiscalYearStartMonth } });
  expect(issues.map(short)).toEqual([]);
  expect(rows.map(({ periodStart }) => periodStart)).toEqual([day(april), day(march)]);
});

it("takes months by the names that the mapping gives", async () => {
  const mapping =
    'constants: { activity: electricity.purchased, site: lingang, unit: kWh, basis: derived }\nmonths: { columns: { M13: 2026-01, M1: "1" }, year: 2025 }\n';
  const { rows, issues } = await importBytes("M1,M13\n5,6\n", { mapping });
  expect(issues.map(short)).toEqual([]);
  expect(rows.map(({ periodStart }) => periodStart)).toEqual([day("2025-01-01"), day("2026-01-01")]);
});

it("reports all that is wrong with a month by its column", async () => {
  const csv = "activity,site,basis,unit,2024-12,2025-01,2025-02\nelectricity.purchased,lingang,measured,MWh,1,x,-3\n";
  const { issues } = await importBytes(csv, {
    context: { period: { start: "2025-01-01", end: "2026-01-01", label: "2025" } },
  });
  expect(issues.map(short)).toEqual(["IMPORT-052 2 2024-12", "AMOUNT-001 2 2025-01", "IMPORT-046 2 2025-02"]);
});

it("joins a header of two rows by the mapping, from the row it names", async () => {
  const csv = "junk,activity,site\n電力,電力,地點,期間\n用量,單位,,\n5,kWh,lingang,2025-01\n";
  const mapping = `
headerRow: 2
headerRows: 2
columns: { 電力 用量: amount, 電力 單位: unit }
constants: { activity: electricity.purchased, basis: measured }
`;
  const { rows, issues } = await importBytes(csv, { mapping });
  expect(issues.map(short)).toEqual([]);
  expect(rows).toHaveLength(1);
});

it("reads the delimiter that the file names, that the mapping names, or that fits", async () => {
  const lines = ["activity", "site", "period", "amount", "unit", "basis"];
  const row = ["electricity.purchased", "lingang", "2025-01", "5", "kWh", "measured"];
  for (const delimiter of [",", ";", "\t", "|"]) {
    const csv = `${lines.join(delimiter)}\n${row.join(delimiter)}\n`;
    expect((await importBytes(csv)).rows).toHaveLength(1);
    expect((await importBytes(`sep=${delimiter}\r\n${csv}`)).rows).toHaveLength(1);
    expect(
      (await importBytes(csv, { mapping: `delimiter: "${delimiter === "\t" ? "\\t" : delimiter}"\n` })).rows,
    ).toHaveLength(1);
  }
});
