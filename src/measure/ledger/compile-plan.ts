import type { AggregatePlan, GapsPlan, PlanPart } from "./aggregate-plan.ts";
import { timestampText } from "./copy-text.ts";
import { toRanges } from "./segment-digest.ts";
import type { Shift } from "./site-calendar.ts";

/** Where engines differ in how they say the same. */
export interface Dialect {
  /** Goes into a FROM: the records with their columns. */
  readonly records: string;
  /** A row per whole number from one to another, both included, as a set-returning expression. */
  readonly series: (from: string, to: string) => string;
  /** The days from 1970-01-01, plus `FIRST_DAY`, to the day of a timestamp that is moved by some microseconds. */
  readonly dayNumber: (column: string, shiftMicroseconds: number) => string;
  /** Selects the sum of `amount` of the rows that count, one or more expressions. */
  readonly sums: (counted: string) => readonly string[];
  /** Whole microseconds since 1970 of a timestamp, where an engine gets at them faster than it compares. */
  readonly microseconds?: (timestamp: string) => string;
  /** Milliseconds since 1970 of a timestamp. */
  readonly milliseconds: (timestamp: string) => string;
  /** The sum of the lengths of records, in milliseconds: exact as far as it can equal the time between two instants. */
  readonly lengths: (start: string, end: string, filter: string) => string;
  /** 64 bits that stand for an instant, mixed so that those of other instants do not add up to them. */
  readonly mixed: (timestamp: string) => string;
  /** Bits that stand in one of two and not in the other. */
  readonly xor: (a: string, b: string) => string;
  /** Whether the records hold no batches but those of a plan. */
  readonly onlyItsBatches?: boolean;
}

export interface CompiledPlan {
  readonly sql: string;
  /** Lists of integers for `$1`, `$2` …: long lists stay out of the text. */
  readonly lists: readonly (readonly number[])[];
}

/** Columns that come before the sums, in the order of `PlanRows`. */
export const KEY_COLUMNS = 8;

/** Added to day numbers, so that none is negative: engines divide those differently. */
export const FIRST_DAY = 30_000;

/** Compiles a plan to one statement. Every value in its text is a number or an instant of ours, never a text of a user's. */
export function compilePlan(plan: AggregatePlan, dialect: Dialect): CompiledPlan {
  const { cte, lists } = supersededRows(plan.excluded, dialect);
  const parts = plan.parts.map((part, index) => select(plan, dialect, part, index, cte !== "")).join("\nunion all\n");
  if (!plan.alike) return { sql: `${cte === "" ? "" : `with ${cte} `}${parts}`, lists };
  const alike = plan.alike.flatMap((sites, place) => sites.map((site) => ({ site, place })));
  const [sites, places] = [lists.length + 1, lists.length + 2];
  const tables = [
    ...(cte === "" ? [] : [cte]),
    `alike as materialized (select unnest($${sites}::int[]) as site, unnest($${places}::int[]) as place)`,
    `series (${columnNames(dialect).join(", ")}) as (${parts})`,
  ];
  return {
    sql: `with ${tables.join(", ")}\n${togetherSelect(dialect)}`,
    lists: [...lists, alike.map(({ site }) => site), alike.map(({ place }) => place)],
  };
}

const KEYS = ["part", "activity", "site", "dims", "start_slot", "end_slot", "start_day", "end_day"];
const COUNTS = ["counted", "estimated", "derived", "pending", "superseded"];
const HELD = ["tiled", "from_ms", "to_ms"];
const sumNames = (dialect: Dialect): string[] => dialect.sums("true").map((_, place) => `sum_${place}`);
const columnNames = (dialect: Dialect): string[] => [...KEYS, ...sumNames(dialect), ...COUNTS, ...HELD];

/** Adds up the groups of sites that are alike and whose records tile the same time; the others keep their own. */
function togetherSelect(dialect: Dialect): string {
  const columns = [
    ...KEYS.map((key) => (key === "site" ? "min(s.site)" : `s.${key}`)),
    ...sumNames(dialect).map((sum) => `sum(s.${sum})`),
    ...COUNTS.map((count) => `sum(s.${count})::bigint`),
    ...HELD.map((held) => `s.${held}`),
    "string_agg(s.site::varchar, ' ')",
  ];
  const own = "-1 - s.site";
  const grouped = [...KEYS.filter((key) => key !== "site"), ...HELD].map((key) => `s.${key}`);
  return `select ${columns.join(", ")} from series s left join alike on alike.site = s.site
    group by ${grouped.join(", ")}, case when s.tiled is false then ${own} else coalesce(alike.place, ${own}) end`;
}

/** The rows that are superseded, as a table of the name `superseded`; empty text when there are none. */
function supersededRows(
  excluded: AggregatePlan["excluded"],
  dialect: Dialect,
): { readonly cte: string; readonly lists: number[][] } {
  if (excluded.length === 0) return { cte: "", lists: [] };
  const cte = `superseded as materialized (
        select batch_id, ${dialect.series("first_row", "last_row")} as ordinal from (
          select unnest($1::int[]) as batch_id, unnest($2::int[]) as first_row, unnest($3::int[]) as last_row
        ) ranges
      )`;
  const lists = [excluded.map(({ batch }) => batch), excluded.map(({ from }) => from), excluded.map(({ to }) => to)];
  return { cte, lists };
}

