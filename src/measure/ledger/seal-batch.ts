import { append, type Json } from "../../ground/journal/index.ts";
import { isConnectionFailure } from "../../ground/store/index.ts";
import { fail, ok, type Result } from "../../ground/issue/index.ts";
import { sql } from "kysely";
import { type CopyTarget, copyTransaction } from "./copy-transaction.ts";
import { Refused } from "./refused.ts";
import { batchDigest, FIRST_LINK, SEGMENT_ROWS, segmentLink, toRanges } from "./segment-digest.ts";
import { readTermsDigest } from "./terms-digest.ts";
import { beginWriting, type Mark, takeBack } from "./take-back.ts";
import { type BatchKind, LEDGER_STREAM, type LedgerTransaction, type Writer } from "./tables.ts";

/** What a batch became once it was committed. */
export interface Submitted {
  readonly batch: number;
  readonly rows: number;
  /** Hex of the digest over its rows, as its event carries it. */
  readonly digest: string;
  /** Where in the journal it took effect. */
  readonly position: bigint;
}

/** Takes the canonical lines of a batch's rows, in order. */
export interface LineSink {
  /** The ordinal of the next line, from 1. */
  readonly next: () => number;
  /** @returns a promise only when a segment is full and must be sent */
  add(line: string): Promise<void> | undefined;
  /** Remembers that the rows point to a term. */
  uses(termId: number): void;
}

export interface BatchToSeal {
  readonly event: "ledger.submitted" | "ledger.corrected" | "ledger.withdrawn";
  readonly kind: BatchKind;
  readonly name: string;
  readonly source: Json;
  /** The table and columns of its rows, `candela.record (…)`. */
  readonly into: string;
  /** Writes every line; throws `Refused` to give up. */
  readonly write: (batch: number, sink: LineSink) => Promise<void>;
  /** Last look before the event, in the same transaction, under its locks; throws `Refused`. */
  readonly settle?: (tx: LedgerTransaction, batch: number, rows: number) => Promise<Record<string, Json>>;
  /** What follows from the event, once the batch stands. */
  readonly apply?: (tx: LedgerTransaction, batch: number) => Promise<void>;
}

/**
 * Writes a batch in one transaction: the rows by COPY, their digest chained as they pass, then the event that seals them.
 * Nothing of it is kept unless all of it is, neither its number nor its terms; what is returned is committed.
 */
export async function sealBatch(writer: Writer, batch: BatchToSeal): Promise<Result<Submitted>> {
  let mark: Mark | undefined;
  try {
    return ok(
      await copyTransaction(writer.store, async ({ tx, copyInto }) => {
        mark = await beginWriting(tx);
        const id = await nextBatchNumber(writer);
        const rows = new SegmentWriter(() => copyInto(`copy ${batch.into} from stdin`));
        try {
          await batch.write(id, rows);
        } catch (error) {
          await rows.abort();
          throw error;
        }
        await rows.end();
        return seal(writer, tx, id, batch, rows);
      }),
    );
  } catch (error) {
    const taken = mark;
    if (error instanceof Refused) {
      if (taken) await takeBack(writer.store, taken);
      return fail(...error.issues);
    }
    // What went wrong is what the caller has to hear of, whatever comes of this.
    if (taken && !isConnectionFailure(error)) await takeBack(writer.store, taken).catch(() => {});
    throw error;
  }
}

