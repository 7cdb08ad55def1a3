import { expect, it } from "vitest";
import { importBytes, short } from "./import-for-tests.ts";
import type { ExistingRecords, MetRecord, PreparedRow } from "./prepared-row.ts";

const H = "activity,site,period,amount,unit,basis\n";
const E = "electricity.purchased,lingang";
const rowOf = (month: number, amount: number | string): string =>
  `${E},2025-${String(month).padStart(2, "0")},${amount},MWh,measured\n`;
const amounts = (rows: readonly PreparedRow[]): string[] => rows.map(({ entered }) => entered);

it("is all or nothing: one bad row and nothing is handed out", async () => {
  const { rows, outcome } = await importBytes(H + rowOf(1, 100) + rowOf(2, "x") + rowOf(3, 101));
  expect(rows).toEqual([]);
  expect(outcome).toEqual({ accepted: false, rowsRead: 3, rowsPrepared: 0, rowsRejected: 1 });
});

it("keeps the good rows when asked to, and still reports the others", async () => {
  const { rows, issues, outcome } = await importBytes(H + rowOf(1, 100) + rowOf(2, "x") + rowOf(3, 101), {
    acceptValid: true,
  });
  expect(amounts(rows)).toEqual(["100", "101"]);
  expect(issues.map(short)).toEqual(["AMOUNT-001 3 amount"]);
  expect(outcome).toEqual({ accepted: true, rowsRead: 3, rowsPrepared: 2, rowsRejected: 1 });
});

it("wants warnings to be accepted, also beside acceptValid", async () => {
  const file = H + rowOf(1, 100) + rowOf(2, 100_000) + rowOf(3, 101);
  expect((await importBytes(file)).outcome?.accepted).toBe(false);
  expect((await importBytes(file, { acceptValid: true })).outcome?.accepted).toBe(false);
  const { rows, outcome } = await importBytes(file, { acceptWarnings: true });
  expect([amounts(rows), outcome?.accepted]).toEqual([["100", "100000", "101"], true]);
});

it("accepts nothing when no row is good, and nothing of a file that cannot be read to its end", async () => {
  expect((await importBytes(H + rowOf(1, "x"), { acceptValid: true })).outcome?.accepted).toBe(false);
  const cut = await importBytes(`${H}${rowOf(1, 100)}${E},2025-02,"100`, { acceptValid: true, acceptWarnings: true });
  expect(cut.outcome?.accepted).toBe(false);
});

it("lists at most a thousand issues, errors first, and counts them all", async () => {
  const warnings = Array.from({ length: 1500 }, () => "Total,,,5,MWh,\n").join("");
  const errors = Array.from({ length: 3000 }, () => `${E},2025-01,x,MWh,measured\n`).join("");
  const { issues } = await importBytes(H + warnings + errors);
  expect(issues).toHaveLength(1001);
  expect(issues.slice(0, 1000).every(({ severity }) => severity === "error")).toBe(true);
  expect(issues[1000]).toMatchObject({ code: "IMPORT-090", actual: "4500", values: { rest: "3500" } });
});

it("hands rows out in chunks", async () => {
  const start = Date.UTC(2025, 0, 1);
  const hour = (index: number): string => new Date(start + index * 3_600_000).toISOString().slice(0, 16);
  const lines = Array.from(
    { length: 2500 },
    (_, index) => `${E},${hour(index)},${hour(index + 1)},5,kWh,measured\n`,
  ).join("");
  const sizes: number[] = [];
  const existing: ExistingRecords = {
    meeting: async (rows) => {
      sizes.push(rows.length);
      return [];
    },
    amounts: async (series) => series.map(() => []),
  };
  const { rows } = await importBytes(`activity,site,start,end,amount,unit,basis\n${lines}`, {
    chunkRows: 1000,
    context: { existing },
  });
  expect(rows).toHaveLength(2500);
  expect(sizes).toEqual([1000, 1000, 500]);
});

/** A ledger that holds one record. */
function ledgerWith(record: Omit<MetRecord, "index" | "record">, known: readonly number[] = []): ExistingRecords {
  return {
    meeting: async (rows) =>
      rows.flatMap((row, index) =>
        row.periodStart < record.periodEnd && record.periodStart < row.periodEnd
          ? [{ ...record, index, record: "batch 3, row 17" }]
          : [],
      ),
    amounts: async (series) => series.map(() => known),
  };
}

const JANUARY = {
  periodStart: Date.parse("2025-01-01T00:00:00+08:00"),
  periodEnd: Date.parse("2025-02-01T00:00:00+08:00"),
};
const SAME = '{"source":"the file itself","type":"citation"}';

it("compares with what the ledger holds", async () => {
  const file = H + rowOf(1, 100) + rowOf(2, 101);
  const twice = await importBytes(file, {
    context: { existing: ledgerWith({ ...JANUARY, amount: "1", evidence: SAME }) },
  });
  expect(twice.issues.map(short)).toEqual(["IMPORT-061 2"]);
  expect(twice.issues[0]?.values).toMatchObject({ record: "batch 3, row 17" });
  const kept = await importBytes(file, {
    acceptValid: true,
    context: { existing: ledgerWith({ ...JANUARY, amount: "1", evidence: SAME }) },
  });
  expect([amounts(kept.rows), kept.outcome?.rowsRejected]).toEqual([["101"], 1]);
  const other = await importBytes(file, {
    context: { existing: ledgerWith({ ...JANUARY, amount: "1", evidence: "{}" }) },
  });
  expect(other.issues.map(short)).toEqual(["IMPORT-062 2"]);
});

it("sees that a whole file is off by a power of ten from what the ledger holds", async () => {
  // 100 MWh a month is about 484 MJ an hour.
  const existing = ledgerWith({ periodStart: 0, periodEnd: 1, amount: "1", evidence: "" }, [480, 490, 500, 470]);
  const { issues } = await importBytes(H + rowOf(1, 100_000) + rowOf(2, 101_000) + rowOf(3, 99_000), {
    context: { existing },
  });
  expect(issues.map(short)).toEqual(["IMPORT-066 2 amount"]);
  expect(issues[0]?.values).toMatchObject({ times: "× 1,000", count: "3", rows: "2, 3, 4" });
  expect((await importBytes(H + rowOf(1, 100) + rowOf(2, 101), { context: { existing } })).issues).toEqual([]);
});
