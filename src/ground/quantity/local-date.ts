const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAY_MS = 86_400_000;

/** Milliseconds of a local date's midnight as if it were UTC; undefined when the date does not exist. */
export function dateNumber(date: string): number | undefined {
  const match = DATE.exec(date);
  if (!match) return undefined;
  const ms = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return dateText(ms) === date ? ms : undefined;
}

/** The local date of such milliseconds, `2025-03-09`. */
export function dateText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** `dateNumber` of a date that is known to exist. */
export function existingDate(date: string): number {
  const ms = dateNumber(date);
  if (ms === undefined) throw new Error(`not a date: ${date}`);
  return ms;
}

/** The date some days later (earlier when negative). */
export function addDays(date: string, days: number): string {
  return dateText(existingDate(date) + days * DAY_MS);
}

/** Days from one date to another; a local calendar has no days of 23 hours. */
export function daysBetween(start: string, end: string): number {
  return (existingDate(end) - existingDate(start)) / DAY_MS;
}

/** First day of a month; months past December or before January run into the next or previous years. */
export function firstOfMonth(year: number, month: number): string {
  const index = year * 12 + month - 1;
  return `${String(Math.floor(index / 12)).padStart(4, "0")}-${String((((index % 12) + 12) % 12) + 1).padStart(2, "0")}-01`;
}

/** Months since year 0 of a first day of a month; undefined for any other day. */
export function monthIndex(date: string): number | undefined {
  return date.endsWith("-01") ? Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 : undefined;
}
