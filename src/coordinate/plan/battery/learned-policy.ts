import { BANDS } from "./banded-value.ts";
import { type Battery, costOfChange } from "./battery.ts";
import { descending } from "./descending.ts";
import { DEFAULT_LEARNING, type LearnedValue, type LearningOptions, learnValue } from "./learn-value.ts";
import type { BatteryPolicy } from "./rolling.ts";
import { bestCharge } from "./stored-value.ts";
import { FEATURE_PAST_HOURS, unscaledPrice, type ValueFeatures } from "./value-features.ts";

/** What was chosen at a review, and on what. */
export interface Review {
  /** Index of the hour from which the choice holds. */
  readonly hour: number;
  readonly chosen: string;
  /** Saved on paper by each candidate over the hours before. */
  readonly paper: Readonly<Record<string, number>>;
}

const DAY = 24;
const YEAR = 8766;
/** Past hours below which nothing is learned. */
const LEARNING_PAST_HOURS = FEATURE_PAST_HOURS + 75 * DAY;
/** Past hours below which no method is trusted with the battery. */
const TRUST_PAST_HOURS = 10 * DAY;

/** Shares of the learned worth in the blends that compete; the rest is what two simple forecasts say. */
const BLENDS = { learned: 1, "learned 85 %": 0.85, "learned 70 %": 0.7, "learned 45 %": 0.45 } as const;

type Worth = (hour: number, out: Float64Array) => void;

function blendInto(features: ValueFeatures, hour: number, share: number, out: Float64Array): void {
  const [one, other] = features.worthColumns;
  for (let j = 0; j < BANDS; j++) {
    const simple = ((features.columns[one + j]?.[hour] ?? 0) + (features.columns[other + j]?.[hour] ?? 0)) / 2;
    out[j] = unscaledPrice(features, hour, share * (out[j] as number) + (1 - share) * simple);
  }
  descending(out);
}

/** Acts on the worth of stored energy by bands. */
function actOnWorth(battery: Battery, price: Float64Array, worth: Worth): BatteryPolicy {
  const out = new Float64Array(BANDS);
  const widthMwh = Array<number>(BANDS).fill(battery.energyMwh / BANDS);
  return (hour, charge) => {
    worth(hour, out);
    return bestCharge(battery, { widthMwh, marginal: [...out] }, price[hour] ?? 0, charge);
  };
}

/** Saved so far, hour by hour, if a policy had lived through the whole past; what is left in the battery counts at the mean price. */
function paperSaving(battery: Battery, price: Float64Array, from: number, to: number, policy: BatteryPolicy): number {
  let charge = battery.startMwh;
  let cost = 0;
  let total = 0;
  for (let hour = from; hour < to; hour++) {
    const next = Math.min(battery.energyMwh, Math.max(0, policy(hour, charge)));
    const held = Math.min(next, charge + battery.powerMw * battery.oneWayEfficiency);
    const kept = Math.max(held, charge - battery.powerMw / battery.oneWayEfficiency);
    cost += costOfChange(battery, kept - charge, price[hour] ?? 0);
    total += price[hour] ?? 0;
    charge = kept;
  }
  return -cost - costOfChange(battery, battery.startMwh - charge, total / Math.max(1, to - from));
}

/** Hours between reviews: often while little is known, each quarter when years are. */
function nextReview(hour: number): number {
  if (hour < LEARNING_PAST_HOURS) return hour + 7 * DAY;
  return hour + (hour < YEAR ? 30 * DAY : Math.round(YEAR / 4));
}

/**
 * Re-plans each hour by the learned worth of stored energy. At reviews it learns anew from all hours before, lets the
 * learned worth, its blends with simple forecasts, the simple methods and doing nothing compete on paper over at most
 * the last year, and hands the battery to the best. Nothing looks beyond the hour of a decision.
 * @param simple  the simple methods, by name
 * @param from    first hour that is lived through
 */
export function learnedPolicy(
  battery: Battery,
  price: Float64Array,
  features: ValueFeatures,
  simple: () => Readonly<Record<string, BatteryPolicy>>,
  from: number,
  onReview: (review: Review) => void,
  options: LearningOptions = DEFAULT_LEARNING,
): BatteryPolicy {
  let due = from;
  let policy: BatteryPolicy = (_, charge) => charge;

  const review = (hour: number): void => {
    const candidates: Record<string, { paper: BatteryPolicy; live: BatteryPolicy }> = {};
    const papers = simple();
    for (const [name, live] of Object.entries(simple())) {
      const paper = papers[name];
      if (paper && hour >= TRUST_PAST_HOURS) candidates[name] = { paper, live };
    }
    if (hour >= LEARNING_PAST_HOURS) {
      const learned: LearnedValue = learnValue(battery, price, features, hour, options);
      for (const [name, share] of Object.entries(BLENDS)) {
        const unseen: Worth = (at, out) => {
          learned.unseenWorthInto(at, out);
          blendInto(features, at, share, out);
        };
        const live: Worth = (at, out) => {
          learned.worthInto(features, at, out);
          blendInto(features, at, share, out);
        };
        candidates[name] = { paper: actOnWorth(battery, price, unseen), live: actOnWorth(battery, price, live) };
      }
    }
    const since = Math.max(hour >= LEARNING_PAST_HOURS ? FEATURE_PAST_HOURS : 2 * DAY, hour - YEAR);
    const paper: Record<string, number> = { nothing: 0 };
    let chosen = "nothing";
    policy = (_, charge) => charge;
    for (const [name, candidate] of Object.entries(candidates)) {
      const saved = paperSaving(battery, price, since, hour - 1, candidate.paper);
      paper[name] = saved;
      if (saved > (paper[chosen] ?? 0)) {
        chosen = name;
        policy = candidate.live;
      }
    }
    onReview({ hour, chosen, paper });
  };

  return (hour, charge) => {
    if (hour >= due) {
      review(hour);
      due = nextReview(hour);
    }
    return policy(hour, charge);
  };
}
