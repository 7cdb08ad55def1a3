import { sql } from "kysely";
import type { Extent } from "../../ground/actor/index.ts";
import type { Store } from "../../ground/store/index.ts";
import { decimalOfUnits } from "../../ground/quantity/index.ts";
import type { LedgerRecord } from "./page.ts";
import { type Basis, countsAt } from "./scope.ts";
import { BASES, type Decision, type Queries } from "./tables.ts";
import { TermNames } from "./terms.ts";

/** Which records, in which order. */
export interface RecordList {
  readonly position: bigint;
  readonly basis: Basis;
  readonly activities?: readonly string[];
  readonly sites?: readonly string[];
  readonly batch?: number;
  readonly basisOfAmount?: (typeof BASES)[number];
  /** Records that have some of their period from here … */
  readonly from?: Date;
  /** … up to here. */
  readonly to?: Date;
  /** In evidence, note, site or activity, whatever the case. */
  readonly text?: string;
  readonly approved?: boolean;
  /** Where the reader's rights end; a record has to lie within one of them. */
  readonly extents: readonly Extent[];
  readonly sort: "entered" | "period" | "amount" | "activity" | "site";
  readonly descending: boolean;
}

/** One record in a list: with its batch's state. */
export interface ListedRecord extends LedgerRecord {
  readonly decision: Decision | null;
  readonly submittedBy: string;
}

export interface RecordListPage {
  readonly records: readonly ListedRecord[];
  readonly next?: string;
}

interface Row {
  readonly batch_id: number;
  readonly ordinal: number;
  readonly activity_id: number;
  readonly site_id: number;
  readonly dims_id: number;
  readonly unit_id: number;
  readonly evidence_id: number;
  readonly basis: number;
  readonly start: number;
  readonly end: number;
  readonly amount: string;
  readonly entered: string;
  readonly note: string | null;
  readonly decision: Decision | null;
  readonly submitted_by: string;
  readonly sorted: string;
}

/** What a list is sorted by, as text that sorts alike when it is cast back. */
const SORTS = {
  entered: { by: sql`r.batch_id`, type: sql`int` },
  period: { by: sql`r.period_start`, type: sql`timestamp` },
  amount: { by: sql`r.amount`, type: sql`numeric` },
  activity: {
    by: sql`(select t.key from candela.term t where t.id = r.activity_id) collate "C"`,
    type: sql`text collate "C"`,
  },
  site: { by: sql`(select t.key from candela.term t where t.id = r.site_id) collate "C"`, type: sql`text collate "C"` },
} as const;

/**
 * Records in any order, page by page from where the page before ended. It reads what counts at a position, so pages of one
 * position fit together whatever is written meanwhile.
 * @param page.skip   begin so many rows further, for a reader who jumps
 */
export async function listRecords(
  store: Pick<Store, "db">,
  list: RecordList,
  page: { readonly after?: string; readonly skip?: number; readonly limit: number },
): Promise<RecordListPage> {
  const where = await conditions(store.db, list);
  if (!where) return { records: [] };
  const { by, type } = SORTS[list.sort];
  const way = list.descending ? sql`desc` : sql`asc`;
  const mark = page.after === undefined ? undefined : parseMark(page.after, list.sort);
  const beyond = mark
    ? sql`and (${by}, r.batch_id, r.ordinal) ${list.descending ? sql`<` : sql`>`} (${mark.sorted}::${type}, ${mark.batch}::int, ${mark.ordinal}::int)`
    : sql``;
  const found = await sql<Row>`
    select r.batch_id, r.ordinal, r.activity_id, r.site_id, r.dims_id, r.unit_id, r.evidence_id, r.basis,
      (extract(epoch from r.period_start) * 1000)::float8 as start, (extract(epoch from r.period_end) * 1000)::float8 as "end",
      r.amount::text as amount, r.entered, r.note, b.decision, b.submitted_by, (${by})::text as sorted
    from candela.record r join candela.batch b on b.id = r.batch_id
    where ${where} ${beyond}
    order by ${by} ${way}, r.batch_id ${way}, r.ordinal ${way} limit ${page.limit + 1} offset ${page.skip ?? 0}`.execute(
    store.db,
  );
  const shown = found.rows.slice(0, page.limit);
  const name = await new TermNames().keys(
    store.db,
    shown.flatMap((row) => [row.activity_id, row.site_id, row.dims_id, row.unit_id, row.evidence_id]),
  );
  const records = shown.map(
    (row): ListedRecord => ({
      key: { batch: row.batch_id, ordinal: row.ordinal },
      activity: name(row.activity_id),
      site: name(row.site_id),
      dims: name(row.dims_id),
      start: new Date(row.start),
      end: new Date(row.end),
      amount: decimalOfUnits(BigInt(row.amount.replace(".", ""))),
      entered: row.entered,
      unit: name(row.unit_id),
      basis: BASES[row.basis] ?? "measured",
      evidence: name(row.evidence_id),
      ...(row.note === null ? {} : { note: row.note }),
      decision: row.decision,
      submittedBy: row.submitted_by,
    }),
  );
  const last = shown.at(-1);
  return found.rows.length > page.limit && last ? { records, next: markOf(last) } : { records };
}

