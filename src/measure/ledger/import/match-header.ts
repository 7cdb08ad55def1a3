import type { IssueSink } from "./issue-sink.ts";
import { type Field, HEADER_NAMES, RECORD_FIELDS, REPORTED_FIELDS } from "./header-names.ts";
import type { DateOrder } from "./date-text.ts";
import type { Mapping } from "./mapping.ts";
import { type MonthColumn, monthColumn } from "./month-columns.ts";
import { nearestName } from "./nearest-name.ts";

export type TableKind = "records" | "reported";

/** One column of a table and what it is read as. */
export interface Column {
  /** Index in the row, from 0. */
  readonly index: number;
  /** The name as the file has it. */
  readonly name: string;
  readonly field: Field | `dim.${string}` | "month";
  readonly unit?: string;
  readonly dates?: DateOrder;
  readonly values?: Readonly<Record<string, string>>;
  readonly month?: MonthColumn;
}

/** The columns of a table that mean something, and the values that hold for every row. */
export interface Header {
  /** The row of the header (its last one when it takes several). */
  readonly row: number;
  readonly names: readonly string[];
  readonly columns: readonly Column[];
  readonly constants: Readonly<Record<string, string>>;
}

export interface HeaderPlace {
  readonly file: string;
  readonly sheet?: string;
}

/** The plain form in which names of columns are compared. */
export function plainName(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s_\-:：*]/g, "");
}

const BRACKETS = /^(.*?)\s*[(\[【〔]([^()[\]【】〔〕]+)[)\]】〕]\s*$/;

/** Takes the unit off a name such as `用電量（kWh）`. */
export function splitUnit(name: string): { name: string; unit?: string } {
  const match = BRACKETS.exec(name.normalize("NFKC").trim());
  return match?.[1] && match[2] ? { name: match[1], unit: match[2].trim() } : { name };
}

const FIELD_BY_NAME: Record<TableKind, ReadonlyMap<string, Field>> = {
  records: namesOf(RECORD_FIELDS),
  reported: namesOf(REPORTED_FIELDS),
};

function namesOf(fields: readonly Field[]): ReadonlyMap<string, Field> {
  const names = new Map<string, Field>();
  for (const field of fields)
    for (const name of [field, ...HEADER_NAMES[field]])
      if (!names.has(plainName(name))) names.set(plainName(name), field);
  return names;
}

/** How many cells of a row are names of columns that we know; finds the header among the first rows. */
export function headerScore(names: readonly string[], kind: TableKind, mapping: Mapping): number {
  const mapped = new Set(Object.keys(mapping.columns ?? {}).map(plainName));
  return names.filter(
    (name) =>
      name.trim() !== "" &&
      (mapped.has(plainName(name)) || fieldOf(name, kind) !== undefined || monthColumn(name) !== undefined),
  ).length;
}

function fieldOf(name: string, kind: TableKind): { field: Column["field"]; unit?: string } | undefined {
  const dimension = /^dim[.:_ ]\s*([a-z0-9.-]+)$/i.exec(name.trim());
  if (dimension?.[1]) return { field: `dim.${dimension[1].toLowerCase()}` };
  const whole = FIELD_BY_NAME[kind].get(plainName(name));
  if (whole) return { field: whole };
  const split = splitUnit(name);
  const field = split.unit === undefined ? undefined : FIELD_BY_NAME[kind].get(plainName(split.name));
  if (field === "amount" || field === "value")
    return { field, ...(split.unit === undefined ? {} : { unit: split.unit }) };
  return field ? { field } : undefined;
}

/**
 * Matches the names of a header with the fields, by the mapping first, then by what people call them in three languages.
 * @param dimensions names of dimensions; a column called like one holds it even without `dim.`
 * @returns undefined when a column that every row needs is missing
 * @issues IMPORT-030 column missing, IMPORT-031 field twice, IMPORT-032 column ignored (notice), IMPORT-036 mapped column not there
 */