const SUPERSEDED_JOIN = " left join superseded x on x.batch_id = r.batch_id and x.ordinal = r.ordinal";

/** Compiles the question for gaps: within a series, records in the order of their start, and the time from the latest end before. */
export function compileGaps(plan: GapsPlan, dialect: Dialect): CompiledPlan {
  const { cte, lists } = supersededRows(plan.excluded, dialect);
  const [from, to] = [instant(plan.fromMs), instant(plan.toMs)];
  const where = [
    `r.period_start < ${to}`,
    `r.period_end > ${from}`,
    isOneOf("r.batch_id", plan.batches),
    isOneOf("r.activity_id", plan.activities),
    ...(cte === "" ? [] : ["x.ordinal is null"]),
  ].join(" and ");
  const sql = `with ${cte === "" ? "" : `${cte}, `}held as (
      select r.activity_id as a, r.site_id as s, r.dims_id as d, r.period_start as f, r.period_end as t
      from ${dialect.records} r${cte === "" ? "" : SUPERSEDED_JOIN} where ${where}
    ), steps as (
      select a, s, d, f, coalesce(max(t) over (partition by a, s, d order by f, t rows between unbounded preceding and 1 preceding), ${from}) as before
      from held
    ), gaps as (
      select a, s, d, before as g, f as h from steps where f > before
      union all select a, s, d, max(t), ${to} from held group by a, s, d having max(t) < ${to}
    ), numbered as (
      select a, s, d, g, h, row_number() over (partition by a, s, d order by g) as place from gaps
    )
    select a, s, d, ${dialect.milliseconds("g")}, ${dialect.milliseconds("h")} from numbered where place <= ${plan.most} order by 1, 2, 3, 4`;
  return { sql, lists };
}

function select(plan: AggregatePlan, dialect: Dialect, part: PlanPart, index: number, superseded: boolean): string {
  const joined = superseded ? SUPERSEDED_JOIN : "";
  const counts = superseded ? "x.ordinal is null" : "true";
  const count = (condition: string): string => {
    const all = [condition, counts].filter((one) => one !== "true");
    return all.length === 0 ? "count(*)" : all.includes("false") ? "0" : `count(*) filter (where ${all.join(" and ")})`;
  };
  const keys = [
    String(index),
    "r.activity_id",
    "r.site_id",
    "r.dims_id",
    ...(plan.measure === "flow"
      ? [slot(dialect, "r.period_start", part.instants, "<"), slot(dialect, "r.period_end", part.instants, "<=")]
      : ["0", slot(dialect, "r.period_end", part.instants, "<=")]),
    ...(plan.days ? localDays(dialect, part.shifts) : ["null", "null"]),
  ];
  const columns = [
    ...keys,
    ...dialect.sums(counts),
    count("true"),
    count("r.basis = 1"),
    count("r.basis = 2"),
    count(isOneOf("r.batch_id", plan.pending, plan.batches)),
    superseded ? "count(x.ordinal)" : "0",
    ...(plan.measure === "flow" ? timeHeld(dialect, counts) : ["null::boolean", "null", "null"]),
  ];
  const where = [
    ...inTime(plan.measure, part.instants),
    dialect.onlyItsBatches ? "true" : isOneOf("r.batch_id", plan.batches),
    plan.activities ? isOneOf("r.activity_id", plan.activities) : "true",
    siteCondition(part.sites),
  ].filter((one) => one !== "true");
  // Constants are no grouping keys; the others are named by their place.
  const grouped = keys.flatMap((key, place) => (/^(?:\d+|null)$/.test(key) ? [] : [place + 1]));
  return `select ${columns.join(", ")} from ${dialect.records} r${joined} where ${where.join(" and ")} group by ${grouped.join(", ")}`;
}

/**
 * Whether the rows that count follow each other without gap or overlap. Each instant at which one ends and the next begins stands
 * twice and falls out of the bits of all starts and ends; what is left is the first and the last. Then the rows make one way from
 * the first instant to the last, besides what goes in circles; and where their lengths add up to the time between the two, there
 * are no circles, and the way turns nowhere.
 */
function tiles(dialect: Dialect, filter: string): string {
  const [start, end] = ["r.period_start", "r.period_end"];
  const [first, last] = [`min(${start})${filter}`, `max(${end})${filter}`];
  const ends = `bit_xor(${dialect.xor(dialect.mixed(start), dialect.mixed(end))})${filter}`;
  const whole = `${dialect.milliseconds(last)} - ${dialect.milliseconds(first)}`;
  return `(${dialect.lengths(start, end, filter)} = ${whole} and ${ends} = ${dialect.xor(dialect.mixed(first), dialect.mixed(last))})`;
}

