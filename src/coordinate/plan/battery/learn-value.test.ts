import { expect, it } from "vitest";
import { DEFAULT_BOOSTING, seededNumbers } from "../../forecast/boosted-trees.ts";
import { BANDS } from "./banded-value.ts";
import { BENCHMARK_BATTERY as battery } from "./battery.ts";
import { DEFAULT_LEARNING, learnValue } from "./learn-value.ts";
import { FEATURE_PAST_HOURS, unscaledPrice, valueFeatures } from "./value-features.ts";

const HOURS = 4000;
const SMALL = { ...DEFAULT_LEARNING, folds: 2, boosting: { ...DEFAULT_BOOSTING, trees: 8 } };

it("holds energy for spikes that cannot be foreseen: their mean counts, though the middle never shows them", () => {
  const random = seededNumbers(2);
  const price = Float64Array.from({ length: HOURS }, () => (random() < 0.01 ? 1000 : 50 + 10 * (random() - 0.5)));
  const localHour = Int8Array.from({ length: HOURS }, (_, t) => t % 24);
  const weekday = Int8Array.from({ length: HOURS }, (_, t) => Math.floor(t / 24) % 7);
  const features = valueFeatures(battery, price, localHour, weekday, 0);
  const learned = learnValue(battery, price, features, HOURS, SMALL);
  const meanOfLowestBand = (into: (hour: number, out: Float64Array) => void): number => {
    const out = new Float64Array(BANDS);
    let sum = 0;
    for (let hour = FEATURE_PAST_HOURS; hour < HOURS - 1; hour++) {
      into(hour, out);
      sum += unscaledPrice(features, hour, out[0] as number);
    }
    return sum / (HOURS - 1 - FEATURE_PAST_HOURS);
  };
  // By the middle alone these are 53 and 55, little above the ordinary price.
  expect(meanOfLowestBand((hour, out) => learned.unseenWorthInto(hour, out))).toBeGreaterThan(60);
  expect(meanOfLowestBand((hour, out) => learned.worthInto(features, hour, out))).toBeGreaterThan(60);
});
