import { once } from "node:events";
import { EventEmitter } from "node:events";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectOk } from "../../ground/issue/index.ts";
import { lastPosition } from "../../ground/journal/index.ts";
import type { PreparedRow } from "./import/prepared-row.ts";
import { openTestLedger, row, type TestLedger } from "./ledger-for-tests.ts";
import { type Scope, scopeAt } from "./scope.ts";
import { submit } from "./submit.ts";
import { SEGMENT_ROWS } from "./segment-digest.ts";

let ledger: TestLedger;
let time = Date.UTC(2026, 0, 1);
beforeAll(async () => {
  ledger = await openTestLedger(() => new Date(time));
});
afterAll(() => ledger.close());

const SOURCE = { type: "file", name: "meter.csv" };
const ids = ({ batches }: Scope): number[] => batches.map(({ id }) => id);

it("orders overlapping transactions by their commits, so that no position ever changes its answer", async () => {
  const signal = new EventEmitter();
  async function* slow(): AsyncIterable<PreparedRow[]> {
    yield Array.from({ length: SEGMENT_ROWS + 1 }, () => row("1"));
    signal.emit("written");
    await once(signal, "go on");
    yield [row("2")];
  }
  const written = once(signal, "written");
  const first = submit(ledger.ann, { name: "begun first", source: SOURCE, rows: slow() });
  await written;
  // The first has its number and most of its rows; the second begins later and is done sooner.
  time += 60_000;
  const second = expectOk(await submit(ledger.ben, { name: "begun second", source: SOURCE, rows: [[row("3")]] }));
  const before = await scopeAt(ledger.store);
  expect(ids(before)).toEqual([second.batch]);
  const moment = new Date(time);
  time += 60_000;
  signal.emit("go on");
  const done = expectOk(await first);
  expect(done.position).toBe(second.position + 1n);
  expect(done.batch).toBeLessThan(second.batch);
  expect(ids(await scopeAt(ledger.store))).toEqual([done.batch, second.batch]);
  expect(await scopeAt(ledger.store, { at: second.position })).toEqual(before);
  expect(await scopeAt(ledger.store, { at: moment })).toEqual(before);
});

it("resolves a moment to the last position committed at or before it", async () => {
  const start = await lastPosition(ledger.store.db);
  const at = (seconds: number): Date => new Date(Date.UTC(2026, 5, 1, 0, 0, seconds));
  for (const seconds of [10, 20, 30]) {
    time = at(seconds).getTime();
    expectOk(await submit(ledger.ann, { name: "x", source: SOURCE, rows: [[row("1")]] }));
  }
  const positions = await Promise.all(
    [9, 10, 19, 20, 30, 99].map(async (seconds) => (await scopeAt(ledger.store, { at: at(seconds) })).position - start),
  );
  expect(positions).toEqual([0n, 1n, 1n, 2n, 3n, 3n]);
});
