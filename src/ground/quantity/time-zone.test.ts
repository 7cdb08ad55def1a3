import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectOk } from "../issue/index.ts";
import { addDays } from "./local-date.ts";
import { eachDay, monthsOf, type Period, periodOf } from "./period.ts";
import { parsePeriod } from "./period-text.ts";
import { checkTimeZone, hoursOf, localDateOf, periodInstants } from "./time-zone.ts";

const p = (text: string): Period => expectOk(parsePeriod(text));
const instants = (text: string, zone: string): string => {
  const { start, end } = periodInstants(p(text), zone);
  return `${start.toISOString()} ${end.toISOString()}`;
};

describe("periodInstants", () => {
  it.each([
    ["2025", "Asia/Shanghai", "2024-12-31T16:00:00.000Z 2025-12-31T16:00:00.000Z"],
    ["2025", "Asia/Hong_Kong", "2024-12-31T16:00:00.000Z 2025-12-31T16:00:00.000Z"],
    ["2025", "UTC", "2025-01-01T00:00:00.000Z 2026-01-01T00:00:00.000Z"],
    ["2025-03-30", "Europe/London", "2025-03-30T00:00:00.000Z 2025-03-30T23:00:00.000Z"],
    ["2025-10-26", "Europe/London", "2025-10-25T23:00:00.000Z 2025-10-27T00:00:00.000Z"],
    ["2025-03-09", "America/Chicago", "2025-03-09T06:00:00.000Z 2025-03-10T05:00:00.000Z"],
    ["2025-11-02", "America/Chicago", "2025-11-02T05:00:00.000Z 2025-11-03T06:00:00.000Z"],
    // The clocks of Shanghai moved last in 1991, those of Hong Kong in 1979.
    ["1991-04-14", "Asia/Shanghai", "1991-04-13T16:00:00.000Z 1991-04-14T15:00:00.000Z"],
    ["1979-05-13", "Asia/Hong_Kong", "1979-05-12T16:00:00.000Z 1979-05-13T15:00:00.000Z"],
    // Midnight is skipped: the day begins when the clocks jump to 01:00.
    ["2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00.000Z 2018-11-05T02:00:00.000Z"],
    ["2024-04-26", "Africa/Cairo", "2024-04-25T22:00:00.000Z 2024-04-26T21:00:00.000Z"],
    // Midnight comes twice: the day begins the first time.
    ["2024-11-03", "America/Havana", "2024-11-03T04:00:00.000Z 2024-11-04T05:00:00.000Z"],
    ["2025-04-06", "Australia/Lord_Howe", "2025-04-05T13:00:00.000Z 2025-04-06T13:30:00.000Z"],
    ["2025-06-01", "Asia/Kathmandu", "2025-05-31T18:15:00.000Z 2025-06-01T18:15:00.000Z"],
    ["2025-06-01", "Pacific/Kiritimati", "2025-05-31T10:00:00.000Z 2025-06-01T10:00:00.000Z"],
    ["2025-06-01", "Pacific/Pago_Pago", "2025-06-01T11:00:00.000Z 2025-06-02T11:00:00.000Z"],
    // Samoa went without a 30 December.
    ["2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00.000Z 2011-12-30T10:00:00.000Z"],
    ["2011-12-31", "Pacific/Apia", "2011-12-30T10:00:00.000Z 2011-12-31T10:00:00.000Z"],
  ])("%s in %s", (text, zone, expected) => {
    expect(instants(text, zone)).toBe(expected);
  });

  it.each([
    ["2025", "Asia/Shanghai", 8760],
    ["2024", "Asia/Hong_Kong", 8784],
    ["2025", "America/Chicago", 8760],
    ["2025-03-30", "Europe/London", 23],
    ["2025-10-26", "Europe/London", 25],
    ["2025-03-09", "America/Chicago", 23],
    ["2025-11-02", "America/Chicago", 25],
    ["2025-10-05", "Australia/Lord_Howe", 23.5],
    ["2025-03", "Europe/London", 743],
    ["2011-12-30", "Pacific/Apia", 0],
    ["2011", "Pacific/Apia", 8760 - 24 + 0],
  ])("%s in %s has %d hours", (text, zone, hours) => {
    expect(hoursOf(p(text), zone)).toBe(hours);
  });

  const zone = fc.constantFrom(
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Europe/London",
    "America/Chicago",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Cairo",
    "America/Havana",
    "Asia/Kathmandu",
    "UTC",
  );
  const span = fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1, max: 60 })).map(([first, days]) => {
    const start = addDays("1980-01-01", first);
    return expectOk(periodOf(start, addDays(start, days)));
  });

  it("days tile their period without gap or overlap, and never run backwards", () => {
    fc.assert(
      fc.property(span, zone, (whole, place) => {
        const parts = eachDay(whole).map((day) => periodInstants(day, place));
        const { start, end } = periodInstants(whole, place);
        expect([parts[0]?.start, parts.at(-1)?.end]).toEqual([start, end]);
        for (const [index, part] of parts.entries()) {
          expect(part.start.getTime()).toBeLessThanOrEqual(part.end.getTime());
          if (index > 0) expect(part.start).toEqual(parts[index - 1]?.end);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("the hours of a year's months are the hours of the year", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1980, max: 2035 }), zone, (year, place) => {
        const whole = p(String(year));
        expect(monthsOf(whole).reduce((sum, month) => sum + hoursOf(month, place), 0)).toBe(hoursOf(whole, place));
      }),
      { numRuns: 40 },
    );
  });

  it("the first instant of a day shows that date, the instant before an earlier one", () => {
    fc.assert(
      fc.property(span, zone, (whole, place) => {
        const { start } = periodInstants(whole, place);
        // Samoa has no 2011-12-30; everywhere else the day begins with its own date.
        if (!(place === "Pacific/Apia" && whole.start === "2011-12-30"))
          expect(localDateOf(start, place)).toBe(whole.start);
        expect(localDateOf(new Date(start.getTime() - 1), place) < whole.start).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe("checkTimeZone", () => {
  it.each([["Asia/Shanghai"], ["Asia/Hong_Kong"], ["UTC"]])("accepts %s", (name) => {
    expect(checkTimeZone(name)).toEqual({ ok: true, value: name });
  });
  it.each([["Asia/Lingang"], ["+08:00"], [""], ["北京"]])("refuses %j", (name) => {
    const result = checkTimeZone(name, { file: "boundary.yaml" });
    expect(result.ok ? "" : result.issues[0]?.code).toBe("PERIOD-005");
  });
});
