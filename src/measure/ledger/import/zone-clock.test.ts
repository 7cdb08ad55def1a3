import { expect, it } from "vitest";
import { ZoneClock } from "./zone-clock.ts";

const DAY = 86_400_000;
const day = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY;
const time = (text: string): number => Date.parse(`1970-01-01T${text}:00Z`);

const TABLE: readonly [string, string, string, string | string[]][] = [
  ["Asia/Shanghai", "2025-06-01", "08:00", "2025-06-01T00:00:00.000Z"],
  ["Asia/Hong_Kong", "2025-01-01", "00:00", "2024-12-31T16:00:00.000Z"],
  ["Europe/London", "2025-03-30", "00:30", "2025-03-30T00:30:00.000Z"],
  ["Europe/London", "2025-03-30", "01:30", []],
  ["Europe/London", "2025-03-30", "02:00", "2025-03-30T01:00:00.000Z"],
  ["Europe/London", "2025-10-26", "01:30", ["2025-10-26T00:30:00.000Z", "2025-10-26T01:30:00.000Z"]],
  ["Europe/London", "2025-10-26", "02:00", "2025-10-26T02:00:00.000Z"],
  ["America/St_Johns", "2025-07-01", "00:00", "2025-07-01T02:30:00.000Z"],
  ["Australia/Lord_Howe", "2025-10-05", "02:15", []],
  ["Pacific/Kiritimati", "2025-01-01", "00:00", "2024-12-31T10:00:00.000Z"],
];

it.each(TABLE)("%s %s %s", (zone, date, clock, expected) => {
  const found = new ZoneClock(zone).instant(day(date), time(clock));
  const instants = found.kind === "none" ? [] : found.kind === "one" ? [found.ms] : [found.first, found.second];
  expect(instants.map((ms) => new Date(ms).toISOString())).toEqual([expected].flat());
});