/** Whether the rows that count tile the time that they hold, and its first and last instant. */
function timeHeld(dialect: Dialect, counts: string): string[] {
  const filter = counts === "true" ? "" : ` filter (where ${counts})`;
  return [
    tiles(dialect, filter),
    dialect.milliseconds(`min(r.period_start)${filter}`),
    dialect.milliseconds(`max(r.period_end)${filter}`),
  ];
}

const instant = (ms: number): string => `timestamp '${timestampText(ms)}'`;

function inTime(measure: "flow" | "stock", instants: readonly number[]): string[] {
  const [first, last] = [instants[0], instants.at(-1)];
  if (first === undefined || last === undefined) return ["false"];
  if (measure === "stock") return [`r.period_end in (${instants.map(instant).join(", ")})`];
  return [`r.period_start < ${instant(last)}`, `r.period_end > ${instant(first)}`];
}

/** Slots between instants that follow each other at one distance; a slot alone has none. */
interface SlotRun {
  readonly first: number;
  readonly last: number;
  readonly stepMs: number;
}

/** From this many slots on, a division is cheaper than a search. */
const SHORTEST_RUN = 8;

/** All slots in runs: before the first instant, between instants, after the last. */
function slotRuns(instants: readonly number[]): SlotRun[] {
  const runs: SlotRun[] = [];
  for (let first = 0; first <= instants.length; ) {
    const stepMs = (instants[first] ?? 0) - (instants[first - 1] ?? Number.NaN);
    let last = first;
    while (last + 1 < instants.length && (instants[last + 1] as number) - (instants[last] as number) === stepMs)
      last += 1;
    if (last - first + 1 < SHORTEST_RUN) last = first;
    runs.push({ first, last, stepMs });
    first = last + 1;
  }
  return runs;
}

const MICROSECONDS = 1000;

/** How many instants lie at or before a column (`<`), or before it (`<=`): a search by halves, and a division where instants follow evenly. */
function slot(dialect: Dialect, column: string, instants: readonly number[], below: "<" | "<="): string {
  const { microseconds } = dialect;
  const runs = microseconds
    ? slotRuns(instants)
    : [...instants, 0].map((_, index): SlotRun => ({ first: index, last: index, stepMs: 0 }));
  const within = ({ first, last, stepMs }: SlotRun): string => {
    if (first === last || !microseconds) return String(first);
    const from = (instants[first - 1] as number) * MICROSECONDS + (below === "<" ? 0 : 1);
    return `${first} + (${microseconds(column)} - ${from}) // ${stepMs * MICROSECONDS}`;
  };
  const search = (from: number, to: number): string => {
    if (from === to) return within(runs[from] as SlotRun);
    const middle = (from + to) >> 1;
    const bound = instants[(runs[middle] as SlotRun).last] as number;
    return `case when ${column} ${below} ${instant(bound)} then ${search(from, middle)} else ${search(middle + 1, to)} end`;
  };
  return search(0, runs.length - 1);
}

/** The local days on which a record starts and, told by its last microsecond, ends; what lies in one day or month follows from them. */
function localDays(dialect: Dialect, shifts: readonly Shift[]): [string, string] {
  const dayOf = (column: string, less: 0 | 1): string => {
    const cases = shifts.map((shift) => ({
      until: `${column} ${less === 0 ? "<" : "<="} ${instant(shift.untilMs)}`,
      day:
        "day" in shift
          ? String(dayNumberOf(shift.day))
          : dialect.dayNumber(column, shift.shiftMs * MICROSECONDS - less),
    }));
    const last = cases.pop();
    if (!last) return "null";
    // Beyond the last span lie only records that are in no period.
    if (cases.length === 0) return last.day;
    return `case ${cases.map(({ until, day }) => `when ${until} then ${day}`).join(" ")} else ${last.day} end`;
  };
  return [dayOf("r.period_start", 0), dayOf("r.period_end", 1)];
}

const DAY_MS = 86_400_000;

/** The day number of a date. */
export function dayNumberOf(date: string): number {
  return Date.parse(date) / DAY_MS + FIRST_DAY;
}

/** The date of a day number. */
export function dateOf(dayNumber: number): string {
  return new Date((dayNumber - FIRST_DAY) * DAY_MS).toISOString().slice(0, 10);
}

function siteCondition(sites: PlanPart["sites"]): string {
  if (sites === "all") return "true";
  return "in" in sites
    ? isOneOf("r.site_id", sites.in)
    : sites.notIn.length === 0
      ? "true"
      : `not (${isOneOf("r.site_id", sites.notIn)})`;
}

const MOST_RANGES = 8;

/** `column in (…)`, as ranges where they are few; `true` when it is one of all there are. */
function isOneOf(column: string, values: readonly number[], all?: readonly number[]): string {
  if (values.length === 0) return "false";
  if (all && values.length === all.length) return "true";
  const ascending = [...values].sort((a, b) => a - b);
  const ranges = toRanges(ascending);
  if (ranges.length > MOST_RANGES) return `${column} in (${ascending.join(", ")})`;
  const said = ranges.map(([from, to]) =>
    from === to ? `${column} = ${from}` : `${column} between ${from} and ${to}`,
  );
  return said.length === 1 ? (said[0] as string) : `(${said.join(" or ")})`;
}
