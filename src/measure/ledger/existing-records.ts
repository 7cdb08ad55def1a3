import { sql } from "kysely";
import type { Store } from "../../ground/store/index.ts";
import type { ExistingRecords, MetRecord, PreparedRow } from "./import/prepared-row.ts";
import { findTerms } from "./terms.ts";

/** Records of batches that were not rejected, less what a later batch superseded. */
const IN_EFFECT = sql`
  exists (select 1 from candela.batch b where b.id = r.batch_id and b.decision is distinct from 'rejected')
  and not exists (select 1 from candela.supersession s where s.batch_id = r.batch_id and s.ordinal = r.ordinal and not s.lapsed)`;

const MOST_AMOUNTS = 100;

const seriesKey = (row: { readonly activity: string; readonly site: string; readonly dims: string }): string =>
  `${row.activity}\u0000${row.site}\u0000${row.dims}`;

const timestamp = (ms: number): string => new Date(ms).toISOString().replace("Z", "");

interface SeriesIds {
  readonly activity: number;
  readonly site: number;
  readonly dims: number;
}

/** The ids of a series' three terms; undefined when the ledger has never met one of them. */
async function seriesIds(
  store: Pick<Store, "db">,
  rows: readonly { activity: string; site: string; dims: string }[],
): Promise<Map<string, SeriesIds>> {
  const distinct = [...new Map(rows.map((row) => [seriesKey(row), row])).values()];
  const find = (kind: "activity" | "site" | "dims") =>
    findTerms(store.db, kind, [...new Set(distinct.map((row) => row[kind]))]);
  const [activities, sites, dims] = [await find("activity"), await find("site"), await find("dims")];
  const ids = new Map<string, SeriesIds>();
  for (const row of distinct) {
    const [activity, site, set] = [activities.get(row.activity), sites.get(row.site), dims.get(row.dims)];
    if (activity !== undefined && site !== undefined && set !== undefined)
      ids.set(seriesKey(row), { activity, site, dims: set });
  }
  return ids;
}

interface Range {
  from: number;
  to: number;
}

/** First start and last end of each series among the rows, ms. */
function ranges(rows: readonly PreparedRow[]): Map<string, Range> {
  const found = new Map<string, Range>();
  for (const row of rows) {
    const key = seriesKey(row);
    const range = found.get(key);
    if (!range) found.set(key, { from: row.periodStart, to: row.periodEnd });
    else {
      range.from = Math.min(range.from, row.periodStart);
      range.to = Math.max(range.to, row.periodEnd);
    }
  }
  return found;
}

interface Stored {
  readonly batch: number;
  readonly ordinal: number;
  readonly name: string;
  readonly start: string;
  readonly end: string;
  readonly entered: string;
  readonly evidence: string;
}

/** The records in effect of a series that overlap a range. */
async function recordsOf(store: Pick<Store, "db">, ids: SeriesIds, range: Range): Promise<Stored[]> {
  const found = await sql<Stored>`
    select r.batch_id as batch, r.ordinal, (select b.name from candela.batch b where b.id = r.batch_id) as name,
      to_char(r.period_start, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as start, to_char(r.period_end, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "end",
      r.entered, (select t.key from candela.term t where t.id = r.evidence_id) as evidence
    from candela.record r
    where r.activity_id = ${ids.activity} and r.site_id = ${ids.site} and r.dims_id = ${ids.dims}
      and r.period_start < ${timestamp(range.to)}::timestamp and r.period_end > ${timestamp(range.from)}::timestamp and ${IN_EFFECT}
    order by r.period_start, r.batch_id, r.ordinal`.execute(store.db);
  return found.rows;
}

/** Stored records by their start, for many look-ups: those that overlap a row begin less than the longest one before it. */
class ByStart {
  readonly #records: readonly (Stored & Range)[];
  readonly #longest: number;

  constructor(records: readonly Stored[]) {
    this.#records = records.map((record) => ({
      ...record,
      from: Date.parse(record.start),
      to: Date.parse(record.end),
    }));
    this.#longest = this.#records.reduce((longest, { from, to }) => Math.max(longest, to - from), 0);
  }

  overlapping(from: number, to: number): (Stored & Range)[] {
    let low = 0;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#records[middle]?.from ?? 0) > from - this.#longest) high = middle;
      else low = middle + 1;
    }
    const found: (Stored & Range)[] = [];
    for (let index = Math.max(0, low - 1); index < this.#records.length; index += 1) {
      const record = this.#records[index];
      if (!record || record.from >= to) break;
      if (record.to > from) found.push(record);
    }
    return found;
  }
}

/**
 * What the ledger already holds, for the import to hold new rows against; one small question per series and chunk.
 * @param isStock whether an activity is a stock, whose amounts are not taken per hour
 */
export function existingRecords(store: Pick<Store, "db">, isStock: (activity: string) => boolean): ExistingRecords {
  return {
    async meeting(rows) {
      const ids = await seriesIds(store, rows);
      if (ids.size === 0) return [];
      const stored = new Map<string, ByStart>();
      for (const [key, range] of ranges(rows)) {
        const series = ids.get(key);
        if (!series) continue;
        const records = await recordsOf(store, series, range);
        if (records.length > 0) stored.set(key, new ByStart(records));
      }
      if (stored.size === 0) return [];
      return rows.flatMap((row, index): MetRecord[] =>
        (stored.get(seriesKey(row))?.overlapping(row.periodStart, row.periodEnd) ?? []).map((record) => ({
          index,
          record: `${record.batch}#${record.ordinal} ${record.name}`,
          periodStart: record.from,
          periodEnd: record.to,
          amount: record.entered,
          evidence: record.evidence,
        })),
      );
    },

    async amounts(series) {
      const ids = await seriesIds(store, series);
      const amounts: number[][] = [];
      for (const one of series) {
        const found = ids.get(seriesKey(one));
        if (!found) {
          amounts.push([]);
          continue;
        }
        // Sizes only, to see slips by powers of ten: a float is exact enough for that, and never becomes a figure.
        const read = await sql<{ amount: number; hours: number }>`
          select r.amount::float8 as amount, extract(epoch from r.period_end - r.period_start)::float8 / 3600 as hours
          from candela.record r
          where r.activity_id = ${found.activity} and r.site_id = ${found.site} and r.dims_id = ${found.dims} and ${IN_EFFECT}
          order by r.period_start desc limit ${MOST_AMOUNTS}`.execute(store.db);
        amounts.push(read.rows.map((row) => (isStock(one.activity) ? row.amount : row.amount / row.hours)));
      }
      return amounts;
    },
  };
}
