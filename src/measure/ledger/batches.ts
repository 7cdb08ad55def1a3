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
  options: { readonly pending?: boolean; readonly limit?: number } = {},
): Promise<BatchSummary[]> {
  const waiting = options.pending ? sql`where b.decision is null` : sql``;
  const found = await sql<BatchSummary>`
    select b.id, b.kind, b.name, b.rows, encode(b.digest, 'hex') as digest, b.submitted_position as "submittedPosition",
      b.submitted_by as "submittedBy", b.decision, b.decided_position as "decidedPosition", b.decided_by as "decidedBy",
      (select count(*)::int from candela.supersession s where s.by_batch_id = b.id) as supersedes
    from candela.batch b ${waiting} order by b.submitted_position desc limit ${options.limit ?? 100}`.execute(store.db);
  return found.rows;
}
