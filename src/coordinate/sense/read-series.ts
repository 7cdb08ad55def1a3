import { fail, type Issue, ok, type Result } from "../../ground/issue/index.ts";
import type { HourlySeries } from "./hourly-series.ts";

const HOUR_MS = 3_600_000;
/** So many wrong rows are told one by one; the count tells of the rest. */
const TOLD = 20;

/** A text file of readings, as it was named. */
export interface SeriesFile {
  readonly name: string;
  readonly text: string;
}

export interface ReadSeries {
  readonly series: HourlySeries;
  /** Header of the column that was read. */
  readonly column: string;
  /** Warnings and notices: gaps, doubles, hours averaged, no time zone. */
  readonly notices: readonly Issue[];
}

interface Reading {
  readonly minute: number;
  readonly offsetHours: number | undefined;
  readonly value: number;
}

const STAMP =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})?$/;

/** Milliseconds since 1970 and offset in hours of a printed instant; without a zone it is UTC. Undefined when it is none. */
export function parseStamp(text: string): { ms: number; offsetHours: number | undefined } | undefined {
  const match = STAMP.exec(text.trim());
  if (!match) return undefined;
  const part = (index: number): number => Number(match[index] ?? 0);
  const ms = Date.UTC(part(1), part(2) - 1, part(3), part(4), part(5), part(6));
  const date = new Date(ms);
  if (date.getUTCMonth() !== part(2) - 1 || date.getUTCDate() !== part(3) || part(4) > 23 || part(5) > 59)
    return undefined;
  const zone = match[7];
  if (zone === undefined) return { ms, offsetHours: undefined };
  if (zone === "Z" || zone === "UTC") return { ms, offsetHours: 0 };
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
  const offset = (zone.startsWith("-") ? -1 : 1) * (Number(digits.slice(0, 2)) + Number(digits.slice(2)) / 60);
  return { ms: ms - offset * HOUR_MS, offsetHours: offset };
}

/** What parts the cells of a file: a tab or a semicolon where its first line holds more of them than commas. */
function separatorOf(line: string): string {
  const count = (mark: string): number => line.split(mark).length;
  return ["\t", ";"].find((mark) => count(mark) > count(",")) ?? ",";
}

/** One line into cells; quotes hold separators and, doubled, quotes. */
function cellsOf(line: string, separator: string): string[] {
  if (!line.includes('"')) return line.split(separator);
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const character = line[i];
    if (character === '"') {
      if (quoted && line[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = !quoted;
    } else if (character === separator && !quoted) {
      cells.push(cell);
      cell = "";
    } else cell += character;
  }
  return [...cells, cell];
}

const isNumber = (text: string | undefined): boolean =>
  text !== undefined && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim());

/** Index of the wanted column: a header first, else an index from 0; an index that fits only when counted from 1 is taken so. */
function columnIndex(headers: readonly string[], first: readonly string[], wanted: string): number | undefined {
  const byName = headers.findIndex((header) => header.trim() === wanted.trim());
  if (byName >= 0) return byName;
  if (!/^\d+$/.test(wanted.trim())) return undefined;
  const index = Number(wanted);
  if (isNumber(first[index])) return index;
  return isNumber(first[index - 1]) ? index - 1 : undefined;
}

/** Column of instants: the one that says UTC, else the first that holds one. */
function instantColumn(headers: readonly string[], first: readonly string[]): number {
  const utc = headers.findIndex((header, i) => /utc/i.test(header) && parseStamp(first[i] ?? "") !== undefined);
  return utc >= 0
    ? utc
    : Math.max(
        0,
        first.findIndex((cell) => parseStamp(cell) !== undefined),
      );
}

/** The rows of a file with their line numbers, its headers, and the last lines where these are no rows. */
interface Rows {
  readonly headers: readonly string[];
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
  readonly footer: string | undefined;
}

