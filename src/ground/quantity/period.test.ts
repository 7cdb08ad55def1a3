import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectOk } from "../issue/index.ts";
import {
  contains,
  containsDate,
  daysOf,
  eachDay,
  fiscalYearPeriod,
  monthsOf,
  overlaps,
  type Period,
  periodOf,
  previousPeriod,
  samePeriod,
  yearPeriod,
} from "./period.ts";
import { parsePeriod } from "./period-text.ts";

const p = (text: string, fiscalYearStartMonth?: number): Period =>
  expectOk(parsePeriod(text, { fiscalYearStartMonth }));
const year = fc.integer({ min: 1901, max: 2190 });
const month = fc.integer({ min: 1, max: 12 });
const date = fc
  .integer({ min: 0, max: 80_000 })
  .map((days) => new Date(Date.UTC(1950, 0, 1 + days)).toISOString().slice(0, 10));
const span = fc.tuple(date, fc.integer({ min: 1, max: 800 })).map(([start, days]) => {
  const end = new Date(Date.parse(start) + days * 86_400_000).toISOString().slice(0, 10);
  return expectOk(periodOf(start, end));
});

describe("previousPeriod", () => {
  it.each([
    ["2025", "2024"],
    ["2025Q1", "2024Q4"],
    ["2025H1", "2024H2"],
    ["2025-01", "2024-12"],
    ["2025-03", "2025-02"],
    ["2025-03-01", "2025-02-28"],
    ["2024-03-01", "2024-02-29"],
    ["2025-01-01..2025-02-15", "2024-11-17..2025-01-01"],
    ["2025-01-01..2025-03-01", "2024-11-01..2025-01-01"],
    ["1901", "1900"],
  ])("of %s is %s", (of, expected) => {
    expect(previousPeriod(p(of))).toEqual(p(expected));
  });

  it("of a fiscal year is the fiscal year before", () => {
    expect(previousPeriod(p("FY2025", 4))).toEqual(p("FY2024", 4));
    expect(previousPeriod(p("1900")).label).toBe("1899");
  });

  it("ends where its period starts, and keeps the kind", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          span,
          year.map(yearPeriod),
          year.chain((y) => fc.constantFrom(...monthsOf(yearPeriod(y)))),
        ),
        (of) => {
          const before = previousPeriod(of);
          expect(before.end).toBe(of.start);
          expect(before.start < before.end).toBe(true);
          expect(overlaps(before, of)).toBe(false);
          expect(before.label.replaceAll(/\d/g, "")).toBe(
            of.label.replaceAll(/\d/g, "").slice(0, before.label.replaceAll(/\d/g, "").length),
          );
        },
      ),
    );
  });

  it("of a whole fiscal year is a whole fiscal year, in any calendar", () => {
    fc.assert(
      fc.property(year, month, (y, fiscalYearStartMonth) => {
        expect(previousPeriod(fiscalYearPeriod(y, { fiscalYearStartMonth }))).toEqual(
          fiscalYearPeriod(y - 1, { fiscalYearStartMonth }),
        );
      }),
    );
  });
});

describe("parts and wholes", () => {
  it("a year's months tile it, in every calendar", () => {
    fc.assert(
      fc.property(year, month, (y, fiscalYearStartMonth) => {
        const whole = fiscalYearPeriod(y, { fiscalYearStartMonth });
        const months = monthsOf(whole);
        expect(months).toHaveLength(12);
        expect([months[0]?.start, months.at(-1)?.end]).toEqual([whole.start, whole.end]);
        expect(months.slice(1).every((part, index) => part.start === months[index]?.end)).toBe(true);
        expect(months.every((part) => contains(whole, part) && /^\d{4}-\d\d$/.test(part.label))).toBe(true);
        expect(months.reduce((sum, part) => sum + daysOf(part), 0)).toBe(daysOf(whole));
      }),
    );
  });

  it("days and months of any period tile it", () => {
    fc.assert(
      fc.property(span, (whole) => {
        for (const parts of [eachDay(whole), monthsOf(whole)]) {
          expect([parts[0]?.start, parts.at(-1)?.end]).toEqual([whole.start, whole.end]);
          expect(parts.slice(1).every((part, index) => part.start === parts[index]?.end)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("contains and overlaps say the same as counting days", () => {
    fc.assert(
      fc.property(span, span, date, (a, b, day) => {
        const [days, others] = [new Set(eachDay(a).map((d) => d.start)), eachDay(b).map((d) => d.start)];
        expect(contains(a, b)).toBe(others.every((d) => days.has(d)));
        expect(overlaps(a, b)).toBe(others.some((d) => days.has(d)));
        expect(overlaps(a, b)).toBe(overlaps(b, a));
        expect(containsDate(a, day)).toBe(days.has(day));
        expect(contains(a, b) && contains(b, a)).toBe(samePeriod(a, b));
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ["2024", 366],
    ["2025", 365],
    ["1900", 365],
    ["2000", 366],
    ["2025-02", 28],
    ["2025Q1", 90],
    ["2025-03-09", 1],
  ])("%s has %i days", (text, days) => {
    expect(daysOf(p(text))).toBe(days);
  });

  it("a fiscal year from an impossible month is a broken invariant", () => {
    expect(() => fiscalYearPeriod(2025, { fiscalYearStartMonth: 13 })).toThrow("month 1–12");
  });
});
