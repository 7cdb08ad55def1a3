import { expect, it } from "vitest";
import { dayKindOf, energyPriceAt } from "../../../src/coordinate/site/index.ts";
import { parseDays, parseHours, parseMonths } from "../../../src/coordinate/site/ranges.ts";
import { lingang } from "./content.ts";

const { tariff } = lingang().grid;

it.each([
  // date, kind of day, price at 03:00, 09:00, 12:00, 19:00 (CNY/kWh)
  ["2025-01-01", "holiday", 0.2062, 1.2499, 0.7281, 1.5435],
  ["2025-01-04", "weekend", 0.3367, 1.2499, 0.7281, 1.5435],
  ["2025-01-26", "workday", 0.3367, 1.2499, 0.7281, 1.5435],
  ["2025-03-03", "workday", 0.4019, 1.1195, 0.7281, 1.1195],
  ["2025-03-08", "weekend", 0.2062, 1.1195, 0.7281, 1.1195],
  ["2025-05-01", "holiday", 0.2062, 1.1195, 0.7281, 1.1195],
  ["2025-07-12", "weekend", 0.3367, 1.2499, 1.5435, 1.2499],
  ["2025-09-28", "workday", 0.3367, 1.2499, 1.2499, 1.2499],
  ["2025-09-27", "weekend", 0.2062, 1.2499, 1.2499, 1.2499],
])("prices %s, a %s", (date, kind, ...prices) => {
  expect(dayKindOf(tariff, date)).toBe(kind);
  expect([3, 9, 12, 19].map((hour) => Number(energyPriceAt(tariff, { date, hour }).toFixed(4)))).toEqual(prices);
});

it.each([
  ["22-6", [0, 1, 2, 3, 4, 5, 22, 23]],
  ["0-24", Array.from({ length: 24 }, (_, hour) => hour)],
  ["22-23, 0-24", Array.from({ length: 24 }, (_, hour) => hour)],
  ["6-8, 21-24", [6, 7, 21, 22, 23]],
  ["8-8", undefined],
  ["24-1", undefined],
  ["8", undefined],
  ["", undefined],
])("reads the hours %j", (text, hours) => {
  expect(parseHours(text)).toEqual(hours);
});

it.each([
  ["1, 7-8", [1, 7, 8]],
  ["11-2", [1, 2, 11, 12]],
  ["5", [5]],
  ["0-3", undefined],
  ["13", undefined],
  ["May", undefined],
])("reads the months %j", (text, months) => {
  expect(parseMonths(text)).toEqual(months);
});

it.each([
  ["workday, weekend", ["workday", "weekend"]],
  ["holiday", ["holiday"]],
  ["sunday", undefined],
])("reads the days %j", (text, days) => {
  expect(parseDays(text)).toEqual(days);
});
