import { sql } from "kysely";
import type { Store } from "../../ground/store/index.ts";
import type { RecordKey } from "./correct.ts";
import type { PreparedRow } from "./import/prepared-row.ts";
import { BASES } from "./tables.ts";

interface Row {
  readonly activity: string;
  readonly site: string;
  readonly dims: string;
  readonly unit: string;
  readonly evidence: string;
  readonly basis: number;
  readonly start: number;
  readonly end: number;
  readonly amount: string;
  readonly entered: string;
  readonly note: string | null;
}

/** A record as it was submitted, so that a correction can start from it; undefined when there is none of this key. */
export async function findRecord(
  store: Pick<Store, "db">,
  { batch, ordinal }: RecordKey,
): Promise<PreparedRow | undefined> {
  const term = (column: string) => sql`(select t.key from candela.term t where t.id = r.${sql.ref(column)})`;
  const found = await sql<Row>`
    select ${term("activity_id")} as activity, ${term("site_id")} as site, ${term("dims_id")} as dims, ${term("unit_id")} as unit,
      ${term("evidence_id")} as evidence, r.basis, (extract(epoch from r.period_start) * 1000)::float8 as start,
      (extract(epoch from r.period_end) * 1000)::float8 as "end", r.amount::text as amount, r.entered, r.note
    from candela.record r where r.batch_id = ${batch} and r.ordinal = ${ordinal}`.execute(store.db);
  const row = found.rows[0];
  if (!row) return undefined;
  const { basis, start, end, note, ...same } = row;
  return {
    ...same,
    basis: BASES[basis] ?? "measured",
    periodStart: start,
    periodEnd: end,
    ...(note === null ? {} : { note }),
  };
}
