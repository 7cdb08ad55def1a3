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
