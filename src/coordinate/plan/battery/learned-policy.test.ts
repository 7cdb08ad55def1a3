import { expect, it } from "vitest";
import { DEFAULT_BOOSTING, seededNumbers } from "../../forecast/boosted-trees.ts";
import { BENCHMARK_BATTERY as battery } from "./battery.ts";
import { DEFAULT_LEARNING } from "./learn-value.ts";
import { learnedPolicy, type Review } from "./learned-policy.ts";
import { runPolicy } from "./rolling.ts";
import { simplePolicies } from "./simple-policies.ts";
import { valueFeatures } from "./value-features.ts";

const HOURS = 2600;
const FROM = 2400;
const SMALL = { ...DEFAULT_LEARNING, rounds: 2, folds: 2, boosting: { ...DEFAULT_BOOSTING, trees: 8 } };
const localHour = Int8Array.from({ length: HOURS }, (_, t) => t % 24);
const weekday = Int8Array.from({ length: HOURS }, (_, t) => Math.floor(t / 24) % 7);

/** A day's wave, noise, and a spike now and then; the same for the same seed. */
function market(seed: number): Float64Array {
  const random = seededNumbers(seed);
  return Float64Array.from({ length: HOURS }, (_, t) => {
    const wave = 60 - 30 * Math.cos((2 * Math.PI * (t % 24)) / 24) + 20 * (random() - 0.5);
    return random() < 0.01 ? wave * 6 : random() < 0.02 ? -5 : wave;
  });
}

function live(
  price: Float64Array,
  from: number,
  to: number,
): { charge: readonly number[]; saving: number; reviews: Review[] } {
  const reviews: Review[] = [];
  const simple = () => simplePolicies(battery, { price, localHour, lastHour: HOURS });
  const features = valueFeatures(battery, price, localHour, weekday, 0);
  const policy = learnedPolicy(battery, price, features, simple, from, (review) => reviews.push(review), SMALL);
  const lived = runPolicy(battery, price, from, to, policy);
  return { charge: lived.chargeMwh, saving: lived.saving, reviews };
}

it("decides the same when everything later is poisoned", () => {
  const price = market(1);
  const last = 2500;
  const poisoned = price.map((value, t) => (t <= last ? value : 1e5 * Math.sin(t)));
  expect(live(poisoned, FROM, last + 1).charge).toEqual(live(price, FROM, last + 1).charge);
});

it("poisons what it looks at: a changed past changes decisions", () => {
  const price = market(1);
  const other = price.map((value, t) => (t < FROM - 5 ? value : 2 * value));
  expect(live(other, FROM, 2500).charge).not.toEqual(live(price, FROM, 2500).charge);
});

it("learns, is repeatable, and leaves the battery alone where nothing can be earned", () => {
  const price = market(2);
  const first = live(price, FROM, HOURS);
  expect(first.saving).toBeGreaterThan(0);
  expect(first.reviews[0]?.chosen).toMatch(/^learned/);
  expect(live(price, FROM, HOURS)).toEqual(first);
  const flat = live(new Float64Array(HOURS).fill(50), FROM, HOURS);
  expect(flat.saving).toBe(0);
  expect(flat.reviews[0]?.chosen).toBe("nothing");
});

it("does nothing in its first days, before anything is known", () => {
  const { charge, reviews } = live(market(3), 0, 100);
  expect(new Set(charge)).toEqual(new Set([battery.startMwh]));
  expect(reviews[0]?.chosen).toBe("nothing");
});
