import { type QueryExecutorProvider, sql } from "kysely";

/** An event as it is read back. */
export interface JournalEvent {
  readonly position: bigint;
  readonly at: Date;
  readonly actor: string;
  readonly kind: string;
  readonly body: unknown;
}

interface Row {
  readonly position: string | bigint;
  readonly at: Date;
  readonly actor: string;
  readonly kind: string;
  readonly body: string;
}

/** The last event of a stream at or before a position; without one, the last of all. */
export async function lastEvent(
  db: QueryExecutorProvider,
  stream: string,
  position?: bigint,
): Promise<JournalEvent | undefined> {
  const upTo = position === undefined ? sql`` : sql`and position <= ${position}`;
  const found = await sql<Row>`
    select position, at, actor, kind, body from candela.journal_event where stream = ${stream} ${upTo} order by seq desc limit 1`.execute(
    db,
  );
  const row = found.rows[0];
  return (
    row && {
      position: BigInt(row.position),
      at: row.at,
      actor: row.actor,
      kind: row.kind,
      body: JSON.parse(row.body) as unknown,
    }
  );
}

/** The position of the last event of all; 0 while the journal is empty. */
export async function lastPosition(db: QueryExecutorProvider): Promise<bigint> {
  const found = await sql<{
    position: string | bigint | null;
  }>`select max(position) as position from candela.journal_event`.execute(db);
  return BigInt(found.rows[0]?.position ?? 0);
}

/** The last position whose event was committed at or before a moment; 0 when there is none. */
export async function positionAt(db: QueryExecutorProvider, moment: Date): Promise<bigint> {
  const found = await sql<{
    position: string | bigint | null;
  }>`select max(position) as position from candela.journal_event where at <= ${moment}`.execute(db);
  return BigInt(found.rows[0]?.position ?? 0);
}
