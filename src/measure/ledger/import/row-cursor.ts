import type { Issue } from "../../../ground/issue/index.ts";
import type { FieldSource } from "./field-source.ts";
import type { IssueSink } from "./issue-sink.ts";
import type { Table } from "./read-table.ts";
import type { CellMark, RowBlock } from "./row-block.ts";

/** What is wrong with a value, before it is known where it stands. */
export type Problem = Omit<Issue, "at">;

const ERROR_CELL = /^#(?:REF!|N\/A|DIV\/0!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)/i;

/** One row at a time of a table: its cells by field, and its issues with their place. */
export class RowCursor {
  readonly #table: Table;
  readonly #issues: IssueSink;
  #block: RowBlock = { cells: [], offsets: [0], rows: [] };
  #row = 0;
  #from = 0;
  #width = 0;
  /** Whether an error has been reported in this row. */
  bad = false;

  constructor(table: Table, issues: IssueSink) {
    this.#table = table;
    this.#issues = issues;
  }

  /** Moves to a row of a block. */
  moveTo(block: RowBlock, row: number): void {
    this.#block = block;
    this.#row = row;
    this.#from = block.offsets[row] ?? 0;
    this.#width = (block.offsets[row + 1] ?? 0) - this.#from;
    this.bad = false;
  }

  /** The row's number in the file, from 1. */
  get number(): number {
    return this.#block.rows[this.#row] ?? 0;
  }

  cell(index: number): string {
    return index < this.#width ? (this.#block.cells[this.#from + index] ?? "") : "";
  }

  mark(index: number): CellMark | undefined {
    return this.#block.marks?.get(this.#from + index);
  }

  /** The text of a field: from its column, and its constant where the cell is empty. */
  text(source: FieldSource): string {
    if (source.index < 0) return source.constant;
    const text = this.cell(source.index);
    if (source.values !== undefined) return source.values[text.trim()] ?? text;
    return text === "" ? source.constant : text;
  }

  isBlank(): boolean {
    const to = this.#from + this.#width;
    for (let at = this.#from; at < to; at += 1) {
      const cell = this.#block.cells[at] ?? "";
      if (cell !== "" && cell.trim() !== "") return false;
    }
    return true;
  }

  /** The first cell that passes a test, trimmed. */
  find(test: (cell: string) => boolean): string | undefined {
    for (let at = this.#from; at < this.#from + this.#width; at += 1) {
      const cell = (this.#block.cells[at] ?? "").trim();
      if (cell !== "" && test(cell)) return cell;
    }
    return undefined;
  }

  /** Whether the row is the header once more. */
  isHeader(): boolean {
    return this.#table.header.names.every((name, index) => this.cell(index).trim() === name.trim());
  }

  /** Reports a row that has more cells than the header has names. @issues IMPORT-048 */
  checkWidth(): void {
    const { names } = this.#table.header;
    if (this.#width <= names.length) return;
    const from = this.#from + names.length;
    const extra = this.#block.cells.slice(from, this.#from + this.#width).find((cell) => cell.trim() !== "");
    if (extra === undefined) return;
    const values = { extra: extra.trim().slice(0, 40) };
    this.report("", {
      code: "IMPORT-048",
      severity: "error",
      expected: String(names.length),
      actual: String(this.#width),
      values,
    });
  }

  /** Reports something wrong with a field. An error that the spreadsheet wrote into the cell is reported as such (IMPORT-070). */
  report(field: string, problem: Problem): void {
    this.reportColumn(this.#table.header.columns.find((column) => column.field === field)?.name, problem);
  }

  /** Reports something wrong with a column, by its name. */
  reportColumn(column: string | undefined, problem: Problem): void {
    const { actual = "" } = problem;
    const told: Problem = ERROR_CELL.test(actual) ? { code: "IMPORT-070", severity: "error", actual } : problem;
    if (told.severity === "error") this.bad = true;
    const { file, sheet } = this.#table;
    const row = this.number;
    const line = this.#block.lines?.[this.#row] ?? row;
    this.#issues.add({
      ...told,
      at: {
        file,
        ...(sheet === undefined ? {} : { sheet }),
        row,
        ...(line === row ? {} : { line }),
        ...(column === undefined ? {} : { column }),
      },
    });
  }
}

/** A field that every row needs is empty. */
export function missing(field: string): Problem {
  return { code: "IMPORT-040", severity: "error", expected: field };
}

/** An empty cell, or what people put where there is nothing: a dash. */
export function isNothing(text: string): boolean {
  const plain = text.trim();
  return plain === "" || isDash(plain);
}

/** `-`, `—`, `/`: a printed sign for nothing. */
export function isDash(text: string): boolean {
  return /^[-–—−－/]+$/.test(text.trim());
}

/** A list for a message, cut when it is long. */
export function listed(names: readonly string[]): string {
  if (names.length === 0) return "–";
  return names.length > 20 ? `${names.slice(0, 20).join(", ")}, … (${names.length})` : names.join(", ");
}
