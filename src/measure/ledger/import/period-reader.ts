import {
  fiscalYearPeriod,
  localDateOf,
  type Period,
  parsePeriod,
  periodInstants,
} from "../../../ground/quantity/index.ts";
import { type DateOrder, dayText, readDate } from "./date-text.ts";
import type { Problem } from "./row-cursor.ts";
import { ZoneClock } from "./zone-clock.ts";

export interface PeriodRules {
  readonly fiscalYearStartMonth: number;
  /** The period being reported. */
  readonly expected?: Period | undefined;
}

/** Two instants, or why there are none. */
export type PeriodReading =
  | { readonly start: number; readonly end: number }
  | { readonly problems: readonly Problem[] };

type InstantReading = number | Problem;

/** More different texts than this are not remembered: ten years of quarter hours in one time zone. */
const REMEMBERED = 400_000;
const MS_PER_MINUTE = 60_000;
const LAST_MINUTE = 86_400_000 - MS_PER_MINUTE;

/**
 * Reads the periods of the sites of one time zone. What has been read once is remembered by its text, since a table of readings
 * writes the same hours again for every site.
 */
export class PeriodReader {
  readonly #zone: string;
  readonly #rules: PeriodRules;
  readonly #clock: ZoneClock;
  readonly #expected: { start: number; end: number } | undefined;
  readonly #periods = new Map<string, PeriodReading>();
  readonly #starts = new Map<string, number>();
  readonly #ends = new Map<string, number>();
  #year = { start: 0, end: 0, label: "" };

  constructor(zone: string, rules: PeriodRules) {
    this.#zone = zone;
    this.#rules = rules;
    this.#clock = new ZoneClock(zone);
    if (rules.expected) {
      const { start, end } = periodInstants(rules.expected, zone);
      this.#expected = { start: start.getTime(), end: end.getTime() };
    }
  }