export function matchHeader(
  names: readonly string[],
  row: number,
  kind: TableKind,
  mapping: Mapping,
  dimensions: ReadonlySet<string>,
  place: HeaderPlace,
  issues: IssueSink,
): Header | undefined {
  const at = { ...place, row };
  const mapped = new Map(
    Object.entries(mapping.columns ?? {}).map(([name, column]) => [plainName(name), { name, column, used: false }]),
  );
  const months = new Map(
    Object.entries(mapping.months?.columns ?? {}).map(([name, period]) => [
      plainName(name),
      { name, period, used: false },
    ]),
  );
  const columns: Column[] = [];
  const ignored: string[] = [];
  let clean = true;

  for (const [index, name] of names.entries()) {
    if (name.trim() === "") continue;
    const plain = plainName(name);
    const byMapping = mapped.get(plain);
    if (byMapping) {
      byMapping.used = true;
      const spec = typeof byMapping.column === "string" ? { field: byMapping.column } : byMapping.column;
      if (spec.field === "ignore") continue;
      const unit = spec.unit ?? splitUnit(name).unit;
      const field = spec.field as Column["field"];
      columns.push({
        index,
        name,
        field,
        ...((field === "amount" || field === "value") && unit !== undefined ? { unit } : {}),
        ...(spec.dates === undefined ? {} : { dates: spec.dates }),
        ...(spec.values === undefined ? {} : { values: spec.values }),
      });
      continue;
    }
    const byMonth = months.get(plain);
    if (byMonth) {
      byMonth.used = true;
      const month = monthColumn(byMonth.period, true);
      if (month) columns.push({ index, name, field: "month", month });
      else {
        clean = false;
        issues.add({ code: "IMPORT-037", severity: "error", at: { ...at, column: name }, actual: byMonth.period });
      }
      continue;
    }
    const known = fieldOf(name, kind) ?? (dimensions.has(plain) ? { field: `dim.${plain}` as const } : undefined);
    const month = known || kind !== "records" ? undefined : monthColumn(name);
    if (known) columns.push({ index, name, ...known });
    else if (month) columns.push({ index, name, field: "month", month });
    else ignored.push(name);
  }

  for (const { name, used } of [...mapped.values(), ...months.values()]) {
    if (used) continue;
    clean = false;
    const nearest = nearestName(name, names) ?? "–";
    issues.add({
      code: "IMPORT-036",
      severity: "error",
      at,
      expected: name,
      actual: listed(names),
      values: { nearest },
    });
  }
  for (const [index, column] of columns.entries()) {
    if (column.field === "month") continue;
    const first = columns.findIndex((other) => other.field === column.field);
    if (first === index) continue;
    clean = false;
    const values = { first: columns[first]?.name ?? "", field: column.field };
    issues.add({ code: "IMPORT-031", severity: "error", at: { ...at, column: column.name }, values });
  }

  const constants = mapping.constants ?? {};
  const has = (field: string): boolean => field in constants || columns.some((column) => column.field === field);
  const taken = columns.some(({ field }) => field === "amount")
    ? columns.filter(({ field }) => field !== "month")
    : columns;
  const pivoted = taken.some(({ field }) => field === "month");
  const missing =
    kind === "records" ? missingRecordFields(has, taken, pivoted) : REQUIRED_REPORTED.filter((field) => !has(field));
  for (const field of missing) {
    clean = false;
    const wanted = [field, ...HEADER_NAMES[field]];
    const nearest =
      ignored.map((name) => ({ name, near: nearestName(name, wanted) })).find(({ near }) => near !== undefined)?.name ??
      "–";
    issues.add({
      code: "IMPORT-030",
      severity: "error",
      at,
      expected: field,
      actual: listed(names),
      values: { nearest, names: HEADER_NAMES[field].slice(0, 6).join("、") },
    });
  }
  const yearless = taken.find(({ month }) => month !== undefined && "month" in month);
  if (yearless && mapping.months?.year === undefined && !has("year")) {
    clean = false;
    issues.add({ code: "IMPORT-038", severity: "error", at: { ...at, column: yearless.name } });
  }
  for (const name of ignored) issues.add({ code: "IMPORT-032", severity: "notice", at: { ...at, column: name } });
  return clean ? { row, names, columns: taken, constants } : undefined;
}

const REQUIRED_REPORTED = ["indicator", "period", "value", "unit"] as const;

function missingRecordFields(has: (field: string) => boolean, columns: readonly Column[], pivoted: boolean): Field[] {
  const missing: Field[] = (["activity", "site"] as const).filter((field) => !has(field));
  if (!pivoted) {
    if (!has("amount")) missing.push("amount");
    if (!has("period") && !has("year") && !(has("start") && (has("end") || has("lastDay"))))
      missing.push(has("start") ? "end" : "period");
  }
  const unitInHeader = columns.some(({ unit }) => unit !== undefined);
  if (!has("unit") && !unitInHeader) missing.push("unit");
  return missing;
}

function listed(names: readonly string[]): string {
  const shown = names.map((name) => name.trim()).filter((name) => name !== "");
  return shown.length > 30 ? `${shown.slice(0, 30).join(", ")}, … (${shown.length})` : shown.join(", ");
}
