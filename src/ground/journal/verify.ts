import { type IsolationLevel, type QueryExecutorProvider, sql } from "kysely";
import type { Issue } from "../issue/index.ts";
import { envelopeHash, GENESIS } from "./envelope.ts";
import { formatHeads, type Heads, HeadsHash } from "./heads.ts";

/** What the verifier needs of a store: one transaction that sees one state. */
export interface VerifiableStore {
  transaction<T>(
    work: (tx: QueryExecutorProvider) => Promise<T>,
    options?: { isolation?: IsolationLevel; readOnly?: boolean },
  ): Promise<T>;
}

/** Checks of a wing over what it covers by events, such as the rows of a batch against the digest in its event. */
export type Verifier<S> = (store: S) => Promise<{ readonly checked: number; readonly issues: readonly Issue[] }>;

export interface VerifyOptions<S> {
  /** A head printed earlier; the journal up to its position must still give it. */
  readonly against?: Heads;
  readonly verifiers?: readonly Verifier<S>[];
  readonly onProgress?: (text: string) => void;
}

export interface JournalVerification {
  readonly events: number;
  readonly streams: number;
  /** What the wings' verifiers looked at. */
  readonly extraChecked: number;
  /** The journal's head now, as computed from the envelopes. */
  readonly heads: Heads;
  readonly issues: readonly Issue[];
}

interface Row {
  readonly position: bigint;
  readonly stream: string;
  readonly seq: number;
  readonly at_us: string;
  readonly actor: string;
  readonly kind: string;
  readonly body: string;
  readonly prev: Buffer;
  readonly hash: Buffer;
}

const PAGE = 5000;
/** More of one kind tell nothing new; the count goes on. */
const ISSUES_KEPT = 1000;

/**
 * Recomputes every chain from its envelopes, stream by stream and page by page, so that memory stays the same for any
 * number of events.
 * @issues JOURNAL-001 (an event is not what was hashed), JOURNAL-002 (it does not follow the event before it),
 *   JOURNAL-003 (positions have a gap), JOURNAL-004 (a stream has a gap or is out of order),
 *   JOURNAL-005 (another history than the printed head), JOURNAL-006 (the journal ends before the printed head),
 *   and what the wings' verifiers report
 */
export async function verifyJournal<S extends VerifiableStore>(
  store: S,
  options: VerifyOptions<S> = {},
): Promise<JournalVerification> {
  const chains = await store.transaction((tx) => verifyChains(tx, options), {
    isolation: "repeatable read",
    readOnly: true,
  });
  let extraChecked = 0;
  const issues = [...chains.issues];
  for (const verifier of options.verifiers ?? []) {
    const result = await verifier(store);
    extraChecked += result.checked;
    issues.push(...result.issues);
  }
  return { ...chains, extraChecked, issues };
}

async function verifyChains(
  tx: QueryExecutorProvider,
  options: { readonly against?: Heads; readonly onProgress?: (text: string) => void },
): Promise<Omit<JournalVerification, "extraChecked">> {
  const { against } = options;
  const issues: Issue[] = [];
  const report = (issue: Issue): void => {
    if (issues.length < ISSUES_KEPT) issues.push(issue);
  };
  const last = await verifyPositions(tx, report);
  const now = new HeadsHash();
  const then = new HeadsHash();
  const walk = new ChainWalk(report, against?.position ?? 0n, now, then);
  let after: { stream: string; seq: number } = { stream: "", seq: -(2 ** 31) };
  for (;;) {
    const page = await readPage(tx, after);
    for (const row of page) walk.step(row);
    const end = page.at(-1);
    if (!end) break;
    after = end;
    options.onProgress?.(`${walk.events} events verified`);
  }
  walk.endStream();
  if (against) compareHeads(against, last, then.heads(against.position), report);
  return { events: walk.events, streams: walk.streams, heads: now.heads(last), issues };
}

function compareHeads(against: Heads, last: bigint, found: Heads, report: (issue: Issue) => void): void {
  if (against.position > last) {
    report({
      code: "JOURNAL-006",
      severity: "error",
      at: {},
      expected: String(against.position),
      actual: String(last),
    });
  } else if (found.sha256 !== against.sha256) {
    report({
      code: "JOURNAL-005",
      severity: "error",
      at: {},
      expected: formatHeads(against),
      actual: formatHeads(found),
    });
  }
}

