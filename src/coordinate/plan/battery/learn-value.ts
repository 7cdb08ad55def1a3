import { type BoostingOptions, DEFAULT_BOOSTING, fitBoostedTrees } from "../../forecast/boosted-trees.ts";
import { fitRidge } from "../../forecast/ridge.ts";
import { BANDS, realWorthBefore } from "./banded-value.ts";
import type { Battery } from "./battery.ts";
import { type Calibration, calibrateMean } from "./calibrate-mean.ts";
import { descending } from "./descending.ts";
import { FEATURE_PAST_HOURS, scaledPrice, unscaledPrice, type ValueFeatures } from "./value-features.ts";

export interface LearningOptions {
  /** Times that the policy is improved on what it really earned. */
  readonly rounds: number;
  /** How far a target looks at what was lived through (1) rather than at what is believed (0), per hour. */
  readonly trust: number;
  /** Parts of the training hours that are left out in turn, so that no hour is judged by a model that saw it. */
  readonly folds: number;
  /** Targets beyond so many spreads are cut. */
  readonly cut: number;
  readonly boosting: BoostingOptions;
  readonly penalty: number;
}

export const DEFAULT_LEARNING: LearningOptions = {
  rounds: 2,
  trust: 0.97,
  folds: 3,
  cut: 300,
  boosting: DEFAULT_BOOSTING,
  penalty: 1e-3,
};

const FOLD_HOURS = 24 * 14;

/** Learned worth of a MWh by band of charge, as a function of what is known at an hour, scaled as features are. */
export interface LearnedValue {
  /** @param out [BANDS] scaled worth of a MWh */
  worthInto(features: ValueFeatures, hour: number, out: Float64Array): void;
  /** The same for an hour of the training, by the model that did not see it. */
  unseenWorthInto(hour: number, out: Float64Array): void;
}

type Model = (row: Float64Array, out: Float64Array) => void;

function rowInto(features: ValueFeatures, hour: number, row: Float64Array): void {
  for (let f = 0; f < features.columns.length; f++) row[f] = (features.columns[f] as Float64Array)[hour] as number;
}

function fitModel(
  features: ValueFeatures,
  hours: Int32Array,
  targets: readonly Float64Array[],
  from: number,
  options: LearningOptions,
  seed: number,
): Model {
  const columns = features.columns.map((column) => Float64Array.from(hours, (hour) => column[hour] as number));
  const wanted = targets.map((target) => Float64Array.from(hours, (hour) => target[hour - from] as number));
  const ridge = fitRidge({ rows: hours.length, features: columns, targets: wanted }, options.penalty);
  const row = new Float64Array(columns.length);
  const out = new Float64Array(BANDS);
  const left = wanted.map((target) => Float64Array.from(target));
  for (let i = 0; i < hours.length; i++) {
    rowInto(features, hours[i] as number, row);
    ridge.predictInto(row, out);
    for (let j = 0; j < BANDS; j++)
      (left[j] as Float64Array)[i] = ((left[j] as Float64Array)[i] as number) - (out[j] as number);
  }
  const trees = fitBoostedTrees(
    { rows: hours.length, features: columns, targets: left },
    { ...options.boosting, seed },
  );
  const more = new Float64Array(BANDS);
  return (values, answer) => {
    ridge.predictInto(values, answer);
    trees.predictInto(values, more);
    for (let j = 0; j < BANDS; j++) answer[j] = (answer[j] as number) + (more[j] as number);
  };
}

/**
 * Learns what stored energy is worth from what a policy that acts on it really earned: fitted policy iteration. Each
 * round evaluates the policy in hand backwards over the training hours, fits the worths that it found, and moves the
 * fit to the mean of the money.
 * @param to     training uses hours before it alone
 * @source       Powell, Approximate Dynamic Programming, 2011, ch. 10; decision 0015
 */
export function learnValue(
  battery: Battery,
  price: Float64Array,
  features: ValueFeatures,
  to: number,
  options: LearningOptions = DEFAULT_LEARNING,
): LearnedValue {
  const from = FEATURE_PAST_HOURS;
  const count = to - from;
  const { columns } = features;
  const believed = Array.from({ length: BANDS }, () => new Float64Array(count));
  // At first, believe the forecast from the profile of the last week.
  const start = features.worthColumns[1];
  for (let t = from; t < to; t++)
    for (let j = 0; j < BANDS; j++)
      (believed[j] as Float64Array)[t - from] = (columns[start + j] as Float64Array)[t] as number;
  const hours = Int32Array.from({ length: count - 1 }, (_, i) => from + i);
  const foldOf = (hour: number): number => Math.floor(hour / FOLD_HOURS) % options.folds;
  let models: Model[] = [];
  let toMean: Calibration[] = [];
  const here = new Float64Array(BANDS);
  const real = new Float64Array(BANDS);
  const before = new Float64Array(BANDS);
  const row = new Float64Array(columns.length);
  for (let round = 0; round < options.rounds; round++) {
    const targets = Array.from({ length: BANDS }, () => new Float64Array(count));
    for (let j = 0; j < BANDS; j++) real[j] = features.level[to - 1] as number;
    for (let t = to - 2; t >= from; t--) {
      const next = t + 1;
      for (let j = 0; j < BANDS; j++) {
        here[j] = unscaledPrice(features, next, (believed[j] as Float64Array)[next - from] as number);
      }
      descending(here);
      for (let j = 0; j < BANDS; j++)
        real[j] = options.trust * (real[j] as number) + (1 - options.trust) * (here[j] as number);
      realWorthBefore(battery, price[next] as number, here, real, before);
      real.set(before);
      for (let j = 0; j < BANDS; j++) {
        const scaled = scaledPrice(features, t, real[j] as number);
        (targets[j] as Float64Array)[t - from] = Math.max(-options.cut, Math.min(options.cut, scaled));
      }
    }
    models = [];
    for (let fold = 0; fold < options.folds; fold++) {
      const seen = options.folds === 1 ? hours : hours.filter((hour) => foldOf(hour) !== fold);
      models.push(fitModel(features, seen, targets, from, options, 1 + fold + 10 * round));
    }
    for (const hour of hours) {
      rowInto(features, hour, row);
      (models[foldOf(hour)] as Model)(row, here);
      for (let j = 0; j < BANDS; j++) (believed[j] as Float64Array)[hour - from] = here[j] as number;
    }
    toMean = believed.map((said, j) => {
      const calibrate = calibrateMean(
        said.subarray(0, hours.length),
        (targets[j] as Float64Array).subarray(0, hours.length),
        features.squash,
      );
      for (let i = 0; i < hours.length; i++) said[i] = calibrate(said[i] as number);
      return calibrate;
    });
  }
  return {
    worthInto(known, hour, out) {
      rowInto(known, hour, row);
      out.fill(0);
      for (const model of models) {
        model(row, here);
        for (let j = 0; j < BANDS; j++) out[j] = (out[j] as number) + (here[j] as number) / models.length;
      }
      toMean.forEach((calibrate, j) => {
        out[j] = calibrate(out[j] as number);
      });
    },
    unseenWorthInto(hour, out) {
      for (let j = 0; j < BANDS; j++) out[j] = (believed[j] as Float64Array)[hour - from] ?? 0;
    },
  };
}
