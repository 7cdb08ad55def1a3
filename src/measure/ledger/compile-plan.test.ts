import { expect, it } from "vitest";
import type { AggregatePlan } from "./aggregate-plan.ts";
import { compilePlan, type Dialect } from "./compile-plan.ts";

const DIALECT: Dialect = {
  records: "records",
  series: (from, to) => `series(${from}, ${to})`,
  dayNumber: (column, shift) => `day(${column}, ${shift})`,
  sums: (counted) => [`sum(${counted})`],
  milliseconds: (timestamp) => `ms(${timestamp})`,
  lengths: (start, end, filter) => `lengths(${start}, ${end})${filter}`,
  mixed: (timestamp) => `mixed(${timestamp})`,
  xor: (a, b) => `xor(${a}, ${b})`,
};
const JANUARY = [Date.UTC(2024, 11, 31, 16), Date.UTC(2025, 0, 31, 16)];
const plan = (given: Partial<AggregatePlan>): AggregatePlan => ({
  measure: "flow",
  batches: [1, 2, 3, 7],
  pending: [],
  excluded: [],
  activities: [5],
  days: false,
  parts: [{ sites: "all", instants: JANUARY, shifts: [] }],
  ...given,
});

it("asks for one month in one scan", () => {
  const { sql, lists } = compilePlan(plan({}), DIALECT);
  expect(lists).toEqual([]);
  expect(sql).toBe(
    "select 0, r.activity_id, r.site_id, r.dims_id, " +
      "case when r.period_start < timestamp '2025-01-31 16:00:00' then case when r.period_start < timestamp '2024-12-31 16:00:00' then 0 else 1 end else 2 end, " +
      "case when r.period_end <= timestamp '2025-01-31 16:00:00' then case when r.period_end <= timestamp '2024-12-31 16:00:00' then 0 else 1 end else 2 end, " +
      "null, null, sum(true), count(*), count(*) filter (where r.basis = 1), count(*) filter (where r.basis = 2), 0, 0, " +
      "(lengths(r.period_start, r.period_end) = ms(max(r.period_end)) - ms(min(r.period_start)) and bit_xor(xor(mixed(r.period_start), mixed(r.period_end))) = xor(mixed(min(r.period_start)), mixed(max(r.period_end)))), " +
      "ms(min(r.period_start)), ms(max(r.period_end)) from records r " +
      "where r.period_start < timestamp '2025-01-31 16:00:00' and r.period_end > timestamp '2024-12-31 16:00:00' " +
      "and (r.batch_id between 1 and 3 or r.batch_id = 7) and r.activity_id = 5 group by 2, 3, 4, 5, 6",
  );
});

it("keeps what is superseded out of sums, and its numbers out of the text", () => {
  const { sql, lists } = compilePlan(plan({ excluded: [{ batch: 2, from: 4, to: 9 }], pending: [7] }), DIALECT);
  expect(lists).toEqual([[2], [4], [9]]);
  expect(sql).toContain("with superseded as materialized");
  expect(sql).toContain("left join superseded x on x.batch_id = r.batch_id and x.ordinal = r.ordinal");
  expect(sql).toContain("sum(x.ordinal is null), count(*) filter (where x.ordinal is null)");
  expect(sql).toContain("count(*) filter (where r.batch_id = 7 and x.ordinal is null), count(x.ordinal)");
});

it.each<[string, Partial<AggregatePlan>, RegExp]>([
  [
    "sites apart",
    {
      parts: [
        { sites: { in: [4, 9] }, instants: JANUARY, shifts: [] },
        { sites: { notIn: [4, 9] }, instants: JANUARY, shifts: [] },
      ],
    },
    /\(r\.site_id = 4 or r\.site_id = 9\).*\nunion all\n.*not \(\(r\.site_id = 4 or r\.site_id = 9\)\)/,
  ],
  ["no site that is known", { parts: [{ sites: { in: [] }, instants: JANUARY, shifts: [] }] }, / and false group by/],
  [
    "stocks",
    { measure: "stock" },
    /where r\.period_end in \(timestamp '2024-12-31 16:00:00', timestamp '2025-01-31 16:00:00'\)/,
  ],
  [
    "all pending",
    { pending: [1, 2, 3, 7] },
    /count\(\*\), count\(\*\) filter \(where r\.basis = 1\), count\(\*\) filter \(where r\.basis = 2\), count\(\*\), 0, \(lengths/,
  ],
  ["many batches", { batches: Array.from({ length: 20 }, (_, index) => index * 2) }, /r\.batch_id in \(0, 2, 4,/],
  [
    "days at one shift",
    {
      days: true,
      parts: [{ sites: "all", instants: JANUARY, shifts: [{ untilMs: JANUARY[1] ?? 0, shiftMs: 28_800_000 }] }],
    },
    /, day\(r\.period_start, 28800000000\), day\(r\.period_end, 28799999999\), sum/,
  ],
  [
    "a day on which the clocks change",
    {
      days: true,
      parts: [
        {
          sites: "all",
          instants: JANUARY,
          shifts: [
            { untilMs: JANUARY[0] ?? 0, shiftMs: 0 },
            { untilMs: JANUARY[1] ?? 0, day: "1970-01-02" },
          ],
        },
      ],
    },
    /case when r\.period_start < timestamp '2024-12-31 16:00:00' then day\(r\.period_start, 0\) else 30001 end/,
  ],
])("compiles %s", (_, given, expected) => {
  expect(compilePlan(plan(given), DIALECT).sql).toMatch(expected);
});

it("divides where instants follow each other evenly, and searches elsewhere", () => {
  const hour = 3_600_000;
  const instants = [0, ...Array.from({ length: 12 }, (_, index) => 100 * hour + index * hour)];
  const { sql } = compilePlan(plan({ parts: [{ sites: "all", instants, shifts: [] }] }), {
    ...DIALECT,
    microseconds: (timestamp) => `us(${timestamp})`,
  });
  expect(sql).toContain(
    "case when r.period_start < timestamp '1970-01-05 04:00:00' then case when r.period_start < timestamp '1970-01-01 00:00:00' then 0 else 1 end " +
      "else case when r.period_start < timestamp '1970-01-05 15:00:00' then 2 + (us(r.period_start) - 360000000000) // 3600000000 else 13 end end, ",
  );
  expect(sql).toContain("then 2 + (us(r.period_end) - 360000000001) // 3600000000 else 13 end end, ");
});
