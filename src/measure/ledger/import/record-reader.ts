import type { Issue } from "../../../ground/issue/index.ts";
import { AMOUNT_SCALE, scaledAmount } from "../../../ground/quantity/index.ts";
import { plainName } from "./column-names.ts";
import type { FieldSource } from "./field-source.ts";
import type { IssueSink } from "./issue-sink.ts";
import type { MonthColumn } from "./month-columns.ts";
import { detached, type PeriodReader, type PeriodReading } from "./period-reader.ts";
import type { Basis, PreparedRow, RecordContext } from "./prepared-row.ts";
import type { Table } from "./read-table.ts";
import { type AmountColumn, type RecordColumns, recordColumns } from "./record-columns.ts";
import { type Series, SeriesIndex, type SeriesReading, type UnitReading } from "./record-series.ts";
import type { RowBlock } from "./row-block.ts";
import { isNothing, missing, type Problem, RowCursor } from "./row-cursor.ts";
import { TableNotes } from "./table-notes.ts";
import { isTotalLabel } from "./total-rows.ts";
import { type Reading, WordReadings } from "./word-readings.ts";

const MS_PER_HOUR = 3_600_000;

type FoundPeriod =
  | { readonly start: number; readonly end: number }
  | { readonly problems: readonly { readonly column: string | undefined; readonly problem: Problem }[] };