  /** A period in one cell: `2025-03`, `2025年3月`, `2025-03-09`, `9/3/2025` given an order. @issues IMPORT-050, IMPORT-054, PERIOD-… */
  period(text: string, order: DateOrder | undefined): PeriodReading {
    const known = this.#periods.get(text);
    if (known) return known;
    const reading = this.#readPeriod(text, order);
    if (this.#periods.size >= REMEMBERED) this.#periods.clear();
    this.#periods.set(detached(text), reading);
    return reading;
  }

  /** The instant in a start cell, UTC ms; NaN when there is none, and `startProblem` says why. */
  start(text: string, order: DateOrder | undefined): number {
    const known = this.#starts.get(text);
    if (known !== undefined) return known;
    return remember(this.#starts, text, this.#readInstant(text, order, 0));
  }

  /** The instant in an end cell. @param inclusive whether a date alone is the last day or the day after it */
  end(text: string, order: DateOrder | undefined, inclusive: boolean): number {
    const known = this.#ends.get(text);
    if (known !== undefined) return known;
    return remember(this.#ends, text, this.#readInstant(text, order, inclusive ? 1 : 0, true));
  }

  /** Why a start or end cell gives no instant. @issues IMPORT-050, IMPORT-054, IMPORT-055, IMPORT-056 */
  instantProblem(text: string, order: DateOrder | undefined): Problem | undefined {
    const reading = this.#readInstant(text, order, 0);
    return typeof reading === "number" ? undefined : reading;
  }

  /**
   * Why a period does not belong here; undefined, quickly, when it does.
   * @param flow whether the amount is spread over the period, so that it must lie within one fiscal year
   * @issues IMPORT-051 end not after start, IMPORT-052 outside the period reported, IMPORT-053 over the end of a fiscal year
   */
  misfit(start: number, end: number, flow: boolean): Problem[] | undefined {
    const expected = this.#expected;
    const outside = expected !== undefined && (start < expected.start || end > expected.end);
    const year = this.#year;
    if (end > start && !outside && ((start >= year.start && end <= year.end) || !flow)) return undefined;
    const problems: Problem[] = [];
    const span = `${this.#dateOf(start)} … ${this.#dateOf(end)}`;
    if (!(end > start))
      return [
        { code: "IMPORT-051", severity: "error", expected: `> ${this.#dateOf(start)}`, actual: this.#dateOf(end) },
      ];
    if (outside)
      problems.push({
        code: "IMPORT-052",
        severity: "error",
        expected: this.#rules.expected?.label ?? "",
        actual: span,
      });
    if (flow && !this.#withinYear(start, end))
      problems.push({ code: "IMPORT-053", severity: "error", expected: this.#year.label, actual: span });
    return problems.length > 0 ? problems : undefined;
  }

  /** Whether these are the first and the last day of a month, as where an end was written that should be included. */
  looksInclusive(startText: string, endText: string, order: DateOrder | undefined): boolean {
    const start = readDate(startText, order);
    const end = readDate(endText, order);
    if (
      start.kind !== "moment" ||
      end.kind !== "moment" ||
      start.moment.time !== undefined ||
      end.moment.time !== undefined
    )
      return false;
    return dayText(start.moment.day).endsWith("-01") && dayText(end.moment.day + 1).endsWith("-01");
  }

  #readPeriod(text: string, order: DateOrder | undefined): PeriodReading {
    const date = readDate(text, order);
    if (date.kind === "ambiguous")
      return { problems: [{ code: "IMPORT-054", severity: "error", actual: text.trim() }] };
    if (date.kind === "invalid") return { problems: [{ code: "IMPORT-050", severity: "error", actual: text.trim() }] };
    if (date.kind === "moment") {
      // A moment is no period: how long it lasts must be said by an end.
      if (date.moment.time !== undefined && date.moment.time > 0)
        return { problems: [{ code: "IMPORT-057", severity: "error", actual: text.trim() }] };
      return { start: this.#midnight(date.moment.day), end: this.#midnight(date.moment.day + 1) };
    }
    const period = parsePeriod(text, { fiscalYearStartMonth: this.#rules.fiscalYearStartMonth });
    if (!period.ok) return { problems: period.issues.map(({ at: _, ...problem }) => problem) };
    const { start, end } = periodInstants(period.value, this.#zone);
    return { start: start.getTime(), end: end.getTime() };
  }

  #readInstant(text: string, order: DateOrder | undefined, addDays: number, isEnd = false): InstantReading {
    const date = readDate(text, order);
    if (date.kind === "ambiguous") return { code: "IMPORT-054", severity: "error", actual: text.trim() };
    if (date.kind !== "moment") return { code: "IMPORT-050", severity: "error", actual: text.trim() };
    const { day, offset } = date.moment;
    if (date.moment.time === undefined) return this.#midnight(day + addDays);
    // 23:59 and 23:59:59 are how many systems write the end of a day.
    const time =
      isEnd && date.moment.time >= LAST_MINUTE && date.moment.time < 86_400_000 ? 86_400_000 : date.moment.time;
    if (offset !== undefined) return day * 86_400_000 + time - offset * MS_PER_MINUTE;
    const instant = this.#clock.instant(day, time);
    if (instant.kind === "one") return instant.ms;
    const code = instant.kind === "none" ? "IMPORT-055" : "IMPORT-056";
    return { code, severity: "error", actual: text.trim(), values: { zone: this.#zone } };
  }

  #midnight(day: number): number {
    const period = { start: dayText(day), end: dayText(day + 1), label: "" };
    return periodInstants(period, this.#zone).start.getTime();
  }

  #withinYear(start: number, end: number): boolean {
    if (start >= this.#year.start && end <= this.#year.end) return true;
    const date = localDateOf(new Date(start), this.#zone);
    const month = this.#rules.fiscalYearStartMonth;
    const named = Number(date.slice(0, 4)) + (month > 1 && Number(date.slice(5, 7)) >= month ? 1 : 0);
    const period = fiscalYearPeriod(named, { fiscalYearStartMonth: month });
    const instants = periodInstants(period, this.#zone);
    this.#year = { start: instants.start.getTime(), end: instants.end.getTime(), label: period.label };
    return end <= this.#year.end;
  }

  #dateOf(ms: number): string {
    const date = localDateOf(new Date(ms), this.#zone);
    const midnight = periodInstants({ start: date, end: date, label: "" }, this.#zone).start.getTime();
    const minutes = Math.round((ms - midnight) / MS_PER_MINUTE);
    return minutes === 0
      ? date
      : `${date} ${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  }
}

function remember(map: Map<string, number>, text: string, reading: InstantReading): number {
  const ms = typeof reading === "number" ? reading : Number.NaN;
  if (map.size >= REMEMBERED) map.clear();
  map.set(detached(text), ms);
  return ms;
}

/** A copy: a piece cut from a text keeps the whole text in memory, here the whole file. */
export function detached(text: string): string {
  return `${text} `.slice(0, -1);
}
