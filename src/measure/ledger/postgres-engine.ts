import type { Store } from "../../ground/store/index.ts";
import type { GapRow, PlanRows, RecordEngine } from "./aggregate-plan.ts";
import { compileGaps, compilePlan, type Dialect, FIRST_DAY, KEY_COLUMNS } from "./compile-plan.ts";
import { sitesTogether } from "./sites-together.ts";

const DIALECT: Dialect = {
  records: "candela.record",
  series: (from, to) => `generate_series(${from}, ${to})`,
  dayNumber: (column, shift) =>
    `((${column} + interval '${shift} microseconds')::date - date '1970-01-01' + ${FIRST_DAY})`,
  sums: (counted) => [
    `coalesce(sum(r.amount)${counted === "true" ? "" : ` filter (where ${counted})`}, 0)::numeric(1000, 9)`,
  ],
  milliseconds: (timestamp) => `(extract(epoch from ${timestamp}) * 1000)::bigint`,
  lengths: (start, end, filter) => `(extract(epoch from sum(${end} - ${start})${filter}) * 1000)::bigint`,
  mixed: (timestamp) => `timestamp_hash_extended(${timestamp}, 0)`,
  xor: (a, b) => `(${a} # ${b})`,
};

/** The records where the truth is; the oracle of every other engine. */
export function postgresEngine(store: Store): RecordEngine {
  return {
    name: "postgres",
    async aggregate(plan) {
      const { sql, lists } = compilePlan(plan, DIALECT);
      const found = await store.pool().query({ text: sql, values: [...lists], rowMode: "array" });
      const rows = found.rows as unknown[][];
      const columns = found.fields.map((_, column) => rows.map((row) => row[column]));
      const sums = (columns[KEY_COLUMNS] ?? []).map((sum) => BigInt(String(sum).replace(".", "")));
      return planRows(columns, sums, KEY_COLUMNS + 1);
    },
    async gaps(plan) {
      const { sql, lists } = compileGaps(plan, DIALECT);
      const found = await store.pool().query({ text: sql, values: [...lists], rowMode: "array" });
      return (found.rows as unknown[][]).map(gapRow);
    },
  };
}

/** A gap of any engine. */
export function gapRow(row: readonly unknown[]): GapRow {
  const [activity, site, dims, fromMs, toMs] = row.map(Number);
  return { activity: activity ?? 0, site: site ?? 0, dims: dims ?? 0, fromMs: fromMs ?? 0, toMs: toMs ?? 0 };
}

/**
 * The columns of a result of any engine as groups.
 * @param sum     the sums, in units
 * @param counts  the first column after those of the sum
 */
export function planRows(columns: readonly ArrayLike<unknown>[], sum: readonly bigint[], counts: number): PlanRows {
  const numbers = (column: number): Float64Array => {
    const values = columns[column] as ArrayLike<unknown>;
    if (values instanceof Float64Array) return values;
    const all = new Float64Array(values.length);
    for (let row = 0; row < values.length; row += 1) all[row] = Number(values[row]);
    return all;
  };
  const together = columns[counts + 8];
  return {
    length: sum.length,
    part: numbers(0),
    activity: numbers(1),
    site: numbers(2),
    dims: numbers(3),
    startSlot: numbers(4),
    endSlot: numbers(5),
    startDay: numbers(6),
    endDay: numbers(7),
    sum,
    count: numbers(counts),
    estimated: numbers(counts + 1),
    derived: numbers(counts + 2),
    pending: numbers(counts + 3),
    superseded: numbers(counts + 4),
    tiled: sum.map((_, row) => {
      const tiled = columns[counts + 5]?.[row];
      return typeof tiled === "boolean" ? tiled : null;
    }),
    fromMs: numbers(counts + 6),
    toMs: numbers(counts + 7),
    ...(together ? { together: sitesTogether(together) } : {}),
  };
}
