import { nearestOf } from "../../../ground/issue/index.ts";
import { canonicalJson } from "../../../ground/journal/index.ts";
import { parseAmount, parsePeriod, sameDimension, type Unit } from "../../../ground/quantity/index.ts";
import { plainName } from "./column-names.ts";
import { dimensionSources, type FieldSource, fieldSource } from "./field-source.ts";
import { QUALIFIER_NAMES } from "./header-names.ts";
import type { IssueSink } from "./issue-sink.ts";
import type { ImportIndicator, PreparedReported, ReportedContext } from "./prepared-row.ts";
import type { Table } from "./read-table.ts";
import type { RowBlock } from "./row-block.ts";
import { isDash, listed, missing, type Problem, RowCursor } from "./row-cursor.ts";

type Qualifier = PreparedReported["qualifier"];

const QUALIFIER_BY_NAME: ReadonlyMap<string, Qualifier> = new Map(
  (Object.entries(QUALIFIER_NAMES) as [Qualifier, readonly string[]][]).flatMap(([qualifier, names]) =>
    names.map((name) => [plainName(name), qualifier] as const),
  ),
);
const MOST_DECIMALS = 20;

/** Turns the rows of a table into figures as a source printed them, and reports all that is wrong with each. */
export class FigureReader {
  readonly #context: ReportedContext;
  readonly #row: RowCursor;
  readonly #file: string;
  readonly #indicators: ReadonlyMap<string, ImportIndicator>;
  readonly #sources: Readonly<Record<string, FieldSource>>;
  readonly #unitInHeader: string;
  readonly #valueName: string | undefined;
  readonly #dimensions: readonly { readonly name: string; readonly source: FieldSource }[];
  readonly #seen = new Map<string, number>();
  rowsRead = 0;
  rowsRejected = 0;

  constructor(table: Table, context: ReportedContext, issues: IssueSink) {
    this.#context = context;
    this.#file = table.file;
    this.#row = new RowCursor(table, issues);
    this.#indicators = new Map(context.indicators.map((indicator) => [indicator.id, indicator]));
    const fields = ["indicator", "period", "value", "unit", "decimals", "qualifier", "where", "row", "edition", "note"];
    this.#sources = Object.fromEntries(fields.map((field) => [field, fieldSource(table.header, table.mapping, field)]));
    const value = table.header.columns.find(({ field }) => field === "value");
    this.#unitInHeader = value?.unit ?? "";
    this.#valueName = value?.name;
    this.#dimensions = dimensionSources(table.header, table.mapping);
  }

  readBlock(block: RowBlock, out: PreparedReported[]): void {
    const row = this.#row;
    for (let index = 0; index < block.rows.length; index += 1) {
      row.moveTo(block, index);
      if (row.isBlank()) continue;
      this.rowsRead += 1;
      if (row.isHeader()) row.report("", { code: "IMPORT-065", severity: "warning" });
      else this.#readRow(out);
      if (row.bad) this.rowsRejected += 1;
    }
  }

