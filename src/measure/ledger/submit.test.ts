import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectOk, fail, type Issue, ok, type Result } from "../../ground/issue/index.ts";
import { lastPosition } from "../../ground/journal/index.ts";
import { yearPeriod } from "../../ground/quantity/index.ts";
import { aggregate, type AggregateRow } from "./aggregate.ts";
import type { PreparedRow } from "./import/prepared-row.ts";
import { openTestLedger, row, type TestLedger } from "./ledger-for-tests.ts";
import { pageRecords } from "./page.ts";
import { recordReader } from "./reader.ts";
import { reportedFigures } from "./reported-figures.ts";
import type { PreparedFigure } from "./reported-lines.ts";
import { scopeAt } from "./scope.ts";
import { SEGMENT_ROWS } from "./segment-digest.ts";
import { submit, submitReported } from "./submit.ts";
import { ledgerVerifier } from "./verify.ts";

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openTestLedger();
});
afterAll(() => ledger.close());

const SOURCE = { type: "file", name: "meter.csv" };
const CALENDAR = { sites: [{ id: "lingang", timeZone: "Asia/Shanghai" }], otherwise: "Asia/Shanghai" };

async function year(activity: string, engine: "postgres" | "columnar"): Promise<AggregateRow[]> {
  const scope = await scopeAt(ledger.store);
  const request = { measure: "flow", periods: [yearPeriod(2025)], calendar: CALENDAR, activities: [activity] } as const;
  return expectOk(await aggregate(recordReader(ledger.store, scope, { engine }), scope, request));
}

/** Everything that a submission could leave behind. */
async function contents(): Promise<unknown> {
  const found = await sql`
    select (select count(*) from candela.record) as records, (select count(*) from candela.reported_figure) as figures,
      (select count(*) from candela.batch) as batches, (select count(*) from candela.term) as terms,
      (select jsonb_object_agg(name, last) from candela.ledger_number) as numbers`.execute(ledger.store.db);
  return { ...(found.rows[0] as object), position: await lastPosition(ledger.store.db) };
}

const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.issues.map(({ code }: Issue) => code));

it("keeps rows, sums them on both engines, and says where they stand", async () => {
  const rows = [
    row("1.5"),
    row("2.25", { day: "2025-03-02" }),
    row("-0.000000001", { day: "2025-03-03", basis: "estimated" }),
  ];
  const submitted = expectOk(await submit(ledger.ann, { name: "meter.csv", source: SOURCE, rows: [rows] }));
  expect(submitted).toMatchObject({ batch: 1, rows: 3, position: 1n });
  for (const engine of ["postgres", "columnar"] as const) {
    const [found, ...others] = await year("electricity.purchased", engine);
    expect(others).toEqual([]);
    expect(found?.units).toBe(3_749_999_999n);
    expect(found).toMatchObject({
      site: "lingang",
      dims: "{}",
      count: 3,
      estimated: 1,
      derived: 0,
      pending: 3,
      straddling: 0,
    });
  }
});

it("gives back every character of what was entered and noted", async () => {
  const texts = ["1\t2", "a\\b", "line\r\nbreak", "\\N", "", "度 12 萬", "🙂", "\u0001\u000b\f\b", "'\";--", "\u2028"];
  const rows = texts.map((text, index) =>
    row("1", { activity: "odd", day: `2025-04-${10 + index}`, entered: text, note: text }),
  );
  expectOk(await submit(ledger.ann, { name: "odd", source: SOURCE, rows: [rows] }));
  const predicate = { activity: "odd", measure: "flow", period: yearPeriod(2025), calendar: CALENDAR } as const;
  const page = await pageRecords(ledger.store, await scopeAt(ledger.store), predicate);
  expect(page.records.map(({ entered }) => entered)).toEqual(texts);
  expect(page.records.map(({ note }) => note)).toEqual(texts);
  expect((await ledgerVerifier(ledger.store)).issues).toEqual([]);
});

