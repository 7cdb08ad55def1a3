import { fail, ok, type Result, type Where } from "../issue/index.ts";
import { addDays, dateNumber, daysBetween, firstOfMonth, monthIndex } from "./local-date.ts";

/** Days from `start` up to, not including, `end`; local dates `YYYY-MM-DD` of the entity. */
export interface Period {
  readonly start: string;
  readonly end: string;
  /** Equal days have equal labels: `2025`, `FY2025`, `2025H1`, `2025Q1`, `2025-03`, `2025-03-09`, `2025-01-01..2025-02-15`. */
  readonly label: string;
}

/** How fiscal years are counted. */
export interface FiscalCalendar {
  /** 1–12; 1 makes the fiscal year the calendar year. */
  readonly fiscalYearStartMonth?: number | undefined;
}

const FIRST_DATE = "1900-01-01";
const LAST_DATE = "3000-01-01";

function startMonth(calendar: FiscalCalendar): number {
  const month = calendar.fiscalYearStartMonth ?? 1;
  if (!Number.isInteger(month) || month < 1 || month > 12)
    throw new Error(`a fiscal year starts in a month 1–12, not ${month}`);
  return month;
}

/** The label that the days have by themselves; whole years from another month than January are fiscal years when the calendar says so. */
function labelOf(start: string, end: string, calendar: FiscalCalendar): string {
  const [first, last] = [monthIndex(start), monthIndex(end)];
  if (first !== undefined && last !== undefined) {
    const [year, month, months] = [Math.floor(first / 12), first % 12, last - first];
    if (months === 12 && month === 0) return String(year);
    if (months === 12 && month === startMonth(calendar) - 1) return `FY${year + 1}`;
    if (months === 6 && month % 6 === 0) return `${year}H${month / 6 + 1}`;
    if (months === 3 && month % 3 === 0) return `${year}Q${month / 3 + 1}`;
    if (months === 1) return start.slice(0, 7);
  }
  return daysBetween(start, end) === 1 ? start : `${start}..${end}`;
}

/**
 * Makes a period from its first day and the day after its last.
 * @issues PERIOD-002 a day that does not exist; PERIOD-003 an end that is not after the start
 */
export function periodOf(start: string, end: string, calendar: FiscalCalendar = {}, at: Where = {}): Result<Period> {
  for (const date of [start, end]) {
    if (dateNumber(date) === undefined || date < FIRST_DATE || date > LAST_DATE)
      return fail({
        code: "PERIOD-002",
        severity: "error",
        at,
        actual: date,
        expected: `${FIRST_DATE} … ${LAST_DATE}`,
      });
  }
  if (start >= end) return fail({ code: "PERIOD-003", severity: "error", at, expected: `> ${start}`, actual: end });
  return ok({ start, end, label: labelOf(start, end, calendar) });
}

/** A period whose days are known to exist; what came before 1900 may follow from what did not. */
function existing(start: string, end: string, calendar: FiscalCalendar = {}): Period {
  return { start, end, label: labelOf(start, end, calendar) };
}

/** A calendar year. */
export function yearPeriod(year: number): Period {
  return existing(firstOfMonth(year, 1), firstOfMonth(year + 1, 1));
}

/**
 * The fiscal year of that name. It is named after the year in which it ends, as listed companies do: with April as first
 * month, FY2025 runs from 2024-04-01 to 2025-03-31. With January it is the calendar year.
 */
export function fiscalYearPeriod(year: number, calendar: FiscalCalendar): Period {
  const month = startMonth(calendar);
  const first = month === 1 ? year : year - 1;
  return existing(firstOfMonth(first, month), firstOfMonth(first + 1, month), calendar);
}

/**
 * The period of the same kind just before: a month before a month, a quarter before a quarter, a fiscal year before a
 * fiscal year; before any other period, as many days.
 */
export function previousPeriod(p: Period): Period {
  const [first, last] = [monthIndex(p.start), monthIndex(p.end)];
  if (first === undefined || last === undefined)
    return existing(addDays(p.start, -daysBetween(p.start, p.end)), p.start);
  const before = first - (last - first);
  const start = firstOfMonth(Math.floor(before / 12), (before % 12) + 1);
  // A fiscal year knows its first month by itself.
  return existing(start, p.start, p.label.startsWith("FY") ? { fiscalYearStartMonth: (first % 12) + 1 } : {});
}

/** True when every day of q is a day of p. */
export function contains(p: Period, q: Period): boolean {
  return p.start <= q.start && q.end <= p.end;
}

/** True when p and q have a day in common. */
export function overlaps(p: Period, q: Period): boolean {
  return p.start < q.end && q.start < p.end;
}

/** True when both have the same days, whatever they are called. */
export function samePeriod(p: Period, q: Period): boolean {
  return p.start === q.start && p.end === q.end;
}

/** True when the local date lies in p. */
export function containsDate(p: Period, date: string): boolean {
  return p.start <= date && date < p.end;
}

/** The number of days. */
export function daysOf(p: Period): number {
  return daysBetween(p.start, p.end);
}

/** The days of p, one period each. */
export function eachDay(p: Period): Period[] {
  return Array.from({ length: daysOf(p) }, (_, index) =>
    existing(addDays(p.start, index), addDays(p.start, index + 1)),
  );
}

/** The months that tile p; a period that does not begin and end with a month has a shorter piece there. */
export function monthsOf(p: Period): Period[] {
  const pieces: Period[] = [];
  for (let start = p.start; start < p.end; ) {
    const next = firstOfMonth(Number(start.slice(0, 4)), Number(start.slice(5, 7)) + 1);
    const end = next < p.end ? next : p.end;
    pieces.push(existing(start, end));
    start = end;
  }
  return pieces;
}
