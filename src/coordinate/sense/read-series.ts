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
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})?$/;

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

/** One line of CSV into cells; quotes hold commas and, doubled, quotes. */
function cellsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(",");
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
    } else if (character === "," && !quoted) {
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

/** Column of instants: the one that says UTC, else the first. */
function instantColumn(headers: readonly string[]): number {
  return Math.max(
    0,
    headers.findIndex((header) => /utc/i.test(header)),
  );
}

function readingsOf(file: SeriesFile, wanted: string): Result<{ readings: Reading[]; column: string }> {
  const lines = file.text.replace(/^\uFEFF/, "").split(/\r?\n/);
  while (lines.length > 0 && lines.at(-1)?.trim() === "") lines.pop();
  const at = { file: file.name };
  const headers = cellsOf(lines[0] ?? "");
  if (lines.length < 2) return fail({ code: "SERIES-001", severity: "error", at });
  const firstCells =
    lines
      .slice(1)
      .map(cellsOf)
      .find((cells) => cells.some((cell, i) => i > 0 && isNumber(cell))) ?? [];
  const valueColumn = columnIndex(headers, firstCells, wanted);
  if (valueColumn === undefined)
    return fail({
      code: "SERIES-002",
      severity: "error",
      at,
      actual: wanted,
      expected: headers.map((header, i) => `${i} ${header}`).join(", "),
    });
  const utcColumn = instantColumn(headers);
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
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index] ?? "";
    if (line.trim() === "") continue;
    const cells = cellsOf(line);
    const stamp = parseStamp(cells[utcColumn] ?? "");
    const text = (cells[valueColumn] ?? "").trim();
    if (!stamp) report("SERIES-003", index + 1, utcColumn, cells[utcColumn] ?? "");
    else if (text !== "" && !/^(nan|null|na|-)$/i.test(text)) {
      if (!isNumber(text)) report("SERIES-004", index + 1, valueColumn, text);
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
  return ok({ readings, column: headers[valueColumn] ?? wanted });
}

/**
 * One hourly series from one or more files of the same column, in any order and overlapping where they like.
 * Several readings within an hour count by their mean; hours without one get the value of a day before (an earlier
 * reading, never a later one) and are marked.
 * @param wanted  header, or index from 0
 * @issues SERIES-001 (nothing to read), SERIES-002 (no such column), SERIES-003 (not an instant), SERIES-004 (not a number),
 *         SERIES-005 (more of them); notices SERIES-006 (gaps), SERIES-007 (doubles), SERIES-008 (several readings an hour),
 *         SERIES-009 (no time zone), SERIES-010 (clock changes)
 */
export function readSeries(files: readonly SeriesFile[], wanted: string): Result<ReadSeries> {
  const readings: Reading[] = [];
  const issues: Issue[] = [];
  let column = wanted;
  for (const file of files) {
    const read = readingsOf(file, wanted);
    if (read.ok) {
      column = read.value.column;
      for (const reading of read.value.readings) readings.push(reading);
    } else issues.push(...read.issues);
  }
  if (issues.length > 0) return { ok: false, issues };
  if (readings.length === 0)
    return fail({ code: "SERIES-001", severity: "error", at: { file: files.map((file) => file.name).join(", ") } });
  return ok({ ...hourlyOf(readings, files.at(-1)?.name ?? ""), column });
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