it("chains more rows than a segment has, in chunks of any size", async () => {
  const count = 2 * SEGMENT_ROWS + 5;
  async function* chunks(): AsyncIterable<PreparedRow[]> {
    for (let from = 0; from < count; from += 3000) {
      const size = Math.min(3000, count - from);
      yield Array.from({ length: size }, (_, index) =>
        row("0.1", { activity: "many", dims: `{"n":"${(from + index) % 7}"}` }),
      );
    }
  }
  let seen = 0;
  const batch = { name: "many", source: SOURCE, rows: chunks(), onProgress: (rows: number) => (seen = rows) };
  expect(expectOk(await submit(ledger.ann, batch)).rows).toBe(count);
  expect(seen).toBe(count);
  for (const engine of ["postgres", "columnar"] as const) {
    const found = await year("many", engine);
    expect(found.map(({ dims }) => dims)).toEqual(Array.from({ length: 7 }, (_, n) => `{"n":"${n}"}`));
    expect(found.reduce((sum, { units }) => sum + units, 0n)).toBe(1_638_900_000_000n);
  }
  expect((await ledgerVerifier(ledger.store)).issues).toEqual([]);
});

describe("keeps nothing of a batch that is not all there", () => {
  async function* breaksOff(): AsyncIterable<PreparedRow[]> {
    yield Array.from({ length: SEGMENT_ROWS + 1 }, () => row("1"));
    throw new Error("the file ends in the middle of a row");
  }
  const many = (bad: PreparedRow): PreparedRow[] => [...Array.from({ length: SEGMENT_ROWS }, () => row("1")), bad];
  const refuse = (): Result<never> => fail({ code: "SEED-001", severity: "error", at: {} });
  const cases: [string, () => Promise<Result<unknown>>, string[] | string][] = [
    ["no rows", () => submit(ledger.ann, { name: "x", source: SOURCE, rows: [] }), ["LEDGER-001"]],
    ["chunks without rows", () => submit(ledger.ann, { name: "x", source: SOURCE, rows: [[], []] }), ["LEDGER-001"]],
    [
      "a source that throws",
      () => submit(ledger.ann, { name: "x", source: SOURCE, rows: breaksOff() }),
      "the file ends",
    ],
    [
      "an import that is not accepted",
      () => submit(ledger.ann, { name: "x", source: SOURCE, rows: [many(row("1"))], accept: refuse }),
      ["SEED-001"],
    ],
    [
      "an actor without the right",
      () => submit(ledger.cy, { name: "x", source: SOURCE, rows: [[row("1")]] }),
      ["ACTOR-001"],
    ],
    [
      "ten places after the point",
      () => submit(ledger.ann, { name: "x", source: SOURCE, rows: [many(row("1", { amount: "1.0000000001" }))] }),
      ["LEDGER-002"],
    ],
    [
      "thirty digits before it",
      () =>
        submit(ledger.ann, {
          name: "x",
          source: SOURCE,
          rows: [[row("1", { amount: `1${"0".repeat(29)}.000000000` })]],
        }),
      ["LEDGER-002"],
    ],
    [
      "an exponent",
      () => submit(ledger.ann, { name: "x", source: SOURCE, rows: [[row("1", { amount: "1e3" })]] }),
      ["LEDGER-002"],
    ],
    [
      "minus nothing",
      () => submit(ledger.ann, { name: "x", source: SOURCE, rows: [[row("1", { amount: "-0.000000000" })]] }),
      ["LEDGER-002"],
    ],
    [
      "an end at the start",
      () => submit(ledger.ann, { name: "x", source: SOURCE, rows: [[row("1", { hours: 0 })]] }),
      ["LEDGER-003"],
    ],
    [
      "no instant",
      () => submit(ledger.ann, { name: "x", source: SOURCE, rows: [[row("1", { periodEnd: Number.NaN })]] }),
      ["LEDGER-003"],
    ],
    [
      "a NUL",
      () => submit(ledger.ann, { name: "x", source: SOURCE, rows: [[row("1", { entered: "1\u0000" })]] }),
      ["LEDGER-005"],
    ],
    [
      "half a character",
      () => submit(ledger.ann, { name: "x", source: SOURCE, rows: [[row("1", { note: "\ud83d" })]] }),
      ["LEDGER-005"],
    ],
    [
      "all that is wrong at once",
      () =>
        submit(ledger.ann, {
          name: "x",
          source: SOURCE,
          rows: [[row("1", { amount: "x" }), row("1"), row("1", { hours: -1 })]],
        }),
      ["LEDGER-002", "LEDGER-003"],
    ],
  ];
  it.each(cases)("%s", async (_, attempt, expected) => {
    const before = await contents();
    if (typeof expected === "string") await expect(attempt()).rejects.toThrow(expected);
    else expect(codes(await attempt())).toEqual(expected);
    expect(await contents()).toEqual(before);
  });
});

