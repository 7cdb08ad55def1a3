import type { ColumnarValue } from "../../../ground/store/mirror/index.ts";
import type { Step } from "../buckets.ts";
import { QUALITIES } from "../reading.ts";
import { cellsSql, type NumberedSeries, rulesSql, segmentsSql, sqlText as text } from "../resample-sql.ts";
import type { Resampled } from "../telemetry.ts";
import { HOUR_MS } from "./day-files.ts";

/** Files that a query rests on: minutes of some days, roll-ups of the others. */
export interface RangeFiles {
  readonly readings: readonly string[];
  readonly hours: readonly string[];
  readonly edges: readonly string[];
}

export interface RangeQuery {
  readonly series: readonly NumberedSeries[];
  /** Whether these are all series that there are, so that none has to be left out. */
  readonly all: boolean;
  /** [n + 1] where intervals begin, and the end. */
  readonly buckets: readonly number[];
  readonly step: Step;
  /** Query of the readings that wait to be sealed; undefined when there are none. */
  readonly waiting: string | undefined;
  readonly files: RangeFiles;
}

/** Whether hourly roll-ups serve: where intervals begin on whole hours UTC. */
export function rollupsServe(buckets: readonly number[], step: Step): boolean {
  return step !== "15min" && buckets.every((at) => at % HOUR_MS === 0);
}

const list = (files: readonly string[]): string => `read_parquet([${files.map(text).join(", ")}])`;

/** The points that segments are made of: readings of the days without roll-ups, and the edges of the others. */
function pointsSql({ series, all, waiting, files }: RangeQuery): string {
  const those = all ? "" : `where number in (${series.map(({ number }) => number).join(", ")})`;
  const arrived = [
    ...(files.readings.length > 0
      ? [`select number, epoch_ms(instant) as ms, value, quality, batch, row from ${list(files.readings)} ${those}`]
      : []),
    ...(waiting === undefined ? [] : [`select * from (${waiting}) ${those}`]),
  ];
  const raw =
    arrived.length === 0
      ? []
      : [
          `select number, ms, value, quality, false as closed from (
             select *, lag(ms) over (partition by number order by ms, quality, batch, row) is not distinct from ms as again
             from (${arrived.join(" union all ")})) where not again`,
        ];
  const edges =
    files.edges.length === 0
      ? []
      : [
          `select number, first_ms as ms, first_value as value, first_quality as quality, first_ms < last_ms as closed from ${list(files.edges)} ${those}`,
          `select number, last_ms, last_value, last_quality, false from ${list(files.edges)} where first_ms < last_ms ${those.replace("where", "and")}`,
        ];
  const none =
    "select null::integer as number, null::bigint as ms, null::double as value, null::utinyint as quality, false as closed limit 0";
  return [...raw, ...edges].join("\nunion all ") || none;
}

const CELL = "number, slice, amount, covered_ms, stale_ms, quality, last, last_ms";

/**
 * One statement from files and waiting readings to cells: number, bucket, amount, covered_ms, stale_ms, quality, last.
 * What the roll-ups hold is whole but for the slices in which one day is joined to the next: those alone are added up, since
 * grouping a year of hours takes many times as long as reading it.
 */
export function rangeSql(query: RangeQuery): string {
  const { series, all, buckets, step, files } = query;
  const sliceMs = rollupsServe(buckets, step) ? HOUR_MS : 900_000;
  const [first = 0, end = 0] = [buckets[0], buckets.at(-1)];
  const within = `slice >= ${first} and slice < ${end}`;
  const those = all ? "" : `and number in (${series.map(({ number }) => number).join(", ")})`;
  const begun = `
with points as materialized (${pointsSql(query)}),
segments as materialized (${segmentsSql("points", series, "not closed")}),
fresh as materialized (select ${CELL} from (${cellsSql("segments", sliceMs)}) where ${within})`;
  const rolled = `(select ${CELL} from ${list(files.hours)} where ${within} ${those})`;
  if (step === "day") {
    const slices = files.hours.length === 0 ? "fresh" : `(select * from fresh union all select * from ${rolled})`;
    // Which day a slice belongs to is looked up: comparing it with where days begin takes five times as long.
    const days = buckets.slice(0, -1).map((at, index) => `(${at}::bigint, ${buckets[index + 1] ?? at}::bigint)`);
    return `${begun}
select number, bucket, sum(amount) as amount, sum(covered_ms)::bigint as covered_ms, sum(stale_ms)::bigint as stale_ms,
  max(quality) as quality, arg_max(last, last_ms) as last
from ${slices} join (
  select bucket, unnest(range(bucket, until, ${sliceMs})) as slice from (values ${days.join(", ")}) as days(bucket, until)
) using (slice)
group by number, bucket`;
  }
  const shown = "number, slice as bucket, amount, covered_ms, stale_ms, quality, last";
  if (files.hours.length === 0) return `${begun} select ${shown} from fresh`;
  return `${begun},
joined as (select distinct slice from fresh)
select ${shown} from ${rolled} where slice not in (select slice from joined)
union all
select coalesce(h.number, f.number), coalesce(h.slice, f.slice), coalesce(h.amount, 0) + coalesce(f.amount, 0),
  coalesce(h.covered_ms, 0) + coalesce(f.covered_ms, 0), coalesce(h.stale_ms, 0) + coalesce(f.stale_ms, 0),
  greatest(h.quality, f.quality), case when h.last_ms is null or f.last_ms > h.last_ms then f.last else h.last end
from (select * from ${rolled} where slice in (select slice from joined)) h
full join fresh f on h.number = f.number and h.slice = f.slice`;
}

/** The value of a cell by the kind of its series. */
const VALUE = `case kind when 'state' then last when 'energy-counter' then amount when 'energy-interval' then amount
  else amount / covered_ms end`;

/** Cells as rows that others read: series, from, value, quality, coverage, stale. */
export function tableSql(query: RangeQuery): string {
  const { series, buckets, step } = query;
  const lengths =
    step === "day"
      ? `(values ${buckets
          .slice(0, -1)
          .map((at, index) => `(${at}, ${(buckets[index + 1] ?? at) - at})`)
          .join(", ")}) as lengths(bucket, length)`
      : undefined;
  const lengthMs = lengths ? "length" : String((buckets[1] ?? 0) - (buckets[0] ?? 0));
  const names = QUALITIES.map((name, index) => `when ${index} then ${text(name)}`).join(" ");
  return `select id as series, epoch_ms(bucket) as "from", ${VALUE} as value, (case quality ${names} end)::enum(${QUALITIES.map(text).join(", ")}) as quality,
    least(1, covered_ms / ${lengthMs}) as coverage, least(1, stale_ms / ${lengthMs}) as stale
  from (${rangeSql(query)}) join ${rulesSql(series)} using (number) ${lengths ? `join ${lengths} using (bucket)` : ""}
  where covered_ms > 0`;
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
