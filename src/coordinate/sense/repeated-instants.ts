import type { Issue } from "../../ground/issue/index.ts";
import { QUALITIES, type Reading } from "./reading.ts";

/** Columns of numbers that grow: an object a row would take ten times as much. */
class Growing {
  #values = new Float64Array(1 << 14);
  count = 0;

  push(value: number): void {
    if (this.count === this.#values.length) {
      const longer = new Float64Array(2 * this.count);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[this.count] = value;
    this.count += 1;
  }

  at(index: number): number {
    return this.#values[index] ?? Number.NaN;
  }
}

/**
 * Finds rows of one file that say different values for one instant. A file in the order of time, either way, has none, and
 * costs no more than a look at each row.
 */
export class RepeatedInstants {
  readonly #atMs = new Growing();
  readonly #values = new Growing();
  readonly #qualities = new Growing();
  readonly #rows = new Growing();
  #rising = true;
  #falling = true;

  add({ atMs, value, quality }: Reading, row: number): void {
    const before = this.#atMs.at(this.#atMs.count - 1);
    if (before >= atMs) this.#rising = false;
    if (before <= atMs) this.#falling = false;
    this.#atMs.push(atMs);
    this.#values.push(value ?? Number.NaN);
    this.#qualities.push(QUALITIES.indexOf(quality));
    this.#rows.push(row);
  }

  /**
   * @issues SENSE-018 of every row whose value is another than an earlier row's of the same quality; a missing value
   *   contradicts none, and a measured one may stand for an estimate
   */
  issues(file: string): Issue[] {
    if (this.#rising || this.#falling) return [];
    const order = Uint32Array.from({ length: this.#atMs.count }, (_, index) => index);
    const sameMoment = (a: number, b: number): number =>
      this.#atMs.at(a) - this.#atMs.at(b) || this.#qualities.at(a) - this.#qualities.at(b);
    order.sort((a, b) => sameMoment(a, b) || a - b);
    const found: { row: number; issue: Issue }[] = [];
    let first: number | undefined;
    for (const index of order) {
      const value = this.#values.at(index);
      if (Number.isNaN(value)) continue;
      if (first === undefined || sameMoment(first, index) !== 0) first = index;
      else if (this.#values.at(first) !== value) {
        const row = this.#rows.at(index);
        const earlier = `${this.#values.at(first)} (${this.#rows.at(first)})`;
        const at = { file, row };
        const instant = new Date(this.#atMs.at(index)).toISOString();
        const issue: Issue = {
          code: "SENSE-018",
          severity: "error",
          at,
          expected: earlier,
          actual: String(value),
          values: { instant },
        };
        found.push({ row, issue });
      }
    }
    return found.sort((a, b) => a.row - b.row).map(({ issue }) => issue);
  }
}
