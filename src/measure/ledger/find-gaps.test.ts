import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectOk } from "../../ground/issue/index.ts";
import { parsePeriod, periodInstants } from "../../ground/quantity/index.ts";
import { holdsWhole, needsGaps } from "../indicators/index.ts";
import { aggregate } from "./aggregate.ts";
import { correct } from "./correct.ts";
import { findGaps } from "./find-gaps.ts";
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

const ZONE = "Europe/Berlin";
const CALENDAR = { sites: [{ id: "lingang", timeZone: ZONE }], otherwise: ZONE };
// The clocks go forward in this month: one of its days has 23 hours.
const MARCH = expectOk(parsePeriod("2025-03"));
const { start, end } = periodInstants(MARCH, ZONE);
const HOUR_MS = 3_600_000;
const HOURS = (end.getTime() - start.getTime()) / HOUR_MS;
const SOURCE = { type: "file", name: "meter.csv" };

/** Hours of March that no record holds, counted one by one, as spans. */
function counted(held: readonly boolean[]): [number, number][] {
  const spans: [number, number][] = [];
  held.forEach((there, hour) => {
    const at = start.getTime() + hour * HOUR_MS;
    const last = spans.at(-1);
    if (there) return;
    if (last?.[1] === at) last[1] = at + HOUR_MS;
    else spans.push([at, at + HOUR_MS]);
  });
  return spans;
}

it("finds the hours without records that are found by counting, on both engines, whatever was corrected away", async () => {
  expect(HOURS).toBe(31 * 24 - 1);
  const pieces = fc.array(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.constantFrom("held", "open", "corrected")), {
    minLength: 1,
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(pieces, async (given) => {
      const activity = `gaps-${(number += 1)}`;
      const held = Array.from({ length: HOURS }, () => false);
      const spans: { from: number; to: number; corrected: boolean }[] = [];
      let hour = 0;
      for (const [hours, kind] of [...given, [HOURS, "held"] as const]) {
        const to = Math.min(HOURS, hour + hours);
        if (kind !== "open" && hour < to) spans.push({ from: hour, to, corrected: kind === "corrected" });
        if (kind === "held") held.fill(true, hour, to);
        hour = to;
      }
      const rows = spans.map(({ from, to }) =>
        row("1", {
          activity,
          periodStart: start.getTime() + from * HOUR_MS,
          periodEnd: start.getTime() + to * HOUR_MS,
        }),
      );
      if (rows.length === 0) return;
      const { batch } = expectOk(await submit(ledger.ann, { name: "x", source: SOURCE, rows: [rows] }));
      const taken = spans.flatMap(({ corrected }, index) => (corrected ? [{ batch, ordinal: index + 1 }] : []));
      if (taken.length > 0)
        expectOk(
          await correct(ledger.ben, { records: taken, replacement: [], reason: "x", source: SOURCE, name: "x" }),
        );
      const scope = await scopeAt(ledger.store);
      const any = held.includes(true);
      for (const engine of ["postgres", "columnar"] as const) {
        const reader = recordReader(ledger.store, scope, { engine });
        const [found] = await findGaps(reader, scope, CALENDAR, [{ activity, period: MARCH }]);
        expect(found?.flatMap((series) => series.spans)).toEqual(any ? counted(held) : []);
        const request = { measure: "flow", periods: [MARCH], calendar: CALENDAR, activities: [activity] } as const;
        const [sum] = expectOk(await aggregate(reader, scope, request));
        // The sums alone tell whether there is anything to look for.
        expect(holdsWhole(sum?.held, MARCH, ZONE)).toBe(!held.includes(false));
      }
    }),
    { numRuns: 12 },
  );
});

it("is not deceived by a month that stands twice while another of its length is missing", async () => {
  const activity = "twice";
  const year = expectOk(parsePeriod("2025"));
  const months = [1, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((month) => {
    const of = expectOk(parsePeriod(`2025-${String(month).padStart(2, "0")}`));
    return row("1", {
      activity,
      periodStart: periodInstants(of, ZONE).start.getTime(),
      periodEnd: periodInstants(of, ZONE).end.getTime(),
    });
  });
  expectOk(await submit(ledger.ann, { name: "x", source: SOURCE, rows: [months] }));
  const scope = await scopeAt(ledger.store);
  for (const engine of ["postgres", "columnar"] as const) {
    const reader = recordReader(ledger.store, scope, { engine });
    const request = { measure: "flow", periods: [year], calendar: CALENDAR, activities: [activity] } as const;
    const [sum] = expectOk(await aggregate(reader, scope, request));
    expect([sum?.count, needsGaps(sum?.held, year, ZONE)]).toEqual([12, true]);
    const [found] = await findGaps(reader, scope, CALENDAR, [{ activity, period: year }]);
    expect(found?.flatMap(({ spans }) => spans)).toEqual([[start.getTime(), end.getTime()]]);
  }
});
