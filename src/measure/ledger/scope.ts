import { sql } from "kysely";
import { lastPosition, positionAt } from "../../ground/journal/index.ts";
import type { Store } from "../../ground/store/index.ts";
import type { BatchKind, Queries } from "./tables.ts";

/** Whether what was submitted counts as long as it is not rejected, or only what was approved. */
export type Basis = "submitted" | "approved";

/** Rows of one batch, `from` and `to` included. */
export interface RowRange {
  readonly batch: number;
  readonly from: number;
  readonly to: number;
}

/** A batch that counts at a position. */
export interface ScopedBatch {
  readonly id: number;
  readonly rows: number;
  /** Hex; what the columnar mirror is held against. */
  readonly digest: string;
  /** Where it was submitted. */
  readonly position: bigint;
  /** Nobody had decided on it yet. */
  readonly pending: boolean;
}

/**
 * What counts at a journal position: the batches, less the rows that a later batch supersedes. It names rows that never
 * change, so a scope reads the same for ever.
 */
export interface Scope {
  readonly position: bigint;
  readonly basis: Basis;
  /** Batches of activity records, by id. */
  readonly batches: readonly ScopedBatch[];
  /** Batches of reported figures, by id. */
  readonly reported: readonly ScopedBatch[];
  /** Rows of these batches that are superseded, disjoint and ascending. */
  readonly excluded: readonly RowRange[];
  readonly pending: { readonly batches: readonly number[]; readonly rows: number };
}

export interface ScopeRequest {
  /** A journal position, or a moment: then the last position committed at or before it. Now when absent. */
  readonly at?: bigint | Date;
  readonly basis?: Basis;
}

/** The condition that a batch counts at a position. */
export const countsAt = (batch: string, basis: Basis, position: bigint) => {
  const column = (name: string) => sql.ref(`${batch}.${name}`);
  return basis === "approved"
    ? sql`(${column("decision")} = 'approved' and ${column("decided_position")} <= ${position})`
    : sql`(${column("submitted_position")} <= ${position}
        and not (coalesce(${column("decision")} = 'rejected', false) and ${column("decided_position")} <= ${position}))`;
};

/**
 * What counts at a position. A correction takes effect with its batch: when it is submitted where submitted records count,
 * when it is approved where only approved ones do; a correction that is rejected gives back what it had superseded.
 */
export async function scopeAt(store: Pick<Store, "db">, request: ScopeRequest = {}): Promise<Scope> {
  const { at, basis = "submitted" } = request;
  const position = at instanceof Date ? await positionAt(store.db, at) : (at ?? (await lastPosition(store.db)));
  return readScope(store.db, position, basis);
}

interface BatchRow {
  readonly id: number;
  readonly kind: BatchKind;
  readonly rows: number;
  readonly digest: string;
  readonly position: bigint;
  readonly pending: boolean;
}

async function readScope(reader: Queries, position: bigint, basis: Basis): Promise<Scope> {
  // Nothing at or before a position changes any more, so two statements see one state.
  const found = await sql<BatchRow>`
    select b.id, b.kind, b.rows, encode(b.digest, 'hex') as digest, b.submitted_position as position,
      (b.decided_position is null or b.decided_position > ${position}) as pending
    from candela.batch b where ${countsAt("b", basis, position)} order by b.id`.execute(reader);
  const ranges = await sql<RowRange>`
    select batch_id as batch, min(ordinal) as "from", max(ordinal) as "to" from (
      select s.batch_id, s.ordinal, s.ordinal - row_number() over (partition by s.batch_id order by s.ordinal) as island
      from candela.supersession s
      join candela.batch c on c.id = s.by_batch_id and ${countsAt("c", basis, position)}
      join candela.batch b on b.id = s.batch_id and ${countsAt("b", basis, position)}
    ) superseded group by batch_id, island order by batch_id, min(ordinal)`.execute(reader);
  const pending = found.rows.filter((batch) => batch.pending);
  const ofKind = (kind: BatchKind): ScopedBatch[] =>
    found.rows.filter((batch) => batch.kind === kind).map(({ kind: _, ...batch }) => batch);
  return {
    position,
    basis,
    batches: ofKind("records"),
    reported: ofKind("reported"),
    excluded: ranges.rows,
    pending: { batches: pending.map(({ id }) => id), rows: pending.reduce((sum, { rows }) => sum + rows, 0) },
  };
}