/** Without a header, columns are called by their index. Lines of fewer cells at the end that hold no instant are a footer. */
function rowsOf(text: string): Rows {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const separator = separatorOf(lines.find((line) => line.trim() !== "") ?? "");
  const all = lines
    .map((line, index) => ({ line: index + 1, cells: line.trim() === "" ? [] : cellsOf(line, separator) }))
    .filter(({ cells }) => cells.length > 0);
  const first = all[0]?.cells ?? [];
  const bare = first.some((cell) => parseStamp(cell) !== undefined);
  const rows = bare ? all : all.slice(1);
  const isRow = ({ cells }: { cells: readonly string[] }): boolean =>
    cells.length >= first.length || cells.some((cell) => parseStamp(cell) !== undefined);
  const count = rows.findLastIndex(isRow) + 1;
  const footer =
    count > 0 && count < rows.length
      ? rows
          .slice(count)
          .map(({ cells }) => cells.join(separator))
          .join("; ")
      : undefined;
  return {
    headers: bare ? first.map((_, index) => String(index)) : first,
    rows: footer === undefined ? rows : rows.slice(0, count),
    footer,
  };
}

function readingsOf(
  file: SeriesFile,
  wanted: string,
): Result<{ readings: Reading[]; column: string; footer: string | undefined }> {
  const at = { file: file.name };
  const { headers, rows, footer } = rowsOf(file.text);
  if (rows.length === 0) return fail({ code: "SERIES-001", severity: "error", at });
  const firstCells = rows.find(({ cells }) => cells.some((cell, i) => i > 0 && isNumber(cell)))?.cells ?? [];
  const valueColumn = columnIndex(headers, firstCells, wanted);
  if (valueColumn === undefined)
    return fail({
      code: "SERIES-002",
      severity: "error",
      at,
      actual: wanted,
      expected: headers.map((header, i) => `${i} ${header}`).join(", "),
    });
  const utcColumn = instantColumn(headers, firstCells);
  const localColumn = headers.findIndex((header) => /local/i.test(header));
  const issues: Issue[] = [];
  let wrong = 0;
  const readings: Reading[] = [];
  const report = (code: string, line: number, column: number, actual: string): void => {
    wrong++;
    if (wrong <= TOLD)
      issues.push({
        code,
        severity: "error",
        at: { file: file.name, line, column: headers[column] ?? String(column) },
        actual,
      });
  };
  for (const { line, cells } of rows) {
    const stamp = parseStamp(cells[utcColumn] ?? "");
    const text = (cells[valueColumn] ?? "").trim();
    if (!stamp) report("SERIES-003", line, utcColumn, cells[utcColumn] ?? "");
    else if (text !== "" && !/^(nan|null|none|n\/?a|n\/e|-)$/i.test(text)) {
      if (!isNumber(text)) report("SERIES-004", line, valueColumn, text);
      else {
        const local = localColumn >= 0 && localColumn !== utcColumn ? parseStamp(cells[localColumn] ?? "") : stamp;
        // A local time without an offset still tells one: its distance from UTC.
        const offset = local?.offsetHours ?? (local && local !== stamp ? (local.ms - stamp.ms) / HOUR_MS : undefined);
        readings.push({ minute: Math.round(stamp.ms / 60_000), offsetHours: offset, value: Number(text) });
      }
    }
  }
  if (wrong > TOLD) issues.push({ code: "SERIES-005", severity: "error", at, actual: String(wrong) });
  if (issues.length > 0) return { ok: false, issues };
  if (readings.length === 0) return fail({ code: "SERIES-001", severity: "error", at });
  return ok({ readings, column: headers[valueColumn] ?? wanted, footer });
}

