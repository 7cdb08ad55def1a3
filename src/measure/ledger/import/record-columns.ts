import { dimensionSources, type FieldSource, fieldSource, isGiven } from "./field-source.ts";
import type { Mapping } from "./mapping.ts";
import type { Header } from "./match-header.ts";
import type { MonthColumn } from "./month-columns.ts";

/** One column of amounts. */
export interface AmountColumn {
  /** -1 when the amount is a constant. */
  readonly index: number;
  readonly name: string;
  /** The unit that the header or the mapping gives it. */
  readonly unit: string | undefined;
  readonly month: MonthColumn | undefined;
}

/** The columns of a table of records, resolved once so that rows only index. */
export interface RecordColumns {
  readonly activity: FieldSource;
  readonly site: FieldSource;
  readonly period: FieldSource;
  readonly year: FieldSource;
  readonly start: FieldSource;
  readonly end: FieldSource;
  readonly endIsLastDay: boolean;
  readonly unit: FieldSource;
  readonly basis: FieldSource;
  readonly evidence: FieldSource;
  readonly note: FieldSource;
  readonly amount: FieldSource;
  readonly dimensions: readonly { readonly name: string; readonly source: FieldSource }[];
  readonly amounts: readonly AmountColumn[];
  /** Columns at the left that no field uses; they may label a row. */
  readonly labels: readonly number[];
  /** How the file calls the columns of the period, for issues. */
  readonly periodName: string | undefined;
  readonly startName: string | undefined;
  readonly endName: string | undefined;
}

/** Resolves where each field of a record comes from. */
export function recordColumns(header: Header, mapping: Mapping): RecordColumns {
  const source = (field: string): FieldSource => fieldSource(header, mapping, field);
  const [lastDay, period, start] = [source("lastDay"), source("period"), source("start")];
  const amounts = header.columns
    .filter(({ field }) => field === "amount" || field === "month")
    .map(({ index, name, unit, month }): AmountColumn => ({ index, name, unit, month }));
  if (amounts.length === 0) amounts.push({ index: -1, name: "amount", unit: undefined, month: undefined });
  const used = new Set(header.columns.map(({ index }) => index));
  const nameOf = (...fields: string[]): string | undefined =>
    header.columns.find(({ field }) => fields.includes(field))?.name;
  return {
    activity: source("activity"),
    site: source("site"),
    period: isGiven(period) || isGiven(start) ? period : source("year"),
    year: source("year"),
    start,
    end: isGiven(lastDay) ? lastDay : source("end"),
    endIsLastDay: isGiven(lastDay) || mapping.end === "inclusive",
    unit: source("unit"),
    basis: source("basis"),
    evidence: source("evidence"),
    note: source("note"),
    amount: source("amount"),
    dimensions: dimensionSources(header, mapping),
    amounts,
    labels: [0, 1, 2].filter((index) => index < header.names.length && !used.has(index)),
    periodName: nameOf("period") ?? nameOf("year"),
    startName: nameOf("start"),
    endName: nameOf("lastDay") ?? nameOf("end"),
  };
}