/** Turns the rows of a table into records, one block at a time, and reports all that is wrong with each. */
export class RecordReader {
  readonly #table: Table;
  readonly #columns: RecordColumns;
  readonly #context: RecordContext;
  readonly #issues: IssueSink;
  readonly #row: RowCursor;
  readonly #words: WordReadings;
  readonly #notes = new TableNotes();
  readonly #totals: ReadonlySet<string>;
  /** The series met so far. */
  readonly index: SeriesIndex;
  readonly #labelled = new Map<string, boolean>();
  #rowsRead = 0;
  #rejected = 0;
  // What the row before had: most tables hold the rows of a series together.
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
    this.#row = new RowCursor(table, issues);
    this.#words = new WordReadings(context.evidence);
    this.#columns = recordColumns(table.header, table.mapping);
    const names = this.#columns.dimensions.map(({ name }) => name);
    this.index = new SeriesIndex(context, names);
    this.#totals = new Set((table.mapping.totals ?? []).map(plainName));
  }

  get rowsRead(): number {
    return this.#rowsRead;
  }

  get rowsRejected(): number {
    return this.#rejected;
  }

  /** Reads a block. @param out takes the records @param rows takes the table row of each */
  readBlock(block: RowBlock, out: PreparedRow[], rows: number[]): void {
    const row = this.#row;
    for (let index = 0; index < block.rows.length; index += 1) {
      row.moveTo(block, index);
      if (row.isBlank()) continue;
      this.#rowsRead += 1;
      this.#readRow(out, rows);
      if (row.bad) this.#rejected += 1;
    }
  }

  /** What is said once, at the end. @issues IMPORT-063, IMPORT-068, IMPORT-069, IMPORT-072, IMPORT-076 */
  finish(): void {
    const { file, sheet } = this.#table;
    const place = sheet === undefined ? { file } : { file, sheet };
    this.#notes.report(place, this.#issues);
    const { basis } = this.#columns;
    if (basis.index < 0 && basis.constant === "" && this.#rowsRead > 0)
      this.#issues.add({ code: "IMPORT-069", severity: "notice", at: place });
  }

  #readRow(out: PreparedRow[], rows: number[]): void {
    const columns = this.#columns;
    const row = this.#row;
    const reading = this.#seriesOfRow();
    if ("problems" in reading) {
      if (this.#isNoRecord()) return;
      for (const { field, problem } of reading.problems) row.report(field, problem);
      this.#restOfBadRow();
      return;
    }
    if (this.#isLabelledTotal() && this.#isNoRecord()) return;
    row.checkWidth();
    const evidence = this.#words.evidence(row.text(columns.evidence));
    if ("problem" in evidence) row.report("evidence", evidence.problem);
    const basis = this.#words.basis(row.text(columns.basis));
    if ("problem" in basis) row.report("basis", basis.problem);
    for (const amount of columns.amounts) this.#readAmount(amount, reading.series, evidence, basis, out, rows);
  }

  /** One amount of the row; a table of months has twelve. */
  #readAmount(
    amount: AmountColumn,
    series: Series,
    evidence: Reading<string>,
    basis: Reading<Basis>,
    out: PreparedRow[],
    rows: number[],
  ): void {
    const row = this.#row;
    const entered = amount.index < 0 ? row.text(this.#columns.amount) : row.cell(amount.index);
    if (amount.month && isNothing(entered) && row.mark(amount.index) === undefined) {
      this.#notes.add("emptyMonth", row.number);
      return;
    }
    const period = this.#periodOf(amount, series);
    if ("problems" in period) {
      if (this.#isNoRecord()) return;
      for (const { column, problem } of period.problems) row.reportColumn(column, problem);
    }
    const unitText = row.text(this.#columns.unit) || amount.unit || "";
    const unit = this.#unitOf(series, unitText);
    if ("problems" in unit) {
      for (const problem of unit.problems) row.report("unit", problem);
      this.#checkAmountAlone(entered, amount.name);
      return;
    }
    if (amount.index >= 0 && !this.#checkMark(amount)) return;
    const scaled = scaledAmount(entered, unit.unit, AMOUNT_SCALE);
    if (!scaled.ok) {
      this.#reportAmount(entered, amount.name, scaled.issues);
      return;
    }
    const value = Number(scaled.value);
    const { minimum, flow, activity } = series.rules;
    if (minimum !== undefined && value < minimum) {
      const expected = `≥ ${activity.minimum ?? "0"} ${activity.unit}`;
      const actual = `${entered.trim()} ${unitText}`.trim();
      const values = { activity: activity.id };
      row.reportColumn(amount.name, { code: "IMPORT-046", severity: "error", expected, actual, values });
      return;
    }
    if ("problems" in period || row.bad || "problem" in evidence || "problem" in basis) return;
    const { start, end } = period;
    if (!this.#isNew(series, start, end, evidence.value)) return;
    series.sizes.add(flow ? (value * MS_PER_HOUR) / (end - start) : value, row.number);
    const prepared: PreparedRow = {
      activity: activity.id,
      site: series.site,
      dims: series.dims,
      unit: unit.unit.id,
      evidence: evidence.value,
      basis: basis.value,
      periodStart: start,
      periodEnd: end,
      amount: scaled.value,
      entered: entered.trim(),
    };
    // What was converted says so in the record itself, so that whoever traces it sees by what.
    const converted = unit.at === undefined ? "" : `${entered.trim()} ${unit.unit.id} × ${unit.at}`;
    if (converted !== "") this.#notes.add("converted", row.number);
    const note = [row.text(this.#columns.note).trim(), converted].filter((text) => text !== "").join("; ");
    out.push(note === "" ? prepared : { ...prepared, note });
    rows.push(row.number);
  }

  /** The period of an amount, or why there is none. @issues IMPORT-040, IMPORT-050 … IMPORT-057, PERIOD-… */
  #periodOf(amount: AmountColumn, series: Series): FoundPeriod {
    const { start, period, periodName } = this.#columns;
    if (!amount.month && start.index >= 0) return this.#periodOfEnds(series);
    const text = amount.month ? "" : this.#row.text(period);
    const reading: PeriodReading = amount.month
      ? this.#monthPeriod(series, amount.month)
      : text.trim() === ""
        ? { problems: [missing("period")] }
        : series.reader.period(text, period.dates);
    const problems =
      "problems" in reading ? reading.problems : series.reader.misfit(reading.start, reading.end, series.rules.flow);
    if (!problems) return reading as { start: number; end: number };
    return { problems: problems.map((problem) => ({ column: amount.month ? amount.name : periodName, problem })) };
  }

  #periodOfEnds(series: Series): FoundPeriod {
    const { start: startSource, end: endSource, endIsLastDay, startName, endName } = this.#columns;
    const row = this.#row;
    const { reader } = series;
    const startText = row.text(startSource);
    const endText = row.text(endSource);
    const start = reader.start(startText, startSource.dates);
    const end = reader.end(endText, endSource.dates, endIsLastDay);
    if (Number.isNaN(start) || Number.isNaN(end)) {
      const problems = [
        { column: startName, problem: instantProblem("start", startText, startSource, reader) },
        { column: endName, problem: instantProblem(endIsLastDay ? "lastDay" : "end", endText, endSource, reader) },
      ];
      return { problems: problems.flatMap(({ column, problem }) => (problem ? [{ column, problem }] : [])) };
    }
    const unsaid = !endIsLastDay && this.#table.mapping.end === undefined && end - start > 24 * MS_PER_HOUR;
    if (unsaid && reader.looksInclusive(startText, endText, endSource.dates))
      this.#notes.add("inclusiveEnd", row.number);
    const misfit = reader.misfit(start, end, series.rules.flow);
    if (!misfit) return { start, end };
    return {
      problems: misfit.map((problem) => ({ column: problem.code === "IMPORT-051" ? endName : startName, problem })),
    };
  }

  #monthPeriod(series: Series, month: MonthColumn): PeriodReading {
    if ("period" in month) return series.reader.period(month.period, undefined);
    const text = (this.#row.text(this.#columns.year) || this.#table.mapping.months?.year || "").trim();
    const match = /^(FY|財年|财年)?\s*(\d{4})\s*(?:年度?|財年|财年)?$/i.exec(text);
    if (!match)
      return { problems: [text === "" ? missing("year") : { code: "IMPORT-050", severity: "error", actual: text }] };
    const first = this.#context.fiscalYearStartMonth ?? 1;
    // A fiscal year is named after the year in which it ends.
    const before = match[1] !== undefined && first > 1 && month.month >= first ? 1 : 0;
    return series.reader.period(`${Number(match[2]) - before}-${String(month.month).padStart(2, "0")}`, undefined);
  }

  #seriesOfRow(): SeriesReading {
    const { dimensions } = this.#columns;
    const row = this.#row;
    const activity = row.text(this.#columns.activity);
    const site = row.text(this.#columns.site);
    let dims = "";
    for (const { source } of dimensions) dims += `\u0001${row.text(source)}`;
    if (activity === this.#lastActivity && site === this.#lastSite && dims === this.#lastDims) return this.#lastSeries;
    const texts = dimensions.map(({ source }) => row.text(source));
    this.#lastSeries = this.index.series(`${activity}\u0001${site}${dims}`, activity, site, texts);
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

  /** @issues IMPORT-058 same row twice, IMPORT-059 same but for the evidence, IMPORT-060 periods overlap */
  #isNew(series: Series, start: number, end: number, evidence: string): boolean {
    const met = series.seen.add(start, end, this.#row.number, evidence);
    if (!met) return true;
    const values = { first: String(met.row), activity: series.rules.activity.id, site: series.site };
    const twice = met.kind === "same" && met.evidence === evidence;
    if (twice) this.#row.report("", { code: "IMPORT-058", severity: "error", values });
    else if (met.kind === "same") this.#row.report("", { code: "IMPORT-059", severity: "warning", values });
    else if (series.rules.flow) this.#row.report("", { code: "IMPORT-060", severity: "warning", values });
    return !twice;
  }

  /** What an XLSX cell of an amount is besides its text. @returns false when it cannot be used @issues IMPORT-071, IMPORT-074 */
  #checkMark(amount: AmountColumn): boolean {
    const row = this.#row;
    const mark = row.mark(amount.index);
    if (mark === undefined) return true;
    if (mark === "formula" || mark === "scaled") this.#notes.add(mark, row.number);
    else if (mark === "formula-empty")
      row.reportColumn(amount.name, { code: "IMPORT-071", severity: "error", actual: "–" });
    else row.reportColumn(amount.name, { code: "IMPORT-074", severity: "error", actual: row.cell(amount.index) });
    return mark === "formula" || mark === "scaled";
  }

  /** A row whose series is not known still has its amount looked at, so that all its faults are reported at once. */
  #restOfBadRow(): void {
    for (const amount of this.#columns.amounts) {
      const text = amount.index < 0 ? "0" : this.#row.cell(amount.index);
      if (!(amount.month && isNothing(text))) this.#checkAmountAlone(text, amount.name);
    }
  }

  #checkAmountAlone(entered: string, name: string): void {
    const unit = this.#context.units.parse("1");
    const read = unit.ok ? scaledAmount(entered, unit.value, AMOUNT_SCALE) : unit;
    if (!read.ok) this.#reportAmount(entered, name, read.issues);
    this.#row.bad = true;
  }

  #reportAmount(entered: string, name: string, issues: readonly Issue[]): void {
    const text = entered.trim();
    const row = this.#row;
    if (isNothing(text)) row.reportColumn(name, missing("amount"));
    else if (text.startsWith("="))
      row.reportColumn(name, { code: "IMPORT-071", severity: "error", actual: text.slice(0, 60) });
    else for (const { at: _, ...problem } of issues) row.reportColumn(name, problem);
  }

  /** A row that is no record, left out with a warning: a total, or the header once more. @issues IMPORT-064, IMPORT-065 */
  #isNoRecord(): boolean {
    const row = this.#row;
    const label = row.find((cell) => isTotalLabel(cell, this.#totals));
    if (label !== undefined) row.report("", { code: "IMPORT-064", severity: "warning", actual: label });
    else if (row.isHeader()) row.report("", { code: "IMPORT-065", severity: "warning" });
    else return false;
    return true;
  }

  /** Whether a column that no field uses labels the row a total, as where activity and site are constants. */
  #isLabelledTotal(): boolean {
    for (const index of this.#columns.labels) {
      const cell = this.#row.cell(index);
      let total = this.#labelled.get(cell);
      if (total === undefined) {
        total = isTotalLabel(cell.trim(), this.#totals);
        if (this.#labelled.size >= 1000) this.#labelled.clear();
        this.#labelled.set(detached(cell), total);
      }
      if (total) return true;
    }
    return false;
  }
}

function instantProblem(field: string, text: string, source: FieldSource, reader: PeriodReader): Problem | undefined {
  return text.trim() === "" ? missing(field) : reader.instantProblem(text, source.dates);
}
