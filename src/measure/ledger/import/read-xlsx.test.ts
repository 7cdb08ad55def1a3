import { expect, it } from "vitest";
import { importBytes, type ImportForTests, short } from "./import-for-tests.ts";
import { type CellForTests, type SheetForTests, xlsxForTests, zipForTests } from "./xlsx/xlsx-for-tests.ts";

const HEADER = ["activity", "site", "period", "amount", "unit", "basis"];
const row = (period: CellForTests, amount: CellForTests): CellForTests[] => [
  "electricity.purchased",
  "lingang",
  period,
  amount,
  "kWh",
  "measured",
];
const book = (rows: readonly (readonly CellForTests[])[], more: Partial<SheetForTests> = {}): Buffer =>
  xlsxForTests([{ rows, ...more }]);
const day = (text: string): number => Date.parse(`${text}T00:00:00+08:00`);

const GOOD: readonly [string, CellForTests, CellForTests, string, string, string][] = [
  ["text", "2025-03", "12.5", "2025-03-01", "2025-04-01", "45.000000000"],
  ["a number", "2025-03", 12.5, "2025-03-01", "2025-04-01", "45.000000000"],
  ["a float with noise", "2025-03", 0.1 + 0.2, "2025-03-01", "2025-04-01", "1.080000000"],
  ["an exponent", "2025-03", { xml: "<c><v>1.25E7</v></c>" }, "2025-03-01", "2025-04-01", "45000000.000000000"],
  ["a date", { xml: '<c s="1"><v>45717</v></c>' }, 1, "2025-03-01", "2025-03-02", "3.600000000"],
  ["a date shown as a month", { xml: '<c s="2"><v>45717</v></c>' }, 1, "2025-03-01", "2025-04-01", "3.600000000"],
  [
    "a date as ISO text",
    { xml: '<c t="d"><v>2025-03-01T00:00:00</v></c>' },
    1,
    "2025-03-01",
    "2025-03-02",
    "3.600000000",
  ],
  [
    "text within the cell",
    { xml: '<c t="inlineStr"><is><r><t>2025</t></r><r><t>-03</t></r></is></c>' },
    1,
    "2025-03-01",
    "2025-04-01",
    "3.600000000",
  ],
  [
    "a formula with its result",
    "2025-03",
    { xml: "<c><f>1+1</f><v>2</v></c>" },
    "2025-03-01",
    "2025-04-01",
    "7.200000000",
  ],
  ["a year as number", 2025, 1, "2025-01-01", "2026-01-01", "3.600000000"],
];

it.each(GOOD)("reads %s", async (_, period, amount, start, end, expected) => {
  const { rows, issues } = await importBytes(book([HEADER, row(period, amount)]));
  expect(issues.filter(({ severity }) => severity !== "notice")).toEqual([]);
  expect(rows.map(({ periodStart, periodEnd, amount }) => [periodStart, periodEnd, amount])).toEqual([
    [day(start), day(end), expected],
  ]);
});

