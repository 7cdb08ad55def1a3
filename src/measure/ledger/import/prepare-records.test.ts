import { expect, it } from "vitest";
import { importBytes, short } from "./import-for-tests.ts";

it("turns a row into a record of the ledger: base units, site's midnight, canonical texts", async () => {
  const csv =
    'activity,site,period,amount,unit,basis,evidence,dim.fuel,note\nfuel.combustion,lingang,2025-03,"1,234.5",kWh,estimated,INV-7,diesel,late bill\n';
  const { rows, issues, outcome } = await importBytes(csv);
  expect(issues).toEqual([]);
  expect(rows).toEqual([
    {
      activity: "fuel.combustion",
      site: "lingang",
      dims: '{"fuel":"diesel"}',
      unit: "kWh",
      evidence: '{"source":"INV-7","type":"citation"}',
      basis: "estimated",
      periodStart: Date.parse("2025-02-28T16:00:00Z"),
      periodEnd: Date.parse("2025-03-31T16:00:00Z"),
      amount: "4444.200000000",
      entered: "1,234.5",
      note: "late bill",
    },
  ]);
  expect(outcome).toEqual({ accepted: true, rowsRead: 1, rowsPrepared: 1, rowsRejected: 0 });
});

it("reads Traditional and Simplified Chinese headers, titles and words", async () => {
  const hant = "活動類型,站點,月份,用電量（兆瓦時）,數據基礎\n外購電力,上海臨港,2025年1月,12.5,實測\n";
  const hans = "活动类型;站点;月份;用电量(兆瓦时);数据基础\n外购电力;上海临港;2025年1月;12.5;实测\n";
  const [a, b] = [await importBytes(hant), await importBytes(hans)];
  expect(a.issues.map(short)).toEqual([]);
  expect(b.issues.map(short)).toEqual([]);
  expect(a.rows).toEqual(b.rows);
  expect(a.rows[0]?.amount).toBe("45000.000000000");
});

/** Start, end, and what they are in UTC, at a site in London. */
const ENDS: readonly [string, string, string, string][] = [
  ["2025-01-01", "2025-01-02", "2025-01-01T00:00Z", "2025-01-02T00:00Z"],
  ["2025-03-30", "2025-03-31", "2025-03-30T00:00Z", "2025-03-30T23:00Z"],
  ["2025-10-26", "2025-10-27", "2025-10-25T23:00Z", "2025-10-27T00:00Z"],
  ["2025-07-01T08:00", "2025-07-01T09:00", "2025-07-01T07:00Z", "2025-07-01T08:00Z"],
  ["2025/7/1 8:00", "2025/7/1 9:00:00", "2025-07-01T07:00Z", "2025-07-01T08:00Z"],
  ["2025年7月1日 08:00", "2025年7月1日 24:00", "2025-07-01T07:00Z", "2025-07-01T23:00Z"],
  ["20250701", "20250702", "2025-06-30T23:00Z", "2025-07-01T23:00Z"],
  ["2025-07-01T00:00", "2025-07-01T23:59:59", "2025-06-30T23:00Z", "2025-07-01T23:00Z"],
  ["2025-07-01T00:00Z", "2025-07-01T08:00+08:00", "", ""],
  ["2025-07-01T00:00Z", "2025-07-01T09:30+08:00", "2025-07-01T00:00Z", "2025-07-01T01:30Z"],
  ["31/07/2025 08:00", "31/07/2025 08:15", "2025-07-31T07:00Z", "2025-07-31T07:15Z"],
];

it.each(ENDS)("reads %s to %s", async (start, end, from, to) => {
  const csv = `activity,site,start,end,amount,unit,basis\nelectricity.purchased,london,${start},${end},5,kWh,measured\n`;
  const { rows, issues } = await importBytes(csv);
  if (from === "") expect(issues.map(short)).toEqual(["IMPORT-051 2 end"]);
  else {
    expect(issues.map(short)).toEqual([]);
    expect(rows.map(({ periodStart, periodEnd }) => [periodStart, periodEnd])).toEqual([
      [Date.parse(from), Date.parse(to)],
    ]);
  }
});

it("reports progress as the file is read", async () => {
  const seen: [number, number | undefined][] = [];
  const onProgress = ({ bytesRead, bytesTotal }: { bytesRead: number; bytesTotal?: number }) =>
    seen.push([bytesRead, bytesTotal]);
  const csv = "activity,site,period,amount,unit,basis\nelectricity.purchased,lingang,2025-01,5,kWh,measured\n";
  await importBytes(csv, { pieces: 40, onProgress });
  expect(seen).toEqual([
    [40, csv.length],
    [80, csv.length],
    [csv.length, csv.length],
  ]);
});
