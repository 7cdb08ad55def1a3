import type { Issue } from "../../../ground/issue/index.ts";
import { canonicalJson } from "../../../ground/journal/index.ts";
import { AMOUNT_SCALE, scaledAmount } from "../../../ground/quantity/index.ts";
import { BASIS_NAMES } from "./header-names.ts";
import type { IssueSink } from "./issue-sink.ts";
import { plainName } from "./match-header.ts";
import type { MonthColumn } from "./month-columns.ts";
import { detached, type PeriodReading, type Problem } from "./period-reader.ts";
import type { Basis, PreparedRow, RecordContext } from "./prepared-row.ts";
import type { Table } from "./read-table.ts";
import { type AmountColumn, type FieldSource, type RecordColumns, recordColumns } from "./record-columns.ts";
import { missing, type Series, SeriesIndex, type SeriesReading, type UnitReading } from "./record-series.ts";
import type { RowBlock } from "./row-block.ts";
import { isTotalLabel } from "./total-rows.ts";

const BASIS_BY_NAME: ReadonlyMap<string, Basis> = new Map(
  (Object.entries(BASIS_NAMES) as [Basis, readonly string[]][]).flatMap(([basis, names]) =>
    names.map((name) => [plainName(name), basis] as const),
  ),
);

const MS_PER_HOUR = 3_600_000;
const ERROR_CELL = /^#(?:REF!|N\/A|DIV\/0!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)/i;

type Reading<T> = { readonly value: T } | { readonly problem: Problem };

/** A row under examination: its place, and whether something was wrong with it. */
interface Current {
  block: RowBlock;
  row: number;
  from: number;
  width: number;
  bad: boolean;
}

/** Turns the rows of a table into records, one block at a time, and reports all that is wrong with each. */
export class RecordReader {
  readonly #table: Table;
  readonly #columns: RecordColumns;
  readonly #context: RecordContext;
  readonly #issues: IssueSink;
  readonly index: SeriesIndex;
  readonly #totals: ReadonlySet<string>;
  readonly #evidence = new Map<string, Reading<string>>();
  readonly #bases = new Map<string, Reading<Basis>>();
  readonly #current: Current;
  #rowsRead = 0;
  #rejected = 0;
  #emptyMonths = 0;
  #inclusiveEnds = 0;
  #firstInclusiveEnd = 0;
  // The series of the row before: most tables hold the rows of a series together.
  #lastActivity = "\u0000";
  #lastSite = "";
  #lastDims = "";
  #lastSeries: SeriesReading = { problems: [] };
  #lastUnitText = "\u0000";
  #lastUnitSeries: Series | undefined;
  #lastUnit: UnitReading = { problems: [] };

  constructor(table: Table, context: RecordContext, issues: IssueSink) {
    this.#table = table;
    this.#context = context;
    this.#issues = issues;
    this.#columns = recordColumns(table.header, table.mapping);
    this.index = new SeriesIndex(
      context,
      this.#columns.dimensions.map(({ name }) => name),
    );
    this.#totals = new Set((table.mapping.totals ?? []).map(plainName));
    this.#current = { block: { cells: [], offsets: [0], rows: [] }, row: 0, from: 0, width: 0, bad: false };
  }

  get rowsRead(): number {
    return this.#rowsRead;
  }

  get rowsRejected(): number {
    return this.#rejected;
  }

