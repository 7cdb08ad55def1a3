import { fail, type Issue, ok, type Result } from "../../ground/issue/index.ts";
import { instantsOfWallClock } from "../../ground/quantity/index.ts";
import type { Reading } from "./reading.ts";
import type { SeriesDefinition } from "./series.ts";

const STAMP = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?(?:Z| ?UTC|[+-]\d{2}:?\d{2})?$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const NOTHING = /^(|nan|null|na|n\/a|none|-)$/i;

/** A time as a source prints it. */
interface Stamp {
  /** Milliseconds since 1970, as if it were UTC where it names no zone. */
  readonly ms: number;
  /** Whether it says which instant it is, or only what some clock showed. */
  readonly zoned: boolean;
}

function parseStamp(written: string): Stamp | undefined {
  const text = written.trim();
  if (/^\d{9,10}(\.\d+)?$/.test(text)) return { ms: Math.round(Number(text) * 1000), zoned: true };
  if (/^\d{12,13}$/.test(text)) return { ms: Number(text), zoned: true };
  if (!STAMP.test(text)) return undefined;
  const said = /(Z|UTC|[+-]\d{2}:?\d{2})$/.test(text.slice(10));
  const zoned = said ? text.replace(/ ?UTC$/, "Z") : `${text}Z`;
  const [date = "", time = "00:00Z"] = zoned.split(/[T ]/);
  const whole = zoned.length > date.length ? `${date}T${time}` : `${date.slice(0, 10)}T00:00Z`;
  const ms = Date.parse(whole.replace(/([+-]\d{2})(\d{2})$/, "$1:$2"));
  // JavaScript reads 30 February as 1 March.
  const day = Number(text.slice(8, 10));
  const last = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
  return Number.isNaN(ms) || day > last ? undefined : { ms, zoned: said };
}

/**
 * Milliseconds of an instant as sources print it: ISO 8601 (UTC where it names no zone), or seconds or milliseconds since
 * 1970 by their number of digits. Undefined when it is none.
 */
export function parseInstant(written: string): number | undefined {
  return parseStamp(written)?.ms;
}

/** What a column of instants and one of values say, row by row. */
export interface RowReader {
  /** The reading of a row of cells, or what is wrong with it. */
  read(cells: readonly string[], row: number): Reading | Issue;
  /** The column of instants that were taken as UTC because nothing says where their clock stands; undefined without any. */
  unzoned(): string | undefined;
}

const SEPARATORS = [",", ";", "\t"] as const;

/** What separates the cells of a table, by its line of headers. */
export function separatorOf(header: string): string {
  const count = (separator: string): number => header.split(separator).length;
  return SEPARATORS.reduce<string>((best, one) => (count(one) > count(best) ? one : best), ",");
}

export const csvCells = (line: string, separator = ","): string[] => {
  if (!line.includes('"')) return line.split(separator);
  const cell = new RegExp(`(?:^|${separator})(?:"((?:[^"]|"")*)"|([^${separator}]*))`, "g");
  return [...line.matchAll(cell)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'),
  );
};

/** A table of readings, and how its rows are to be understood. */
export interface ReadingTable {
  readonly file: string;
  readonly headers: readonly string[];
  /** Cells of its first row, by which a column of instants is known that no header names. */
  readonly first: readonly string[];
  readonly series: SeriesDefinition;
  /** Amount of the series' unit in one of the file's. */
  readonly times: number;
  readonly columns: ReadingColumns;
}

export interface ReadingColumns {
  /** Of values: header or index from 0; the first column that holds no instants where none is named. */
  readonly value: string | undefined;
  /** Of instants, likewise; the one whose header says so, or whose first cell is one. */
  readonly instant: string | undefined;
  /** Where the clock stands whose times name no zone; UTC where it is not said. */
  readonly timeZone: string | undefined;
}

function indexOf(names: readonly string[], said: string): number {
  const named = names.indexOf(said.trim());
  if (named >= 0) return named;
  return /^\d+$/.test(said) && Number(said) < names.length ? Number(said) : -1;
}

function instantColumn({ first, columns }: ReadingTable, names: readonly string[]): number {
  if (columns.instant !== undefined) return indexOf(names, columns.instant);
  const isInstant = (index: number): boolean => parseStamp(first[index] ?? "") !== undefined;
  const told = names.findIndex((name) => /utc|time|instant|timestamp|date|^ts$|時|时|日期/i.test(name));
  if (told >= 0 && isInstant(told)) return told;
  const found = names.findIndex((_, index) => isInstant(index));
  return found >= 0 ? found : told;
}

/**
 * Finds the columns of a table.
 * @issues SENSE-010 (no such column of values), SENSE-017 (none of instants)
 */
export function rowReader(table: ReadingTable): Result<RowReader> {
  const { file, series, times, columns } = table;
  const names = table.headers.map((header) => header.trim());
  const listed = names.map((name, index) => `${index} ${name}`.slice(0, 60)).join(", ");
  const none = (code: string, actual: string | undefined): Result<never> =>
    fail({ code, severity: "error", at: { file }, expected: listed.slice(0, 500), actual: actual ?? "–" });
  const instant = instantColumn(table, names);
  if (instant < 0) return none("SENSE-017", columns.instant);
  const quality = names.findIndex((name) => /^quality$/i.test(name));
  const value =
    columns.value === undefined
      ? names.findIndex((_, index) => index !== instant && index !== quality)
      : indexOf(names, columns.value);
  if (value < 0 || value === instant) return none("SENSE-010", columns.value);
  const inUtc = /utc/i.test(names[instant] ?? "");
  let unzoned = false;
  const wrong = (code: string, row: number, at: number, actual: string): Issue => ({
    code,
    severity: "error",
    at: { file, row, column: names[at] ?? String(at) },
    actual: actual.slice(0, 80),
    values: { series: series.id, timeZone: columns.timeZone ?? "UTC" },
  });
  /** The instant of a cell, or the code of what is wrong with it. */
  const instantOf = (cell: string): number | string => {
    const stamp = parseStamp(cell);
    if (stamp === undefined) return "SENSE-006";
    if (stamp.zoned || inUtc) return stamp.ms;
    if (columns.timeZone === undefined) {
      unzoned = true;
      return stamp.ms;
    }
    const [at, ...others] = instantsOfWallClock(stamp.ms, columns.timeZone);
    return others.length > 0 ? "SENSE-025" : (at ?? "SENSE-026");
  };
  return ok({
    unzoned: () => (unzoned ? names[instant] : undefined),
    read(cells, row) {
      const atMs = instantOf(cells[instant] ?? "");
      if (typeof atMs === "string") return wrong(atMs, row, instant, cells[instant] ?? "");
      const text = (cells[value] ?? "").trim();
      // A row that ends early was not written to its end: that is no missing value.
      if (cells.length <= value) return wrong("SENSE-004", row, value, "–");
      if (NOTHING.test(text)) return { series: series.id, atMs, value: undefined, quality: "missing" };
      if (!NUMBER.test(text)) return wrong("SENSE-004", row, value, text);
      const said = quality < 0 ? "measured" : (cells[quality] ?? "").trim();
      if (said !== "measured" && said !== "estimated" && said !== "stale")
        return wrong("SENSE-011", row, quality, said);
      return { series: series.id, atMs, value: Number(text) * times, quality: said };
    },
  });
}
