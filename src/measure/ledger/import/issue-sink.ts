import type { Issue, Severity } from "../../../ground/issue/index.ts";

/** The codes below IMPORT-040 are about the file, those from there on about one row. */
const READING = /^(?:IMPORT-0[0-3]\d|CONTENT-\d+)$/;

/** How many issues there were, listed or not. */
export interface IssueCounts {
  readonly error: number;
  readonly warning: number;
  readonly notice: number;
  readonly byCode: Readonly<Record<string, number>>;
}

/**
 * Collects issues in bounded memory: the first ones are kept, errors before the rest, and all are counted, so that a file of a
 * million bad rows costs no more than one of a thousand and the total is still right.
 */
export class IssueSink {
  readonly #limit: number;
  readonly #onIssue: ((issue: Issue) => void) | undefined;
  readonly #listed: Issue[] = [];
  readonly #counts: Record<Severity, number> = { error: 0, warning: 0, notice: 0 };
  readonly #byCode = new Map<string, number>();
  readonly #ranks: Record<Rank, number> = { 0: 0, 1: 0, 2: 0 };
  #unreadable = false;

  constructor(limit = 1000, onIssue?: (issue: Issue) => void) {
    this.#limit = limit;
    this.#onIssue = onIssue;
  }

  add(issue: Issue): void {
    this.#counts[issue.severity] += 1;
    this.#byCode.set(issue.code, (this.#byCode.get(issue.code) ?? 0) + 1);
    const rank = rankOf(issue);
    if (rank === 2) this.#unreadable = true;
    if (this.#listed.length >= this.#limit && !this.#makeRoom(rank)) return;
    this.#listed.push(issue);
    this.#ranks[rank] += 1;
    this.#onIssue?.(issue);
  }

  get errors(): number {
    return this.#counts.error;
  }

  get warnings(): number {
    return this.#counts.warning;
  }

  /** The file as such could not be read as it should be; then not even its good rows are to be trusted. */
  get unreadable(): boolean {
    return this.#unreadable;
  }

  /** The issues kept, in the order in which they came. */
  get listed(): readonly Issue[] {
    return this.#listed;
  }

  counts(): IssueCounts {
    return { ...this.#counts, byCode: Object.fromEntries([...this.#byCode].sort(([a], [b]) => (a < b ? -1 : 1))) };
  }

  /** The issues kept and, when some were not, one notice that says how many (IMPORT-090). */
  report(file: string): Issue[] {
    const total = this.#counts.error + this.#counts.warning + this.#counts.notice;
    const rest = total - this.#listed.length;
    if (rest === 0) return [...this.#listed];
    return [
      ...this.#listed,
      { code: "IMPORT-090", severity: "notice", at: { file }, actual: String(total), values: { rest: String(rest) } },
    ];
  }

  /** What matters more takes the place of the last one that matters less. */
  #makeRoom(rank: Rank): boolean {
    const lesser = rank === 2 ? (this.#ranks[0] > 0 ? 0 : 1) : 0;
    if (rank === 0 || this.#ranks[lesser] === 0) return false;
    const index = this.#listed.findLastIndex((kept) => rankOf(kept) === lesser);
    this.#listed.splice(index, 1);
    this.#ranks[lesser] -= 1;
    return true;
  }
}

/** 2 the file as such cannot be read, 1 a row is wrong, 0 a warning or notice. */
type Rank = 0 | 1 | 2;

function rankOf(issue: Issue): Rank {
  if (issue.severity !== "error") return 0;
  return READING.test(issue.code) ? 2 : 1;
}