/** Positions must be 1, 2, 3 … without a gap; only the places where they are not come over the wire. */
async function verifyPositions(tx: QueryExecutorProvider, report: (issue: Issue) => void): Promise<bigint> {
  const gaps = await sql<{ before: bigint; position: bigint }>`
    select before, position from (
      select position, coalesce(lag(position) over (order by position), 0) as before from candela.journal_event
    ) steps where position <> before + 1 order by position limit ${ISSUES_KEPT}`.execute(tx);
  for (const gap of gaps.rows) {
    report({
      code: "JOURNAL-003",
      severity: "error",
      at: {},
      expected: String(gap.before + 1n),
      actual: String(gap.position),
    });
  }
  const last = await sql<{
    position: bigint | null;
  }>`select max(position) as position from candela.journal_event`.execute(tx);
  return last.rows[0]?.position ?? 0n;
}

async function readPage(tx: QueryExecutorProvider, after: { stream: string; seq: number }): Promise<readonly Row[]> {
  // The instant comes in full precision: a change of one microsecond must not pass.
  const page = await sql<Row>`
    select position, stream, seq, actor, kind, body, prev, hash,
      case when isfinite(at) then ((extract(epoch from at) * 1000000)::numeric(30, 0))::text else at::text end as at_us
    from candela.journal_event where (stream, seq) > (${after.stream}::text collate "C", ${after.seq})
    order by stream, seq limit ${PAGE}`.execute(tx);
  return page.rows;
}

/** Walks the events stream by stream and keeps no more than the event before. */
class ChainWalk {
  events = 0;
  streams = 0;
  #before: Row | undefined;
  /** Last event of the stream at or before the printed head. */
  #then: Row | undefined;
  readonly #report: (issue: Issue) => void;
  readonly #printed: bigint;
  readonly #nowHash: HeadsHash;
  readonly #thenHash: HeadsHash;

  constructor(report: (issue: Issue) => void, printed: bigint, now: HeadsHash, then: HeadsHash) {
    this.#report = report;
    this.#printed = printed;
    this.#nowHash = now;
    this.#thenHash = then;
  }

  step(row: Row): void {
    if (this.#before?.stream !== row.stream) {
      this.endStream();
      this.streams += 1;
    }
    this.events += 1;
    const at = { record: `${row.stream}#${row.seq}` };
    const values = { position: String(row.position), stream: row.stream };
    const { stream, seq, position, actor, kind, body, prev: previous } = row;
    const computed = envelopeHash({ stream, seq, position, atMicroseconds: row.at_us, actor, kind, body, previous });
    if (!computed.equals(row.hash)) {
      this.#report({
        code: "JOURNAL-001",
        severity: "error",
        at,
        values,
        expected: row.hash.toString("hex"),
        actual: computed.toString("hex"),
      });
    }
    const expectedPrevious = this.#before?.hash ?? GENESIS;
    if (!previous.equals(expectedPrevious)) {
      this.#report({
        code: "JOURNAL-002",
        severity: "error",
        at,
        values,
        expected: expectedPrevious.toString("hex"),
        actual: previous.toString("hex"),
      });
    }
    const expectedSeq = (this.#before?.seq ?? 0) + 1;
    if (seq !== expectedSeq || (this.#before && position <= this.#before.position)) {
      this.#report({
        code: "JOURNAL-004",
        severity: "error",
        at,
        values,
        expected: String(expectedSeq),
        actual: String(seq),
      });
    }
    this.#before = row;
    if (position <= this.#printed) this.#then = row;
  }

  endStream(): void {
    // The chain as computed from what is stored: a stored hash that is wrong has been reported with its event.
    if (this.#before) this.#nowHash.add(this.#before.stream, this.#before.seq, this.#before.hash);
    if (this.#then) this.#thenHash.add(this.#then.stream, this.#then.seq, this.#then.hash);
    this.#before = undefined;
    this.#then = undefined;
  }
}
