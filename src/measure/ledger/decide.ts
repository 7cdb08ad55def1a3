import { sql } from "kysely";
import { append } from "../../ground/journal/index.ts";
import { fail, type Issue, ok, type Result } from "../../ground/issue/index.ts";
import { batchExtents } from "./batches.ts";
import { type BatchState, lockBatches } from "./batch-state.ts";
import { Refused } from "./refused.ts";
import { type Decision, LEDGER_STREAM, type LedgerTransaction, type Writer } from "./tables.ts";

/** A decision as it was committed. */
export interface Decided {
  readonly batch: number;
  readonly decision: Decision;
  readonly position: bigint;
}

/**
 * Approves or rejects a batch, once and for good. A correction is approved after what it corrects and rejected before it:
 * so whatever counts at a position counts once.
 * @issues LEDGER-010 (no such batch), LEDGER-011 (decided already), LEDGER-012 (what it corrects is not approved yet),
 *   LEDGER-013 (a correction rests on it), ACTOR-001, ACTOR-002 (the submitter does not decide)
 */
export async function decide(
  writer: Writer,
  batch: number,
  decision: "approve" | "reject",
  reason?: string,
): Promise<Result<Decided>> {
  try {
    return ok(
      await writer.store.transaction((tx) =>
        decideIn(writer, tx as unknown as LedgerTransaction, batch, decision, reason),
      ),
    );
  } catch (error) {
    if (error instanceof Refused) return fail(...error.issues);
    throw error;
  }
}

async function decideIn(
  writer: Writer,
  tx: LedgerTransaction,
  id: number,
  decision: "approve" | "reject",
  reason: string | undefined,
): Promise<Decided> {
  const below = await correctedBatches(tx, id);
  const states = await lockBatches(tx, [id, ...below]);
  const batch = states.get(id);
  if (!batch) throw new Refused(noSuchBatch(id));
  const may = writer.rights.may(writer.actor, `batch.${decision}`, {
    kind: "batch",
    id: String(id),
    submittedBy: batch.submittedBy,
    ...(await aboutBatch(writer, id)),
  });
  if (may !== true) throw new Refused(may);
  if (batch.decision !== null) {
    throw new Refused({
      code: "LEDGER-011",
      severity: "error",
      at: { record: batchName(batch) },
      actual: batch.decision,
    });
  }
  const stands = decision === "approve" ? notApproved(batch, below, states) : await restingOn(tx, batch);
  if (stands) throw new Refused(stands);
  const outcome: Decision = decision === "approve" ? "approved" : "rejected";
  const body = { batch: id, ...(reason === undefined ? {} : { reason }) };
  const { position } = await append(
    tx,
    { stream: LEDGER_STREAM, actor: writer.actor.id, kind: `ledger.${outcome}`, body },
    writer.now,
  );
  await sql`
    update candela.batch set decision = ${outcome}, decided_position = ${position}, decided_by = ${writer.actor.id} where id = ${id}`.execute(
    tx,
  );
  // What it had superseded may be corrected by another batch now.
  if (outcome === "rejected")
    await sql`update candela.supersession set lapsed = true where by_batch_id = ${id}`.execute(tx);
  const decided: Decided = { batch: id, decision: outcome, position };
  await writer.alongside?.(tx, decided);
  return decided;
}

/** The sites and activities of a batch's rows, for an actor whose rights end somewhere; figures of a source have none. */
async function aboutBatch(writer: Writer, id: number): Promise<{ about?: { sites: string[]; activities: string[] } }> {
  if ((writer.actor.grants ?? []).length === 0) return {};
  const about = (await batchExtents(writer.store, [id])).get(id);
  return about ? { about } : {};
}

/** The issue of a number that is no batch's. */
export function noSuchBatch(id: number): Issue {
  return { code: "LEDGER-010", severity: "error", at: { record: String(id) } };
}

/** A batch as it is named to people. */
export function batchName({ id, name }: Pick<BatchState, "id" | "name">): string {
  return `${id} ${name}`;
}

/** The batches whose rows a batch supersedes; a batch's supersessions are written with it and never grow. */
async function correctedBatches(tx: LedgerTransaction, id: number): Promise<number[]> {
  const found = await sql<{
    id: number;
  }>`select distinct batch_id as id from candela.supersession where by_batch_id = ${id}`.execute(tx);
  return found.rows.map((row) => row.id);
}

function notApproved(
  batch: BatchState,
  below: readonly number[],
  states: ReadonlyMap<number, BatchState>,
): Issue | undefined {
  const waiting = below.map((id) => states.get(id)).filter((state) => state?.decision !== "approved");
  const first = waiting[0];
  return (
    first && { code: "LEDGER-012", severity: "error", at: { record: batchName(batch) }, expected: batchName(first) }
  );
}

async function restingOn(tx: LedgerTransaction, batch: BatchState): Promise<Issue | undefined> {
  const found = await sql<{ id: number; name: string }>`
    select distinct b.id, b.name from candela.supersession s join candela.batch b on b.id = s.by_batch_id
    where s.batch_id = ${batch.id} and not s.lapsed order by b.id limit 1`.execute(tx);
  const first = found.rows[0];
  return (
    first && { code: "LEDGER-013", severity: "error", at: { record: batchName(batch) }, expected: batchName(first) }
  );
}
