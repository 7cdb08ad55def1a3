import fc from "fast-check";
import { expect, it } from "vitest";
import { importBytes, type ImportForTests } from "../../src/measure/ledger/import/import-for-tests.ts";
import { xlsxForTests } from "../../src/measure/ledger/import/xlsx/xlsx-for-tests.ts";

const quoted = (cell: string, always: boolean): string =>
  always || /[",;\t|\r\n]/.test(cell) || cell !== cell.trim() ? `"${cell.replaceAll('"', '""')}"` : cell;

const record = fc.record({
  site: fc.constantFrom("lingang", "hong-kong", "london"),
  day: fc.integer({ min: 0, max: 364 }),
  amount: fc
    .tuple(fc.integer({ min: 100_000, max: 300_000 }), fc.integer({ min: 0, max: 4 }))
    .map(([digits, places]) => (digits / 10 ** places).toFixed(places)),
  unit: fc.constantFrom("kWh", "MWh", "度", "兆瓦時", "GJ"),
  basis: fc.constantFrom("measured", "estimated", "derived"),
  evidence: fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
    .map((text) => text.replace(/[\0\r\ufffd]/g, "x").trim() || "x"),
});
const dayOf = (day: number): string => new Date(Date.UTC(2025, 0, 1 + day)).toISOString().slice(0, 10);
const instant = (day: string, site: string): number => {
  // The clocks of London differ by an hour from the last Sunday of March to that of October.
  const offset = site === "london" ? (day > "2025-03-30" && day <= "2025-10-26" ? 1 : 0) : 8;
  return Date.parse(`${day}T00:00:00Z`) - offset * 3_600_000;
};

it("reads back what was written, whatever the delimiter, the quotes, the line ends and the pieces", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(record, { minLength: 1, maxLength: 30, selector: ({ site, day }) => `${site} ${day}` }),
      fc.constantFrom(",", ";", "\t", "|"),
      fc.boolean(),
      fc.constantFrom("\n", "\r\n"),
      fc.integer({ min: 1, max: 300 }),
      async (records, delimiter, always, lineEnd, pieces) => {
        const lines = records.map(({ site, day, amount, unit, basis, evidence }) => [
          "electricity.purchased",
          site,
          dayOf(day),
          amount,
          unit,
          basis,
          evidence,
        ]);
        const head = ["activity", "site", "period", "amount", "unit", "basis", "evidence"];
        const csv = [head, ...lines]
          .map((cells) => cells.map((cell) => quoted(cell, always)).join(delimiter))
          .join(lineEnd);
        const { rows, issues } = await importBytes(csv, { pieces, acceptWarnings: true });
        expect(issues.filter(({ severity }) => severity === "error")).toEqual([]);
        expect(
          rows.map(({ site, periodStart, entered, basis, evidence }) => ({
            site,
            periodStart,
            entered,
            basis,
            evidence: JSON.parse(evidence).source,
          })),
        ).toEqual(
          records.map(({ site, day, amount, basis, evidence }) => ({
            site,
            periodStart: instant(dayOf(day), site),
            entered: amount,
            basis,
            evidence,
          })),
        );
      },
    ),
    { numRuns: 150 },
  );
});

it("never throws on bytes of any kind, and accepts none of them", async () => {
  const scraps = fc.constantFrom(
    "activity,site,period,amount,unit\n",
    "electricity.purchased,lingang,",
    '"',
    "\n",
    "\r",
    ",",
    "2025-01,",
    "1,MWh\n",
    "\u0000",
    "合計",
    "﻿",
    "=1+1",
    "#REF!",
    "PK\u0003\u0004",
    "1月,",
    "9".repeat(400),
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.array(scraps, { maxLength: 40 }).map((parts) => Buffer.from(parts.join(""))),
    fc
      .tuple(fc.array(scraps, { maxLength: 20 }), fc.uint8Array({ maxLength: 40 }))
      .map(([parts, rest]) => Buffer.concat([Buffer.from(parts.join("")), rest])),
  );
  const options: fc.Arbitrary<ImportForTests> = fc.record(
    {
      kind: fc.constant("records" as const),
      encoding: fc.constantFrom("utf-8", "big5", "gb18030", "utf-16le", "windows-1252"),
      acceptValid: fc.boolean(),
      pieces: fc.integer({ min: 1, max: 50 }),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(bytes, options, async (file, chosen) => {
      const { rows, issues, outcome } = await importBytes(file, chosen);
      if (rows.length === 0)
        expect(issues.some(({ severity }) => severity !== "notice") || outcome?.accepted === false).toBe(true);
      for (const row of rows) expect(row.periodEnd).toBeGreaterThan(row.periodStart);
    }),
    { numRuns: 400 },
  );
});

it("never throws on a workbook with any texts and numbers in its cells", async () => {
  const cell = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.double({ noNaN: true }),
    fc.constantFrom("activity", "site", "amount", "2025-01", "合計"),
    fc.constant(null),
  );
  const xml = fc
    .constantFrom(
      "<c><v>NaN</v></c>",
      '<c t="s"><v>99</v></c>',
      '<c s="77"><v>1e400</v></c>',
      '<c s="1"><v>-5</v></c>',
      '<c t="x"/>',
      '<c s="5"><v>45717.123456</v></c>',
      "<c><f/></c>",
    )
    .map((text) => ({ xml: text }));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.oneof({ weight: 5, arbitrary: cell }, xml), { maxLength: 6 }), { maxLength: 8 }),
      async (rows) => {
        const clean = rows.map((row) =>
          row.map((value) =>
            typeof value === "string" ? value.replace(/[\0-\x08\x0b-\x1f\ufffe\uffff]/g, "") : value,
          ),
        );
        const { outcome } = await importBytes(xlsxForTests([{ rows: clean }]), { name: "t.xlsx" });
        expect(outcome?.accepted ?? false).toBe(false);
      },
    ),
    { numRuns: 150 },
  );
});