/**
 * One hourly series from one or more files of the same column, in any order and overlapping where they like; cells are
 * parted by commas, semicolons or tabs, rows may run backwards, and a header may be left out.
 * Several readings within an hour count by their mean; hours without one get the value of a day before (an earlier
 * reading, never a later one) and are marked.
 * @param wanted  header, or index from 0
 * @issues SERIES-001 (nothing to read), SERIES-002 (no such column), SERIES-003 (not an instant), SERIES-004 (not a number),
 *         SERIES-005 (more of them); notices SERIES-006 (gaps), SERIES-007 (doubles), SERIES-008 (several readings an hour),
 *         SERIES-009 (no time zone), SERIES-010 (clock changes), SERIES-013 (a footer left out)
 */
export function readSeries(files: readonly SeriesFile[], wanted: string): Result<ReadSeries> {
  const readings: Reading[] = [];
  const issues: Issue[] = [];
  const footers: Issue[] = [];
  let column = wanted;
  for (const file of files) {
    const read = readingsOf(file, wanted);
    if (read.ok) {
      const { footer } = read.value;
      if (footer !== undefined)
        footers.push({ code: "SERIES-013", severity: "notice", at: { file: file.name }, actual: footer });
      column = read.value.column;
      for (const reading of read.value.readings) readings.push(reading);
    } else issues.push(...read.issues);
  }
  if (issues.length > 0) return { ok: false, issues };
  if (readings.length === 0)
    return fail({ code: "SERIES-001", severity: "error", at: { file: files.map((file) => file.name).join(", ") } });
  const { series, notices } = hourlyOf(readings, files.at(-1)?.name ?? "");
  return ok({ series, notices: [...footers, ...notices], column });
}

function hourlyOf(unsorted: readonly Reading[], file: string): { series: HourlySeries; notices: Issue[] } {
  const readings = [...unsorted].sort((a, b) => a.minute - b.minute);
  const firstHour = Math.floor((readings[0]?.minute ?? 0) / 60);
  const hours = Math.floor((readings.at(-1)?.minute ?? 0) / 60) - firstHour + 1;
  const sums = new Float64Array(hours);
  const counts = new Float64Array(hours);
  const offsetHours = new Float64Array(hours).fill(Number.NaN);
  let conflicting = 0;
  let last: Reading | undefined;
  for (const reading of readings) {
    if (last && reading.minute === last.minute) {
      if (reading.value !== last.value) conflicting++;
      continue;
    }
    last = reading;
    const index = Math.floor(reading.minute / 60) - firstHour;
    sums[index] = (sums[index] ?? 0) + reading.value;
    counts[index] = (counts[index] ?? 0) + 1;
    if (reading.offsetHours !== undefined) offsetHours[index] = reading.offsetHours;
  }
  const missing = new Uint8Array(hours);
  const values = new Float64Array(hours);
  let gaps = 0;
  let averaged = 0;
  let changes = 0;
  let offset = offsetHours.find((one) => !Number.isNaN(one));
  const known = offset !== undefined;
  for (let index = 0; index < hours; index++) {
    const count = counts[index] ?? 0;
    if (count > 1) averaged++;
    if (count === 0) {
      gaps++;
      missing[index] = 1;
      values[index] = values[index - 24] ?? values[index - 1] ?? 0;
    } else values[index] = (sums[index] ?? 0) / count;
    const here = offsetHours[index] ?? Number.NaN;
    if (!Number.isNaN(here) && here !== offset) {
      changes++;
      offset = here;
    }
    offsetHours[index] = offset ?? 0;
  }
  const notices: Issue[] = [];
  const notice = (code: string, severity: Issue["severity"], actual: string): void =>
    void notices.push({ code, severity, at: { file }, actual });
  if (gaps > 0) notice("SERIES-006", "warning", `${gaps}`);
  if (conflicting > 0) notice("SERIES-007", "warning", `${conflicting}`);
  if (averaged > 0) notice("SERIES-008", "notice", `${averaged}`);
  if (!known) notice("SERIES-009", "notice", "UTC");
  if (changes > 0) notice("SERIES-010", "notice", `${changes}`);
  return { series: { firstHour, values, missing, offsetHours }, notices };
}
