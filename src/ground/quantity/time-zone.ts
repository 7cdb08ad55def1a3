import { fail, ok, type Result, type Where } from "../issue/index.ts";
import { dateText, existingDate } from "./local-date.ts";
import type { Period } from "./period.ts";

const HOUR_MS = 3_600_000;
const clocks = new Map<string, Intl.DateTimeFormat>();

function clock(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  clocks.set(timeZone, made);
  return made;
}

const WALL_CLOCK = /^(\d\d)\/(\d\d)\/(\d+), (\d\d):(\d\d):(\d\d)$/;

/** What the clock on the wall shows at an instant, as milliseconds as if it were UTC. */
function wallClock(instantMs: number, timeZone: string): number {
  const match = WALL_CLOCK.exec(clock(timeZone).format(instantMs));
  if (!match) throw new Error(`no wall clock for ${timeZone}`);
  const [, month, day, year, hour, minute, second] = match.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

function offset(instantMs: number, timeZone: string): number {
  return wallClock(instantMs, timeZone) - Math.floor(instantMs / 1000) * 1000;
}

/**
 * The first instant of a local day. A day whose midnight is skipped begins when the clocks jump; a midnight that comes
 * twice begins the day the first time; a day that a place skipped (Apia, 2011-12-30) begins and ends at the jump.
 */
function startOfDay(date: string, timeZone: string): number {
  const midnight = existingDate(date);
  const offsets = new Set([-36, -24, -12, 0, 12, 24, 36].map((hours) => offset(midnight + hours * HOUR_MS, timeZone)));
  const hits = [...offsets].map((by) => midnight - by).filter((instant) => wallClock(instant, timeZone) === midnight);
  if (hits.length > 0) return Math.min(...hits);
  // Skipped: the jump lies between the readings of midnight by the later and by the earlier offset.
  let before = midnight - Math.max(...offsets);
  let after = midnight - Math.min(...offsets);
  while (after - before > 1000) {
    const middle = Math.floor((before + after) / 2000) * 1000;
    if (wallClock(middle, timeZone) < midnight) before = middle;
    else after = middle;
  }
  return after;
}

// Imports ask for the same few days again and again.
const starts = new Map<string, number>();
const REMEMBERED = 20_000;

function rememberedStart(date: string, timeZone: string): number {
  const key = `${timeZone} ${date}`;
  const known = starts.get(key);
  if (known !== undefined) return known;
  const start = startOfDay(date, timeZone);
  if (starts.size >= REMEMBERED) starts.clear();
  starts.set(key, start);
  return start;
}

/**
 * The instants at which a period begins and ends where the clocks show `timeZone`, half-open; days of 23 and 25 hours are
 * what they are. An unknown time zone throws: input goes through `checkTimeZone`.
 */
export function periodInstants(p: Period, timeZone: string): { start: Date; end: Date } {
  return { start: new Date(rememberedStart(p.start, timeZone)), end: new Date(rememberedStart(p.end, timeZone)) };
}

const DAY_MS = 24 * HOUR_MS;
const offsetsOfDays = new Map<string, readonly number[]>();

/** The offsets that clocks may have about a local day; nearly always one. */
function offsetsAbout(day: number, timeZone: string): readonly number[] {
  const key = `${timeZone} ${day}`;
  const known = offsetsOfDays.get(key);
  if (known) return known;
  const found = [...new Set([-24, 0, 24, 48].map((hours) => offset(day * DAY_MS + hours * HOUR_MS, timeZone)))];
  if (offsetsOfDays.size >= REMEMBERED) offsetsOfDays.clear();
  offsetsOfDays.set(key, found);
  return found;
}

/**
 * The instants at which the clock on the wall shows a time: one nearly always, two where clocks are set back, none where
 * they are set forward.
 * @param localMs the time shown, as milliseconds as if it were UTC
 */
export function instantsOfWallClock(localMs: number, timeZone: string): readonly number[] {
  const offsets = offsetsAbout(Math.floor(localMs / DAY_MS), timeZone);
  const instants = offsets.map((by) => localMs - by).sort((a, b) => a - b);
  if (instants.length === 1) return instants;
  return instants.filter((instant) => instant + offset(instant, timeZone) === localMs);
}

/** The hours that really pass in a period: 8,760 in 2025, 23 or 25 on the day the clocks change. */
export function hoursOf(p: Period, timeZone: string): number {
  const { start, end } = periodInstants(p, timeZone);
  return (end.getTime() - start.getTime()) / HOUR_MS;
}

/** The local date at an instant. */
export function localDateOf(instant: Date, timeZone: string): string {
  return dateText(wallClock(instant.getTime(), timeZone));
}

/** The hour that the local clock shows at an instant, 0–23. */
export function localHourOf(instant: Date, timeZone: string): number {
  return new Date(wallClock(instant.getTime(), timeZone)).getUTCHours();
}

/** Accepts an IANA name, `Asia/Shanghai`. @issues PERIOD-005 */
export function checkTimeZone(name: string, at: Where = {}): Result<string> {
  try {
    // Offsets such as +08:00 know nothing of clock changes; some engines take them all the same.
    if (/^[A-Za-z]/.test(name)) return ok(clock(name) && name);
  } catch (problem) {
    if (!(problem instanceof RangeError)) throw problem;
  }
  return fail({ code: "PERIOD-005", severity: "error", at, expected: "Asia/Hong_Kong", actual: name });
}
