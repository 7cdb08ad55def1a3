import type { SeriesDefinition } from "./series.ts";

/**
 * How readings become energies and means, in the SQL of the columnar engine. All of it is sets; no row is looked at alone.
 *
 * A *point* is a reading: (number, ms, value, quality); the rules of its series are joined to it.
 * A *segment* is a stretch of time about which a point says something: (number, a, b, amount, quality). Of a held value
 * (power, temperature, price, carbon, state) the amount is value × milliseconds, of energy it is the energy.
 * A *cell* is what a slice of time got of segments: (number, slice, amount, covered_ms, stale_ms, worst quality, last value).
 *
 * 1. A held value holds until the next reading, at most for `hold`; from two intervals of `every` on it is stale.
 * 2. A counter's difference belongs to the time between its readings, spread evenly; one that was spread over more than
 *    two intervals is estimated, one over more than `hold` is not spread at all: that time is missing.
 * 3. A counter that falls has rolled over when it stood in the last tenth below `rollover` and is now in the first tenth;
 *    else it was reset, and what it shows is the least that flowed: estimated.
 * 4. Interval energy belongs to its interval, or to the part of it before the next reading, spread evenly.
 * 5. A missing reading ends what held before it; a counter passes over it.
 */

/** A series as the files know it. */
export interface NumberedSeries extends SeriesDefinition {
  readonly number: number;
}

export const sqlText = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** The rules of series as a relation (number, id, kind, every_ms, hold_ms, rollover). */
export function rulesSql(series: readonly NumberedSeries[]): string {
  const rows = series.map(
    ({ number, id, kind, everyMs, holdMs, rollover }) =>
      `(${number}, ${sqlText(id)}, ${sqlText(kind)}, ${everyMs}::bigint, ${holdMs}::bigint, ${rollover ?? "null"}::double)`,
  );
  return `(values ${rows.join(", ")}) as rules(number, id, kind, every_ms, hold_ms, rollover)`;
}

/** A counter passes over missing readings, whoever looks at its points. */
function withoutGapsOfCounters(points: string, series: readonly NumberedSeries[]): string {
  const counters = series.filter(({ kind }) => kind === "energy-counter").map(({ number }) => number);
  return counters.length === 0
    ? points
    : `(select * from ${points} where not (quality = 3 and number in (${counters.join(", ")})))`;
}

/** Rule 1: one row a reading, cut where it becomes old. */
const HELD = `
select number, a, least(b, old) as b, value * (least(b, old) - a) as amount, quality, value as last from held where least(b, old) > a
union all
select number, old, b, value * (b - old), greatest(quality, 2), value from held where b > old`;
const COUNTED = `
select number, a, b, amount, quality, null::double as last from counted where b > a`;
const INTERVALS = `
select number, a, least(a + every_ms, coalesce(next_ms, a + every_ms)) as b, value as amount, quality, null::double as last
from ruled where kind = 'energy-interval' and quality < 3 and begins`;

/**
 * The segments of points in any order. Only what the kinds of the series need is asked: a branch that finds nothing costs
 * as much as one that finds all.
 * @param points relation (number, ms, value, quality, …)
 * @param begins condition under which a segment begins at a point: what lies behind another is counted already, or will be
 *   when the next day is known. It may speak of `next_ms`, null at the last point of a series.
 */
export function segmentsSql(points: string, series: readonly NumberedSeries[], begins: string): string {
  const kinds = new Set(series.map(({ kind }) => kind));
  const counters = kinds.has("energy-counter");
  const intervals = kinds.has("energy-interval");
  const held = kinds.size > Number(counters) + Number(intervals);
  const branches = [...(held ? [HELD] : []), ...(counters ? [COUNTED] : []), ...(intervals ? [INTERVALS] : [])];
  return `
with ruled as (
  select p.*, (${begins}) as begins, kind, every_ms, hold_ms, rollover
  from (
    select *, ms as a, lead(ms) over w as next_ms, lead(value) over w as next_value, lead(quality) over w as next_quality
    from ${withoutGapsOfCounters(points, series)} window w as (partition by number order by ms)
  ) p join ${rulesSql(series)} using (number)
), held as materialized (
  select number, a, least(coalesce(next_ms, a + hold_ms), a + hold_ms) as b, a + 2 * every_ms as old, value, quality
  from ruled where kind not in ('energy-counter', 'energy-interval') and quality < 3 and begins
), counted as (
  select number, a, next_ms as b,
    case when next_value >= value then next_value - value
      when value >= 0.9 * rollover and next_value <= 0.1 * rollover then next_value - value + rollover
      else next_value end as amount,
    case when next_value < value and not coalesce(value >= 0.9 * rollover and next_value <= 0.1 * rollover, false)
      or next_ms - a > 2 * every_ms then greatest(quality, next_quality, 1) else greatest(quality, next_quality) end as quality
  from ruled where kind = 'energy-counter' and next_ms - a <= hold_ms and begins
)${branches.join("\nunion all")}`;
}

/** What each slice of time of a length gets of segments; those within one slice, by far the most, need no splitting. */
export function cellsSql(segments: string, sliceMs: number): string {
  return `
select number, slice, sum(amount * share) as amount, sum(b - a)::bigint as covered_ms,
  coalesce(sum(b - a) filter (where quality >= 2), 0)::bigint as stale_ms, max(quality)::utinyint as quality,
  arg_max(last, a) as last, max(a) as last_ms
from (
  select number, a // ${sliceMs} * ${sliceMs} as slice, a, b, amount, quality, last, 1.0::double as share
  from ${segments} where a // ${sliceMs} = (b - 1) // ${sliceMs}
  union all
  select number, n * ${sliceMs}, greatest(a, n * ${sliceMs}), least(b, (n + 1) * ${sliceMs}), amount, quality, last,
    (least(b, (n + 1) * ${sliceMs}) - greatest(a, n * ${sliceMs}))::double / (b - a)
  from (
    select *, unnest(generate_series(a // ${sliceMs}, (b - 1) // ${sliceMs})) as n
    from ${segments} where a // ${sliceMs} <> (b - 1) // ${sliceMs}
  )
) group by number, slice`;
}

/** The first and the last point of each series, by which one day is joined to the next. */
export function edgesSql(points: string, series: readonly NumberedSeries[]): string {
  return `
select number, min(ms) as first_ms, arg_min(value, ms) as first_value, arg_min(quality, ms) as first_quality,
  max(ms) as last_ms, arg_max(value, ms) as last_value, arg_max(quality, ms) as last_quality
from ${withoutGapsOfCounters(points, series)} group by number`;
}