async function seal(
  writer: Writer,
  tx: LedgerTransaction,
  id: number,
  batch: BatchToSeal,
  rows: SegmentWriter,
): Promise<Submitted> {
  const ranges = toRanges(rows.terms());
  const terms = await readTermsDigest(writer.store.db, ranges);
  const digest = batchDigest(rows.lastLink, terms);
  const more = (await batch.settle?.(tx, id, rows.count)) ?? {};
  const body: Json = {
    batch: id,
    kind: batch.kind,
    name: batch.name,
    source: batch.source,
    rows: rows.count,
    segmentRows: SEGMENT_ROWS,
    segments: rows.segments,
    terms: { ranges, digest: terms.toString("hex") },
    digest: digest.toString("hex"),
    ...more,
  };
  const { position } = await append(
    tx,
    { stream: LEDGER_STREAM, actor: writer.actor.id, kind: batch.event, body },
    writer.now,
  );
  await sql`
    insert into candela.batch (id, kind, name, source, rows, digest, submitted_position, submitted_by)
    values (${id}, ${batch.kind}, ${batch.name}, ${JSON.stringify(batch.source)}, ${rows.count}, ${digest}, ${position}, ${writer.actor.id})`.execute(
    tx,
  );
  await batch.apply?.(tx, id);
  const submitted: Submitted = { batch: id, rows: rows.count, digest: digest.toString("hex"), position };
  await writer.alongside?.(tx, submitted);
  return submitted;
}

/** Numbers are given out beforehand. A batch that breaks off, or is refused while others write, leaves a gap, which says nothing. */
async function nextBatchNumber(writer: Writer): Promise<number> {
  const numbered = await sql<{ last: number }>`
    update candela.ledger_number set last = last + 1 where name = 'batch' returning last`.execute(writer.store.db);
  const id = numbered.rows[0]?.last;
  if (id === undefined) throw new Error("the ledger has no number for batches");
  return id;
}

/** Lines are turned into bytes when they come to so many characters: before that they are many small pieces in memory. */
const PIECE_CHARS = 1 << 14;
/** Of UTF-8, for a unit of UTF-16. */
const MOST_BYTES_PER_CHAR = 3;

/** Gathers lines into segments; each is hashed and sent while the server still works on the one before. */
class SegmentWriter implements LineSink {
  count = 0;
  lastLink: Buffer = FIRST_LINK;
  readonly segments: string[] = [];
  readonly #open: () => CopyTarget;
  readonly #terms = new Set<number>();
  #target: CopyTarget | undefined;
  #sent: Promise<void> | undefined;
  #text = "";
  #bytes = Buffer.allocUnsafe(1 << 20);
  #length = 0;

  constructor(open: () => CopyTarget) {
    this.#open = open;
  }

  readonly next = (): number => this.count + 1;

  add(line: string): Promise<void> | undefined {
    this.#text += line;
    this.count += 1;
    if (this.#text.length >= PIECE_CHARS) this.#write();
    return this.count % SEGMENT_ROWS === 0 ? this.#send() : undefined;
  }

  uses(termId: number): void {
    this.#terms.add(termId);
  }

  terms(): number[] {
    return [...this.#terms].sort((a, b) => a - b);
  }

  async end(): Promise<void> {
    await this.#send();
    await this.#sent;
    const taken = (await this.#target?.end()) ?? 0;
    if (taken !== this.count) throw new Error(`${this.count} rows were sent and ${taken} taken`);
  }

  async abort(): Promise<void> {
    await this.#target?.abort();
  }

  /** Writes the lines gathered behind those of the segment that are bytes already. */
  #write(): void {
    const needed = this.#length + this.#text.length * MOST_BYTES_PER_CHAR;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(needed * 2);
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    this.#length += this.#bytes.write(this.#text, this.#length, "utf8");
    this.#text = "";
  }

  async #send(): Promise<void> {
    this.#write();
    if (this.#length === 0) return;
    const bytes = this.#bytes.subarray(0, this.#length);
    // These bytes are the server's now.
    this.#bytes = Buffer.allocUnsafe(this.#bytes.length);
    this.#length = 0;
    this.lastLink = segmentLink(this.lastLink, bytes);
    this.segments.push(this.lastLink.toString("hex"));
    this.#target ??= this.#open();
    await this.#sent;
    this.#sent = this.#target.write(bytes);
    // It is waited for before the next one; until then a failure is nobody's.
    this.#sent.catch(() => {});
  }
}
