import { afterAll, beforeAll, expect, it } from "vitest";
import { expectOk } from "../../ground/issue/index.ts";
import { parsePeriod } from "../../ground/quantity/index.ts";
import { correct } from "./correct.ts";
import { openTestLedger, row, type TestLedger } from "./ledger-for-tests.ts";
import { type LedgerRecord, pageRecords, type RecordPredicate } from "./page.ts";
import { scopeAt, type ScopeRequest } from "./scope.ts";
import { submit } from "./submit.ts";

let ledger: TestLedger;
const SOURCE = { type: "file", name: "meter.csv" };
const CALENDAR = { sites: [{ id: "london", timeZone: "Europe/London" }], otherwise: "Asia/Shanghai" };
const SITES = ["a", "b", "london"];
const GENDERS = ["female", "male"];

beforeAll(async () => {
  ledger = await openTestLedger();
  // Written day by day, read site by site: the order of a page is not the order of the rows.
  const rows = Array.from({ length: 30 }, (_, day) =>
    SITES.flatMap((site) =>
      GENDERS.map((gender) =>
        row(String(day + 1), {
          day: `2025-06-${String(day + 1).padStart(2, "0")}`,
          site,
          dims: `{"gender":"${gender}","level":"x"}`,
        }),
      ),
    ),
  );
  expectOk(await submit(ledger.ann, { name: "x", source: SOURCE, rows }));
  expectOk(await submit(ledger.ann, { name: "other", source: SOURCE, rows: [[row("5", { activity: "other" })]] }));
});
afterAll(() => ledger.close());

async function all(given: Partial<RecordPredicate>, limit: number, at: ScopeRequest = {}): Promise<LedgerRecord[]> {
  const scope = await scopeAt(ledger.store, at);
  const predicate: RecordPredicate = {
    activity: "electricity.purchased",
    measure: "flow",
    period: expectOk(parsePeriod("2025-06")),
    calendar: CALENDAR,
    ...given,
  };
  const found: LedgerRecord[] = [];
  for (let after: string | undefined; ; ) {
    const page = await pageRecords(ledger.store, scope, predicate, {
      limit,
      ...(after === undefined ? {} : { after }),
    });
    expect(page.records.length).toBeLessThanOrEqual(limit);
    found.push(...page.records);
    if (page.next === undefined) return found;
    expect(page.records.length).toBe(limit);
    after = page.next;
  }
}

const line = ({ site, dims, start }: LedgerRecord): string => `${site} ${dims} ${start.toISOString()}`;

it.each([1, 7, 30, 59, 60, 120, 1000])("gives every record once and in order, %i at a time", async (limit) => {
  const found = await all({}, limit);
  // London's June begins seven hours later than Shanghai's days, so its first record lies across.
  expect(found.length).toBe(2 * (30 + 30 + 29));
  expect(new Set(found.map(({ key }) => key.ordinal)).size).toBe(found.length);
  expect(found.map(line)).toEqual(found.map(line).sort());
});

it.each<[string, Partial<RecordPredicate>, number]>([
  ["a site", { site: "b" }, 60],
  ["a site in another time zone", { site: "london" }, 58],
  ["a site without records", { site: "nowhere" }, 0],
  ["a member", { where: { gender: "male" } }, 89],
  ["two members", { where: { gender: "male", level: "x" } }, 89],
  ["a member that none has", { where: { gender: "x" } }, 0],
  ["a site and a member", { site: "a", where: { gender: "female" } }, 30],
  ["a day", { period: expectOk(parsePeriod("2025-06-03")), site: "a" }, 2],
  ["an activity", { activity: "other", period: expectOk(parsePeriod("2025")) }, 1],
  ["an activity that is none", { activity: "unheard.of" }, 0],
  ["a stock at the end of the month", { measure: "stock", site: "a" }, 2],
])("filters by %s", async (_, given, expected) => {
  expect((await all(given, 7)).length).toBe(expected);
});

it("shows a record with all that was entered", async () => {
  const [first] = await all({ activity: "other", period: expectOk(parsePeriod("2025")) }, 5);
  expect(first).toMatchObject({
    activity: "other",
    site: "lingang",
    dims: "{}",
    entered: "5",
    unit: "kWh",
    basis: "measured",
    evidence: '{"name":"meter.csv","type":"file"}',
  });
  expect(first?.amount.toFixed()).toBe("5");
  expect(first?.start.toISOString()).toBe("2025-02-28T16:00:00.000Z");
});

it("leaves out what is superseded, and shows it as it was before", async () => {
  const scope = await scopeAt(ledger.store);
  const [first] = await all({ site: "a" }, 5);
  if (!first) throw new Error("no record");
  const replacement = [row("99", { day: "2025-06-01", site: "a", dims: first.dims })];
  expectOk(
    await correct(ledger.ben, { records: [first.key], replacement, reason: "misread", source: SOURCE, name: "fix" }),
  );
  const now = await all({ site: "a" }, 7);
  expect(now.length).toBe(60);
  expect(now.filter(({ entered }) => entered === "99").length).toBe(1);
  expect(now.some(({ key }) => key.batch === first.key.batch && key.ordinal === first.key.ordinal)).toBe(false);
  expect((await all({ site: "a" }, 7, { at: scope.position }))[0]).toEqual(first);
});

it("starts from the beginning at a mark that is none", async () => {
  const scope = await scopeAt(ledger.store);
  const predicate: RecordPredicate = {
    activity: "other",
    measure: "flow",
    period: expectOk(parsePeriod("2025")),
    calendar: CALENDAR,
  };
  expect((await pageRecords(ledger.store, scope, predicate, { after: "x' or 1=1" })).records.length).toBe(1);
});
