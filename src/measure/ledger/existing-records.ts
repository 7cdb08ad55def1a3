import { type RawBuilder, sql } from "kysely";
import { lastPosition } from "../../ground/journal/index.ts";
import type { Store } from "../../ground/store/index.ts";
import type { ExistingRecords, MetRecord, PreparedRow } from "./import/prepared-row.ts";
import { countsAt, type Scope, scopeAt } from "./scope.ts";
import { findTerms, TermNames } from "./terms.ts";

/** Records that one row may be told it meets. */
const MET_PER_ROW = 3;
const SERIES_AMOUNTS = 100;
const HOUR_MS = 3_600_000;

interface SeriesName {
  readonly activity: string;
  readonly site: string;
  readonly dims: string;
}

/** A series by the ids of its terms, with what all its records span; measured once. */
interface Series {
  readonly ids: readonly [number, number, number];
  readonly first: number;
  readonly last: number;
  /** How long the longest of its records lasts, as PostgreSQL writes intervals. */
  readonly longest: string;
}

/**
 * What the ledger holds already, for an import to be held against: records of the same activity, site and dimensions that
 * have time in common with a new row, and what amounts a series had.
 * @param isStock whether an activity is a stock, whose amounts do not spread over time
 */
export function existingRecords(store: Store, isStock: (activity: string) => boolean): ExistingRecords {
  return new StoredRecords(store, isStock);
}

const keyOf = ({ activity, site, dims }: SeriesName): string => `${activity}\n${site}\n${dims}`;

class StoredRecords implements ExistingRecords {
  readonly #store: Store;
  readonly #isStock: (activity: string) => boolean;
  readonly #names = new TermNames();
  readonly #series = new Map<string, Series | undefined>();
  #scope: Scope | undefined;

  constructor(store: Store, isStock: (activity: string) => boolean) {
    this.#store = store;
    this.#isStock = isStock;
  }

