import { sql } from "kysely";
import type { Store } from "../../ground/store/index.ts";
import type { BatchKind, Decision } from "./tables.ts";

/** A batch as it is listed. */
export interface BatchSummary {
  readonly id: number;
  readonly kind: BatchKind;
  readonly name: string;
  readonly rows: number;
  readonly digest: string;
  readonly submittedPosition: bigint;
  readonly submittedBy: string;
  readonly decision: Decision | null;
  readonly decidedPosition: bigint | null;
  readonly decidedBy: string | null;
  /** Rows of other batches that it supersedes. */
  readonly supersedes: number;
}

/** Batches, the latest first; only those that wait for a decision if asked. */
export async function listBatches(
  store: Pick<Store, "db">,
  options: { readonly pending?: boolean; readonly limit?: number; readonly before?: bigint; readonly id?: number } = {},
): Promise<BatchSummary[]> {
  const parts = [
    sql`true`,
    ...(options.pending ? [sql`b.decision is null`] : []),
    ...(options.before === undefined ? [] : [sql`b.submitted_position < ${options.before}`]),
    ...(options.id === undefined ? [] : [sql`b.id = ${options.id}`]),
  ];
  const found = await sql<BatchSummary>`
    select b.id, b.kind, b.name, b.rows, encode(b.digest, 'hex') as digest, b.submitted_position as "submittedPosition",
      b.submitted_by as "submittedBy", b.decision, b.decided_position as "decidedPosition", b.decided_by as "decidedBy",
      (select count(*)::int from candela.supersession s where s.by_batch_id = b.id) as supersedes
    from candela.batch b where ${sql.join(parts, sql` and `)} order by b.submitted_position desc limit ${options.limit ?? 100}`.execute(
    store.db,
  );
  return found.rows;
}

/** The sites and activities of the records of batches, and of those that they take the place of; batches without any are left out. */
export async function batchExtents(
  store: Pick<Store, "db">,
  ids: readonly number[],
): Promise<Map<number, { sites: string[]; activities: string[] }>> {
  const found = await sql<{ batch: number; kind: string; key: string }>`
    with rows as (
      select r.batch_id as batch, r.site_id, r.activity_id from candela.record r where r.batch_id = any(${ids}::int[])
      union
      select s.by_batch_id, r.site_id, r.activity_id from candela.supersession s
      join candela.record r on r.batch_id = s.batch_id and r.ordinal = s.ordinal where s.by_batch_id = any(${ids}::int[])
    )
    select distinct rows.batch, t.kind, t.key from rows join candela.term t on t.id in (rows.site_id, rows.activity_id)`.execute(
    store.db,
  );
  const extents = new Map<number, { sites: string[]; activities: string[] }>();
  for (const { batch, kind, key } of found.rows) {
    const one = extents.get(batch) ?? { sites: [], activities: [] };
    (kind === "site" ? one.sites : one.activities).push(key);
    extents.set(batch, one);
  }
  return extents;
}
