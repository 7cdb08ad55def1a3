import { sql } from "kysely";
import type { BatchKind, Decision, LedgerTransaction } from "./tables.ts";

/** Where a batch stands. */
export interface BatchState {
  readonly id: number;
  readonly kind: BatchKind;
  readonly name: string;
  readonly rows: number;
  readonly submittedBy: string;
  readonly decision: Decision | null;
}

/**
 * Reads batches and keeps others from deciding on them or correcting them until the transaction ends. The locks are taken
 * by ascending id, so that two who need the same batches wait and do not block each other.
 */
export async function lockBatches(tx: LedgerTransaction, ids: readonly number[]): Promise<Map<number, BatchState>> {
  const found = await sql<BatchState>`
    select id, kind, name, rows, submitted_by as "submittedBy", decision from candela.batch
    where id = any(${[...new Set(ids)]}::int[]) order by id for update`.execute(tx);
  return new Map(found.rows.map((batch) => [batch.id, batch]));
}
