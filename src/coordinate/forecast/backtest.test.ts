import { expect, it } from "vitest";
import { backtest, DAY_AHEAD_RACERS } from "./backtest.ts";
import { DEFAULT_BOOSTING, fitBoostedTrees, seededNumbers } from "./boosted-trees.ts";
import { fitMedianRidge, fitRidge } from "./ridge.ts";
import { seriesGrid } from "./series-grid.ts";

const HOURS = 168 * 22;
const firstInstant = new Date(0);

function wave(seed: number): Float64Array {
  const random = seededNumbers(seed);
  return Float64Array.from({ length: HOURS }, (_, t) => 100 + 20 * Math.sin((2 * Math.PI * t) / 24) + 8 * random());
}

function seriesOf(values: Float64Array, missing = new Uint8Array(values.length)) {
  return { firstHour: 0, values, missing, offsetHours: new Float64Array(values.length) };
}

it.each(DAY_AHEAD_RACERS.map((racer) => [racer.name, racer] as const))(
  "%s sees nothing later than its issue",
  (_, racer) => {
    const issue = 168 * 18;
    const says = (values: Float64Array): number[] => {
      const grid = seriesGrid({ values, stepMinutes: 60, firstInstant });
      return [...racer.fit(grid, issue, 24)(grid)(issue, 24)];
    };
    const honest = says(wave(1));
    expect(says(wave(1).map((value, t) => (t < issue ? value : -1e9)))).toEqual(honest);
    expect(honest).toHaveLength(24);
    expect(honest.every((value) => Number.isFinite(value))).toBe(true);
  },
);

it("ranks models by what they did, with a band that holds about four fifths", () => {
  const { models, issues } = backtest(seriesOf(wave(2)), 168 * 18, HOURS);
  expect(issues).toBe(28);
  expect(models.map((one) => one.model)).toEqual([...DAY_AHEAD_RACERS.map(({ name }) => name), "blend"]);
  const by = new Map(models.map((one) => [one.model, one]));
  expect(by.get("ridge")!.wape).toBeLessThan(by.get("24 h")!.wape);
  expect(by.get("24 h")!.wape).toBeLessThan(by.get("last value")!.wape);
  for (const one of models) {
    expect(one.hours).toBe(28 * 24);
    expect(one.coverage).toBeGreaterThan(0.6);
    expect(one.coverage).toBeLessThan(0.95);
  }
});

it("judges a short series by the models that it suffices for, and no hour without a reading", () => {
  const missing = new Uint8Array(HOURS);
  missing[9 * 24 + 5] = 1;
  const short = 20 * 24;
  const { models, issues } = backtest(seriesOf(wave(3).slice(0, short), missing.slice(0, short)), 8 * 24, short);
  expect(issues).toBe(12);
  expect(models.map((one) => [one.model, one.hours])).toEqual([
    ["last value", 12 * 24 - 1],
    ["24 h", 12 * 24 - 1],
    ["168 h", 12 * 24 - 1],
    ["24 h, moved", 12 * 24 - 1],
    ["blend", 12 * 24 - 1],
  ]);
});

it("ridge finds a line and trees find a step, each for several outputs", () => {
  const random = seededNumbers(4);
  const x = Float64Array.from({ length: 2000 }, () => random());
  const noise = Float64Array.from({ length: 2000 }, () => random());
  const out = new Float64Array(2);
  const line = { rows: 2000, features: [x, noise], targets: [x.map((v) => 3 * v + 1), x.map((v) => -v)] };
  fitRidge(line, 1e-9).predictInto([0.5, 0.9], out);
  expect(out[0]).toBeCloseTo(2.5, 4);
  expect(out[1]).toBeCloseTo(-0.5, 4);
  const step = {
    rows: 2000,
    features: [x, noise],
    targets: [x.map((v) => (v > 0.3 ? 5 : 1)), x.map((v) => (v > 0.3 ? 0 : 2))],
  };
  const trees = fitBoostedTrees(step);
  trees.predictInto([0.1, 0.5], out);
  expect(out[0]).toBeCloseTo(1, 0);
  trees.predictInto([0.9, 0.5], out);
  expect(out[1]).toBeCloseTo(0, 0);
});

it("ridge and trees foretell the middle, not the mean, where that is asked", () => {
  const random = seededNumbers(7);
  const x = Float64Array.from({ length: 3000 }, () => random());
  // One value in five lies far above: it moves the mean by 20 and the middle hardly.
  const wanted = x.map((v) => (v > 0.5 ? 4 : 2) + (random() < 0.2 ? 100 : 0) + 0.1 * random());
  const table = { rows: 3000, features: [x, x.map((v) => (v > 0.5 ? 1 : 0))], targets: [wanted] };
  const out = new Float64Array(1);
  for (const [foretell, far] of [
    [fitRidge(table, 1e-9), true],
    [fitMedianRidge(table, 1e-9), false],
    [fitBoostedTrees(table), true],
    [fitBoostedTrees(table, { ...DEFAULT_BOOSTING, loss: "absolute", featureShare: 1 }), false],
  ] as const) {
    foretell.predictInto([0.9, 1], out);
    expect((out[0] as number) > 15).toBe(far);
    if (!far) expect(Math.abs((out[0] as number) - 4)).toBeLessThan(2);
  }
});