const BAD: readonly [string, Buffer, string[], ImportForTests?][] = [
  ["an error cell", book([HEADER, row("2025-03", { xml: '<c t="e"><v>#REF!</v></c>' })]), ["IMPORT-070 2 amount"]],
  [
    "an error cell in another column",
    book([HEADER, ["electricity.purchased", { xml: '<c t="e"><v>#N/A</v></c>' }, "2025-03", 1, "kWh", "measured"]]),
    ["IMPORT-070 2 site"],
  ],
  [
    "a formula without a result",
    book([HEADER, row("2025-03", { xml: "<c><f>SUM(A1:A9)</f></c>" })]),
    ["IMPORT-071 2 amount"],
  ],
  ["a formula with a result", book([HEADER, row("2025-03", { xml: "<c><f>1+1</f><v>2</v></c>" })]), ["IMPORT-072 2"]],
  ["a hidden row", book([HEADER, row("2025-03", 1), row("2025-04", 1)], { hiddenRows: [3] }), ["IMPORT-073 3"]],
  [
    "a merged amount",
    book([HEADER, row("2025-03", 1), row("2025-04", null)], { merges: ["D2:D3"] }),
    ["IMPORT-074 3 amount"],
  ],
  [
    "merged words",
    book([HEADER, row("2025-03", 1), [null, null, "2025-04", 2, null, null]], {
      merges: ["A2:A3", "B2:B3", "E2:E3", "F2:F3"],
    }),
    [],
  ],
  [
    "a number shown in thousands",
    book([HEADER, row("2025-03", { xml: '<c s="4"><v>12345678</v></c>' })]),
    ["IMPORT-076 2"],
  ],
  ["a percentage", book([HEADER, row("2025-03", { xml: '<c s="3"><v>0.12</v></c>' })]), ["AMOUNT-003 2 amount"]],
  ["a second sheet", xlsxForTests([{ rows: [HEADER, row("2025-03", 1)] }, { name: "old", rows: [] }]), ["IMPORT-075"]],
  [
    "a hidden sheet before it",
    xlsxForTests([{ name: "lists", rows: [["x"]], hidden: true }, { rows: [HEADER, row("2025-03", 1)] }]),
    [],
  ],
  [
    "a sheet by its name",
    xlsxForTests([{ rows: [] }, { name: "用電", rows: [HEADER, row("2025-03", 1)] }]),
    [],
    { sheet: "用電" },
  ],
  [
    "a sheet that is not there",
    xlsxForTests([{ name: "用電 2024", rows: [] }]),
    ["IMPORT-023"],
    { sheet: "用電 2025" },
  ],
  ["an empty sheet", xlsxForTests([{ rows: [] }]), ["IMPORT-001"]],
  [
    "a title above",
    book([["2025 年用電統計表"], [], HEADER, row("2025-03", 1)], { merges: ["A1:F1"] }),
    ["IMPORT-034 3"],
  ],
  ["nothing of a workbook", zipForTests([["readme.txt", Buffer.from("hello")]]), ["IMPORT-012"]],
  ["a document", zipForTests([["word/document.xml", Buffer.from("<a/>")]]), ["IMPORT-012"]],
  [
    "an OpenDocument file",
    zipForTests([
      ["mimetype", Buffer.from("x")],
      ["content.xml", Buffer.from("<a/>")],
    ]),
    ["IMPORT-012"],
  ],
  ["a workbook without sheets", xlsxForTests([]), ["IMPORT-020"]],
  [
    "XML that is none",
    zipForTests([
      ["[Content_Types].xml", Buffer.from("<Types/>")],
      ["xl/workbook.xml", Buffer.from("<workbook><sheets>")],
    ]),
    ["IMPORT-020"],
  ],
  [
    "a password",
    Buffer.concat([
      Buffer.from("d0cf11e0a1b11ae1", "hex"),
      Buffer.alloc(600),
      Buffer.from("EncryptedPackage", "utf16le"),
    ]),
    ["IMPORT-021"],
    { name: "t.xlsx" },
  ],
  [
    "an old workbook",
    Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.from("Workbook", "utf16le")]),
    ["IMPORT-024"],
    { name: "t.xls" },
  ],
  ["a bomb", book([HEADER, ["x".repeat(3_000_000)]]), ["IMPORT-022"]],
  ["more bytes than allowed", book([HEADER, row("2025-03", 1)]), ["IMPORT-022"], { limits: { xlsxBytes: 100 } }],
  ["a part larger than allowed", book([HEADER, row("2025-03", 1)]), ["IMPORT-022"], { limits: { xlsxPartBytes: 10 } }],
  [
    "too many columns",
    book([[...HEADER, ...Array.from({ length: 20 }, (_, index) => `c${index}`)], row("2025-03", 1)]),
    ["IMPORT-032 1 c0", "IMPORT-032 1 c1", "IMPORT-011"],
    { limits: { columns: 8 } },
  ],
  [
    "too many rows",
    book([HEADER, ...Array.from({ length: 2500 }, () => row("2025-03", 1))]),
    ["IMPORT-011", "IMPORT-090"],
    { limits: { rows: 100 } },
  ],
];

it.each(BAD)("reports %s", async (_, bytes, expected, options) => {
  const { issues } = await importBytes(bytes, { name: "t.xlsx", ...options });
  expect(issues.filter(({ code }) => code !== "IMPORT-058").map(short)).toEqual(expected);
});

it("fills a header of two rows from its merged cells, units included", async () => {
  const rows: CellForTests[][] = [
    ["活動", "站點", "用電量（MWh）", null],
    [null, null, "2025年1月", "2025年2月"],
    ["electricity.purchased", "lingang", 1, 2],
  ];
  const { rows: read, issues } = await importBytes(book(rows, { merges: ["A1:A2", "B1:B2", "C1:D1"] }));
  expect(issues.map(short)).toEqual(["IMPORT-069"]);
  expect(read.map(({ periodStart, amount }) => [periodStart, amount])).toEqual([
    [day("2025-01-01"), "3600.000000000"],
    [day("2025-02-01"), "7200.000000000"],
  ]);
});

it("counts dates from 1904 where the workbook says so", async () => {
  const bytes = xlsxForTests([{ rows: [HEADER, row({ xml: '<c s="1"><v>44255</v></c>' }, 1)] }], { date1904: true });
  const { rows } = await importBytes(bytes);
  expect(rows.map(({ periodStart }) => periodStart)).toEqual([day("2025-03-01")]);
});

it("names a cut-off file damaged, wherever it is cut, and never throws", async () => {
  const whole = book([
    HEADER,
    ...Array.from({ length: 12 }, (_, month) => row(`2025-${String(month + 1).padStart(2, "0")}`, 100 + month)),
  ]);
  let seen = 0;
  for (let length = 5; length < whole.length; length += 3) {
    const { rows, issues, outcome } = await importBytes(whole.subarray(0, length), { name: "cut.xlsx" });
    seen += 1;
    expect([rows, issues.map(({ code }) => code), outcome], `cut at ${length}`).toEqual([
      [],
      ["IMPORT-020"],
      undefined,
    ]);
  }
  expect(seen).toBeGreaterThan(500);
});

it("notices a changed byte or reads the same, and never throws", async () => {
  const whole = book([
    HEADER,
    ...Array.from({ length: 12 }, (_, month) => row(`2025-${String(month + 1).padStart(2, "0")}`, 100 + month)),
  ]);
  const expected = (await importBytes(whole)).rows;
  for (let at = 0; at < whole.length; at += 7) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 0x5a;
    const { rows, issues, outcome } = await importBytes(changed, { name: "changed.xlsx" });
    if (outcome?.accepted) expect(rows, `byte ${at}`).toEqual(expected);
    else
      expect(
        issues.some(({ severity }) => severity === "error"),
        `byte ${at}`,
      ).toBe(true);
  }
});
