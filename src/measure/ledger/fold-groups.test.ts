import { afterAll, beforeAll, expect, it } from "vitest";
import fc from "fast-check";
import { expectOk } from "../../ground/issue/index.ts";
import { parsePeriod, type Period } from "../../ground/quantity/index.ts";
import type { RecordGroup } from "../indicators/index.ts";
import { sumGroups } from "./aggregate.ts";
import type { AggregateRequest } from "./aggregate-request.ts";
import { correct } from "./correct.ts";
import { openTestLedger, row, type TestLedger } from "./ledger-for-tests.ts";
import { recordReader } from "./reader.ts";
import { scopeAt } from "./scope.ts";
import { submit } from "./submit.ts";

let ledger: TestLedger;
let number = 0;
beforeAll(async () => {
  ledger = await openTestLedger();
});
afterAll(() => ledger.close());

const SOURCE = { type: "file", name: "meter.csv" };
const ALIKE = [["east-1", "east-2", "east-3"], ["west-1", "west-2"], ["north"]];
const SITES = [...ALIKE.flat(), "elsewhere"];
const classOf = (site: string): string => ALIKE.find((sites) => sites.includes(site))?.[0] ?? site;
const period = (text: string): Period => expectOk(parsePeriod(text));
const PERIODS = ["2025-03-01", "2025-03-02", "2025-03-03", "2025-03", "2025-03-04"].map(period);
const HOUR_MS = 3_600_000;
const FIRST_MS = Date.parse("2025-03-01T00:00:00+08:00");

async function groupsOf(
  activity: string,
  alike: readonly (readonly string[])[],
  measure: "flow" | "stock",
): Promise<readonly (readonly RecordGroup[])[]> {
  const scope = await scopeAt(ledger.store);
  const calendar = { sites: SITES.map((id) => ({ id, timeZone: "Asia/Shanghai" })), otherwise: "Asia/Shanghai" };
  const request: AggregateRequest = { measure, periods: PERIODS, activities: [activity], calendar };
  const by = (engine: "postgres" | "columnar") =>
    sumGroups(recordReader(ledger.store, scope, { engine }), scope, request, alike);
  const found = expectOk(await by("postgres"));
  expect(sorted(expectOk(await by("columnar")))).toEqual(sorted(found));
  return found;
}

/** Times stand in the order in which an engine gave them, which says nothing. */
const sorted = (periods: readonly (readonly RecordGroup[])[]): object[][] =>
  periods.map((groups) =>
    groups.map((group) => ({
      ...group,
      times: group.times
        .map(({ sites, held: { ms, fromMs, toMs } }) => ({ sites: [...sites].sort(), ms, fromMs, toMs }))
        .sort((a, b) => ((a.sites[0] ?? "") < (b.sites[0] ?? "") ? -1 : 1)),
    })),
  );

/** Everything that formulas see of groups, in a form that does not depend on which sites stand together. */
function seen(groups: readonly RecordGroup[]): object {
  const sums = new Map<string, Record<string, bigint>>();
  const times: string[] = [];
  const present: string[] = [];
  const absent: string[] = [];
  for (const { sites, dims, units, count, estimated, derived, pending, straddling, times: held } of groups) {
    const text = JSON.stringify(dims);
    const key = `${classOf(sites[0] ?? "")} ${text}`;
    const sum = sums.get(key) ?? {};
    for (const [name, value] of Object.entries({ units, count, estimated, derived, pending, straddling }))
      sum[name] = (sum[name] ?? 0n) + BigInt(value);
    sums.set(key, sum);
    for (const site of sites) (count > 0 ? present : absent).push(`${site} ${text}`);
    for (const one of held)
      for (const site of one.sites) times.push(`${site} ${text} ${one.held.ms} ${one.held.fromMs} ${one.held.toMs}`);
  }
  return { sums: [...sums].sort(), times: times.sort(), present: present.sort(), absent: absent.sort() };
}

it("adds up what no formula tells apart, and loses nothing of it: sums, counts, time held, sites, on both engines", async () => {
  const spans = fc.record({
    site: fc.constantFrom(...SITES),
    start: fc.constantFrom(0, 8, 16, 24, 32, 40, 48, 56),
    hours: fc.constantFrom(8, 16, 24, 72),
    dims: fc.constantFrom("{}", '{"a":"1"}'),
    basis: fc.constantFrom("measured" as const, "estimated" as const),
    corrected: fc.boolean(),
  });
  // Mostly all sites hold the same hours; some have more, some less.
  const input = fc.record({
    common: fc.array(fc.constantFrom(0, 24, 48), { maxLength: 3 }),
    more: fc.array(spans, { maxLength: 20 }),
  });
  await fc.assert(
    fc.asyncProperty(input, async ({ common, more }) => {
      const activity = `activity-${(number += 1)}`;
      const usual = common.flatMap((start) =>
        SITES.map((site) => ({ site, start, hours: 24, dims: "{}", basis: "measured" as const, corrected: false })),
      );
      const records = [...usual, ...more];
      if (records.length === 0) return;
      const { batch } = expectOk(
        await submit(ledger.ann, {
          name: "x",
          source: SOURCE,
          rows: [
            records.map(({ site, start, hours, dims, basis }, index) => {
              const periodStart = FIRST_MS + start * HOUR_MS;
              const periodEnd = periodStart + hours * HOUR_MS;
              return row(String(index + 1), { activity, site, dims, basis, periodStart, periodEnd });
            }),
          ],
        }),
      );
      const taken = records.flatMap(({ corrected }, index) => (corrected ? [{ batch, ordinal: index + 1 }] : []));
      const correction = { records: taken, replacement: [], reason: "x", source: SOURCE, name: "x" };
      if (taken.length > 0) expectOk(await correct(ledger.ben, correction));
      for (const measure of ["flow", "stock"] as const) {
        const together = await groupsOf(activity, ALIKE, measure);
        const apart = await groupsOf(activity, [], measure);
        expect(together.map(seen)).toEqual(apart.map(seen));
        expect(apart.flat().every(({ sites }) => sites.length === 1)).toBe(true);
        for (const groups of together) {
          const counted = groups.filter(({ count }) => count > 0);
          const keys = counted.map(({ sites, dims }) => `${classOf(sites[0] ?? "")} ${JSON.stringify(dims)}`);
          expect(new Set(keys).size).toBe(keys.length);
        }
      }
    }),
    { numRuns: 25 },
  );
});