  async meeting(rows: readonly PreparedRow[]): Promise<readonly MetRecord[]> {
    const scope = await this.#scopeNow();
    if (scope.batches.length === 0) return [];
    await this.#measure(rows);
    const asked = rows.flatMap((row, index) => {
      const series = this.#series.get(keyOf(row));
      // A row after all that is there, as next month's is, meets nothing: most are done with here.
      return series && row.periodStart < series.last && row.periodEnd > series.first ? [{ index, row, series }] : [];
    });
    if (asked.length === 0) return [];
    const instants = (of: (row: PreparedRow) => number): string[] =>
      asked.map(({ row }) => new Date(of(row)).toISOString());
    const found = await sql<MetRow>`
      select a.index, r.batch_id, r.ordinal, r.period_start, r.period_end, r.amount::text as amount, r.evidence_id
      from unnest(${asked.map(({ index }) => index)}::int[], ${seriesColumns(asked.map(({ series }) => series))},
        ${instants(({ periodStart }) => periodStart)}::timestamp[], ${instants(({ periodEnd }) => periodEnd)}::timestamp[],
        ${asked.map(({ series }) => series.longest)}::interval[]
      ) as a (index, activity_id, site_id, dims_id, starts, ends, longest)
      cross join lateral (
        select r.* from candela.record r
        where r.activity_id = a.activity_id and r.site_id = a.site_id and r.dims_id = a.dims_id
          and r.period_start < a.ends and r.period_start > a.starts - a.longest and r.period_end > a.starts
          and ${inEffect(scope)}
        order by r.period_start, r.batch_id, r.ordinal limit ${MET_PER_ROW}
      ) r order by a.index, r.period_start, r.batch_id, r.ordinal`.execute(this.#store.db);
    const ids = found.rows.map(({ evidence_id }) => evidence_id);
    const evidence = await this.#names.keys(this.#store.db, ids);
    return found.rows.map(
      (row): MetRecord => ({
        index: row.index,
        record: `${row.batch_id}#${row.ordinal}`,
        periodStart: row.period_start.getTime(),
        periodEnd: row.period_end.getTime(),
        amount: row.amount,
        evidence: evidence(row.evidence_id),
      }),
    );
  }

  async amounts(names: readonly SeriesName[]): Promise<readonly (readonly number[])[]> {
    const scope = await this.#scopeNow();
    const amounts: number[][] = names.map(() => []);
    if (scope.batches.length === 0) return amounts;
    await this.#measure(names);
    const asked = names.flatMap((name, index) => {
      const series = this.#series.get(keyOf(name));
      return series ? [{ index, series }] : [];
    });
    if (asked.length === 0) return amounts;
    const found = await sql<{ index: number; amount: string; ms: string }>`
      select a.index, r.amount::text as amount, (extract(epoch from r.period_end - r.period_start) * 1000)::text as ms
      from unnest(${asked.map(({ index }) => index)}::int[], ${seriesColumns(asked.map(({ series }) => series))})
        as a (index, activity_id, site_id, dims_id)
      cross join lateral (
        select r.* from candela.record r
        where r.activity_id = a.activity_id and r.site_id = a.site_id and r.dims_id = a.dims_id and ${inEffect(scope)}
        order by r.activity_id desc, r.site_id desc, r.dims_id desc, r.period_start desc, r.batch_id desc, r.ordinal desc
        limit ${SERIES_AMOUNTS}
      ) r`.execute(this.#store.db);
    for (const { index, amount, ms } of found.rows) {
      const stock = this.#isStock(names[index]?.activity ?? "");
      // Rough on purpose: these are only compared in their order of magnitude, never stored.
      amounts[index]?.push(stock ? Number(amount) : Number(amount) / (Number(ms) / HOUR_MS));
    }
    return amounts;
  }

  /** What counts by now: asked for anew only where something was written since. */
  async #scopeNow(): Promise<Scope> {
    const at = await lastPosition(this.#store.db);
    if (this.#scope?.position !== at) this.#scope = await scopeAt(this.#store, { at });
    return this.#scope;
  }

  /** Looks at each series once; what the import itself adds is not yet there to be seen. */
  async #measure(names: readonly SeriesName[]): Promise<void> {
    const unknown = new Map<string, SeriesName>();
    let before: SeriesName | undefined;
    for (const name of names) {
      // Neighbours mostly are of one series.
      if (before && name.activity === before.activity && name.site === before.site && name.dims === before.dims)
        continue;
      before = name;
      const key = keyOf(name);
      if (!this.#series.has(key)) unknown.set(key, name);
    }
    if (unknown.size === 0) return;
    const { db } = this.#store;
    const of = (kind: "activity" | "site" | "dims") =>
      findTerms(db, kind, [...new Set([...unknown.values()].map((name) => name[kind]))]);
    const [activities, sites, dims] = [await of("activity"), await of("site"), await of("dims")];
    const keys = new Map<string, string>();
    const asked: Pick<Series, "ids">[] = [];
    for (const [key, name] of unknown) {
      this.#series.set(key, undefined);
      const ids = [activities.get(name.activity), sites.get(name.site), dims.get(name.dims)] as const;
      const [activity, site, dimensions] = ids;
      if (activity === undefined || site === undefined || dimensions === undefined) continue;
      keys.set(ids.join(" "), key);
      asked.push({ ids: [activity, site, dimensions] });
    }
    if (asked.length === 0) return;
    const found = await sql<{
      activity_id: number;
      site_id: number;
      dims_id: number;
      first: Date;
      last: Date;
      longest: string;
    }>`
      select activity_id, site_id, dims_id, min(r.period_start) as first, max(r.period_end) as last,
        max(r.period_end - r.period_start)::text as longest
      from unnest(${seriesColumns(asked)}) as a (activity_id, site_id, dims_id)
      join candela.record r using (activity_id, site_id, dims_id) group by 1, 2, 3`.execute(db);
    for (const { activity_id, site_id, dims_id, first, last, longest } of found.rows) {
      const ids = [activity_id, site_id, dims_id] as const;
      const key = keys.get(ids.join(" "));
      if (key !== undefined) this.#series.set(key, { ids, first: first.getTime(), last: last.getTime(), longest });
    }
  }
}

/** Three columns for `unnest`. */
function seriesColumns(series: readonly Pick<Series, "ids">[]): RawBuilder<unknown> {
  const column = (place: 0 | 1 | 2): number[] => series.map(({ ids }) => ids[place]);
  return sql`${column(0)}::int[], ${column(1)}::int[], ${column(2)}::int[]`;
}

/** That a record counts and nothing supersedes it. */
function inEffect(scope: Scope): RawBuilder<unknown> {
  return sql`r.batch_id = any(${scope.batches.map(({ id }) => id)}::int[]) and not exists (
    select 1 from candela.supersession x join candela.batch b on b.id = x.by_batch_id
    where x.batch_id = r.batch_id and x.ordinal = r.ordinal and ${countsAt("b", scope.basis, scope.position)})`;
}

interface MetRow {
  readonly index: number;
  readonly batch_id: number;
  readonly ordinal: number;
  readonly period_start: Date;
  readonly period_end: Date;
  readonly amount: string;
  readonly evidence_id: number;
}
