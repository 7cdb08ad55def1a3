import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectOk, type Result } from "../../ground/issue/index.ts";
import { decimalOfUnits, yearPeriod } from "../../ground/quantity/index.ts";
import { correct, correctReported, type RecordKey, withdraw } from "./correct.ts";
import { decide } from "./decide.ts";
import type { PreparedRow } from "./import/prepared-row.ts";
import { openTestLedger, row, type TestLedger } from "./ledger-for-tests.ts";
import { pageRecords } from "./page.ts";
import { aggregate } from "./aggregate.ts";
import { recordReader } from "./reader.ts";
import { reportedFigures } from "./reported-figures.ts";
import { type Basis, type RowRange, scopeAt } from "./scope.ts";
import type { Submitted } from "./seal-batch.ts";
import { submit, submitReported } from "./submit.ts";
import type { Writer } from "./tables.ts";
import { ledgerVerifier } from "./verify.ts";

let ledger: TestLedger;
/** A new one for each test, so that tests do not see each other. */
let activity = "";
let number = 0;
beforeAll(async () => {
  ledger = await openTestLedger();
});
afterAll(async () => {
  expect((await ledgerVerifier(ledger.store)).issues).toEqual([]);
  await ledger.close();
});
beforeEach(() => {
  activity = `activity-${(number += 1)}`;
});

const SOURCE = { type: "citation", source: "letter" };
const CALENDAR = { sites: [], otherwise: "Asia/Shanghai" };

const put = async (writer: Writer, ...amounts: string[]): Promise<Submitted> =>
  expectOk(
    await submit(writer, { name: "put", source: SOURCE, rows: [amounts.map((amount) => row(amount, { activity }))] }),
  );
const change = (writer: Writer, records: (RecordKey | RowRange)[], ...amounts: string[]): Promise<Result<Submitted>> =>
  correct(writer, {
    records,
    replacement: amounts.map((amount): PreparedRow => row(amount, { activity })),
    reason: "misread",
    source: SOURCE,
    name: "fix",
  });

/** The sum on both engines, which must agree, and the number of records by pages. */
async function total(basis: Basis = "submitted", at?: bigint | Date): Promise<string> {
  const scope = await scopeAt(ledger.store, { basis, ...(at === undefined ? {} : { at }) });
  const request = { measure: "flow", periods: [yearPeriod(2025)], calendar: CALENDAR, activities: [activity] } as const;
  const [a, b] = await Promise.all(
    (["postgres", "columnar"] as const).map(async (engine) =>
      expectOk(await aggregate(recordReader(ledger.store, scope, { engine }), scope, request)),
    ),
  );
  expect(b).toEqual(a);
  const page = await pageRecords(
    ledger.store,
    scope,
    { activity, measure: "flow", period: yearPeriod(2025), calendar: CALENDAR },
    { limit: 1000 },
  );
  expect(page.records.length).toBe(a?.[0]?.count ?? 0);
  return a?.[0] && a[0].count > 0 ? decimalOfUnits(a[0].units).toFixed() : "–";
}

const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.issues.map(({ code }) => code));

describe("decides once, by another than the submitter", () => {
  it("counts what is approved where only that counts", async () => {
    const { batch, position } = await put(ledger.ann, "10");
    expect([await total(), await total("approved")]).toEqual(["10", "–"]);
    const approved = expectOk(await decide(ledger.ben, batch, "approve", "checked against the invoice"));
    expect(approved).toEqual({ batch, decision: "approved", position: position + 1n });
    expect([await total(), await total("approved"), await total("approved", position)]).toEqual(["10", "10", "–"]);
  });

  it("no longer counts what is rejected, but did before", async () => {
    const { batch, position } = await put(ledger.ann, "10");
    expectOk(await decide(ledger.ben, batch, "reject"));
    expect([await total(), await total("submitted", position), await total("approved")]).toEqual(["–", "10", "–"]);
  });

  it.each<[string, (batch: number) => Promise<Result<unknown>>, string[]]>([
    ["the submitter approves", (batch) => decide(ledger.ann, batch, "approve"), ["ACTOR-002"]],
    ["the submitter rejects", (batch) => decide(ledger.ann, batch, "reject"), ["ACTOR-002"]],
    ["one without the right approves", (batch) => decide(ledger.cy, batch, "approve"), ["ACTOR-001"]],
    ["a batch that is none", () => decide(ledger.ben, 999_999, "approve"), ["LEDGER-010"]],
    [
      "a second decision",
      async (batch) => (await decide(ledger.ben, batch, "reject"), decide(ledger.ben, batch, "approve")),
      ["LEDGER-011"],
    ],
  ])("refuses: %s", async (_, attempt, expected) => {
    const { batch } = await put(ledger.ann, "10");
    expect(codes(await attempt(batch))).toEqual(expected);
  });

  it("lets one of two who decide at once win", async () => {
    const { batch } = await put(ledger.ann, "10");
    const results = await Promise.all([decide(ledger.ben, batch, "approve"), decide(ledger.ben, batch, "reject")]);
    expect(results.filter(({ ok }) => ok).length).toBe(1);
    expect(results.flatMap(codes)).toEqual(["LEDGER-011"]);
  });
});

