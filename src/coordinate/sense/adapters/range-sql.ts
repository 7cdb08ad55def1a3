import type { ColumnarValue } from "../../../ground/store/mirror/index.ts";
import type { Step } from "../buckets.ts";
import { QUALITIES } from "../reading.ts";
import { cellsSql, segmentsSql } from "../resample-sql.ts";
import type { Resampled } from "../telemetry.ts";
import { HOUR_MS, type NumberedSeries, rulesSql, text } from "./day-files.ts";

/** Files that a query rests on: minutes of some days, rollups of the others. */
export interface RangeFiles {
  readonly readings: readonly string[];
  readonly hours: readonly string[];
  readonly edges: readonly string[];
}

export interface RangeQuery {
  readonly series: readonly NumberedSeries[];
  /** [n + 1] where intervals begin, and the end. */
  readonly buckets: readonly number[];
  readonly step: Step;
  /** Query of the readings that wait to be sealed; undefined when there are none. */
  readonly waiting: string | undefined;
  /** The files, where rollups by hour may or may not be used. */
  readonly whole: (useRollups: boolean) => RangeFiles;
}

const SLICE_MS = { "15min": 900_000, hour: HOUR_MS, day: HOUR_MS } as const;

const list = (files: readonly string[]): string => `read_parquet([${files.map(text).join(", ")}])`;

/**
 * One statement from files and waiting readings to cells: number, bucket, amount, covered_ms, stale_ms, quality, last.
 * Rollups serve where intervals begin on whole hours UTC; where they do not, minutes are read.
 */
export function rangeSql({ series, buckets, step, waiting, whole }: RangeQuery): string {
  const hourly = step !== "15min" && buckets.every((at) => at % HOUR_MS === 0);
  const files = whole(hourly);
  const sliceMs = hourly ? SLICE_MS[step] : 900_000;
  const numbers = `number in (${series.map(({ number }) => number).join(", ")})`;
  const [first = 0, end = 0] = [buckets[0], buckets.at(-1)];
  const sources = [
    ...(files.readings.length > 0
      ? [
          `select number, epoch_ms(instant) as ms, value, quality, batch, row from ${list(files.readings)} where ${numbers}`,
        ]
      : []),
    ...(waiting === undefined ? [] : [`select * from (${waiting}) where ${numbers}`]),
  ];
  const raw =
    sources.length === 0
      ? "select null::integer as number, null::bigint as ms, null::double as value, null::utinyint as quality limit 0"
      : `select number, ms, value, quality from (${sources.join(" union all ")})
         qualify row_number() over (partition by number, ms order by quality, batch, row) = 1`;
  const edges =
    files.edges.length === 0
      ? ""
      : `union all select number, first_ms, first_value, first_quality, first_ms < last_ms from ${list(files.edges)} where ${numbers}
         union all select number, last_ms, last_value, last_quality, false from ${list(files.edges)} where ${numbers} and first_ms < last_ms`;
  const hours =
    files.hours.length === 0
      ? ""
      : `union all select number, slice, amount, covered_ms, stale_ms, quality, last, last_ms from ${list(files.hours)}
         where ${numbers} and slice >= ${first} and slice < ${end}`;
  const slices =
    step === "day"
      ? `(select s.*, k.a as bucket from slices s asof join (select unnest([${buckets.slice(0, -1).join(", ")}]::bigint[]) as a) k on s.slice >= k.a)`
      : "(select *, slice as bucket from slices)";
  return `
with raw as (${raw}),
points as materialized (
  select number, kind, every_ms, hold_ms, rollover, ms, value, quality, closed
  from (select *, false as closed from raw ${edges}) join ${rulesSql(series)} using (number)
),
segments as materialized (${segmentsSql("points")}),
slices as (
  select * from (${cellsSql("segments", sliceMs)} ${hours}) where slice >= ${first} and slice < ${end}
)
select number, bucket, sum(amount) as amount, sum(covered_ms)::bigint as covered_ms, sum(stale_ms)::bigint as stale_ms,
  max(quality) as quality, arg_max(last, last_ms) as last
from ${slices} group by number, bucket order by number, bucket`;
}

/** Cells of one series as values of every interval, those without a cell included. */
export function toResampled(
  { kind }: NumberedSeries,
  buckets: readonly number[],
  cells: readonly (readonly ColumnarValue[])[],
): Resampled[] {
  const byStart = new Map(cells.map((cell) => [Number(cell[1]), cell]));
  return buckets.slice(0, -1).map((fromMs, index) => {
    const toMs = buckets[index + 1] ?? fromMs;
    const cell = byStart.get(fromMs);
    const covered = Number(cell?.[3] ?? 0);
    if (!cell || covered <= 0) return { fromMs, toMs, value: undefined, quality: "missing", coverage: 0, stale: 0 };
    const [, , amount, , stale, quality, last] = cell;
    const value = kind === "state" ? last : kind.startsWith("energy") ? amount : Number(amount) / covered;
    return {
      fromMs,
      toMs,
      value: value === null ? undefined : Number(value),
      quality: QUALITIES[Number(quality)] ?? "missing",
      coverage: Math.min(1, covered / (toMs - fromMs)),
      stale: Math.min(1, Number(stale) / (toMs - fromMs)),
    };
  });
}
