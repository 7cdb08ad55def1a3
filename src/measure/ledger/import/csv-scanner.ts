import type { IssueSink } from "./issue-sink.ts";
import type { ReadLimits } from "./read-limits.ts";
import type { RowBlock } from "./row-block.ts";

/**
 * Cuts text into rows of cells (RFC 4180, any one-character delimiter, LF or CRLF). Fed piece by piece, it holds no more than one
 * unfinished line. Rows without a quote take a path that only searches for delimiters.
 * @issues IMPORT-003 undecodable, IMPORT-005 NUL, IMPORT-006 lone CR, IMPORT-007 quote never closed, IMPORT-008 too long,
 *         IMPORT-009 text after a closing quote, IMPORT-011 too many columns or rows
 */
export class CsvScanner {
  readonly #file: string;
  readonly #delimiter: string;
  readonly #limits: ReadLimits;
  readonly #issues: IssueSink;
  #rest = "";
  /** How much of the rest has been searched for characters that do not belong. */
  #searched = 0;
  #row = 1;
  #line = 1;
  #stopped = false;
  #cells: string[] = [];
  #offsets: number[] = [0];
  #rows: number[] = [];
  #lines: number[] = [];

  constructor(file: string, delimiter: string, limits: ReadLimits, issues: IssueSink) {
    this.#file = file;
    this.#delimiter = delimiter;
    this.#limits = limits;
    this.#issues = issues;
  }

  /** Reading cannot go on: a quote swallowed the rest, or a limit was passed. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** The rows that are complete with this piece of text. */
  push(chunk: string): RowBlock {
    if (this.#stopped) return this.#take();
    const text = this.#rest === "" ? chunk : this.#rest + chunk;
    this.#scan(text, false);
    if (this.#rest.length > this.#limits.lineChars) this.#tooLong();
    return this.#take();
  }

  /** The last row, when the file does not end with a line end. */
  end(): RowBlock {
    if (!this.#stopped && this.#rest !== "") this.#scan(this.#rest, true);
    return this.#take();
  }

  #take(): RowBlock {
    const block = { cells: this.#cells, offsets: this.#offsets, rows: this.#rows, lines: this.#lines };
    this.#cells = [];
    this.#offsets = [0];
    this.#rows = [];
    this.#lines = [];
    return block;
  }

  #scan(text: string, last: boolean): void {
    const delimiter = this.#delimiter;
    const cells = this.#cells;
    const complete = last ? text.length : text.lastIndexOf("\n") + 1;
    this.#reportCharacters(text, complete, last);
    let at = 0;
    let quote = nextOf(text, '"', 0);
    let cut = nextOf(text, delimiter, 0);
    while (at < text.length && !this.#stopped) {
      const lineEnd = text.indexOf("\n", at);
      if (lineEnd < 0 && !last) break;
      const end = lineEnd < 0 ? text.length : lineEnd;
      if (quote < at) quote = nextOf(text, '"', at);
      if (quote < end) {
        const next = this.#scanQuoted(text, at, last);
        if (next < 0) break;
        at = next;
        if (cut < at) cut = nextOf(text, delimiter, at);
        continue;
      }
      let from = at;
      if (cut < from) cut = nextOf(text, delimiter, from);
      while (cut < end) {
        cells.push(text.slice(from, cut));
        from = cut + 1;
        cut = nextOf(text, delimiter, from);
      }
      const to = end > from && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
      cells.push(text.slice(from, to));
      this.#closeRow(end - at, 1);
      at = end + 1;
    }
    this.#rest = at < text.length ? text.slice(at) : "";
    this.#searched = Math.max(0, complete - at);
  }

  /** One row that holds a quote. @returns where the next row starts, or -1 when the row is not complete yet */
  #scanQuoted(text: string, start: number, last: boolean): number {
    const delimiter = this.#delimiter.charCodeAt(0);
    const cells = this.#cells;
    const keep = cells.length;
    let line = this.#line;
    let at = start;
    for (;;) {
      if (text.charCodeAt(at) !== 34) {
        let end = at;
        while (end < text.length && text.charCodeAt(end) !== delimiter && text.charCodeAt(end) !== 10) end += 1;
        if (end >= text.length && !last) break;
        const ends = end >= text.length || text.charCodeAt(end) === 10;
        cells.push(text.slice(at, ends && end > at && text.charCodeAt(end - 1) === 13 ? end - 1 : end));
        at = end + 1;
        if (!ends) continue;
        this.#closeRow(end - start, line - this.#line + 1);
        return Math.min(at, text.length);
      }
      const opened = line;
      let value = "";
      let from = at + 1;
      let close = text.indexOf('"', from);
      while (close >= 0 && text.charCodeAt(close + 1) === 34) {
        value += text.slice(from, close + 1);
        from = close + 2;
        close = text.indexOf('"', from);
      }
      if (close < 0) {
        if (last || text.length - start > this.#limits.lineChars)
          this.#quoteNeverClosed(opened, cells.length - keep + 1);
        break;
      }
      // A closing quote at the very end of a piece may be the first half of a doubled one.
      if (close + 1 >= text.length && !last) break;
      value += text.slice(from, close);
      for (let lf = text.indexOf("\n", at); lf >= 0 && lf < close; lf = text.indexOf("\n", lf + 1)) line += 1;
      at = close + 1;
      let end = at;
      while (end < text.length && text.charCodeAt(end) !== delimiter && text.charCodeAt(end) !== 10) end += 1;
      if (end >= text.length && !last) break;
      const tail = text.slice(at, end).replace(/\r$/, "");
      if (tail.trim() !== "") this.#afterQuote(line, cells.length - keep + 1, tail);
      cells.push(value);
      if (value.length > this.#limits.cellChars) this.#cellTooLong(value.length, cells.length - keep);
      at = end + 1;
      if (end < text.length && text.charCodeAt(end) === delimiter) continue;
      this.#closeRow(end - start, line - this.#line + 1);
      return Math.min(at, text.length);
    }
    cells.length = keep;
    return -1;
  }

  #closeRow(chars: number, lines: number): void {
    const first = this.#offsets[this.#offsets.length - 1] ?? 0;
    const columns = this.#cells.length - first;
    const { lineChars, columns: mostColumns, rows } = this.#limits;
    if (chars > lineChars || columns > mostColumns || this.#row > rows) {
      this.#cells.length = first;
      if (chars > lineChars) this.#limit("lineChars", chars);
      else if (columns > mostColumns) this.#limit("columns", columns);
      else this.#limit("rows", this.#row);
      return;
    }
    this.#offsets.push(this.#cells.length);
    this.#rows.push(this.#row);
    this.#lines.push(this.#line);
    this.#row += 1;
    this.#line += lines;
  }

  /** Characters that no cell may hold, each line once; a search over the whole piece, so that clean text costs almost nothing. */
  #reportCharacters(text: string, complete: number, last: boolean): void {
    const from = this.#searched;
    this.#reportEach(text, complete, "\ufffd", "IMPORT-003");
    this.#reportEach(text, complete, "\u0000", "IMPORT-005");
    for (let at = text.indexOf("\r", from); at >= 0 && at < complete; at = text.indexOf("\r", at + 1)) {
      if (at + 1 >= text.length ? last : text.charCodeAt(at + 1) === 10) continue;
      this.#issues.add({
        code: "IMPORT-006",
        severity: "error",
        at: { file: this.#file, line: this.#lineOf(text, at) },
      });
      at = text.indexOf("\n", at);
      if (at < 0) break;
    }
  }

