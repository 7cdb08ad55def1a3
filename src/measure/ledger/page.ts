import { sql } from "kysely";
import { type Decimal, decimalOfUnits, type Period } from "../../ground/quantity/index.ts";
import type { Store } from "../../ground/store/index.ts";
import type { RecordKey } from "./correct.ts";
import { countsAt, type Scope } from "./scope.ts";
import { type SiteCalendar, siteGroups } from "./site-calendar.ts";
import { BASES } from "./tables.ts";
import { findTerms, TermNames } from "./terms.ts";

/** What says which records lie behind a figure: never a list of them. */
export interface RecordPredicate {
  readonly activity: string;
  readonly measure: "flow" | "stock";
  readonly period: Period;
  readonly calendar: SiteCalendar;
  /** One site, or all. */
  readonly site?: string;
  /** Members that the records' dimensions must have. */
  readonly where?: Readonly<Record<string, string>>;
}

/** One record as it is shown. */
export interface LedgerRecord {
  readonly key: RecordKey;
  readonly activity: string;
  readonly site: string;
  /** Canonical JSON. */
  readonly dims: string;
  readonly start: Date;
  readonly end: Date;
  /** In base units, exact. */
  readonly amount: Decimal;
  /** As the source had it. */
  readonly entered: string;
  readonly unit: string;
  readonly basis: (typeof BASES)[number];
  /** Canonical JSON of the evidence reference. */
  readonly evidence: string;
  readonly note?: string;
}

/** Where a page ended, as text; hand it back for the next one. */
export type PageMark = string;

export interface RecordPage {
  readonly records: readonly LedgerRecord[];
  /** Absent on the last page. */
  readonly next?: PageMark;
}

interface Row {
  readonly batch_id: number;
  readonly ordinal: number;
  readonly site_id: number;
  readonly dims_id: number;
  readonly unit_id: number;
  readonly evidence_id: number;
  readonly basis: number;
  readonly start: string;
  readonly end: string;
  readonly amount: string;
  readonly entered: string;
  readonly note: string | null;
}

/** Sites and sets of dimensions that are looked into at once. */
const LEAVES_AT_ONCE = 100;

/**
 * The records behind a predicate, page by page, ordered by site, dimensions, start, batch and row. It walks an index from where
 * the page before ended: the first page takes as long at ten million records as at ten.
 */