  #text(field: string): string {
    const source = this.#sources[field];
    return source
      ? this.#row
          .text(source)
          .trim()
          .replace(/\p{Surrogate}/gu, "\ufffd")
      : "";
  }

  #readRow(out: PreparedReported[]): void {
    const row = this.#row;
    row.checkWidth();
    const indicator = this.#indicator();
    const period = this.#period();
    const unit = this.#unit(indicator);
    const value = this.#value();
    const decimals = this.#decimals(value.entered);
    const qualifier = this.#qualifier();
    const dims = this.#dims(indicator);
    if (row.bad || !indicator || !period || !unit || qualifier === undefined) return;
    const [edition, where, line] = [this.#text("edition"), this.#text("where"), this.#text("row")];
    const place = canonicalJson({
      ...(edition === "" ? {} : { edition }),
      place: where === "" ? this.#file : where,
      ...(line === "" ? {} : { row: line }),
    });
    const note = this.#text("note") || value.note;
    const key = JSON.stringify([indicator.id, period.start, period.end, dims, place]);
    const first = this.#seen.get(key);
    if (first !== undefined) {
      const values = { first: String(first), indicator: indicator.id };
      row.report("", { code: "IMPORT-084", severity: "error", values });
      return;
    }
    this.#seen.set(key, row.number);
    out.push({
      indicator: indicator.id,
      period,
      dims,
      value: value.decimal,
      unit: unit.id,
      decimals,
      qualifier,
      place,
      ...(note === "" ? {} : { note }),
    });
  }

  #indicator(): ImportIndicator | undefined {
    const text = this.#text("indicator");
    const found = this.#indicators.get(text);
    if (found) return found;
    const values = { nearest: nearestOf(text, this.#indicators.keys()) };
    const problem: Problem = { code: "IMPORT-080", severity: "error", actual: text.slice(0, 80), values };
    this.#row.report("indicator", text === "" ? missing("indicator") : problem);
    return undefined;
  }

  #period(): PreparedReported["period"] | undefined {
    const text = this.#text("period");
    const { fiscalYearStartMonth } = this.#context;
    const period = text === "" ? undefined : parsePeriod(text, { fiscalYearStartMonth });
    if (period?.ok) return period.value;
    if (!period) this.#row.report("period", missing("period"));
    for (const { at: _, ...problem } of period?.issues ?? []) this.#row.report("period", problem);
    return undefined;
  }

  #unit(indicator: ImportIndicator | undefined): Unit | undefined {
    const text = this.#text("unit") || this.#unitInHeader;
    const unit = text === "" ? undefined : this.#context.units.parse(text);
    if (!unit) this.#row.report("unit", missing("unit"));
    else if (!unit.ok) for (const { at: _, ...problem } of unit.issues) this.#row.report("unit", problem);
    if (!unit?.ok || !indicator) return undefined;
    const wanted = this.#context.units.unit(indicator.unit);
    if (sameDimension(unit.value, wanted)) return unit.value;
    const values = { indicator: indicator.id };
    this.#row.report("unit", { code: "IMPORT-082", severity: "error", expected: indicator.unit, actual: text, values });
    return undefined;
  }

  /** The value as decimal text; null for a dash, or for an empty cell whose note says that a dash was printed. */
  #value(): { decimal: string | null; entered: string; note: string } {
    const entered = this.#text("value");
    const dash = { decimal: null, entered: "", note: "dash" };
    if (isDash(entered) || (entered === "" && this.#text("note") === "dash")) return dash;
    if (entered === "") {
      this.#row.reportColumn(this.#valueName, missing("value"));
      return dash;
    }
    const amount = parseAmount(entered);
    if (amount.ok) return { decimal: amount.value.toFixed(), entered, note: "" };
    for (const { at: _, ...problem } of amount.issues) this.#row.reportColumn(this.#valueName, problem);
    return dash;
  }

  /** As stated, or as many as the value is printed with. */
  #decimals(entered: string): number {
    const text = this.#text("decimals");
    const printed = /\.(\d+)\)?$/.exec(entered)?.[1]?.length ?? 0;
    if (text === "") return Math.min(printed, MOST_DECIMALS);
    const stated = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
    if (!(stated <= MOST_DECIMALS)) {
      this.#row.report("decimals", {
        code: "IMPORT-081",
        severity: "error",
        expected: `0–${MOST_DECIMALS}`,
        actual: text.slice(0, 40),
      });
      return 0;
    }
    if (printed > stated) {
      const values = { decimals: String(printed) };
      this.#row.report("decimals", { code: "IMPORT-083", severity: "error", expected: text, actual: entered, values });
    }
    return stated;
  }

  #qualifier(): Qualifier | undefined {
    const text = this.#text("qualifier");
    const qualifier = text === "" ? "exact" : QUALIFIER_BY_NAME.get(plainName(text));
    const expected = Object.keys(QUALIFIER_NAMES).join(", ");
    if (!qualifier)
      this.#row.report("qualifier", { code: "IMPORT-085", severity: "error", expected, actual: text.slice(0, 40) });
    return qualifier;
  }

  #dims(indicator: ImportIndicator | undefined): string {
    const given: Record<string, string> = {};
    for (const { name, source } of this.#dimensions) {
      const value = this.#row
        .text(source)
        .trim()
        .replace(/\p{Surrogate}/gu, "\ufffd");
      if (value === "") continue;
      given[name] = value;
      const allowed = indicator?.dimensions;
      // Every figure may be given for one site.
      if (!indicator || !allowed || name === "site" || allowed.includes(name)) continue;
      const values = { indicator: indicator.id, dimension: name };
      this.#row.report(`dim.${name}`, {
        code: "IMPORT-086",
        severity: "error",
        expected: listed(allowed),
        actual: value.slice(0, 80),
        values,
      });
    }
    return canonicalJson(given);
  }
}
