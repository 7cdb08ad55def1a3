import { sql } from "kysely";
import type { Store } from "../../ground/store/index.ts";
import { countsAt, type Scope } from "./scope.ts";
import { BASES } from "./tables.ts";

/** A record that was not measured but worked out, and from what. */
export interface DerivedRecord {
  readonly activity: string;
  readonly site: string;
  readonly dims: Readonly<Record<string, string>>;
  readonly start: Date;
  readonly end: Date;
  /** Canonical JSON of the evidence reference. */
  readonly evidence: string;
}

/** The derived records that count in a scope, of the batches that were submitted with any: usually few. */
export async function derivedRecords(store: Pick<Store, "db">, scope: Scope): Promise<DerivedRecord[]> {
  const term = (column: string) => sql`(select t.key from candela.term t where t.id = r.${sql.ref(column)})`;
  const found = await sql<{
    activity: string;
    site: string;
    dims: string;
    start: number;
    end: number;
    evidence: string;
  }>`
    select ${term("activity_id")} as activity, ${term("site_id")} as site, ${term("dims_id")} as dims, ${term("evidence_id")} as evidence,
      (extract(epoch from r.period_start) * 1000)::float8 as start, (extract(epoch from r.period_end) * 1000)::float8 as "end"
    from candela.record r
    where r.basis = ${BASES.indexOf("derived")} and r.batch_id = any(${scope.batches.map(({ id }) => id)}::int[]) and not exists (
      select 1 from candela.supersession s join candela.batch b on b.id = s.by_batch_id
      where s.batch_id = r.batch_id and s.ordinal = r.ordinal and ${countsAt("b", scope.basis, scope.position)})`.execute(
    store.db,
  );
  return found.rows.map(({ dims, start, end, ...row }) => ({
    ...row,
    dims: JSON.parse(dims) as Record<string, string>,
    start: new Date(start),
    end: new Date(end),
  }));
}
