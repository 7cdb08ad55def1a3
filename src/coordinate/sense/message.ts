import { parseInstant } from "./csv-readings.ts";
import type { Reading } from "./reading.ts";
import type { AskedSeries } from "./source.ts";

/** What stands at a dotted path of a JSON document; undefined when nothing does. */
function at(document: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null && Object.hasOwn(value, key)
          ? (value as Readonly<Record<string, unknown>>)[key]
          : undefined,
      document,
    );
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const numberOf = (said: unknown): number | undefined =>
  typeof said === "number" ? said : typeof said === "string" && NUMBER.test(said.trim()) ? Number(said) : undefined;

/**
 * The reading in a message: a plain number, or a JSON document with the value and perhaps the instant at paths that the
 * series names. A JSON null is a missing reading.
 * @returns undefined when it is none
 */
export function readPayload(text: string, series: AskedSeries, arrivedMs: number): Reading | undefined {
  let document: unknown = text;
  if (series.field !== undefined || series.instantField !== undefined)
    try {
      document = JSON.parse(text);
    } catch {
      return undefined;
    }
  const said = series.field === undefined ? document : at(document, series.field);
  const value = numberOf(said);
  if (value === undefined && said !== null) return undefined;
  const instant = series.instantField === undefined ? undefined : at(document, series.instantField);
  const atMs =
    series.instantField === undefined
      ? arrivedMs
      : typeof instant === "string" || typeof instant === "number"
        ? parseInstant(String(instant))
        : undefined;
  return atMs === undefined
    ? undefined
    : { series: series.id, atMs, value, quality: value === undefined ? "missing" : "measured" };
}
