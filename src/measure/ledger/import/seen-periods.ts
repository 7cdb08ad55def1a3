/** What a new period meets among those seen before. */
export interface Met {
  readonly kind: "same" | "overlap";
  /** The row that was there first. */
  readonly row: number;
  readonly evidence: string;
}

/** Periods of equal length that follow one another without a gap, in rows that follow one another at a steady distance. */
interface Run {
  start: number;
  length: number;
  count: number;
  row: number;
  rowStep: number;
  evidence: string;
}

const RUNS_PER_BLOCK = 512;

/**
 * The periods that one series has had so far, to find a second row for the same time. A year of hourly readings in order is one
 * run, so a file of millions of rows needs memory for its series only; rows in no order need some for each.
 */
export class SeenPeriods {
  /** Runs by start, in blocks so that putting one in between stays cheap. */
  readonly #blocks: Run[][] = [];

  /** Adds a period unless it meets one that is there. @returns what it meets */
  add(start: number, end: number, row: number, evidence: string): Met | undefined {
    const length = end - start;
    const tail = this.#blocks[this.#blocks.length - 1];
    const last = tail?.[tail.length - 1];
    if (tail && last && start >= last.start + last.length * last.count) {
      if (!extend(last, start, length, row, evidence))
        this.#insert(this.#blocks.length - 1, tail.length, { start, length, count: 1, row, rowStep: 0, evidence });
      return undefined;
    }
    return this.#addBetween(start, length, row, evidence);
  }

  #addBetween(start: number, length: number, row: number, evidence: string): Met | undefined {
    // The last block, and in it the last run, that starts at or before the new period.
    let block = Math.max(
      0,
      lastIndex(this.#blocks.length, (index) => (this.#blocks[index]?.[0]?.start ?? 0) <= start),
    );
    const runs = this.#blocks[block] ?? [];
    const position = lastIndex(runs.length, (index) => (runs[index]?.start ?? 0) <= start);
    const before = runs[position];
    if (before) {
      const met = meet(before, start, length);
      if (met) return met;
    }
    const after = runs[position + 1] ?? this.#blocks[block + 1]?.[0];
    if (after && after.start < start + length) return { kind: "overlap", row: after.row, evidence: after.evidence };
    if (before && extend(before, start, length, row, evidence)) return undefined;
    if (this.#blocks.length === 0) {
      this.#blocks.push([]);
      block = 0;
    }
    this.#insert(block, position + 1, { start, length, count: 1, row, rowStep: 0, evidence });
    return undefined;
  }

  #insert(block: number, position: number, run: Run): void {
    const runs = this.#blocks[block] ?? [];
    runs.splice(position, 0, run);
    if (runs.length > RUNS_PER_BLOCK) this.#blocks.splice(block + 1, 0, runs.splice(RUNS_PER_BLOCK >> 1));
  }
}

function extend(run: Run, start: number, length: number, row: number, evidence: string): boolean {
  if (run.length !== length || start !== run.start + run.length * run.count || run.evidence !== evidence) return false;
  const step = row - (run.row + run.rowStep * (run.count - 1));
  if (run.count > 1 && step !== run.rowStep) return false;
  run.rowStep = step;
  run.count += 1;
  return true;
}

function meet(run: Run, start: number, length: number): Met | undefined {
  const index = Math.floor((start - run.start) / run.length);
  if (index >= run.count) return undefined;
  const same = run.length === length && run.start + run.length * index === start;
  return { kind: same ? "same" : "overlap", row: run.row + run.rowStep * index, evidence: run.evidence };
}

/** The greatest index below `length` for which a test holds that holds for none after it; -1 when for none. */
function lastIndex(length: number, holds: (index: number) => boolean): number {
  let low = -1;
  let high = length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
