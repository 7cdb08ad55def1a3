import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import fc from "fast-check";
import { expectOk, type Result } from "../../ground/issue/index.ts";
import { Decimal, decimalOfUnits, parsePeriod, type Period } from "../../ground/quantity/index.ts";
import { aggregate, type AggregateRequest, type AggregateRow } from "./aggregate.ts";
import { missingMonths, monthsWithRecords } from "./completeness.ts";
import { correct } from "./correct.ts";
import type { PreparedRow } from "./import/prepared-row.ts";
import { openTestLedger, row, type TestLedger } from "./ledger-for-tests.ts";
import { closeReaders, recordReader } from "./reader.ts";
import { scopeAt } from "./scope.ts";
import type { SiteCalendar } from "./site-calendar.ts";
import { submit } from "./submit.ts";

let ledger: TestLedger;
let activity = "";
let number = 0;
beforeAll(async () => {
  ledger = await openTestLedger();
});
afterAll(() => ledger.close());
beforeEach(() => {
  activity = `activity-${(number += 1)}`;
});

const SOURCE = { type: "file", name: "meter.csv" };
const CALENDAR: SiteCalendar = { sites: [{ id: "lingang", timeZone: "Asia/Shanghai" }], otherwise: "Asia/Shanghai" };
const period = (text: string): Period => expectOk(parsePeriod(text));

const put = async (...rows: PreparedRow[]): Promise<number> =>
  expectOk(await submit(ledger.ann, { name: "x", source: SOURCE, rows: [rows] })).batch;

/** A record from one instant to another, `2025-03-30T00:00+01:00`. */
const span = (start: string, end: string, amount = "1", given: Partial<PreparedRow> = {}): PreparedRow =>
  row(amount, { activity, periodStart: Date.parse(start), periodEnd: Date.parse(end), ...given });

/** Both engines, which must agree in everything. */
async function both(
  request: Partial<AggregateRequest> & { readonly periods: readonly Period[] },
): Promise<Result<AggregateRow[]>> {
  const scope = await scopeAt(ledger.store);
  const full: AggregateRequest = { measure: "flow", calendar: CALENDAR, activities: [activity], ...request };
  const a = await aggregate(recordReader(ledger.store, scope, { engine: "postgres" }), scope, full);
  const b = await aggregate(recordReader(ledger.store, scope, { engine: "columnar" }), scope, full);
  expect(b).toEqual(a);
  return a;
}

const table = (rows: readonly AggregateRow[]): string[] =>
  rows.map(({ period: { label }, site, units, count, straddling, bucket }) =>
    [label, site, decimalOfUnits(units).toFixed(), count, straddling, ...(bucket === undefined ? [] : [bucket])].join(
      " ",
    ),
  );

