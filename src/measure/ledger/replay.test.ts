import { afterAll, beforeAll, expect, it } from "vitest";
import fc from "fast-check";
import { expectOk } from "../../ground/issue/index.ts";
import { lastPosition } from "../../ground/journal/index.ts";
import { Decimal, decimalOfUnits, parsePeriod } from "../../ground/quantity/index.ts";
import { aggregate } from "./aggregate.ts";
import { correct, type RecordKey } from "./correct.ts";
import { decide } from "./decide.ts";
import { openTestLedger, row, type TestLedger } from "./ledger-for-tests.ts";
import { pageRecords } from "./page.ts";
import { recordReader } from "./reader.ts";
import { type Basis, scopeAt } from "./scope.ts";
import { submit } from "./submit.ts";
import { ledgerVerifier } from "./verify.ts";

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openTestLedger();
});
afterAll(() => ledger.close());

/** Each run is a history of its own, read again at all its positions. */
const RUNS = process.env["CANDELA_DEEP"] === "1" ? 200 : 8;
const PATIENCE_MS = 20 * 60_000;

const SOURCE = { type: "file", name: "meter.csv" };
const CALENDAR = { sites: [], otherwise: "Asia/Shanghai" };
const PERIOD = expectOk(parsePeriod("2025"));
const BASES: readonly Basis[] = ["submitted", "approved"];

/** One thing that happens; the numbers choose among what is there. */
type Step =
  | { readonly does: "submit"; readonly by: number; readonly amounts: readonly number[] }
  | {
      readonly does: "correct";
      readonly by: number;
      readonly of: number;
      readonly rows: readonly number[];
      readonly amounts: readonly number[];
    }
  | { readonly does: "decide"; readonly by: number; readonly on: number; readonly approve: boolean };

const amounts = fc.array(fc.integer({ min: -999, max: 999 }), { minLength: 1, maxLength: 4 });
const by = fc.nat(1);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constant("submit" as const), by, amounts }),
  fc.record({
    does: fc.constant("correct" as const),
    by,
    of: fc.nat(9),
    rows: fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 3 }),
    amounts: fc.array(fc.integer({ min: -999, max: 999 }), { maxLength: 3 }),
  }),
  fc.record({ does: fc.constant("decide" as const), by, on: fc.nat(9), approve: fc.boolean() }),
);

/** The rules written down a second time, as simply as they can be said. */
class Model {
  readonly batches: {
    id: number;
    amounts: readonly number[];
    by: number;
    decision: "approved" | "rejected" | null;
    corrects: readonly RecordKey[];
  }[] = [];

  counts(basis: Basis): typeof this.batches {
    return this.batches.filter(({ decision }) =>
      basis === "approved" ? decision === "approved" : decision !== "rejected",
    );
  }

  answer(basis: Basis): string {
    const counting = this.counts(basis);
    const gone = new Set(
      counting.flatMap(({ corrects }) => corrects.map(({ batch, ordinal }) => `${batch}#${ordinal}`)),
    );
    const left = counting.flatMap(({ id, amounts: all }) => all.filter((_, index) => !gone.has(`${id}#${index + 1}`)));
    return left.length === 0
      ? "–"
      : `${left.reduce((sum, amount) => sum.plus(amount), new Decimal(0)).toFixed()} of ${left.length}`;
  }
}

async function answers(activity: string, at: bigint): Promise<string[]> {
  const found: string[] = [];
  for (const basis of BASES) {
    const scope = await scopeAt(ledger.store, { at, basis });
    for (const engine of ["postgres", "columnar"] as const) {
      const request = { measure: "flow", periods: [PERIOD], calendar: CALENDAR, activities: [activity] } as const;
      const one = expectOk(await aggregate(recordReader(ledger.store, scope, { engine }), scope, request))[0];
      found.push(one && one.count > 0 ? `${decimalOfUnits(one.units).toFixed()} of ${one.count}` : "–");
    }
    const page = await pageRecords(
      ledger.store,
      scope,
      { activity, measure: "flow", period: PERIOD, calendar: CALENDAR },
      { limit: 1000 },
    );
    const sum = page.records.reduce((total, { amount }) => total.plus(amount), new Decimal(0));
    found.push(page.records.length === 0 ? "–" : `${sum.toFixed()} of ${page.records.length}`);
  }
  return found;
}

async function take(activity: string, model: Model, one: Step): Promise<void> {
  const writer = [ledger.ann, ledger.ben][one.by] ?? ledger.ann;
  const rows = (values: readonly number[]) => values.map((value) => row(String(value), { activity }));
  if (one.does === "submit") {
    const { batch } = expectOk(await submit(writer, { name: "x", source: SOURCE, rows: [rows(one.amounts)] }));
    model.batches.push({ id: batch, amounts: one.amounts, by: one.by, decision: null, corrects: [] });
    return;
  }
  const target =
    model.batches[
      one.does === "correct" ? one.of % Math.max(1, model.batches.length) : one.on % Math.max(1, model.batches.length)
    ];
  if (!target) return;
  const live = model.counts("submitted");
  if (one.does === "correct") {
    const records = one.rows
      .filter((index) => index < target.amounts.length)
      .map((index) => ({ batch: target.id, ordinal: index + 1 }));
    const taken = live
      .flatMap(({ corrects }) => corrects)
      .some(({ batch, ordinal }) => records.some((key) => key.batch === batch && key.ordinal === ordinal));
    const result = await correct(writer, {
      records,
      replacement: rows(one.amounts),
      reason: "random",
      source: SOURCE,
      name: "x",
    });
    expect(result.ok).toBe(records.length > 0 && target.decision !== "rejected" && !taken);
    if (result.ok)
      model.batches.push({
        id: result.value.batch,
        amounts: one.amounts,
        by: one.by,
        decision: null,
        corrects: records,
      });
    return;
  }
  const below = target.corrects.map(({ batch }) => model.batches.find(({ id }) => id === batch));
  const above = live.some(({ corrects }) => corrects.some(({ batch }) => batch === target.id));
  const may =
    target.by !== one.by &&
    target.decision === null &&
    (one.approve ? below.every((batch) => batch?.decision === "approved") : !above);
  const result = await decide(writer, target.id, one.approve ? "approve" : "reject");
  expect(result.ok).toBe(may);
  if (may) target.decision = one.approve ? "approved" : "rejected";
}

it(
  "gives at every position, later, the answer that was read when it was the last, on both engines and by pages",
  async () => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        const activity = `activity-${(number += 1)}`;
        const model = new Model();
        const read: { readonly position: bigint; readonly answers: string[] }[] = [];
        for (const one of steps) {
          await take(activity, model, one);
          const position = await lastPosition(ledger.store.db);
          const now = await answers(activity, position);
          expect(now).toEqual(BASES.flatMap((basis) => Array.from({ length: 3 }, () => model.answer(basis))));
          if (read.at(-1)?.position !== position) read.push({ position, answers: now });
        }
        for (const { position, answers: then } of read) expect(await answers(activity, position)).toEqual(then);
      }),
      { numRuns: RUNS },
    );
    expect((await ledgerVerifier(ledger.store)).issues).toEqual([]);
  },
  PATIENCE_MS,
);