  /** Reads a block. @param out takes the records; @param rows takes the table row of each */
  readBlock(block: RowBlock, out: PreparedRow[], rows: number[]): void {
    const current = this.#current;
    current.block = block;
    const count = block.rows.length;
    for (let row = 0; row < count; row += 1) {
      current.row = row;
      current.from = block.offsets[row] ?? 0;
      current.width = (block.offsets[row + 1] ?? 0) - current.from;
      current.bad = false;
      if (this.#isBlank()) continue;
      this.#rowsRead += 1;
      this.#readRow(out, rows);
      if (current.bad) this.#rejected += 1;
    }
  }

  /** What is said once, at the end. @issues IMPORT-063, IMPORT-068, IMPORT-069 */
  finish(): void {
    const at = { file: this.#table.file, ...(this.#table.sheet === undefined ? {} : { sheet: this.#table.sheet }) };
    const { basis } = this.#columns;
    if (this.#inclusiveEnds > 0) {
      const values = { count: String(this.#inclusiveEnds) };
      this.#issues.add({
        code: "IMPORT-063",
        severity: "warning",
        at: { ...at, row: this.#firstInclusiveEnd },
        values,
      });
    }
    if (this.#emptyMonths > 0)
      this.#issues.add({ code: "IMPORT-068", severity: "notice", at, actual: String(this.#emptyMonths) });
    if (basis.index < 0 && basis.constant === "" && this.#rowsRead > 0)
      this.#issues.add({ code: "IMPORT-069", severity: "notice", at });
  }

  #readRow(out: PreparedRow[], rows: number[]): void {
    const columns = this.#columns;
    const reading = this.#seriesOfRow();
    if ("problems" in reading) {
      if (this.#isTotal() || this.#isHeaderAgain()) return;
      for (const { field, problem } of reading.problems) this.#report(field, problem);
      this.#restOfBadRow();
      return;
    }
    if (this.#current.width > this.#table.header.names.length) this.#checkWidth();
    const { series } = reading;
    const evidence = this.#evidenceOf(this.#text(columns.evidence));
    if ("problem" in evidence) this.#report("evidence", evidence.problem);
    const basis = this.#basisOf(this.#text(columns.basis));
    if ("problem" in basis) this.#report("basis", basis.problem);
    for (const amount of columns.amounts) {
      const period = amount.month ? this.#monthPeriod(series, amount.month) : undefined;
      this.#readAmount(amount, series, period, evidence, basis, out, rows);
    }
  }

  /** One amount of the row; a table of months has twelve. */
  #readAmount(
    amount: AmountColumn,
    series: Series,
    month: PeriodReading | undefined,
    evidence: Reading<string>,
    basis: Reading<Basis>,
    out: PreparedRow[],
    rows: number[],
  ): void {
    const columns = this.#columns;
    const entered = amount.index < 0 ? (this.#table.header.constants["amount"] ?? "") : this.#cell(amount.index);
    if (amount.month && isNothing(entered)) {
      this.#emptyMonths += 1;
      return;
    }
    let bad = this.#current.bad;
    let start = Number.NaN;
    let end = Number.NaN;
    if (month === undefined && columns.start.index >= 0) {
      const startText = this.#text(columns.start);
      const endText = this.#text(columns.end);
      start = series.reader.start(startText, columns.start.dates);
      end = series.reader.end(endText, columns.end.dates, columns.endIsLastDay);
      if (Number.isNaN(start) || Number.isNaN(end)) {
        if (this.#isTotal()) return;
        bad = true;
        this.#reportInstant("start", startText, columns.start, series);
        this.#reportInstant(columns.endIsLastDay ? "lastDay" : "end", endText, columns.end, series);
      } else if (
        end - start > 24 * MS_PER_HOUR &&
        !columns.endIsLastDay &&
        this.#table.mapping.end === undefined &&
        series.reader.looksInclusive(startText, endText, columns.end.dates)
      ) {
        this.#inclusiveEnds += 1;
        this.#firstInclusiveEnd ||= this.#rowNumber();
      }
    } else {
      const text = this.#text(columns.period);
      const period =
        month ??
        (text.trim() === ""
          ? { problems: [missing("period").problem] }
          : series.reader.period(text, columns.period.dates));
      if ("problems" in period) {
        if (this.#isTotal()) return;
        bad = true;
        for (const problem of period.problems)
          this.#report(month ? amount.name : "period", problem, month !== undefined);
      } else ({ start, end } = period);
    }
    if (!Number.isNaN(start) && !Number.isNaN(end)) {
      const misfit = series.reader.misfit(start, end, series.rules.flow);
      if (misfit) {
        bad = true;
        for (const problem of misfit)
          this.#report(
            month ? amount.name : columns.start.index >= 0 ? "start" : "period",
            problem,
            month !== undefined,
          );
      }
    }

    const unitText = this.#text(columns.unit) || amount.unit || "";
    const unit = this.#unitOf(series, unitText);
    if ("problems" in unit) {
      bad = true;
      for (const problem of unit.problems) this.#report("unit", problem);
      return this.#checkAmountAlone(entered, amount.name);
    }
    const scaled = scaledAmount(entered, unit.unit, AMOUNT_SCALE);
    if (!scaled.ok) {
      this.#reportAmount(entered, amount.name, scaled.issues);
      return;
    }
    const value = Number(scaled.value);
    const { minimum, flow } = series.rules;
    if (minimum !== undefined && value < minimum) {
      const expected = `≥ ${series.rules.activity.minimum ?? "0"} ${series.rules.activity.unit}`;
      this.#report(
        amount.name,
        {
          code: "IMPORT-046",
          severity: "error",
          expected,
          actual: `${entered.trim()} ${unitText}`,
          values: { activity: series.rules.activity.id },
        },
        true,
      );
      return;
    }
    if (bad || "problem" in evidence || "problem" in basis) {
      this.#current.bad = true;
      return;
    }
    if (!this.#isNew(series, start, end, evidence.value)) return;
    series.sizes.add(flow ? (value * MS_PER_HOUR) / (end - start) : value, this.#rowNumber());
    const row: PreparedRow = {
      activity: series.rules.activity.id,
      site: series.site,
      dims: series.dims,
      unit: unit.unit.id,
      evidence: evidence.value,
      basis: basis.value,
      periodStart: start,
      periodEnd: end,
      amount: scaled.value,
      entered,
      ...this.#noteOf(),
    };
    out.push(row);
    rows.push(this.#rowNumber());
  }

  #isNew(series: Series, start: number, end: number, evidence: string): boolean {
    const met = series.seen.add(start, end, this.#rowNumber(), evidence);
    if (!met) return true;
    const values = { first: String(met.row), activity: series.rules.activity.id, site: series.site };
    if (met.kind === "same" && met.evidence === evidence) {
      this.#report("", { code: "IMPORT-058", severity: "error", values });
      return false;
    }
    if (met.kind === "same") this.#report("", { code: "IMPORT-059", severity: "warning", values });
    else if (series.rules.flow) this.#report("", { code: "IMPORT-060", severity: "warning", values });
    return true;
  }

  #seriesOfRow(): SeriesReading {
    const { dimensions } = this.#columns;
    const activity = this.#text(this.#columns.activity);
    const site = this.#text(this.#columns.site);
    let dims = "";
    for (let index = 0; index < dimensions.length; index += 1) {
      const dimension = dimensions[index];
      if (dimension) dims = index === 0 ? this.#text(dimension.source) : `${dims}\u0001${this.#text(dimension.source)}`;
    }
    if (activity === this.#lastActivity && site === this.#lastSite && dims === this.#lastDims) return this.#lastSeries;
    const texts = dimensions.map(({ source }) => this.#text(source));
    this.#lastSeries = this.index.series(`${activity}\u0001${site}\u0001${dims}`, activity, site, texts);
    this.#lastActivity = activity;
    this.#lastSite = site;
    this.#lastDims = dims;
    return this.#lastSeries;
  }

  #unitOf(series: Series, text: string): UnitReading {
    if (series === this.#lastUnitSeries && text === this.#lastUnitText) return this.#lastUnit;
    this.#lastUnit = this.index.unit(series.rules, text);
    this.#lastUnitSeries = series;
    this.#lastUnitText = text;
    return this.#lastUnit;
  }

  #monthPeriod(series: Series, month: MonthColumn): PeriodReading {
    if ("period" in month) return series.reader.period(month.period, undefined);
    const text = (this.#text(this.#columns.year) || this.#table.mapping.months?.year || "").trim();
    const match = /^(FY|財年|财年)?\s*(\d{4})\s*(?:年度?|財年|财年)?$/i.exec(text);
    if (!match)
      return {
        problems: [text === "" ? missing("year").problem : { code: "IMPORT-050", severity: "error", actual: text }],
      };
    const first = this.#context.fiscalYearStartMonth ?? 1;
    // A fiscal year is named after the year in which it ends.
    const before = match[1] !== undefined && first > 1 && month.month >= first ? 1 : 0;
    return series.reader.period(`${Number(match[2]) - before}-${String(month.month).padStart(2, "0")}`, undefined);
  }

  #evidenceOf(text: string): Reading<string> {
    const known = this.#evidence.get(text);
    if (known) return known;
    const plain = text.trim();
    const resolved = this.#context.evidence(plain === "" ? undefined : plain.replace(/\p{Surrogate}/gu, "\ufffd"));
    const [issue] = resolved.ok ? [] : resolved.issues;
    const reading: Reading<string> = resolved.ok
      ? { value: canonicalJson(resolved.value) }
      : { problem: { ...issue, code: issue?.code ?? "IMPORT-049", severity: "error" } };
    if (this.#evidence.size >= 50_000) this.#evidence.clear();
    this.#evidence.set(detached(text), reading);
    return reading;
  }

  #basisOf(text: string): Reading<Basis> {
    const known = this.#bases.get(text);
    if (known) return known;
    const plain = plainName(text);
    const basis = plain === "" ? "measured" : BASIS_BY_NAME.get(plain);
    const expected = Object.keys(BASIS_NAMES).join(", ");
    const reading: Reading<Basis> = basis
      ? { value: basis }
      : { problem: { code: "IMPORT-047", severity: "error", expected, actual: text.trim().slice(0, 80) } };
    if (this.#bases.size >= 1000) this.#bases.clear();
    this.#bases.set(detached(text), reading);
    return reading;
  }

  #noteOf(): { note?: string } {
    const { note } = this.#columns;
    if (note.index < 0) return {};
    const text = this.#cell(note.index).trim();
    return text === "" ? {} : { note: text };
  }

  /** A row whose series is not known still has its amount looked at, so that all its faults are reported at once. */
  #restOfBadRow(): void {
    for (const { index, name, month } of this.#columns.amounts) {
      const text = index < 0 ? "0" : this.#cell(index);
      if (!(month && isNothing(text))) this.#checkAmountAlone(text, name);
    }
  }

  #checkAmountAlone(entered: string, name: string): void {
    const ratio = this.#context.units.parse("1");
    const unit = ratio.ok ? ratio.value : undefined;
    const read = unit ? scaledAmount(entered, unit) : undefined;
    if (read && !read.ok) this.#reportAmount(entered, name, read.issues);
    this.#current.bad = true;
  }

  #reportAmount(entered: string, name: string, issues: readonly Issue[]): void {
    const text = entered.trim();
    if (isNothing(text)) this.#report(name, missing("amount").problem, true);
    else if (ERROR_CELL.test(text)) this.#report(name, { code: "IMPORT-070", severity: "error", actual: text }, true);
    else if (text.startsWith("="))
      this.#report(name, { code: "IMPORT-071", severity: "error", actual: text.slice(0, 60) }, true);
    else for (const { at: _, ...problem } of issues) this.#report(name, problem, true);
  }

  #reportInstant(field: string, text: string, source: FieldSource, series: Series): void {
    const problem = text.trim() === "" ? missing(field).problem : series.reader.instantProblem(text, source.dates);
    if (problem) this.#report(field, problem);
  }

  /** @param isName whether `field` is already the name of a column of the file */
  #report(field: string, problem: Problem, isName = false): void {
    if (problem.severity === "error") this.#current.bad = true;
    const { block, row } = this.#current;
    const number = this.#rowNumber();
    const line = block.lines?.[row];
    const column = isName ? field : this.#table.header.columns.find((candidate) => candidate.field === field)?.name;
    this.#issues.add({
      ...problem,
      at: {
        file: this.#table.file,
        ...(this.#table.sheet === undefined ? {} : { sheet: this.#table.sheet }),
        row: number,
        ...(line === undefined || line === number ? {} : { line }),
        ...(column === undefined ? {} : { column }),
      },
    });
  }

  #isTotal(): boolean {
    const { block, from, width } = this.#current;
    for (let at = from; at < from + width; at += 1) {
      const cell = (block.cells[at] ?? "").trim();
      if (cell === "") continue;
      if (!isTotalLabel(cell, this.#totals)) continue;
      this.#report("", { code: "IMPORT-064", severity: "warning", actual: cell });
      return true;
    }
    return false;
  }

  #isHeaderAgain(): boolean {
    const { names } = this.#table.header;
    if (!names.every((name, index) => this.#cell(index).trim() === name.trim())) return false;
    this.#report("", { code: "IMPORT-065", severity: "warning" });
    return true;
  }

  #checkWidth(): void {
    const { block, from, width } = this.#current;
    const { names } = this.#table.header;
    const extra = block.cells.slice(from + names.length, from + width).find((cell) => cell.trim() !== "");
    if (extra === undefined) return;
    this.#report("", {
      code: "IMPORT-048",
      severity: "error",
      expected: String(names.length),
      actual: String(width),
      values: { extra: extra.trim().slice(0, 40) },
    });
  }

  #isBlank(): boolean {
    const { block, from, width } = this.#current;
    for (let at = from; at < from + width; at += 1) {
      const cell = block.cells[at] ?? "";
      if (cell !== "" && cell.trim() !== "") return false;
    }
    return true;
  }

  #rowNumber(): number {
    return this.#current.block.rows[this.#current.row] ?? 0;
  }

  #cell(index: number): string {
    const { block, from, width } = this.#current;
    return index < width ? (block.cells[from + index] ?? "") : "";
  }

  #text(source: FieldSource): string {
    if (source.index < 0) return source.constant;
    const text = this.#cell(source.index);
    if (source.values !== undefined) return source.values[text.trim()] ?? text;
    return text === "" ? source.constant : text;
  }
}

/** An empty cell, or what people put where there is nothing: a dash. */
function isNothing(text: string): boolean {
  const plain = text.trim();
  return plain === "" || /^[-–—−/]+$/.test(plain) || /^n\.?\/?a\.?$/i.test(plain);
}
