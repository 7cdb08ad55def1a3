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
 * Collects issues in bounded memory: the first `listed` are kept, errors before the rest, and all are counted, so that a file of a
 * million bad rows costs no more than one of a thousand and the total is still right.
 */
export class IssueSink {
  readonly #limit: number;
  readonly #onIssue: ((issue: Issue) => void) | undefined;
  readonly #listed: Issue[] = [];
  readonly #counts: Record<Severity, number> = { error: 0, warning: 0, notice: 0 };
  readonly #byCode = new Map<string, number>();
  #lesserListed = 0;
  #unreadable = false;

  constructor(limit = 1000, onIssue?: (issue: Issue) => void) {
    this.#limit = limit;
    this.#onIssue = onIssue;
  }

  add(issue: Issue): void {
    this.#counts[issue.severity] += 1;
    this.#byCode.set(issue.code, (this.#byCode.get(issue.code) ?? 0) + 1);
    if (issue.severity === "error" && READING.test(issue.code)) this.#unreadable = true;
    if (this.#listed.length < this.#limit) {
      this.#listed.push(issue);
      if (issue.severity !== "error") this.#lesserListed += 1;
      this.#onIssue?.(issue);
    } else if (issue.severity === "error" && this.#lesserListed > 0) this.#replaceLesser(issue);
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

  /** An error is worth more than a warning that came first: the last lesser issue makes room for it. */
  #replaceLesser(issue: Issue): void {
    const index = this.#listed.findLastIndex((kept) => kept.severity !== "error");
    this.#listed.splice(index, 1);
    this.#listed.push(issue);
    this.#lesserListed -= 1;
    this.#onIssue?.(issue);
  }
}
