import { describe, expect, it } from "vitest";
import { expectOk } from "../../ground/issue/index.ts";
import { seededNumbers } from "./boosted-trees.ts";
import { forecastSeries, seriesForecaster } from "./forecaster.ts";
import type { SeriesHistory } from "./series-grid.ts";

const FIRST = new Date("2026-01-01T00:00:00Z");

/** A daily wave with noise, lower at weekends. */
function wave(days: number, stepMinutes: number, seed = 1): SeriesHistory {
  const perDay = 1440 / stepMinutes;
  const random = seededNumbers(seed);
  const values = Float64Array.from({ length: days * perDay }, (_, t) => {
    const weekend = (Math.floor(t / perDay) + 3) % 7 >= 5;
    return 100 + 30 * Math.sin((2 * Math.PI * t) / perDay) - (weekend ? 25 : 0) + 12 * (random() - 0.5);
  });
  return { values, stepMinutes, firstInstant: FIRST };
}

const at = (history: SeriesHistory, step: number): Date =>
  new Date(history.firstInstant.getTime() + step * history.stepMinutes * 60_000);

const numbers = (values: readonly Float64Array[]): number[][] => values.map((path) => [...path]);

describe.each([60, 15])("a series in steps of %i minutes", (stepMinutes) => {
  const history = wave(150, stepMinutes);
  const perDay = 1440 / stepMinutes;
  const issue = 140 * perDay + 5;
  const options = { horizonSteps: 2 * perDay, issuedAt: at(history, issue) };

  it.each([Number.NaN, 1e12, Number.NEGATIVE_INFINITY])(
    "sees nothing later than its issue: %d there changes nothing",
    (poison) => {
      const honest = expectOk(forecastSeries(history, options));
      const poisoned = history.values.map((value, t) => (t < issue ? value : poison));
      const again = expectOk(forecastSeries({ ...history, values: poisoned }, options));
      expect(numbers(again.values)).toEqual(numbers(honest.values));
      expect(again.skill).toEqual(honest.skill);
    },
  );

  it("beats the naive forecasts and gives a band that holds most values", () => {
    const { values, skill } = expectOk(forecastSeries(history, options));
    const [low, middle, high] = values as [Float64Array, Float64Array, Float64Array];
    const actual = history.values.subarray(issue, issue + 2 * perDay);
    let inside = 0;
    actual.forEach((value, k) => {
      expect(low[k]).toBeLessThanOrEqual(middle[k]!);
      expect(middle[k]).toBeLessThanOrEqual(high[k]!);
      if (value >= low[k]! && value <= high[k]!) inside++;
    });
    expect(inside / actual.length).toBeGreaterThan(0.6);
    expect(skill.find((one) => one.model === "blend")!.skill).toBeGreaterThan(0.1);
  });
});

describe("a forecaster asked again and again", () => {
  const history = wave(90, 60, 2);

  it("says the same when the window slides, and when what is past is given anew", () => {
    const one = seriesForecaster({ horizonSteps: 24 });
    const other = seriesForecaster({ horizonSteps: 24 });
    const first = at(history, 60 * 24);
    expectOk(one.forecast(history, first));
    expectOk(other.forecast(history, first));
    const later = at(history, 60 * 24 + 30);
    const slid = { ...history, values: history.values.subarray(24), firstInstant: at(history, 24) };
    expect(numbers(expectOk(one.forecast(slid, later)).values)).toEqual(
      numbers(expectOk(other.forecast(history, later)).values),
    );
  });

  it("says that a series has drifted", () => {
    const values = history.values.map((value, t) => (t < 70 * 24 ? value : 2 * value + 300 * ((t >> 3) % 2)));
    const forecaster = seriesForecaster({ horizonSteps: 24 });
    expect(expectOk(forecaster.forecast(history, at(history, 70 * 24))).drift.drifting).toBe(false);
    expect(expectOk(forecaster.forecast({ ...history, values }, at(history, 74 * 24))).drift.drifting).toBe(true);
  });
});

describe("little to go by", () => {
  const history = wave(60, 60, 3);

  it.each([1, 30, 200, 24 * 20])("answers from %i values, with gaps among them", (count) => {
    const values = history.values.map((value, t) => (t < count && t % 7 !== 3 ? value : Number.NaN));
    const { values: paths } = expectOk(
      forecastSeries({ ...history, values }, { horizonSteps: 168, issuedAt: at(history, count) }),
    );
    for (const path of paths) expect(path.every((value) => Number.isFinite(value))).toBe(true);
  });

  it("takes what is not there yet as missing", () => {
    const short = { ...history, values: history.values.subarray(0, 40 * 24) };
    expectOk(forecastSeries(short, { horizonSteps: 24, issuedAt: at(history, 40 * 24 + 5) }));
  });

  it("keeps a constant constant, and what is never negative at zero or above", () => {
    const constant = { ...history, values: history.values.map(() => 5) };
    const { values } = expectOk(forecastSeries(constant, { horizonSteps: 48, issuedAt: at(history, 55 * 24) }));
    for (const path of values) for (const value of path) expect(value).toBeCloseTo(5, 6);
    const sun = { ...history, values: history.values.map((value) => Math.max(0, value - 110)) };
    const night = expectOk(forecastSeries(sun, { horizonSteps: 48, issuedAt: at(history, 55 * 24) }));
    for (const path of night.values) expect(Math.min(...path)).toBeGreaterThanOrEqual(0);
  });

  it("refuses when nothing was read, and a covariate that ends too soon, both at once", () => {
    const nothing = { ...history, values: history.values.map(() => Number.NaN) };
    const result = forecastSeries(nothing, {
      horizonSteps: 24,
      issuedAt: at(history, 100),
      covariates: [{ name: "tariff", values: new Float64Array(110) }],
    });
    expect(result.ok ? [] : result.issues.map((issue) => [issue.code, issue.actual])).toEqual([
      ["FORECAST-002", "110"],
      ["FORECAST-001", at(history, 100).toISOString()],
    ]);
  });
});

it("learns from what is known beforehand", () => {
  const history = wave(80, 60, 5);
  const random = seededNumbers(9);
  const tariff = Float64Array.from({ length: 85 * 24 }, () => (random() < 0.3 ? 1 : 0));
  const values = history.values.map((value, t) => value + 60 * tariff[t]!);
  const options = { horizonSteps: 24, issuedAt: at(history, 75 * 24) };
  const blend = (covariates: { name: string; values: Float64Array }[]): number =>
    expectOk(forecastSeries({ ...history, values }, { ...options, covariates })).skill.find(
      (one) => one.model === "blend",
    )!.wape!;
  expect(blend([{ name: "tariff", values: tariff }])).toBeLessThan(0.5 * blend([]));
});