export async function pageRecords(
  store: Pick<Store, "db">,
  scope: Scope,
  predicate: RecordPredicate,
  options: { readonly after?: PageMark; readonly limit?: number } = {},
): Promise<RecordPage> {
  const { limit = 50 } = options;
  const activity = (await findTerms(store.db, "activity", [predicate.activity])).get(predicate.activity);
  const spans = await siteSpans(store, predicate);
  if (activity === undefined || spans === undefined) return { records: [] };
  const dims = await matchingDims(store, predicate.where);
  const mark = options.after === undefined ? undefined : parseMark(options.after);
  const rows: Row[] = [];
  let leaf: readonly [number, number] | undefined = mark && [mark.site, mark.dims];
  let inclusive = true;
  while (rows.length <= limit) {
    const leaves: (readonly [number, number])[] = await nextLeaves(store, activity, leaf, inclusive);
    leaf = leaves.at(-1);
    if (!leaf) break;
    inclusive = false;
    const wanted = leaves.flatMap(([site, dimsId]) => {
      const span = spans(site);
      return span && (dims === undefined || dims.has(dimsId)) ? [{ site, dims: dimsId, ...span }] : [];
    });
    if (wanted.length > 0)
      rows.push(
        ...(await readLeaves(store, scope, predicate.measure, activity, wanted, mark, limit + 1 - rows.length)),
      );
  }
  return toPage(store, predicate.activity, rows, limit);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The period's bounds by site; undefined for sites that are not asked for, and altogether when the asked one has no records. */
async function siteSpans(
  store: Pick<Store, "db">,
  predicate: RecordPredicate,
): Promise<((site: number) => Span | undefined) | undefined> {
  const groups = siteGroups(predicate.calendar, [predicate.period], false);
  const named = groups.flatMap(({ sites }) => (sites === "all" || "notIn" in sites ? [] : sites.in));
  const ids = await findTerms(store.db, "site", predicate.site === undefined ? named : [...named, predicate.site]);
  const only = predicate.site === undefined ? undefined : ids.get(predicate.site);
  if (predicate.site !== undefined && only === undefined) return undefined;
  const bySite = new Map<number, Span>();
  let others: Span = { start: 0, end: 0 };
  for (const { sites, bounds } of groups) {
    const [start, end] = bounds[0] ?? [0, 0];
    if (sites === "all" || "notIn" in sites) others = { start, end };
    else for (const site of sites.in) bySite.set(ids.get(site) ?? 0, { start, end });
  }
  return (site) => (only !== undefined && site !== only ? undefined : (bySite.get(site) ?? others));
}

/** The sets of dimensions that have all the members asked for; undefined when none are asked for. */
async function matchingDims(
  store: Pick<Store, "db">,
  where: Readonly<Record<string, string>> = {},
): Promise<Set<number> | undefined> {
  const asked = Object.entries(where);
  if (asked.length === 0) return undefined;
  const found = await sql<{ id: number }>`
    select id from candela.term where kind = 'dims' and key::jsonb @> ${JSON.stringify(where)}::jsonb`.execute(
    store.db,
  );
  return new Set(found.rows.map(({ id }) => id));
}

/** Jumps through the index from one pair of site and dimensions to the next. */
async function nextLeaves(
  store: Pick<Store, "db">,
  activity: number,
  after: readonly [number, number] | undefined,
  inclusive: boolean,
): Promise<(readonly [number, number])[]> {
  const [site, dims] = after ?? [-1, -1];
  const found = await sql<{ site_id: number; dims_id: number }>`
    with recursive leaves as (
      (select site_id, dims_id, 1 as n from candela.record
        where activity_id = ${activity} and (site_id, dims_id) ${inclusive ? sql`>=` : sql`>`} (${site}::int, ${dims}::int)
        order by site_id, dims_id limit 1)
      union all
      select following.site_id, following.dims_id, leaves.n + 1 from leaves cross join lateral (
        select site_id, dims_id from candela.record r
        where r.activity_id = ${activity} and (r.site_id, r.dims_id) > (leaves.site_id, leaves.dims_id)
        order by r.site_id, r.dims_id limit 1
      ) following where leaves.n < ${LEAVES_AT_ONCE}
    )
    select site_id, dims_id from leaves order by site_id, dims_id`.execute(store.db);
  return found.rows.map(({ site_id, dims_id }) => [site_id, dims_id] as const);
}

interface Leaf extends Span {
  readonly site: number;
  readonly dims: number;
}

async function readLeaves(
  store: Pick<Store, "db">,
  scope: Scope,
  measure: "flow" | "stock",
  activity: number,
  leaves: readonly Leaf[],
  mark: Mark | undefined,
  limit: number,
): Promise<Row[]> {
  const instants = (of: (leaf: Leaf) => number): string[] => leaves.map((leaf) => new Date(of(leaf)).toISOString());
  const inPeriod =
    measure === "stock"
      ? sql`r.period_start < leaf.ends and r.period_end = leaf.ends`
      : sql`r.period_start >= leaf.starts and r.period_start < leaf.ends and r.period_end <= leaf.ends`;
  const afterMark = mark
    ? sql`and (leaf.site, leaf.dims) >= (${mark.site}::int, ${mark.dims}::int)
        and ((leaf.site, leaf.dims) > (${mark.site}::int, ${mark.dims}::int)
          or (r.period_start, r.batch_id, r.ordinal) > (${mark.start}::timestamp, ${mark.batch}::int, ${mark.ordinal}::int))`
    : sql``;
  const found = await sql<Row>`
    select r.batch_id, r.ordinal, r.site_id, r.dims_id, r.unit_id, r.evidence_id, r.basis,
      r.period_start::text as start, r.period_end::text as "end", r.amount::text as amount, r.entered, r.note
    from unnest(
      ${leaves.map(({ site }) => site)}::int[], ${leaves.map(({ dims }) => dims)}::int[],
      ${instants(({ start }) => start)}::timestamp[], ${instants(({ end }) => end)}::timestamp[]
    ) as leaf (site, dims, starts, ends)
    cross join lateral (
      select r.* from candela.record r
      where r.activity_id = ${activity} and r.site_id = leaf.site and r.dims_id = leaf.dims and ${inPeriod} ${afterMark}
        and r.batch_id = any(${scope.batches.map(({ id }) => id)}::int[])
        and not exists (
          select 1 from candela.supersession s join candela.batch b on b.id = s.by_batch_id
          where s.batch_id = r.batch_id and s.ordinal = r.ordinal and ${countsAt("b", scope.basis, scope.position)})
      order by r.activity_id, r.site_id, r.dims_id, r.period_start, r.batch_id, r.ordinal limit ${limit}
    ) r
    order by r.site_id, r.dims_id, r.period_start, r.batch_id, r.ordinal limit ${limit}`.execute(store.db);
  return found.rows;
}

async function toPage(
  store: Pick<Store, "db">,
  activity: string,
  rows: readonly Row[],
  limit: number,
): Promise<RecordPage> {
  const shown = rows.slice(0, limit);
  const ids = shown.flatMap((row) => [row.site_id, row.dims_id, row.unit_id, row.evidence_id]);
  const name = await new TermNames().keys(store.db, ids);
  const records = shown.map(
    (row): LedgerRecord => ({
      key: { batch: row.batch_id, ordinal: row.ordinal },
      activity,
      site: name(row.site_id),
      dims: name(row.dims_id),
      start: new Date(`${row.start.replace(" ", "T")}Z`),
      end: new Date(`${row.end.replace(" ", "T")}Z`),
      amount: decimalOfUnits(BigInt(row.amount.replace(".", ""))),
      entered: row.entered,
      unit: name(row.unit_id),
      basis: BASES[row.basis] ?? "measured",
      evidence: name(row.evidence_id),
      ...(row.note === null ? {} : { note: row.note }),
    }),
  );
  const last = shown.at(-1);
  return rows.length > limit && last ? { records, next: markOf(last) } : { records };
}

interface Mark {
  readonly site: number;
  readonly dims: number;
  readonly start: string;
  readonly batch: number;
  readonly ordinal: number;
}

const MARK = /^(\d+)\.(\d+)\.(-?\d+)\.(\d+)\.(\d+)$/;

function markOf(row: Row): PageMark {
  return [row.site_id, row.dims_id, Date.parse(`${row.start.replace(" ", "T")}Z`), row.batch_id, row.ordinal].join(".");
}

/** A mark that is none of ours starts from the beginning. */
function parseMark(text: PageMark): Mark | undefined {
  const match = MARK.exec(text);
  if (!match) return undefined;
  const [site = 0, dims = 0, ms = 0, batch = 0, ordinal = 0] = match.slice(1).map(Number);
  return { site, dims, start: new Date(ms).toISOString(), batch, ordinal };
}
