import { fitMedianRidge, type Ridge } from "./ridge.ts";
import { type Racer, sameTime } from "./racers.ts";
import { type Scale, scaleBefore, scaled, type SeriesGrid, unscaled } from "./series-grid.ts";

/** Hours ahead at which a bucket ends: steps of one bucket share a model, weights and errors. */
const BUCKET_ENDS = [1, 2, 4, 8, 12, 24, 48, 96, 168] as const;

/** Bucket of a step ahead. */
export function bucketOf(grid: SeriesGrid, k: number): number {
  const hours = Math.floor((k * grid.stepMinutes) / 60) + 1;
  const bucket = BUCKET_ENDS.findIndex((end) => hours <= end);
  return bucket < 0 ? BUCKET_ENDS.length - 1 : bucket;
}

/** What is known at an issue, whatever the step ahead. */
export interface IssueState {
  readonly issue: number;
  readonly scale: Scale;
  /** Shared features: last values, means and how they moved. */
  readonly now: readonly number[];
}

const NEEDED_DAYS = 14;

export function issueState(grid: SeriesGrid, issue: number): IssueState {
  const { filled, stepsPerDay, stepsPerHour } = grid;
  const scale = scaleBefore(grid, issue);
  const mean = (end: number, steps: number): number => {
    let sum = 0;
    for (let t = end - steps; t < end; t++) sum += filled[t] as number;
    return scaled(scale, sum / steps);
  };
  const last = scaled(scale, filled[issue - 1] as number);
  const hour = mean(issue, stepsPerHour);
  const quarter = mean(issue, 6 * stepsPerHour);
  const day = mean(issue, stepsPerDay);
  return {
    issue,
    scale,
    now: [
      last,
      hour,
      quarter,
      day,
      last - scaled(scale, filled[issue - 1 - stepsPerDay] as number),
      hour - mean(issue - stepsPerDay, stepsPerHour),
      quarter - mean(issue - stepsPerDay, 6 * stepsPerHour),
      day - mean(issue - stepsPerDay, stepsPerDay),
    ],
  };
}

/** Features of step `issue + k`, all known before `issue`. */
export function horizonFeatures(grid: SeriesGrid, state: IssueState, k: number): number[] {
  const { filled, stepsPerDay } = grid;
  const { issue, scale, now } = state;
  const target = issue + k;
  const at = (step: number): number => scaled(scale, filled[step] as number);
  const day = sameTime(issue, k, stepsPerDay);
  const week = sameTime(issue, k, 7 * stepsPerDay);
  let profile = 0;
  for (let d = 0; d < 7; d++) profile += at(day - d * stepsPerDay) / 7;
  const turn = (2 * Math.PI * grid.hourOfDay(target)) / 24;
  const weekday = grid.weekday(target);
  // Mean of the same weekday, and of the last days of its kind: noise fades in a mean.
  let weekly = 0;
  let weeks = 0;
  for (let w = week; w >= grid.first && weeks < 4; w -= 7 * stepsPerDay, weeks++) weekly += at(w);
  const kind = grid.weekday(target) >= 5;
  let alike = 0;
  let days = 0;
  for (let d = day; d >= Math.max(grid.first, day - 14 * stepsPerDay) && days < 5; d -= stepsPerDay)
    if (grid.weekday(d) >= 5 === kind) {
      alike += at(d);
      days++;
    }
  const features = [
    weekly / weeks,
    alike / Math.max(1, days),
    at(day),
    at(day - stepsPerDay),
    at(week),
    at(week - 7 * stepsPerDay < grid.first ? week : week - 7 * stepsPerDay),
    profile,
    ...now,
    Math.sin(turn),
    Math.cos(turn),
    Math.sin(2 * turn),
    Math.cos(2 * turn),
    weekday >= 5 ? 1 : 0,
    weekday === 0 ? 1 : 0,
    grid.weekday(day) >= 5 ? 1 : 0,
  ];
  for (const { values } of grid.covariates)
    features.push(values[target] as number, (values[target] as number) - (values[day] as number));
  return features;
}

/** Most rows from which the model of one bucket learns. */
const ROWS = 4000;
const PENALTY = 0.003;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Issues, and steps ahead within a bucket, spread over the past so that every hour of the day has its share. */
export function trainingRows(
  grid: SeriesGrid,
  to: number,
  from: number,
  until: number,
  most: number,
): { rows: number[][]; wanted: number[] } {
  const first = grid.first + (NEEDED_DAYS + 1) * grid.stepsPerDay;
  const span = until - from;
  const issues = Math.max(1, to - until - first);
  const stride = Math.max(1, Math.ceil(issues / most)) | 1;
  const rows: number[][] = [];
  const wanted: number[] = [];
  for (let issue = first, n = 0; issue + until <= to; issue += stride, n++) {
    // Steps by the golden ratio fall on every hour of the day; steps in whole numbers met three of them only.
    const k = Math.floor(((n * GOLDEN) % 1) * span);
    const target = issue + from + k;
    if (!Number.isFinite(grid.values[target])) continue;
    const state = issueState(grid, issue);
    rows.push(horizonFeatures(grid, state, from + k));
    wanted.push(scaled(state.scale, grid.values[target] as number));
  }
  return { rows, wanted };
}

function ridgeOf(rows: readonly number[][], wanted: readonly number[]): Ridge | undefined {
  const width = rows[0]?.length ?? 0;
  if (rows.length < 3 * width) return undefined;
  const features = Array.from({ length: width }, (_, f) => Float64Array.from(rows, (row) => row[f] as number));
  return fitMedianRidge({ rows: rows.length, features, targets: [Float64Array.from(wanted)] }, PENALTY);
}

/** Steps ahead [from, until) of each bucket up to a horizon. */
export function bucketSpans(grid: SeriesGrid, steps: number): readonly (readonly [number, number])[] {
  const spans: (readonly [number, number])[] = [];
  let from = 0;
  for (const end of BUCKET_ENDS) {
    const until = Math.min(steps, Math.max(from + 1, Math.round((end * 60) / grid.stepMinutes)));
    spans.push([from, until]);
    from = until;
    if (from >= steps) break;
  }
  return spans;
}

/** Linear regression on what the naive forecasts know, one for each bucket of steps ahead, for any time of issue. */
export const pooledRidge: Racer = {
  name: "ridge",
  needsDays: NEEDED_DAYS + 14,
  fit(trainedOn, to, horizon) {
    const spans = bucketSpans(trainedOn, horizon);
    const models = spans.map(([from, until]) => {
      const { rows, wanted } = trainingRows(trainedOn, to, from, until, ROWS);
      return ridgeOf(rows, wanted);
    });
    const out = new Float64Array(1);
    return (grid) => (issue, steps) => {
      const state = issueState(grid, issue);
      return Float64Array.from({ length: steps }, (_, k) => {
        const bucket = spans.findIndex(([, until]) => k < until);
        const model = models[bucket < 0 ? models.length - 1 : bucket];
        if (model === undefined) return grid.filled[sameTime(issue, k, grid.stepsPerDay)] ?? Number.NaN;
        model.predictInto(horizonFeatures(grid, state, k), out);
        return unscaled(state.scale, out[0] as number);
      });
    };
  },
};
