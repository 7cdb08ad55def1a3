import type { DateOrder } from "./date-text.ts";
import type { Mapping } from "./mapping.ts";
import type { Header } from "./match-header.ts";
import type { MonthColumn } from "./month-columns.ts";

/** Where a field is found: in a column, in a constant, or nowhere. */
export interface FieldSource {
  /** Index of the column; -1 when there is none. */
  readonly index: number;
  readonly constant: string;
  /** What its words mean, when the mapping says so. */
  readonly values: Readonly<Record<string, string>> | undefined;
  readonly dates: DateOrder | undefined;
}

/** One column of amounts. */
export interface AmountColumn {
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
  readonly dimensions: readonly { readonly name: string; readonly source: FieldSource }[];
  readonly amounts: readonly AmountColumn[];
}

/** Resolves where each field of a record comes from. */
export function recordColumns(header: Header, mapping: Mapping): RecordColumns {
  const source = (field: string): FieldSource => {
    const column = header.columns.find((candidate) => candidate.field === field);
    const dates = column?.dates ?? mapping.dates;
    return { index: column?.index ?? -1, constant: header.constants[field] ?? "", values: column?.values, dates };
  };
  const has = ({ index, constant }: FieldSource): boolean => index >= 0 || constant !== "";
  const names = new Set(
    [...header.columns.map(({ field }) => field as string), ...Object.keys(header.constants)].filter((field) =>
      field.startsWith("dim."),
    ),
  );
  const lastDay = source("lastDay");
  const period = source("period");
  const amounts = header.columns
    .filter(({ field }) => field === "amount" || field === "month")
    .map(({ index, name, unit, month }): AmountColumn => ({ index, name, unit, month }));
  if (amounts.length === 0) amounts.push({ index: -1, name: "amount", unit: undefined, month: undefined });
  return {
    activity: source("activity"),
    site: source("site"),
    period: has(period) || has(source("start")) ? period : source("year"),
    year: source("year"),
    start: source("start"),
    end: has(lastDay) ? lastDay : source("end"),
    endIsLastDay: has(lastDay) || mapping.end === "inclusive",
    unit: source("unit"),
    basis: source("basis"),
    evidence: source("evidence"),
    note: source("note"),
    dimensions: [...names].sort().map((field) => ({ name: field.slice(4), source: source(field) })),
    amounts,
  };
}
