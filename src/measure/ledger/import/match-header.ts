import { nearestOf } from "../../../ground/issue/index.ts";
import { type ColumnNames, type ColumnReading, plainName, type TableKind } from "./column-names.ts";
import type { FoundHeader } from "./find-header.ts";
import { type Field, HEADER_NAMES } from "./header-names.ts";
import type { IssueSink } from "./issue-sink.ts";
import type { Mapping } from "./mapping.ts";

/** One column of a table and what it is read as. */
export interface Column extends ColumnReading {
  /** Index in the row, from 0. */
  readonly index: number;
  /** The name as the file has it. */
  readonly name: string;
}

/** The columns of a table that mean something, and the values that hold for every row. */
export interface Header {
  /** The row of the header, its last one when it takes several. */
  readonly row: number;
  readonly names: readonly string[];
  readonly columns: readonly Column[];
  readonly constants: Readonly<Record<string, string>>;
}

/** Where issues of a table stand. */
export interface TablePlace {
  readonly file: string;
  readonly sheet?: string;
}

/**
 * Matches the names of a header with the fields.
 * @returns undefined when the rows could not be read with it
 * @issues IMPORT-030 column missing, IMPORT-031 field twice, IMPORT-032 column ignored (notice), IMPORT-036 mapped column not there,
 *         IMPORT-037 not a month, IMPORT-038 months without a year
 */
export function matchHeader(
  found: FoundHeader,
  kind: TableKind,
  mapping: Mapping,
  columnNames: ColumnNames,
  place: TablePlace,
  issues: IssueSink,
): Header | undefined {
  const { names, row } = found;
  const at = { ...place, row };
  const errorsBefore = issues.errors;
  const columns: Column[] = [];
  const ignored: string[] = [];
  for (const [index, name] of names.entries()) {
    if (name.trim() === "") continue;
    const reading = columnNames.read(name);
    if (!reading) ignored.push(name);
    else if (reading.field !== "ignore") columns.push({ index, name, ...reading });
    if (reading?.field !== "month" || reading.month) continue;
    const actual = mapping.months?.columns?.[name] ?? "";
    issues.add({ code: "IMPORT-037", severity: "error", at: { ...at, column: name }, actual });
  }

  const present = new Set(names.map(plainName));
  for (const name of [...Object.keys(mapping.columns ?? {}), ...Object.keys(mapping.months?.columns ?? {})]) {
    if (present.has(plainName(name))) continue;
    const values = { nearest: nearestOf(name, names) };
    issues.add({ code: "IMPORT-036", severity: "error", at, expected: name, actual: listed(names), values });
  }
  for (const [index, column] of columns.entries()) {
    const first = columns.findIndex(({ field }) => field === column.field);
    if (column.field === "month" || first === index) continue;
    const values = { first: columns[first]?.name ?? "", field: column.field };
    issues.add({ code: "IMPORT-031", severity: "error", at: { ...at, column: column.name }, values });
  }

  const constants = mapping.constants ?? {};
  const has = (field: string): boolean => field in constants || columns.some((column) => column.field === field);
  // A table with a column of amounts may have others that are called like months and mean nothing here.
  const taken = has("amount") ? columns.filter(({ field }) => field !== "month") : columns;
  const missing = kind === "records" ? missingRecordFields(has, taken) : missingReportedFields(has, taken);
  for (const field of missing) {
    const values = { names: HEADER_NAMES[field].slice(0, 6).join(", ") };
    issues.add({ code: "IMPORT-030", severity: "error", at, expected: field, actual: listed(names), values });
  }
  const yearless = taken.find(({ month }) => month !== undefined && "month" in month);
  if (yearless && mapping.months?.year === undefined && !has("year"))
    issues.add({ code: "IMPORT-038", severity: "error", at: { ...at, column: yearless.name } });
  for (const name of ignored) issues.add({ code: "IMPORT-032", severity: "notice", at: { ...at, column: name } });
  return issues.errors > errorsBefore ? undefined : { row, names, columns: taken, constants };
}

function missingRecordFields(has: (field: string) => boolean, columns: readonly Column[]): Field[] {
  const missing: Field[] = (["activity", "site"] as const).filter((field) => !has(field));
  if (!columns.some(({ field }) => field === "month")) {
    if (!has("amount")) missing.push("amount");
    if (has("start") && !has("end") && !has("lastDay") && !has("period")) missing.push("end");
    else if (!has("start") && !has("period") && !has("year")) missing.push("period");
  }
  if (!hasUnit(has, columns)) missing.push("unit");
  return missing;
}

function missingReportedFields(has: (field: string) => boolean, columns: readonly Column[]): Field[] {
  const missing: Field[] = (["indicator", "period", "value"] as const).filter((field) => !has(field));
  if (!hasUnit(has, columns)) missing.push("unit");
  return missing;
}

function hasUnit(has: (field: string) => boolean, columns: readonly Column[]): boolean {
  return has("unit") || columns.some(({ unit }) => unit !== undefined);
}

function listed(names: readonly string[]): string {
  const shown = names.map((name) => name.trim()).filter((name) => name !== "");
  return shown.length > 30 ? `${shown.slice(0, 30).join(", ")}, … (${shown.length})` : shown.join(", ");
}
