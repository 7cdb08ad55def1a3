import { expect, it } from "vitest";
import { ok } from "../../src/ground/issue/index.ts";
import { importBytes, type ImportForTests, short, untold } from "../../src/measure/ledger/import/import-for-tests.ts";

const H = "activity,site,period,amount,unit,basis\n";
const E = "electricity.purchased,lingang";
const good = `${E},2025-01,100,MWh,measured\n`;
const months = (amounts: readonly (string | number)[], unit = "MWh", head = E): string =>
  amounts
    .map((amount, month) => `${head},2025-${String(month + 1).padStart(2, "0")},${amount},${unit},measured\n`)
    .join("");
const year2025 = { start: "2025-01-01", end: "2026-01-01", label: "2025" };
const mapped = (mapping: string): ImportForTests => ({ mapping });

/** A file, and every issue that it must give: code, row or line, column. */
const TABLE: readonly [string, string | Buffer, string[], ImportForTests?][] = [
  // The file.
  ["nothing at all", "", ["IMPORT-001"]],
  ["blank lines", "\n\n  \n", ["IMPORT-001"]],
  ["a mark and nothing else", Buffer.from([0xef, 0xbb, 0xbf]), ["IMPORT-001"]],
  ["a header only", H, ["IMPORT-002 1"]],
  ["a header without line end", H.trim(), ["IMPORT-002 1"]],
  ["no header", "lingang,1,2\nhong-kong,3,4\n", ["IMPORT-033 1"]],
  ["a PDF", "%PDF-1.7\n…", ["IMPORT-012"]],
  ["a picture", Buffer.from("89504e470d0a1a0a", "hex"), ["IMPORT-012"]],
  ["NUL bytes", `${H}${E},2025-01,1\u00000,MWh,measured\n`, ["IMPORT-005 line 2", "AMOUNT-001 2 amount"]],
  [
    "a byte that is no UTF-8",
    Buffer.concat([Buffer.from(H + good.trim()), Buffer.from([0xff]), Buffer.from("\n用電\n")]),
    ["IMPORT-003 line 2", "IMPORT-047 2 basis", "IMPORT-041 3 activity", "IMPORT-040 3 site", "IMPORT-040 3 amount"],
  ],
  ["CR alone at line ends", `${H}${good}`.replaceAll("\n", "\r"), ["IMPORT-006 line 1"]],
  ["CR alone in one line", `${H}${E},2025-01,1\r00,MWh,measured\n`, ["IMPORT-006 line 2", "AMOUNT-002 2 amount"]],
  [
    "a quote never closed",
    `${H}${good}${E},2025-02,"100,MWh,measured\n${E},2025-03,100,MWh,measured\n`,
    ["IMPORT-007 3 4"],
  ],
  ["text after a quote", `${H}${E},2025-01,"100" about,MWh,measured\n`, ["IMPORT-009 2 4"]],
  ["a line too long", `${H}${"x".repeat(2000)}\n`, ["IMPORT-008 2"], { limits: { lineChars: 1000 } }],
  [
    "a line that never ends",
    `${H}${"x".repeat(900_000)}`,
    ["IMPORT-008 2"],
    { limits: { lineChars: 1000 }, pieces: 5000 },
  ],
  [
    "a quoted cell too long",
    `${H}${E},2025-01,"${"1".repeat(2000)}",MWh,measured\n`,
    ["IMPORT-008 2 4", "AMOUNT-005 2 amount"],
    { limits: { cellChars: 1000 } },
  ],
  ["too many columns", `${H.trim()},a,b,c\n${good}`, ["IMPORT-011 1"], { limits: { columns: 8 } }],
  ["too many rows", H + months([1, 1, 1, 1]), ["IMPORT-011 4"], { limits: { rows: 3 } }],
  // The header.
  ["a column missing", "activity,site,period,amount\n", ["IMPORT-030 1"]],
  [
    "several columns missing, one misspelt",
    "activity,stie,when\n",
    ["IMPORT-030 1", "IMPORT-030 1", "IMPORT-030 1", "IMPORT-030 1", "IMPORT-032 1 stie", "IMPORT-032 1 when"],
  ],
  ["an end missing", "activity,site,start,amount,unit,basis\n", ["IMPORT-030 1"]],
  ["two columns for one field", `amount,數量,${H}`, ["IMPORT-031 1 數量", "IMPORT-031 1 amount"]],
  ["a column that means nothing", `${H.trim()},colour\n${good.trim()},red\n`, ["IMPORT-032 1 colour"]],
  ["titles above the header", `2025 electricity\nprinted 2026-01-05\n\n${H}${good}`, ["IMPORT-034 4"]],
  ["the header once more", `${H}${good}${H}`, ["IMPORT-065 3"]],
  ["a mapped column that is not there", H + good, ["IMPORT-036 1"], mapped("columns: { 用電量: amount }")],
  [
    "a month that is none",
    "activity,site,M1,unit\n",
    ["IMPORT-037 1 M1"],
    mapped('months: { year: 2025, columns: { M1: "13" } }'),
  ],
  ["months without a year", "activity,site,unit,1月,2月\n", ["IMPORT-038 1 1月"]],
  // The words of a row.
  [
    "required values missing",
    `${H},,,,,\n,x,,,,\n`,
    ["IMPORT-040 3 activity", "IMPORT-042 3 site", "IMPORT-040 3 amount"],
  ],
  ["a period and a unit missing", `${H}${E},,5,,measured\n`, ["IMPORT-040 2 period", "IMPORT-040 2 unit"]],
  ["a dash for an amount", `${H}${E},2025-01,-,MWh,measured\n`, ["IMPORT-040 2 amount"]],
  ["an unknown activity", `${H}electricity.purchase,lingang,2025-01,1,MWh,measured\n`, ["IMPORT-041 2 activity"]],
  [
    "an unknown site and a bad amount",
    `${H}electricity.purchased,lingan,2025-01,x,MWh,measured\n`,
    ["IMPORT-042 2 site", "AMOUNT-001 2 amount"],
  ],
  ["a dimension that the activity lacks", `${H.trim()},dim.fuel\n${good.trim()},diesel\n`, ["IMPORT-043 2 dim.fuel"]],
  [
    "a value that the dimension lacks",
    `${H.trim()},dim.fuel\nfuel.combustion,lingang,2025-01,1,MWh,measured,desel\n`,
    ["IMPORT-044 2 dim.fuel"],
  ],
  [
    "two cuts of one total",
    `${H.trim()},dim.gender,dim.region\npeople.employed,lingang,2025,1,person,measured,female,china\n`,
    ["IMPORT-077 2 dim.region"],
  ],
  ["no cut of a total", `${H}people.employed,lingang,2025,1,person,measured\n`, ["IMPORT-077 2"]],
  ["a unit of another dimension", `${H}${E},2025-01,1,t,measured\n`, ["IMPORT-045 2 unit"]],
  ["power for energy", `${H}${E},2025-01,1,MW,measured\n`, ["IMPORT-045 2 unit"]],
  ["an unknown unit", `${H}${E},2025-01,1,MWx,measured\n`, ["UNIT-001 2 unit"]],
  ["a negative amount", `${H}${E},2025-01,-1,MWh,measured\n`, ["IMPORT-046 2 amount"]],
  ["a negative amount where allowed", `${H}donation.paid,lingang,2025-01,-1,萬元,measured\n`, []],
  ["no number", `${H}${E},2025-01,about 5,MWh,measured\n`, ["AMOUNT-003 2 amount"]],
  ["a number that may mean two", `${H}${E},2025-01,"1,23",MWh,measured\n`, ["AMOUNT-002 2 amount"]],
  ["more decimals than can be kept", `${H}${E},2025-01,0.00000000001,kWh,measured\n`, ["UNIT-004 2 amount"]],
  ["more digits than can be kept", `${H}${E},2025-01,${"9".repeat(29)},MWh,measured\n`, ["UNIT-008 2 amount"]],
  ["an unknown basis", `${H}${E},2025-01,1,MWh,guessed\n`, ["IMPORT-047 2 basis"]],
  ["no basis at all", `activity,site,period,amount,unit\n${E},2025-01,1,MWh\n`, ["IMPORT-069"]],
  [
    "a comma that is not quoted",
    `${H}${E},2025-01,1,234,MWh,measured\n`,
    ["IMPORT-048 2", "IMPORT-047 2 basis", "IMPORT-045 2 unit"],
  ],
  [
    "evidence that is not found",
    `${H.trim()},evidence\n${good.trim()},INV-404\n`,
    ["IMPORT-049 2 evidence"],
    {
      context: {
        evidence: (text) =>
          text === "INV-404"
            ? { ok: false, issues: [{ code: "IMPORT-049", severity: "error", at: {}, actual: text }] }
            : ok({ type: "file" }),
      },
    },
  ],
  ["an error of a spreadsheet", `${H}${E},2025-01,#REF!,MWh,measured\n`, ["IMPORT-070 2 amount"]],
  ["errors elsewhere", `${H}#N/A,lingang,#VALUE!,1,MWh,measured\n`, ["IMPORT-070 2 activity"]],
  ["a formula as text", `${H}${E},2025-01,=SUM(D1:D9),MWh,measured\n`, ["IMPORT-071 2 amount"]],
  // Periods.
  ["no date", `${H}${E},sometime,1,MWh,measured\n`, ["PERIOD-001 2 period"]],
  ["a day that does not exist", `${H}${E},2025-02-30,1,MWh,measured\n`, ["IMPORT-050 2 period"]],
  ["day and month either way", `${H}${E},03/04/2025,1,MWh,measured\n`, ["IMPORT-054 2 period"]],
  ["day and month told by the mapping", `${H}${E},03/04/2025,1,MWh,measured\n`, [], mapped("dates: DMY")],
  [
    "outside the period",
    `${H}${E},2024-12,1,MWh,measured\n${good}`,
    ["IMPORT-052 2 period"],
    { context: { period: year2025 } },
  ],
  ["over the end of the year", `${H}${E},2024-12-15..2025-01-14,1,MWh,measured\n`, ["IMPORT-053 2 period"]],
  [
    "over the end of the fiscal year",
    `${H}${E},2025,1,MWh,measured\n`,
    ["IMPORT-053 2 period"],
    { context: { fiscalYearStartMonth: 4 } },
  ],
  [
    "a stock over the end of the year",
    `${H.trim()},dim.gender\npeople.employed,lingang,2024-12-15..2025-01-14,1,person,measured,female\n`,
    [],
  ],
  [
    "outside and over the end",
    `${H}${E},2024-12-15..2025-01-14,1,MWh,measured\n`,
    ["IMPORT-052 2 period", "IMPORT-053 2 period"],
    { context: { period: year2025 } },
  ],
  ["a moment for a period", `${H}${E},2025-01-01T08:00,1,MWh,measured\n`, ["IMPORT-057 2 period"]],
  [
    "an end before the start",
    `activity,site,start,end,amount,unit,basis\n${E},2025-02-01,2025-01-01,1,MWh,measured\n`,
    ["IMPORT-051 2 end"],
  ],
  [
    "an end that is the start",
    `activity,site,start,end,amount,unit,basis\n${E},2025-02-01,2025-02-01,1,MWh,measured\n`,
    ["IMPORT-051 2 end"],
  ],
  [
    "bad ends",
    `activity,site,start,end,amount,unit,basis\n${E},,2025-13-01,1,MWh,measured\n`,
    ["IMPORT-040 2 start", "IMPORT-050 2 end"],
  ],
  [
    "an end that should be included",
    `activity,site,start,end,amount,unit,basis\n${E},2025-01-01,2025-01-31,1,MWh,measured\n`,
    ["IMPORT-063 2"],
  ],
  [
    "the same with the right name",
    `activity,site,start,last day,amount,unit,basis\n${E},2025-01-01,2025-01-31,1,MWh,measured\n`,
    [],
  ],
  [
    "an hour that never was",
    `activity,site,start,end,amount,unit,basis\nelectricity.purchased,london,2025-03-30T01:30,2025-03-30T03:00,1,MWh,measured\n`,
    ["IMPORT-055 2 start"],
  ],
  [
    "an hour that comes twice",
    `activity,site,start,end,amount,unit,basis\nelectricity.purchased,london,2025-10-26T01:00,2025-10-26T02:00,1,MWh,measured\n`,
    ["IMPORT-056 2 start"],
  ],
  [
    "the same hour with its offset",
    `activity,site,start,end,amount,unit,basis\nelectricity.purchased,london,2025-10-26T01:00+01:00,2025-10-26T01:00+00:00,1,MWh,measured\n`,
    [],
  ],
  // Rows among one another.
  ["a row twice", H + good + good, ["IMPORT-058 3"]],
  ["a row twice in other words", `${H}${good}外購電力,上海臨港,2025年1月,100000,度,實測\n`, ["IMPORT-058 3"]],
  ["two bills for one month", `${H.trim()},evidence\n${good.trim()},INV-1\n${good.trim()},INV-2\n`, ["IMPORT-059 3"]],
  ["a month within a quarter", `${H}${E},2025Q1,300,MWh,measured\n${good}`, ["IMPORT-060 3"]],
  ["a total at the end", `${H}${months([5, 6, 7])}合計,,,18,MWh,\n`, ["IMPORT-064 5"]],
  ["a total where the period stands", `${H}${months([5, 6, 7])}${E},Total,18,MWh,measured\n`, ["IMPORT-064 5"]],
  [
    "a total in a column of its own",
    `no.,${H}1,${E},2025-01,5,MWh,measured\n小計,${E},2025-02,5,MWh,measured\n`,
    ["IMPORT-032 1 no.", "IMPORT-064 3"],
  ],
  [
    "a total by a word of the mapping",
    `${H}${months([5, 6, 7])}Σ,,,18,MWh,\n`,
    ["IMPORT-064 5"],
    mapped('totals: ["Σ"]'),
  ],
  ["a slip of ×10", H + months([100, 110, 1050, 95, 105, 98]), ["IMPORT-066 4 amount"]],
  ["a slip of ÷100", H + months([100, 110, 1.05, 95, 105, 98]), ["IMPORT-066 4 amount"]],
  ["kWh entered as MWh", H + months([100, 110, 105_000, 95, 105, 98]), ["IMPORT-066 4 amount"]],
  ["萬度 entered as 度", H + months([100, 110, 0.0105, 95, 105, 98]), ["IMPORT-066 4 amount"]],
  ["萬元 entered as 百萬元", H + months([12, 11, 1250, 12], "萬元", "donation.paid,lingang"), ["IMPORT-067 4 amount"]],
  ["yuan entered as 萬元", H + months([12, 11, 125_000, 12], "萬元", "donation.paid,lingang"), ["IMPORT-067 4 amount"]],
  [
    "half a year in another unit",
    H + months([100, 110, 105, 95, 105, 98, 0.1, 0.11, 0.12, 0.1, 0.1, 0.09]),
    ["IMPORT-066 8 amount"],
  ],
  ["seasons that are no slip", H + months([900, 700, 400, 200, 120, 90, 80, 85, 130, 300, 500, 850]), []],
  ["sums that vary anyway", H + months([1, 20, 3, 700, 50, 9, 1000, 2], "萬元", "donation.paid,lingang"), []],
  ["a quarter beside months", `${H}${months([100, 110, 105])}${E},2025Q2,315,MWh,measured\n`, []],
];

it.each(TABLE)("%s", async (_, file, expected, options) => {
  const { issues } = await importBytes(file, options);
  expect(issues.map(short)).toEqual(expected);
  expect(issues.flatMap(untold)).toEqual([]);
});

it("counts what it looks at", () => {
  expect(TABLE.length).toBeGreaterThan(80);
});
