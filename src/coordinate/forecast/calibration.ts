import { bucketOf } from "./pooled-ridge.ts";
import type { SeriesGrid } from "./series-grid.ts";

/** What was said at an issue of the past. */
export interface PastIssue {
  readonly issue: number;
  /** [models][H] */
  readonly answers: readonly Float64Array[];
  /** [H] blended with the weights of that time. */
  readonly blend: Float64Array;
}

/** How models are weighed, and how wide the bands are. */
export interface Calibration {
  /** @param answers [models][H] */
  blend(grid: SeriesGrid, answers: readonly Float64Array[]): Float64Array;
  /** @returns [Q][H] about a blend issued at `issue` */
  quantiles(grid: SeriesGrid, issue: number, blend: Float64Array): Float64Array[];
  /** Weight of a model over all steps ahead. */
  meanWeight(model: number): number;
}

/** Whether the latest errors are unlike those before. */
export interface Drift {
  readonly drifting: boolean;
  /** Mean error of the last week ÷ that of the weeks before; undefined while too little is known. */
  readonly errorRatio: number | undefined;
  /** Mean error ÷ mean absolute error of the last week: ±1 = always to the same side (positive = values above the forecast). */
  readonly bias: number | undefined;
}

const ROUNDS = 120;
/** Most rows by which the models of a bucket are weighed. */
const MOST_ROWS = 1500;
/** Weights start in proportion to 1 / (mean error) to this power: what is twice as far off counts a quarter. */
const START_POWER = 2;
/** A month of past issues, after which the fitted weights count as much as those at the start. */
const START_ISSUES = 30;
/** Errors lose half their weight for the bands in so many days. */
const HALF_LIFE_DAYS = 21;
/** Least share of the mean error that an hour of the day is taken to have. */
const SCALE_FLOOR = 0.1;

interface Row {
  readonly values: Float64Array;
  readonly actual: number;
}

/** Rows at equal spacing, odd so that every hour of the day stays. */
function thinned(rows: readonly Row[]): readonly Row[] {
  const stride = Math.ceil(rows.length / MOST_ROWS) | 1;
  return stride === 1 ? rows : rows.filter((_, i) => i % stride === 0);
}

/** Weights by how far each model was off by itself; all alike where nothing is known. */
function startWeights(rows: readonly Row[], models: number): Float64Array {
  const off = new Float64Array(models);
  for (const { values, actual } of rows)
    for (let m = 0; m < models; m++) off[m] = (off[m] as number) + Math.abs((values[m] as number) - actual);
  const best = Math.min(...off);
  const weights = off.map((one) => ((best + 1e-12) / (one + 1e-12)) ** START_POWER);
  const total = weights.reduce((sum, one) => sum + one, 0);
  return weights.map((one) => one / total);
}

/**
 * Weights on the simplex that minimise the mean absolute error of the blend, by exponentiated gradient; over few past
 * issues they keep near to those at the start, since the least error over a few days is an accident.
 */
function weigh(rows: readonly Row[], models: number, issues: number): Float64Array {
  const start = startWeights(rows, models);
  if (rows.length < 10) return start;
  const weights = start.slice();
  let size = 0;
  for (const { values, actual } of rows) {
    let nearest = Number.POSITIVE_INFINITY;
    for (const value of values) nearest = Math.min(nearest, Math.abs(value - actual));
    size += nearest / rows.length;
  }
  const sum = new Float64Array(models);
  const slope = new Float64Array(models);
  for (let round = 1; round <= ROUNDS; round++) {
    slope.fill(0);
    for (const { values, actual } of rows) {
      let blend = 0;
      for (let m = 0; m < models; m++) blend += (weights[m] as number) * (values[m] as number);
      const side = Math.sign(blend - actual);
      for (let m = 0; m < models; m++) slope[m] = (slope[m] as number) + side * ((values[m] as number) - actual);
    }
    const rate = 1.5 / Math.sqrt(round) / (rows.length * (size + 1e-12));
    const least = Math.min(...slope);
    let total = 0;
    for (let m = 0; m < models; m++) {
      weights[m] = (weights[m] as number) * Math.exp(-rate * ((slope[m] as number) - least)) + 1e-9;
      total += weights[m] as number;
    }
    for (let m = 0; m < models; m++) {
      weights[m] = (weights[m] as number) / total;
      if (round > ROUNDS / 2) sum[m] = (sum[m] as number) + (weights[m] as number) / (ROUNDS / 2);
    }
  }
  const share = issues ** 2 / (issues ** 2 + START_ISSUES ** 2);
  return sum.map((one, m) => share * one + (1 - share) * (start[m] as number));
}

/** Value below which a share of the weight of sorted errors lies; a finite sample is made a little wider, not narrower. */
function weightedQuantile(sorted: readonly { error: number; weight: number }[], share: number): number {
  if (sorted.length === 0) return 0;
  let total = 0;
  for (const { weight } of sorted) total += weight;
  const upper = share >= 0.5;
  const wanted = (upper ? share : 1 - share) * (total + 1);
  let sum = 0;
  for (let i = 0; i < sorted.length; i++) {
    const one = sorted[upper ? i : sorted.length - 1 - i] as { error: number; weight: number };
    sum += one.weight;
    if (sum >= wanted) return one.error;
  }
  return (sorted[upper ? sorted.length - 1 : 0] as { error: number }).error;
}