describe("corrects", () => {
  it("counts the correction from its submission, or from its approval", async () => {
    const first = await put(ledger.ann, "10", "20");
    const second = expectOk(await change(ledger.ben, [{ batch: first.batch, ordinal: 2 }], "25"));
    expect([await total(), await total("submitted", first.position)]).toEqual(["35", "30"]);
    const a = expectOk(await decide(ledger.ben, first.batch, "approve"));
    expect(await total("approved")).toBe("30");
    const b = expectOk(await decide(ledger.ann, second.batch, "approve"));
    expect([await total("approved"), await total("approved", a.position), await total("approved", b.position)]).toEqual(
      ["35", "30", "35"],
    );
  });

  it("corrects a correction, and that one again", async () => {
    const first = await put(ledger.ann, "10");
    const second = expectOk(await change(ledger.ann, [{ batch: first.batch, ordinal: 1 }], "11"));
    const third = expectOk(await change(ledger.ben, [{ batch: second.batch, ordinal: 1 }], "12", "0.5"));
    expect(await total()).toBe("12.5");
    const fourth = expectOk(
      await withdraw(ledger.ann, {
        records: [{ batch: third.batch, ordinal: 1 }],
        reason: "counted twice",
        source: SOURCE,
        name: "out",
      }),
    );
    expect([
      await total("submitted", first.position),
      await total("submitted", second.position),
      await total("submitted", third.position),
      await total("submitted", fourth.position),
    ]).toEqual(["10", "11", "12.5", "0.5"]);
  });

  it("withdraws a whole batch by its range", async () => {
    const first = await put(ledger.ann, "1", "2", "3", "4");
    expectOk(
      await change(ledger.ann, [
        { batch: first.batch, from: 2, to: 3 },
        { batch: first.batch, ordinal: 3 },
      ]),
    );
    expect(await total()).toBe("5");
    expect(codes(await change(ledger.ann, [{ batch: first.batch, from: 1, to: 4 }]))).toEqual([
      "LEDGER-014",
      "LEDGER-014",
    ]);
    expectOk(
      await change(ledger.ann, [
        { batch: first.batch, ordinal: 1 },
        { batch: first.batch, ordinal: 4 },
      ]),
    );
    expect(await total()).toBe("–");
  });

  it("gives back what a rejected correction had superseded, and makes room for another", async () => {
    const first = await put(ledger.ann, "10");
    const second = expectOk(await change(ledger.ann, [{ batch: first.batch, ordinal: 1 }], "11"));
    expect(codes(await change(ledger.ben, [{ batch: first.batch, ordinal: 1 }], "12"))).toEqual(["LEDGER-014"]);
    expectOk(await decide(ledger.ben, second.batch, "reject"));
    expect([await total(), await total("submitted", second.position)]).toEqual(["10", "11"]);
    expectOk(await change(ledger.ben, [{ batch: first.batch, ordinal: 1 }], "12"));
    expect([
      await total(),
      await total("submitted", second.position),
      await total("submitted", first.position),
    ]).toEqual(["12", "11", "10"]);
  });

  it("lets one of many that correct the same record at once win", async () => {
    const { batch } = await put(ledger.ann, "10", "20");
    const attempts = ["11", "12", "13", "14"].map((amount, index) =>
      change(index % 2 ? ledger.ann : ledger.ben, [{ batch, ordinal: 1 }], amount),
    );
    const results = await Promise.all(attempts);
    expect(results.filter(({ ok }) => ok).length).toBe(1);
    expect(results.flatMap(codes)).toEqual(["LEDGER-014", "LEDGER-014", "LEDGER-014"]);
    expect(["31", "32", "33", "34"]).toContain(await total());
  });

  it("approves a correction after what it corrects, and rejects it before", async () => {
    const first = await put(ledger.ann, "10");
    const second = expectOk(await change(ledger.ann, [{ batch: first.batch, ordinal: 1 }], "11"));
    expect(codes(await decide(ledger.ben, second.batch, "approve"))).toEqual(["LEDGER-012"]);
    expect(codes(await decide(ledger.ben, first.batch, "reject"))).toEqual(["LEDGER-013"]);
    expectOk(await decide(ledger.ben, second.batch, "reject"));
    expectOk(await decide(ledger.ben, first.batch, "reject"));
    expect(await total()).toBe("–");
  });

  it("corrects reported figures as records", async () => {
    const figure = {
      indicator: activity,
      period: yearPeriod(2025),
      dims: "{}",
      value: "1",
      unit: "t",
      decimals: 0,
      qualifier: "exact",
      place: "{}",
    } as const;
    const first = expectOk(
      await submitReported(ledger.ann, { name: "report", source: SOURCE, rows: [[figure, { ...figure, value: "2" }]] }),
    );
    const correction = {
      records: [{ batch: first.batch, ordinal: 2 }],
      replacement: [{ ...figure, value: "3" }],
      reason: "misread",
      source: SOURCE,
      name: "fix",
    };
    expectOk(await correctReported(ledger.ann, correction));
    const values = async (at?: bigint): Promise<unknown[]> =>
      (
        await reportedFigures(ledger.store, await scopeAt(ledger.store, at === undefined ? {} : { at }), [activity])
      ).map(({ value }) => value);
    expect([await values(), await values(first.position)]).toEqual([
      ["1", "3"],
      ["1", "2"],
    ]);
    expect(codes(await change(ledger.ann, [{ batch: first.batch, ordinal: 1 }], "1"))).toEqual(["LEDGER-016"]);
  });

  it.each<[string, (batch: number) => Promise<Result<unknown>>, string[]]>([
    ["a row before the first", (batch) => change(ledger.ann, [{ batch, ordinal: 0 }], "1"), ["LEDGER-010"]],
    ["a row after the last", (batch) => change(ledger.ann, [{ batch, from: 1, to: 2 }], "1"), ["LEDGER-010"]],
    ["a batch that is none", () => change(ledger.ann, [{ batch: 999_999, ordinal: 1 }], "1"), ["LEDGER-010"]],
    ["no records", () => change(ledger.ann, [], "1"), ["LEDGER-017"]],
    [
      "no reason",
      (batch) =>
        correct(ledger.ann, {
          records: [{ batch, ordinal: 1 }],
          replacement: [],
          reason: " ",
          source: SOURCE,
          name: "x",
        }),
      ["LEDGER-017"],
    ],
    ["no right", (batch) => change(ledger.cy, [{ batch, ordinal: 1 }], "1"), ["ACTOR-001"]],
    [
      "a rejected batch",
      async (batch) => (await decide(ledger.ben, batch, "reject"), change(ledger.ann, [{ batch, ordinal: 1 }], "1")),
      ["LEDGER-015"],
    ],
    [
      "a bad replacement",
      (batch) =>
        correct(ledger.ann, {
          records: [{ batch, ordinal: 1 }],
          replacement: [row("1", { hours: 0 })],
          reason: "x",
          source: SOURCE,
          name: "x",
        }),
      ["LEDGER-003"],
    ],
  ])("refuses: %s", async (_, attempt, expected) => {
    const { batch } = await put(ledger.ann, "10");
    expect(codes(await attempt(batch))).toEqual(expected);
  });
});
