import { type Mirror, type MirrorTable, openMirror } from "../../ground/store/mirror/index.ts";
import type { Store } from "../../ground/store/index.ts";
import type { AggregatePlan, RecordEngine } from "./aggregate-plan.ts";
import { compileGaps, compilePlan, type Dialect, FIRST_DAY, KEY_COLUMNS } from "./compile-plan.ts";
import { gapRow, planRows } from "./postgres-engine.ts";
import type { Scope } from "./scope.ts";

/** What the columnar mirror holds of a record: all that a sum needs, and nothing to read. */
export const RECORD_MIRROR: MirrorTable = {
  name: "record",
  columns: [
    { name: "batch_id", type: "int32" },
    { name: "ordinal", type: "int32" },
    { name: "activity_id", type: "int32" },
    { name: "site_id", type: "int32" },
    { name: "dims_id", type: "int32" },
    { name: "basis", type: "int16" },
    { name: "period_start", type: "timestamp" },
    { name: "period_end", type: "timestamp" },
    { name: "amount", type: "decimal", scale: 9 },
  ],
  segment: "batch_id",
  ordinal: "ordinal",
  cluster: ["activity_id", "site_id", "dims_id", "period_start", "batch_id", "ordinal"],
};

const LIMIT = 10n ** 38n;
/** Splits an amount of 38 digits into two of 19, whose sums fit for any number of rows. */
const HALF = 10n ** 19n;

const DAY_MICROSECONDS = 86_400_000_000;

const dialect = (records: string, wide: boolean): Dialect => ({
  microseconds: (timestamp) => `epoch_us(${timestamp})`,
  milliseconds: (timestamp) => `epoch_ms(${timestamp})`,
  // Whole numbers, none negative: a float is exact up to where they stand for more time than there is.
  lengths: (start, end, filter) => `sum((epoch_ms(${end}) - epoch_ms(${start}))::double)${filter}`,
  mixed: (timestamp) => `hash(${timestamp})`,
  xor: (a, b) => `xor(${a}, ${b})`,
  onlyItsBatches: true,
  records,
  series: (from, to) => `unnest(generate_series(${from}, ${to}))::int`,
  // Whole numbers of microseconds are divided in half the time that dates take.
  dayNumber: (column, shift) =>
    `((epoch_us(${column}) + ${shift + FIRST_DAY * DAY_MICROSECONDS}) // ${DAY_MICROSECONDS})`,
  sums(counted) {
    const filter = counted === "true" ? "" : ` filter (where ${counted})`;
    if (!wide) return [`sum(r.amount)${filter}`];
    const units = "replace(r.amount::varchar, '.', '')::hugeint";
    return [`sum(${units} // ${HALF})${filter}`, `sum(${units} % ${HALF})${filter}`];
  },
});

/** Opens the columnar mirror of a store's records. */
export function openRecordMirror(
  store: Store,
  options: { readonly memoryMb?: number; readonly onProgress?: (text: string) => void } = {},
): Mirror {
  return openMirror({ folder: store.folder, pool: () => store.pool(), table: RECORD_MIRROR, ...options });
}

/**
 * The records of a scope in columnar files. DuckDB's sum of decimals wraps around silently beyond 128 bits, so the plain sum
 * is taken only where the number of rows and the largest of them prove that it cannot get there.
 */
export function columnarEngine(mirror: Mirror, scope: Scope): RecordEngine {
  return {
    name: "columnar",
    async aggregate(plan: AggregatePlan) {
      const wanted = new Set(plan.batches);
      const segments = scope.batches.filter(({ id }) => wanted.has(id));
      let wide = false;
      const columns = await mirror.queryColumns(segments, scope.position, (relation) => {
        wide = BigInt(relation.rows) * relation.magnitude("amount") >= LIMIT;
        return compilePlan(plan, dialect(relation.sql, wide));
      });
      const sums = (column: number): bigint[] =>
        ((columns[column] ?? []) as readonly (bigint | null)[]).map((sum) => sum ?? 0n);
      const high = sums(KEY_COLUMNS);
      if (!wide) return planRows(columns, high, KEY_COLUMNS + 1);
      const low = sums(KEY_COLUMNS + 1);
      const whole = high.map((half, row) => half * HALF + (low[row] ?? 0n));
      return planRows(columns, whole, KEY_COLUMNS + 2);
    },
    async gaps(plan) {
      const wanted = new Set(plan.batches);
      const segments = scope.batches.filter(({ id }) => wanted.has(id));
      const rows = await mirror.query(segments, scope.position, (relation) =>
        compileGaps(plan, dialect(relation.sql, false)),
      );
      return rows.map(gapRow);
    },
  };
}