/** Weighs models and sets bands from past issues, reading no value from `known` on. */
export function calibrate(
  grid: SeriesGrid,
  past: readonly PastIssue[],
  known: number,
  models: number,
  horizon: number,
  shares: readonly number[],
): Calibration {
  const buckets = horizon > 0 ? bucketOf(grid, horizon - 1) + 1 : 1;
  const rows = Array.from({ length: buckets }, () => [] as Row[]);
  const hourSum = new Float64Array(24);
  const hourCount = new Float64Array(24);
  const errors: { bucket: number; hour: number; error: number; age: number }[] = [];
  let lowest = Number.POSITIVE_INFINITY;
  for (let t = Math.max(0, grid.first); t < known; t++) lowest = Math.min(lowest, grid.filled[t] as number);
  for (const { issue, answers, blend } of past) {
    const until = Math.min(horizon, known - issue);
    for (let k = 0; k < until; k++) {
      const actual = grid.values[issue + k] as number;
      if (!Number.isFinite(actual)) continue;
      const bucket = bucketOf(grid, k);
      rows[bucket]?.push({ values: Float64Array.from(answers, (answer) => answer[k] as number), actual });
      const hour = Math.floor(grid.hourOfDay(issue + k));
      const error = actual - (blend[k] as number);
      hourSum[hour] = (hourSum[hour] as number) + Math.abs(error);
      hourCount[hour] = (hourCount[hour] as number) + 1;
      errors.push({ bucket, hour, error, age: (known - issue) / grid.stepsPerDay });
    }
  }
  const weights = rows.map((of) => weigh(thinned(of), models, past.length));
  const total = hourSum.reduce((sum, one) => sum + one, 0) / Math.max(1, errors.length);
  const hourScale = Float64Array.from(
    hourSum,
    (sum, hour) => (sum + 3 * total) / ((hourCount[hour] as number) + 3) + SCALE_FLOOR * total + 1e-12,
  );
  const bands = Array.from({ length: buckets }, (_, bucket) => {
    const own = errors
      .filter((one) => one.bucket === bucket)
      .map(({ hour, error, age }) => ({
        error: error / (hourScale[hour] as number),
        weight: 0.5 ** (age / HALF_LIFE_DAYS),
      }))
      .sort((a, b) => a.error - b.error);
    return shares.map((share) => weightedQuantile(own, share));
  });
  return {
    blend: (on, answers) =>
      Float64Array.from({ length: horizon }, (_, k) => {
        const own = weights[Math.min(buckets - 1, bucketOf(on, k))] as Float64Array;
        let sum = 0;
        for (let m = 0; m < models; m++) sum += (own[m] as number) * ((answers[m] as Float64Array)[k] as number);
        return sum;
      }),
    quantiles: (on, issue, blend) =>
      shares.map((_, q) =>
        Float64Array.from(blend, (middle, k) => {
          const scale = hourScale[Math.floor(on.hourOfDay(issue + k))] as number;
          const value = middle + scale * (bands[Math.min(buckets - 1, bucketOf(on, k))]?.[q] ?? 0);
          // What was never negative is not foretold to be.
          return lowest >= 0 ? Math.max(0, value) : value;
        }),
      ),
    meanWeight: (model) => weights.reduce((sum, own) => sum + (own[model] as number), 0) / weights.length,
  };
}

/** Errors of the last week from so many times the usual on are called a drift. */
const DRIFT_RATIO = 1.6;
const DRIFT_BIAS = 0.8;

/** Compares the first day ahead of the issues of the last week with those before. */
export function scoreDrift(grid: SeriesGrid, past: readonly PastIssue[], known: number): Drift {
  let [late, lateSum, early, count, countEarly] = [0, 0, 0, 0, 0];
  for (const { issue, blend } of past) {
    const recent = issue >= known - 8 * grid.stepsPerDay;
    const until = Math.min(blend.length, grid.stepsPerDay, known - issue);
    for (let k = 0; k < until; k++) {
      const error = (grid.values[issue + k] as number) - (blend[k] as number);
      if (!Number.isFinite(error)) continue;
      if (recent) {
        late += Math.abs(error);
        lateSum += error;
        count++;
      } else {
        early += Math.abs(error);
        countEarly++;
      }
    }
  }
  if (count < grid.stepsPerDay || countEarly < grid.stepsPerDay)
    return { drifting: false, errorRatio: undefined, bias: undefined };
  const errorRatio = late / count / Math.max(1e-12, early / countEarly);
  const bias = late > 0 ? lateSum / late : 0;
  return {
    drifting: errorRatio >= DRIFT_RATIO || (Math.abs(bias) >= DRIFT_BIAS && errorRatio >= 1.2),
    errorRatio,
    bias,
  };
}
