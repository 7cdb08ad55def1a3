import { type QueryExecutorProvider, sql } from "kysely";
import { canonicalJson, isWellFormed, type Json } from "./canonical-json.ts";
import { envelopeHash, GENESIS, microseconds } from "./envelope.ts";

/** Any Kysely transaction, whatever tables it knows. */
export type JournalTransaction = QueryExecutorProvider & { readonly isTransaction: true };

/** Tells the time; passed in, so that nothing in the wings reads a clock by itself. */
export type Clock = () => Date;

/** What happened, before it has its place. */
export interface NewEvent {
  /** The thing it happened to, `ledger`, `case/supplier-review/17`. */
  readonly stream: string;
  /** Id of the actor. */
  readonly actor: string;
  /** What happened, in the past tense, `batch.submitted`. */
  readonly kind: string;
  readonly body: Json;
}

/** The place an event took. */
export interface Appended {
  readonly position: bigint;
  readonly seq: number;
  /** 32 bytes. */
  readonly hash: Buffer;
}

/** "candela" and "journal" as two 32-bit halves: one lock for all who append. */
const APPEND_LOCK = [0x63616e64, 0x6a726e6c] as const;

const INSERT_ROWS = 500;

/** Appends one event; see `appendAll`. */
export async function append(tx: JournalTransaction, event: NewEvent, clock: Clock): Promise<Appended> {
  const [appended] = await appendAll(tx, [event], clock);
  if (!appended) throw new Error("an appended event has no place");
  return appended;
}

/**
 * Appends events in their order, inside the caller's transaction. A lock held until that transaction ends makes
 * positions follow the order of commits without gaps: who appended at a lower position has committed before, so a
 * position names one state of everything. The caller's transaction must be READ COMMITTED (the default): a fixed
 * snapshot would not see the position before, and the insert would then fail on the primary key.
 * @returns the places, in the order of `events`
 */
export async function appendAll(
  tx: JournalTransaction,
  events: readonly NewEvent[],
  clock: Clock,
): Promise<Appended[]> {
  const bodies = events.map((event) => checked(event));
  if (events.length === 0) return [];
  // A statement of its own: the next one then takes its snapshot after the lock is held.
  await sql`select pg_advisory_xact_lock(${APPEND_LOCK[0]}, ${APPEND_LOCK[1]})`.execute(tx);
  const streams = [...new Set(events.map(({ stream }) => stream))];
  const { last, ends } = await readEnds(tx, streams);
  let position = last;
  const places: Appended[] = [];
  const rows: unknown[][] = [];
  for (const [index, event] of events.entries()) {
    const end = ends.get(event.stream) ?? { seq: 0, hash: GENESIS };
    const atMicroseconds = microseconds(clock());
    const { stream, actor, kind } = event;
    const body = bodies[index] ?? "";
    position += 1n;
    const seq = end.seq + 1;
    const hash = envelopeHash({ stream, seq, position, atMicroseconds, actor, kind, body, previous: end.hash });
    rows.push([position, stream, seq, atMicroseconds, actor, kind, body, end.hash, hash]);
    ends.set(stream, { seq, hash });
    places.push({ position, seq, hash });
  }
  for (let from = 0; from < rows.length; from += INSERT_ROWS) await insert(tx, rows.slice(from, from + INSERT_ROWS));
  return places;
}

function checked(event: NewEvent): string {
  for (const [name, text] of [
    ["stream", event.stream],
    ["actor", event.actor],
    ["kind", event.kind],
  ] as const) {
    // PostgreSQL keeps no NUL in a text, and what is stored must be what was hashed.
    if (text === "" || text.includes("\0") || !isWellFormed(text))
      throw new TypeError(`an event's ${name} is not a text: ${JSON.stringify(text)}`);
  }
  return canonicalJson(event.body);
}

interface StreamEnd {
  readonly seq: number;
  readonly hash: Buffer;
}

/** The last position of all, and the last event of each of these streams that has one. */
async function readEnds(
  tx: JournalTransaction,
  streams: readonly string[],
): Promise<{ last: bigint; ends: Map<string, StreamEnd> }> {
  const found = await sql<{ last: bigint | null; stream: string; seq: number | null; hash: Buffer | null }>`
    select (select max(position) from candela.journal_event) as last, wanted.stream, e.seq, e.hash
    from unnest(${streams}::text[]) as wanted (stream)
    left join lateral (
      select seq, hash from candela.journal_event where stream = wanted.stream collate "C" order by seq desc limit 1
    ) e on true`.execute(tx);
  const ends = new Map<string, StreamEnd>();
  for (const { stream, seq, hash } of found.rows) if (seq !== null && hash !== null) ends.set(stream, { seq, hash });
  return { last: found.rows[0]?.last ?? 0n, ends };
}

async function insert(tx: JournalTransaction, rows: readonly (readonly unknown[])[]): Promise<void> {
  const values = rows.map(
    ([position, stream, seq, at, actor, kind, body, previous, hash]) => sql`(
      ${position}::bigint, ${stream}::text, ${seq}::int, timestamptz 'epoch' + ${at}::bigint * interval '1 microsecond',
      ${actor}::text, ${kind}::text, ${body}::text, ${previous}::bytea, ${hash}::bytea)`,
  );
  await sql`insert into candela.journal_event (position, stream, seq, at, actor, kind, body, prev, hash) values ${sql.join(values)}`.execute(
    tx,
  );
}