  #reportEach(text: string, complete: number, character: string, code: string): void {
    const start = this.#searched;
    for (let at = text.indexOf(character, start); at >= 0 && at < complete; at = text.indexOf(character, at)) {
      const from = text.lastIndexOf("\n", at) + 1;
      const lineEnd = text.indexOf("\n", at);
      const to = lineEnd < 0 ? text.length : lineEnd;
      const actual = text.slice(Math.max(from, at - 20), Math.min(to, at + 20)).replaceAll("\u0000", "␀");
      this.#issues.add({ code, severity: "error", at: { file: this.#file, line: this.#lineOf(text, at) }, actual });
      at = to;
    }
  }

  #lineOf(text: string, position: number): number {
    let line = this.#line;
    for (let lf = text.indexOf("\n"); lf >= 0 && lf < position; lf = text.indexOf("\n", lf + 1)) line += 1;
    return line;
  }

  #tooLong(): void {
    if (!this.#stopped) this.#limit("lineChars", this.#rest.length);
  }

  #quoteNeverClosed(line: number, column: number): void {
    this.#stopped = true;
    const at = { file: this.#file, row: this.#row, line, column: String(column) };
    this.#issues.add({ code: "IMPORT-007", severity: "error", at });
  }

  #afterQuote(line: number, column: number, tail: string): void {
    const at = { file: this.#file, row: this.#row, line, column: String(column) };
    this.#issues.add({ code: "IMPORT-009", severity: "error", at, actual: tail.trim().slice(0, 40) });
  }

  #cellTooLong(chars: number, column: number): void {
    const at = { file: this.#file, row: this.#row, line: this.#line, column: String(column) };
    const limit = String(this.#limits.cellChars);
    this.#issues.add({ code: "IMPORT-008", severity: "error", at, expected: limit, actual: String(chars) });
  }

  #limit(what: "lineChars" | "columns" | "rows", actual: number): void {
    this.#stopped = true;
    this.#rest = "";
    const at = { file: this.#file, row: this.#row, line: this.#line };
    const code = what === "lineChars" ? "IMPORT-008" : "IMPORT-011";
    this.#issues.add({
      code,
      severity: "error",
      at,
      expected: String(this.#limits[what]),
      actual: String(actual),
      values: { what },
    });
  }
}

function nextOf(text: string, character: string, from: number): number {
  const at = text.indexOf(character, from);
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}