/** How many records a list has in all. */
export async function countRecords(store: Pick<Store, "db">, list: RecordList): Promise<number> {
  const where = await conditions(store.db, list);
  if (!where) return 0;
  const found = await sql<{ count: number }>`
    select count(*)::int as count from candela.record r join candela.batch b on b.id = r.batch_id where ${where}`.execute(
    store.db,
  );
  return found.rows[0]?.count ?? 0;
}

/** The condition of a list; undefined when nothing can fulfil it. */
async function conditions(db: Queries, list: RecordList) {
  const parts = [
    countsAt("b", list.basis, list.position),
    sql`not exists (
      select 1 from candela.supersession s join candela.batch c on c.id = s.by_batch_id
      where s.batch_id = r.batch_id and s.ordinal = r.ordinal and ${countsAt("c", list.basis, list.position)})`,
  ];
  const within = await Promise.all(list.extents.map((extent) => extentCondition(db, extent)));
  if (within.length === 0) return undefined;
  if (within.every((one) => one !== undefined)) parts.push(sql`(${sql.join(within, sql` or `)})`);
  if (list.activities) parts.push(sql`r.activity_id = any(${await termIds(db, "activity", list.activities)}::int[])`);
  if (list.sites) parts.push(sql`r.site_id = any(${await termIds(db, "site", list.sites)}::int[])`);
  if (list.batch !== undefined) parts.push(sql`r.batch_id = ${list.batch}`);
  if (list.basisOfAmount) parts.push(sql`r.basis = ${BASES.indexOf(list.basisOfAmount)}`);
  if (list.from) parts.push(sql`r.period_end > ${list.from.toISOString()}::timestamp`);
  if (list.to) parts.push(sql`r.period_start < ${list.to.toISOString()}::timestamp`);
  if (list.approved !== undefined)
    parts.push(list.approved ? sql`b.decision = 'approved'` : sql`b.decision is distinct from 'approved'`);
  if (list.text !== undefined) {
    const like = `%${list.text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
    parts.push(sql`(r.note ilike ${like} or r.entered ilike ${like} or exists (
      select 1 from candela.term t where t.id in (r.activity_id, r.site_id, r.dims_id, r.evidence_id) and t.key ilike ${like}))`);
  }
  return sql.join(parts, sql` and `);
}

/** Where an extent ends; undefined when it does not. */
async function extentCondition(db: Queries, { sites, activities }: Extent) {
  if (sites === undefined && activities === undefined) return undefined;
  const parts = [
    ...(sites ? [sql`r.site_id = any(${await termIds(db, "site", sites)}::int[])`] : []),
    ...(activities ? [sql`r.activity_id = any(${await termIds(db, "activity", activities)}::int[])`] : []),
  ];
  return sql`(${sql.join(parts, sql` and `)})`;
}

/** The ids of names; `electricity.*` names all below. */
async function termIds(db: Queries, kind: "activity" | "site", names: readonly string[]): Promise<number[]> {
  const starts = names.filter((one) => one.endsWith(".*")).map((one) => one.slice(0, -1));
  const found = await sql<{ id: number }>`
    select t.id from candela.term t where t.kind = ${kind}
      and (t.key = any(${names}::text[]) or exists (select 1 from unnest(${starts}::text[]) as s (start) where starts_with(t.key, s.start)))`.execute(
    db,
  );
  return found.rows.map(({ id }) => id);
}

/** What PostgreSQL can cast back. */
const SORTED = {
  entered: /^\d{1,9}$/,
  period: /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?$/,
  amount: /^-?\d{1,38}(\.\d{1,9})?$/,
  activity: /^[^\0]*$/,
  site: /^[^\0]*$/,
} as const;

interface Mark {
  readonly sorted: string;
  readonly batch: number;
  readonly ordinal: number;
}

const markOf = (row: Row): string =>
  Buffer.from(JSON.stringify([row.sorted, row.batch_id, row.ordinal])).toString("base64url");

/** A mark that is none of ours starts from the beginning. */
function parseMark(text: string, sort: RecordList["sort"]): Mark | undefined {
  try {
    const [sorted, batch, ordinal] = JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as unknown[];
    if (typeof sorted !== "string" || !Number.isInteger(batch) || !Number.isInteger(ordinal)) return undefined;
    if (!SORTED[sort].test(sorted)) return undefined;
    return { sorted, batch: batch as number, ordinal: ordinal as number };
  } catch {
    return undefined;
  }
}
