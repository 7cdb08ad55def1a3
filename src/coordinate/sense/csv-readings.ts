import { fail, type Issue, ok, type Result } from "../../ground/issue/index.ts";
import type { Reading } from "./reading.ts";
import type { SeriesDefinition } from "./series.ts";

const STAMP = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?(?:Z| ?UTC|[+-]\d{2}:?\d{2})?$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const NOTHING = /^(|nan|null|na|n\/a|none|-)$/i;

/**
 * Milliseconds of an instant as sources print it: ISO 8601 (UTC where it names no zone), or seconds or milliseconds since
 * 1970 by their number of digits. Undefined when it is none.
 */
export function parseInstant(written: string): number | undefined {
  const text = written.trim();
  if (/^\d{9,10}(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  if (/^\d{12,13}$/.test(text)) return Number(text);
  if (!STAMP.test(text)) return undefined;
  const zoned = /(Z|UTC|[+-]\d{2}:?\d{2})$/.test(text.slice(10)) ? text.replace(/ ?UTC$/, "Z") : `${text}Z`;
  const [date = "", time = "00:00Z"] = zoned.split(/[T ]/);
  const whole = zoned.length > date.length ? `${date}T${time}` : `${date.slice(0, 10)}T00:00Z`;
  const ms = Date.parse(whole.replace(/([+-]\d{2})(\d{2})$/, "$1:$2"));
  // JavaScript reads 30 February as 1 March.
  const day = Number(text.slice(8, 10));
  const last = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
  return Number.isNaN(ms) || day > last ? undefined : ms;
}

/** What a column of instants and one of values say, row by row. */
export interface RowReader {
  /** The reading of a row of cells, or what is wrong with it. */
  read(cells: readonly string[], row: number): Reading | Issue;
}

export const csvCells = (line: string): string[] => {
  if (!line.includes('"')) return line.split(",");
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'),
  );
};

/**
 * Finds the columns of a table.
 * @param column header or index from 0; the first column that holds no instants by default
 * @issues SENSE-010 (no such column)
 */
export function rowReader(
  headers: readonly string[],
  column: string | undefined,
  series: SeriesDefinition,
  times: number,
  file: string,
): Result<RowReader> {
  const names = headers.map((header) => header.trim());
  const instant = Math.max(
    0,
    names.findIndex((name) => /utc|time|instant|timestamp/i.test(name)),
  );
  const quality = names.findIndex((name) => /^quality$/i.test(name));
  const named = column === undefined ? -1 : names.indexOf(column.trim());
  const value =
    column === undefined
      ? names.findIndex((_, index) => index !== instant && index !== quality)
      : named >= 0
        ? named
        : /^\d+$/.test(column)
          ? Number(column)
          : -1;
  if (value < 0 || value >= names.length || value === instant)
    return fail({
      code: "SENSE-010",
      severity: "error",
      at: { file },
      expected: names.map((name, index) => `${index} ${name}`).join(", "),
      actual: column ?? "–",
    });
  const wrong = (code: string, row: number, at: number, actual: string): Issue => ({
    code,
    severity: "error",
    at: { file, row, column: names[at] ?? String(at) },
    actual: actual.slice(0, 80),
    values: { series: series.id },
  });
  return ok({
    read(cells, row) {
      const atMs = parseInstant(cells[instant] ?? "");
      if (atMs === undefined) return wrong("SENSE-006", row, instant, cells[instant] ?? "");
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
