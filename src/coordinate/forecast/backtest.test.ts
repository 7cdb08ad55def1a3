import { expect, it } from "vitest";
import { backtest } from "./backtest.ts";
import { fitBoostedTrees, seededNumbers } from "./boosted-trees.ts";
import { FORECAST_MODELS } from "./models.ts";
import { fitRidge } from "./ridge.ts";

const HOURS = 168 * 22;
const localHour = Int8Array.from({ length: HOURS }, (_, t) => t % 24);
const weekday = Int8Array.from({ length: HOURS }, (_, t) => Math.floor(t / 24) % 7);

function wave(seed: number): Float64Array {
  const random = seededNumbers(seed);
  return Float64Array.from({ length: HOURS }, (_, t) => 100 + 20 * Math.sin((2 * Math.PI * t) / 24) + 8 * random());
}

it.each(FORECAST_MODELS.map((model) => [model.name, model] as const))(
  "%s sees nothing later than its issue",
  (_, model) => {
    const values = wave(1);
    const issue = 168 * 18;
    const poisoned = values.map((value, t) => (t < issue ? value : Number.NaN));
    const honest = model.fit({ values, localHour, weekday }, issue)(issue);
    expect([...model.fit({ values: poisoned, localHour, weekday }, issue)(issue)]).toEqual([...honest]);
    expect(honest.every((value) => Number.isFinite(value))).toBe(true);
  },
);

it("ranks models by what they did, with a band that holds about four fifths", () => {
  const { models, issues } = backtest({ values: wave(2), localHour, weekday }, 168 * 18, HOURS);
  expect(issues).toBe(28);
  const by = new Map(models.map((one) => [one.model, one]));
  expect(by.get("ridge")!.wape).toBeLessThan(by.get("24 h")!.wape);
  expect(by.get("24 h")!.wape).toBeLessThan(by.get("last value")!.wape);
  for (const one of models) {
    expect(one.coverage).toBeGreaterThan(0.6);
    expect(one.coverage).toBeLessThan(0.95);
  }
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
