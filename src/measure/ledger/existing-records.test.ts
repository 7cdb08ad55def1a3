import { afterAll, beforeAll, expect, it } from "vitest";
import { expectOk } from "../../ground/issue/index.ts";
import { correct } from "./correct.ts";
import { existingRecords } from "./existing-records.ts";
import { openTestLedger, row, type TestLedger } from "./ledger-for-tests.ts";
import { submit } from "./submit.ts";

let ledger: TestLedger;
const SOURCE = { type: "file", name: "meter.csv" };
const stocks = (activity: string): boolean => activity === "people.headcount";

beforeAll(async () => {
  ledger = await openTestLedger();
});
afterAll(() => ledger.close());

it("meets nothing in an empty ledger", async () => {
  const existing = existingRecords(ledger.store, stocks);
  expect(await existing.meeting([row("1")])).toEqual([]);
  expect(await existing.amounts([{ activity: "x", site: "y", dims: "{}" }])).toEqual([[]]);
});

it("names the records of the same series that have time in common with a row", async () => {
  const { batch } = expectOk(
    await submit(ledger.ann, {
      name: "x",
      source: SOURCE,
      rows: [
        [
          row("1", { day: "2025-03-01" }),
          row("2", { day: "2025-03-02" }),
          row("3", { day: "2025-01-01", hours: 24 * 90 }),
          row("4", { site: "other" }),
        ],
      ],
    }),
  );
  const existing = existingRecords(ledger.store, stocks);
  const rows = [
    row("9", { day: "2025-03-02" }),
    row("9", { day: "2025-03-05" }),
    row("9", { day: "2025-04-01" }),
    row("9", { day: "2025-03-02", dims: '{"a":"b"}' }),
    row("9", { day: "2025-03-02", site: "unheard" }),
  ];
  const met = await existing.meeting(rows);
  expect(met.map(({ index, record, amount }) => `${index} ${record} ${amount}`)).toEqual([
    `0 ${batch}#3 3.000000000`,
    `0 ${batch}#2 2.000000000`,
    `1 ${batch}#3 3.000000000`,
  ]);
  expect(met[0]).toMatchObject({
    periodStart: Date.parse("2025-01-01T00:00:00+08:00"),
    evidence: '{"name":"meter.csv","type":"file"}',
  });
  expectOk(
    await correct(ledger.ann, {
      records: [{ batch, ordinal: 3 }],
      replacement: [],
      reason: "x",
      source: SOURCE,
      name: "x",
    }),
  );
  expect((await existing.meeting(rows)).map(({ record }) => record)).toEqual([`${batch}#2`]);
});

it("tells what a series had, per hour for flows and as it is for stocks, the latest first", async () => {
  const of = { activity: "people.headcount", site: "group", dims: "{}" };
  expectOk(
    await submit(ledger.ann, {
      name: "x",
      source: SOURCE,
      rows: [[row("240", of), row("480", { ...of, day: "2025-03-02" }), row("48", { activity: "gas", hours: 48 })]],
    }),
  );
  const found = await existingRecords(ledger.store, stocks).amounts([
    of,
    { activity: "gas", site: "lingang", dims: "{}" },
    { activity: "none", site: "x", dims: "{}" },
  ]);
  expect(found).toEqual([[480, 240], [1], []]);
});
