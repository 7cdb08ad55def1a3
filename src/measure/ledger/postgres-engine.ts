import type { Store } from "../../ground/store/index.ts";
import type { GapRow, PlanRow, RecordEngine } from "./aggregate-plan.ts";
import { compileGaps, compilePlan, type Dialect, FIRST_DAY, KEY_COLUMNS } from "./compile-plan.ts";

const DIALECT: Dialect = {
  records: "candela.record",
  series: (from, to) => `generate_series(${from}, ${to})`,
  dayNumber: (column, shift) =>
    `((${column} + interval '${shift} microseconds')::date - date '1970-01-01' + ${FIRST_DAY})`,
  sums: (counted) => [
    `coalesce(sum(r.amount)${counted === "true" ? "" : ` filter (where ${counted})`}, 0)::numeric(1000, 9)`,
  ],
  milliseconds: (timestamp) => `(extract(epoch from ${timestamp}) * 1000)::bigint`,
  seconds: (timestamp) => `floor(extract(epoch from ${timestamp}))::bigint`,
};

/** The records where the truth is; the oracle of every other engine. */
export function postgresEngine(store: Store): RecordEngine {
  return {
    name: "postgres",
    async aggregate(plan) {
      const { sql, lists } = compilePlan(plan, DIALECT);
      const found = await store.pool().query({ text: sql, values: [...lists], rowMode: "array" });
      return (found.rows as unknown[][]).map((row) =>
        planRow(row, BigInt(String(row[KEY_COLUMNS]).replace(".", "")), KEY_COLUMNS + 1),
      );
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

function heldOf([tiled, from, to]: readonly unknown[]): PlanRow["held"] {
  if (tiled === null || tiled === undefined) return undefined;
  const [fromMs, toMs] = [Number(from), Number(to)];
  return { ms: tiled === true ? toMs - fromMs : Number.NaN, fromMs, toMs };
}

/** A result row of any engine, whose counts begin at a column. */
export function planRow(row: readonly unknown[], sum: bigint, counts: number): PlanRow {
  return {
    part: Number(row[0]),
    activity: Number(row[1]),
    site: Number(row[2]),
    dims: Number(row[3]),
    startSlot: Number(row[4]),
    endSlot: Number(row[5]),
    startDay: Number(row[6]),
    endDay: Number(row[7]),
    sum,
    count: Number(row[counts]),
    estimated: Number(row[counts + 1]),
    derived: Number(row[counts + 2]),
    pending: Number(row[counts + 3]),
    superseded: Number(row[counts + 4]),
    held: heldOf(row.slice(counts + 5)),
  };
}