describe("periods", () => {
  it("sums what lies inside, counts what lies across, and leaves out the rest, for any number of periods at once", async () => {
    const at = (day: string): string => `${day}T00:00:00+08:00`;
    await put(
      span(at("2024-12-01"), at("2025-01-01"), "1"),
      span(at("2025-01-01"), at("2025-02-01"), "10"),
      span(at("2025-03-31"), at("2025-04-01"), "100"),
      span(at("2025-01-01"), at("2025-07-01"), "1000"),
      span(at("2024-07-01"), at("2025-07-01"), "10000"),
      span(at("2025-12-31"), at("2026-01-01"), "100000"),
      span(at("2026-01-01"), at("2026-01-02"), "1000000"),
    );
    const periods = ["2024", "2025", "2025Q1", "2025-01", "2025H2", "2027"].map(period);
    expect(table(expectOk(await both({ periods })))).toEqual([
      "2024 lingang 1 1 1",
      "2025-01 lingang 10 1 2",
      "2025Q1 lingang 110 2 2",
      "2025 lingang 101110 4 1",
      "2025H2 lingang 100000 1 0",
    ]);
  });

  it("begins and ends a period where each site's clocks say so", async () => {
    const calendar: SiteCalendar = {
      sites: [
        { id: "lingang", timeZone: "Asia/Shanghai" },
        { id: "hong-kong", timeZone: "Asia/Hong_Kong" },
        { id: "london", timeZone: "Europe/London" },
        { id: "new-york", timeZone: "America/New_York" },
      ],
      otherwise: "UTC",
    };
    const zones = {
      lingang: "+08:00",
      "hong-kong": "+08:00",
      london: "+00:00",
      "new-york": "-05:00",
      elsewhere: "+00:00",
    };
    for (const [site, offset] of Object.entries(zones)) {
      await put(
        span(`2024-12-31T23:00:00${offset}`, `2025-01-01T00:00:00${offset}`, "1", { site }),
        span(`2025-01-01T00:00:00${offset}`, `2025-01-01T01:00:00${offset}`, "2", { site }),
        span(`2025-12-31T23:00:00${offset}`, `2026-01-01T00:00:00${offset}`, "4", { site }),
        span(`2026-01-01T00:00:00${offset}`, `2026-01-01T01:00:00${offset}`, "8", { site }),
      );
    }
    const found = table(expectOk(await both({ periods: [period("2025")], calendar })));
    expect(found).toEqual(
      Object.keys(zones)
        .sort()
        .map((site) => `2025 ${site} 6 2 0`),
    );
  });

  it("finds the days of months in which clocks change, among records of any length, as the search of the database does", async () => {
    const calendar: SiteCalendar = { sites: [{ id: "lingang", timeZone: "Europe/Berlin" }], otherwise: "Asia/Kolkata" };
    const days = ["2025-03", "2025-10"].flatMap((month) =>
      Array.from({ length: 31 }, (_, day) => period(`${month}-${String(day + 1).padStart(2, "0")}`)),
    );
    const from = Date.parse("2025-02-27T00:00:00Z");
    const quarterMs = 900_000;
    const spans = fc.array(
      fc.record({
        start: fc.integer({ min: 0, max: 250 * 96 }),
        quarters: fc.constantFrom(1, 4, 92, 96, 100, 97, 3000),
        site: fc.constantFrom("lingang", "elsewhere"),
      }),
      { minLength: 30, maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(spans, async (records) => {
        activity = `activity-${(number += 1)}`;
        await put(
          ...records.map(({ start, quarters, site }) =>
            row("1", {
              activity,
              site,
              periodStart: from + start * quarterMs,
              periodEnd: from + (start + quarters) * quarterMs,
            }),
          ),
        );
        expectOk(await both({ periods: [...days, period("2025-03"), period("2025")], calendar }));
      }),
      { numRuns: 10 },
    );
  });

  it("reads a stock at the end of the period, whatever span it was given for", async () => {
    const at = (day: string): string => `${day}T00:00:00+08:00`;
    await put(
      span(at("2025-01-01"), at("2026-01-01"), "40", { dims: '{"gender":"female"}' }),
      span(at("2025-12-01"), at("2026-01-01"), "60", { dims: '{"gender":"male"}' }),
      span(at("2024-01-01"), at("2025-01-01"), "90"),
      span(at("2025-01-01"), at("2025-12-31"), "1"),
    );
    const found = expectOk(
      await both({ measure: "stock", periods: [period("2025"), period("2024"), period("2023"), period("2025-12")] }),
    );
    expect(
      found.map(({ period: { label }, dims, units }) => `${label} ${dims} ${decimalOfUnits(units).toFixed()}`),
    ).toEqual([
      "2024 {} 90",
      '2025 {"gender":"female"} 40',
      '2025 {"gender":"male"} 60',
      '2025-12 {"gender":"female"} 40',
      '2025-12 {"gender":"male"} 60',
    ]);
  });

  it("gives nothing for what nobody has recorded", async () => {
    await put(span("2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z"));
    expect(await both({ periods: [period("2025")], activities: ["unheard.of"] })).toEqual({ ok: true, value: [] });
    expect(await both({ periods: [] })).toEqual({ ok: true, value: [] });
  });
});

describe("buckets", () => {
  it("puts hours into local days, days of 23 and 25 hours included", async () => {
    const calendar: SiteCalendar = { sites: [{ id: "lingang", timeZone: "Europe/Berlin" }], otherwise: "UTC" };
    const hours = (from: string, count: number): PreparedRow[] =>
      Array.from({ length: count }, (_, index) => {
        const start = Date.parse(from) + index * 3_600_000;
        return span(new Date(start).toISOString(), new Date(start + 3_600_000).toISOString());
      });
    await put(...hours("2025-03-29T00:00:00+01:00", 24 + 23 + 24), ...hours("2025-10-25T00:00:00+02:00", 24 + 25 + 24));
    const found = expectOk(await both({ periods: [period("2025")], calendar, bucket: "day" }));
    expect(table(found).map((line) => line.split(" ").slice(2).join(" "))).toEqual([
      "24 24 0 2025-03-29",
      "23 23 0 2025-03-30",
      "24 24 0 2025-03-31",
      "24 24 0 2025-10-25",
      "25 25 0 2025-10-26",
      "24 24 0 2025-10-27",
    ]);
  });

  it("says of a record that it lies across buckets, not in the first", async () => {
    const at = (day: string): string => `${day}T00:00:00+08:00`;
    await put(
      span(at("2025-01-31"), at("2025-02-01"), "1"),
      span(at("2025-02-01"), at("2025-03-01"), "2"),
      span(at("2025-02-28"), at("2025-03-02"), "4"),
      span(at("2025-12-31"), at("2026-01-02"), "8"),
    );
    const months = expectOk(await both({ periods: [period("2025")], bucket: "month" }));
    expect(
      months.map(({ bucket, units, straddling }) => [bucket, decimalOfUnits(units).toFixed(), straddling]),
    ).toEqual([
      [null, "4", 1],
      ["2025-01-01", "1", 0],
      ["2025-02-01", "2", 0],
    ]);
  });
});

describe("exact sums", () => {
  const LARGEST = `${"9".repeat(29)}.${"9".repeat(9)}`;
  it.each<[string, string[], string | undefined]>([
    ["small and negative", ["0.000000001", "-0.000000003", "0.1", "0.2"], "0.299999998"],
    ["as large as one amount may be", [LARGEST], LARGEST],
    [
      "38 digits from many",
      Array.from({ length: 9 }, () => `1${"0".repeat(28)}.000000001`),
      `9${"0".repeat(28)}.000000009`,
    ],
    ["back from beyond 38 digits", [LARGEST, LARGEST, LARGEST, `-${LARGEST}`, `-${LARGEST}`], LARGEST],
    ["nothing left of much", [LARGEST, `-${LARGEST}`], "0"],
    ["one unit too large", [LARGEST, "0.000000001"], undefined],
    ["beyond 128 bits, where DuckDB's own sum wraps around", [LARGEST, LARGEST], undefined],
    ["far below", [`-${LARGEST}`, `-${LARGEST}`, `-${LARGEST}`, `-${LARGEST}`], undefined],
  ])("%s", async (_, amounts, expected) => {
    await put(...amounts.map((amount) => row(amount, { activity })));
    const result = await both({ periods: [period("2025")] });
    if (expected === undefined)
      expect(result).toMatchObject({ ok: false, issues: [{ code: "LEDGER-020", at: { period: "2025" } }] });
    else expect(decimalOfUnits(expectOk(result)[0]!.units).toFixed()).toBe(expected);
  });

  it("agrees with the decimal library on random amounts, with random rows superseded, on both engines", async () => {
    const amount = fc
      .tuple(fc.boolean(), fc.oneof(fc.bigInt(0n, 10n ** 6n), fc.bigInt(0n, 10n ** 20n), fc.bigInt(0n, 10n ** 37n)))
      .map(([negative, units]) => {
        const digits = String(units).padStart(10, "0");
        return `${negative && units > 0n ? "-" : ""}${digits.slice(0, -9)}.${digits.slice(-9)}`;
      });
    const record = fc.record({
      amount,
      dims: fc.constantFrom("{}", '{"a":"1"}', '{"a":"2"}'),
      site: fc.constantFrom("lingang", "other"),
      corrected: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 40 }), async (records) => {
        activity = `activity-${(number += 1)}`;
        const batch = await put(
          ...records.map(({ amount: entered, dims, site }) => row(entered, { activity, dims, site })),
        );
        const taken = records.flatMap(({ corrected }, index) => (corrected ? [{ batch, ordinal: index + 1 }] : []));
        if (taken.length > 0)
          expectOk(
            await correct(ledger.ben, { records: taken, replacement: [], reason: "x", source: SOURCE, name: "x" }),
          );
        const found = expectOk(await both({ periods: [period("2025")] }));
        const expected = new Map<string, { sum: Decimal; count: number; superseded: number }>();
        for (const { amount: entered, dims, site, corrected } of records) {
          const one = expected.get(`${site} ${dims}`) ?? { sum: new Decimal(0), count: 0, superseded: 0 };
          expected.set(
            `${site} ${dims}`,
            corrected
              ? { ...one, superseded: one.superseded + 1 }
              : { ...one, sum: one.sum.plus(entered), count: one.count + 1 },
          );
        }
        const actual = new Map(
          found.map(({ site, dims, units, count, superseded }) => [
            `${site} ${dims}`,
            { sum: decimalOfUnits(units).toFixed(), count, superseded },
          ]),
        );
        expect(actual).toEqual(
          new Map([...expected].map(([key, { sum, ...rest }]) => [key, { sum: sum.toFixed(), ...rest }])),
        );
      }),
      { numRuns: 15 },
    );
  });
});

