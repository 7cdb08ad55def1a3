import { createHash, type Hash } from "node:crypto";
import { type QueryExecutorProvider, sql } from "kysely";
import { fail, ok, type Result, type Where } from "../issue/index.ts";

/** The whole journal up to a position in one line that can be printed: nothing before it can change unnoticed. */
export interface Heads {
  readonly position: bigint;
  /** Hex of the SHA-256 over the heads of all streams, in byte order of their names. */
  readonly sha256: string;
}

const HEAD = /^candela-head-1:(0|[1-9]\d{0,18}):([0-9a-f]{64})$/;

/** `candela-head-1:<position>:<sha256>`, as reports and assurance packs print it. */
export function formatHeads(heads: Heads): string {
  return `candela-head-1:${heads.position}:${heads.sha256}`;
}

/**
 * Reads a printed head.
 * @issues JOURNAL-007 (not a head)
 */
export function parseHeads(text: string, at: Where = {}): Result<Heads> {
  const match = HEAD.exec(text.trim());
  if (!match?.[1] || !match[2]) {
    return fail({
      code: "JOURNAL-007",
      severity: "error",
      at,
      expected: "candela-head-1:<position>:<sha256>",
      actual: text.trim().slice(0, 120),
    });
  }
  return ok({ position: BigInt(match[1]), sha256: match[2] });
}

/** Gathers stream heads, fed in byte order of the streams' names, into one hash. */
export class HeadsHash {
  readonly #hash: Hash = createHash("sha256").update("candela-head-1");

  add(stream: string, seq: number, hash: Buffer): void {
    for (const bytes of [Buffer.from(stream, "utf8"), Buffer.from(String(seq)), hash]) {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      this.#hash.update(length).update(bytes);
    }
  }

  heads(position: bigint): Heads {
    return { position, sha256: this.#hash.digest("hex") };
  }
}

const STREAMS_A_PAGE = 2000;

/**
 * The heads of all streams as of a position (the last one when none is given). It jumps from stream to stream in the
 * index, so it takes as long as there are streams, not events. It reads what is stored and proves nothing by itself:
 * `verifyJournal` does. Several reads are made: run it in a REPEATABLE READ transaction where others append.
 */
export async function heads(reader: QueryExecutorProvider, at?: bigint): Promise<Heads> {
  const last = await sql<{
    position: bigint | null;
  }>`select max(position) as position from candela.journal_event`.execute(reader);
  const end = last.rows[0]?.position ?? 0n;
  const position = at !== undefined && at < end ? at : end;
  const gathered = new HeadsHash();
  let after = "";
  for (;;) {
    const page = await sql<{ stream: string; seq: number | null; hash: Buffer | null }>`
      with recursive streams as (
        (select stream, 1 as n from candela.journal_event where stream > ${after}::text collate "C" order by stream limit 1)
        union all
        select (select e.stream from candela.journal_event e where e.stream > s.stream order by e.stream limit 1), s.n + 1
        from streams s where s.stream is not null and s.n < ${STREAMS_A_PAGE}
      )
      select s.stream, e.seq, e.hash from streams s
      left join lateral (
        select seq, hash from candela.journal_event where stream = s.stream and position <= ${position} order by seq desc limit 1
      ) e on true
      where s.stream is not null order by s.stream collate "C"`.execute(reader);
    for (const { stream, seq, hash } of page.rows) {
      if (seq !== null && hash !== null) gathered.add(stream, seq, hash);
    }
    const lastStream = page.rows.at(-1)?.stream;
    if (lastStream === undefined) return gathered.heads(position);
    after = lastStream;
  }
}