it("names the row that is wrong", async () => {
  const result = await submit(ledger.ann, {
    name: "x",
    source: SOURCE,
    rows: [[row("1"), row("1", { amount: "x" })], [row("1", { hours: 0 })]],
  });
  expect(result.ok ? [] : result.issues.map(({ at }) => at.row)).toEqual([2, 3]);
});

it("accepts an import that says so", async () => {
  const accept = (): Result<unknown> => ok("all 1 rows are good");
  expect(
    (await submit(ledger.ann, { name: "x", source: SOURCE, rows: [[row("1", { activity: "accepted" })]], accept })).ok,
  ).toBe(true);
});

it("keeps reported figures as they were printed, a dash included", async () => {
  const figure = (given: Partial<PreparedFigure>): PreparedFigure => ({
    indicator: "ghg.scope1",
    period: yearPeriod(2025),
    dims: "{}",
    value: "138.370",
    unit: "tCO2e",
    decimals: 3,
    qualifier: "exact",
    place: '{"edition":"2025-zh-Hant","place":"kpi-appendix","row":"A1\\t範圍一"}',
    ...given,
  });
  const figures = [
    figure({}),
    figure({ value: null, note: "dash" }),
    figure({ indicator: "water.total", dims: '{"site":"lingang"}', value: "-1", decimals: 0, qualifier: "over" }),
  ];
  expectOk(await submitReported(ledger.ann, { name: "report", source: SOURCE, rows: [figures] }));
  const scope = await scopeAt(ledger.store);
  const found = await reportedFigures(ledger.store, scope);
  expect(found.map(({ value, note, qualifier, dims }) => [value, note, qualifier, dims])).toEqual([
    ["138.370", undefined, "exact", {}],
    [null, "dash", "exact", {}],
    ["-1", undefined, "over", { site: "lingang" }],
  ]);
  expect(found[0]).toMatchObject({ period: yearPeriod(2025), place: { row: "A1\t範圍一" }, decimals: 3 });
  expect((await reportedFigures(ledger.store, scope, ["water.total"])).map(({ indicator }) => indicator)).toEqual([
    "water.total",
  ]);
  expect((await ledgerVerifier(ledger.store)).issues).toEqual([]);
  const wrong = [
    figure({ decimals: 1.5 }),
    figure({ value: "1,000" }),
    figure({ period: { start: "2025-01-01", end: "2025-01-01", label: "x" } }),
  ];
  expect(codes(await submitReported(ledger.ann, { name: "x", source: SOURCE, rows: [wrong] }))).toEqual([
    "LEDGER-006",
    "LEDGER-002",
    "LEDGER-003",
  ]);
});

it("takes two large imports of new terms at once", async () => {
  const batch = (name: string) => ({
    name,
    source: SOURCE,
    rows: [0, 1, 2].map((chunk) =>
      Array.from({ length: 2000 }, (_, index) =>
        row("1", { activity: "parallel", evidence: `{"n":${chunk * 2000 + index}}` }),
      ),
    ),
  });
  const results = await Promise.all([
    submit(ledger.ann, batch("a")),
    submit(ledger.ben, batch("b")),
    submit(ledger.ann, batch("c")),
  ]);
  expect(results.every(({ ok: done }) => done)).toBe(true);
  expect((await year("parallel", "postgres"))[0]?.count).toBe(18_000);
  expect((await ledgerVerifier(ledger.store)).issues).toEqual([]);
});