it("knows which months have records, and which have none", async () => {
  const at = (day: string): string => `${day}T00:00:00+08:00`;
  await put(
    span(at("2025-01-05"), at("2025-01-06")),
    span(at("2025-01-06"), at("2025-01-07")),
    span(at("2025-04-01"), at("2025-07-01")),
    span(at("2025-11-30"), at("2025-12-02"), "1", { site: "other" }),
  );
  const scope = await scopeAt(ledger.store);
  const request = { period: period("2025"), calendar: CALENDAR, activities: [activity] };
  const months = expectOk(
    await monthsWithRecords(recordReader(ledger.store, scope, { engine: "postgres" }), scope, request),
  );
  expect(months.map(({ site, month, inside, across }) => `${site} ${month} ${inside} ${across}`)).toEqual([
    "lingang 2025-01 2 0",
    "lingang 2025-04 0 1",
    "lingang 2025-05 0 1",
    "lingang 2025-06 0 1",
    "other 2025-11 0 1",
    "other 2025-12 0 1",
  ]);
  const missing = missingMonths(months, period("2025H1"));
  expect(missing.map(({ site, month }) => `${site} ${month}`)).toEqual([
    "lingang 2025-02",
    "lingang 2025-03",
    ...["01", "02", "03", "04", "05", "06"].map((month) => `other 2025-${month}`),
  ]);
});

it("reads many records from the database when there is no room for columnar files", async () => {
  const scope = await scopeAt(ledger.store);
  const many = { ...scope, batches: scope.batches.map((batch) => ({ ...batch, rows: 1_000_000 })) };
  const heard: string[] = [];
  // A mirror that says that it has rows which the database has not is an error; one without room is none.
  await expect(
    aggregate(recordReader(ledger.store, many), many, {
      measure: "flow",
      periods: [period("2025")],
      calendar: CALENDAR,
    }),
  ).rejects.toThrow("the database gave rows");
  await closeReaders(ledger.store);
  await rm(join(ledger.store.folder, "mirror"), { recursive: true, force: true });
  await writeFile(join(ledger.store.folder, "mirror"), "a file of somebody's");
  const onProgress = (text: string): unknown => heard.push(text);
  const reader = recordReader(ledger.store, many, { onProgress });
  expect((await aggregate(reader, many, { measure: "flow", periods: [period("2024")], calendar: CALENDAR })).ok).toBe(
    true,
  );
  expect(heard.join()).toContain("reading from the database");
});
