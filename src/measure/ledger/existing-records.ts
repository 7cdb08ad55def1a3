import { sql } from "kysely";
import type { Store } from "../../ground/store/index.ts";
import type { ExistingRecords, MetRecord } from "./import/prepared-row.ts";
import { countsAt, scopeAt } from "./scope.ts";
import { findTerms, type TermKind, TermNames } from "./terms.ts";

/** Records that one row may be told it meets. */
const MET_PER_ROW = 3;
const SERIES_AMOUNTS = 100;
const HOUR_MS = 3_600_000;

/**
 * What the ledger holds already, for an import to be held against: records of the same activity, site and dimensions that
 * have time in common with a new row, and what amounts a series had.
 * @param isStock whether an activity is a stock, whose amounts do not spread over time
 */
export function existingRecords(store: Store, isStock: (activity: string) => boolean): ExistingRecords {
  const names = new TermNames();
  const ids = new Map<string, number>();
  /** How long the longest record of a series lasts, measured once. */
  const spans = new Map<string, string>();
  const resolve = async (kind: TermKind, keys: Iterable<string>): Promise<void> => {
    const missing = [...new Set(keys)].filter((key) => !ids.has(`${kind} ${key}`));
    for (const [key, id] of await findTerms(store.db, kind, missing)) ids.set(`${kind} ${key}`, id);
  };
  const seriesOf = async (
    rows: readonly { activity: string; site: string; dims: string }[],
  ): Promise<(row: { activity: string; site: string; dims: string }) => [number, number, number] | undefined> => {
    await resolve(
      "activity",
      rows.map(({ activity }) => activity),
    );
    await resolve(
      "site",
      rows.map(({ site }) => site),
    );
    await resolve(
      "dims",
      rows.map(({ dims }) => dims),
    );
    return ({ activity, site, dims }) => {
      const found = [ids.get(`activity ${activity}`), ids.get(`site ${site}`), ids.get(`dims ${dims}`)];
      return found.includes(undefined) ? undefined : (found as [number, number, number]);
    };
  };
  const measureSeries = async (series: readonly (readonly [number, number, number])[]): Promise<void> => {
    const unknown = [...new Map(series.map((ids) => [ids.join(" "), ids])).values()].filter(
      (ids) => !spans.has(ids.join(" ")),
    );
    if (unknown.length === 0) return;
    const found = await sql<{ key: string; span: string | null }>`
      select concat_ws(' ', s.activity_id, s.site_id, s.dims_id) as key, (
        select max(r.period_end - r.period_start)::text from candela.record r
        where r.activity_id = s.activity_id and r.site_id = s.site_id and r.dims_id = s.dims_id
      ) as span
      from unnest(${unknown.map(([activity]) => activity)}::int[], ${unknown.map(([, site]) => site)}::int[], ${unknown.map(([, , dims]) => dims)}::int[])
        as s (activity_id, site_id, dims_id)`.execute(store.db);
    for (const { key, span } of found.rows) spans.set(key, span ?? "0");
  };

  return {
    async meeting(rows) {
      const scope = await scopeAt(store);
      if (scope.batches.length === 0) return [];
      const series = await seriesOf(rows);
      const asked = rows.flatMap((row, index) => {
        const found = series(row);
        return found
          ? [
              {
                index,
                found,
                start: new Date(row.periodStart).toISOString(),
                end: new Date(row.periodEnd).toISOString(),
              },
            ]
          : [];
      });
      if (asked.length === 0) return [];
      const column = (place: 0 | 1 | 2): number[] => asked.map(({ found }) => found[place]);
      // A record that reaches into a row began before the row's end, but no longer before than the longest of its series lasts.
      await measureSeries(asked.map(({ found }) => found));
      const found = await sql<MetRow>`
        select a.index, r.batch_id, r.ordinal, r.period_start, r.period_end, r.amount::text as amount, r.evidence_id
        from unnest(${asked.map(({ index }) => index)}::int[], ${column(0)}::int[], ${column(1)}::int[], ${column(2)}::int[],
          ${asked.map(({ start }) => start)}::timestamp[], ${asked.map(({ end }) => end)}::timestamp[],
          ${asked.map(({ found: of }) => spans.get(of.join(" ")) ?? "0")}::interval[]
        ) as a (index, activity_id, site_id, dims_id, starts, ends, span)
        cross join lateral (
          select r.* from candela.record r
          where r.activity_id = a.activity_id and r.site_id = a.site_id and r.dims_id = a.dims_id
            and r.period_start < a.ends and r.period_start > a.starts - a.span and r.period_end > a.starts
            and r.batch_id = any(${scope.batches.map(({ id }) => id)}::int[])
            and not exists (
              select 1 from candela.supersession x join candela.batch b on b.id = x.by_batch_id
              where x.batch_id = r.batch_id and x.ordinal = r.ordinal and ${countsAt("b", scope.basis, scope.position)})
          order by r.period_start, r.batch_id, r.ordinal limit ${MET_PER_ROW}
        ) r order by a.index, r.period_start, r.batch_id, r.ordinal`.execute(store.db);
      const evidence = await names.keys(
        store.db,
        found.rows.map(({ evidence_id }) => evidence_id),
      );
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
    },

    async amounts(series) {
      const scope = await scopeAt(store);
      if (scope.batches.length === 0 || series.length === 0) return series.map(() => []);
      const find = await seriesOf(series);
      const asked = series.flatMap((one, index) => {
        const found = find(one);
        return found ? [{ index, found }] : [];
      });
      const column = (place: 0 | 1 | 2): number[] => asked.map(({ found }) => found[place]);
      const found = await sql<{ index: number; amount: string; ms: string }>`
        select a.index, r.amount::text as amount, (extract(epoch from r.period_end - r.period_start) * 1000)::text as ms
        from unnest(${asked.map(({ index }) => index)}::int[], ${column(0)}::int[], ${column(1)}::int[], ${column(2)}::int[])
          as a (index, activity_id, site_id, dims_id)
        cross join lateral (
          select r.* from candela.record r
          where r.activity_id = a.activity_id and r.site_id = a.site_id and r.dims_id = a.dims_id
            and r.batch_id = any(${scope.batches.map(({ id }) => id)}::int[])
            and not exists (
              select 1 from candela.supersession x join candela.batch b on b.id = x.by_batch_id
              where x.batch_id = r.batch_id and x.ordinal = r.ordinal and ${countsAt("b", scope.basis, scope.position)})
          order by r.activity_id desc, r.site_id desc, r.dims_id desc, r.period_start desc, r.batch_id desc, r.ordinal desc limit ${SERIES_AMOUNTS}
        ) r`.execute(store.db);
      const amounts: number[][] = series.map(() => []);
      for (const { index, amount, ms } of found.rows) {
        const stock = isStock(series[index]?.activity ?? "");
        // Rough on purpose: these are only compared in their order of magnitude, never stored.
        amounts[index]?.push(stock ? Number(amount) : Number(amount) / (Number(ms) / HOUR_MS));
      }
      return amounts;
    },
  };
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
