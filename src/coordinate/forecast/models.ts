import { type BoostingOptions, DEFAULT_BOOSTING, fitBoostedTrees, type TrainingTable } from "./boosted-trees.ts";

/** What a model is given: hourly values, of which none after an issue hour may be used. */
export interface ForecastInput {
  /** [T] */
  readonly values: Float64Array;
  /** [T] local hour of the day, 0–23. */
  readonly localHour: ArrayLike<number>;
  /** [T] Monday = 0. */
  readonly weekday: ArrayLike<number>;
}

/** Foretells the 24 hours after an issue hour; element k is hour `issue + k`, and the last known value is `issue − 1`. */
export type DayAhead = (issue: number) => Float64Array;

const DAY = 24;
const WEEK = 168;
/** Hours that a row of features looks back. */
export const MODEL_PAST_HOURS = 2 * WEEK;

/** Features of hour `issue + k`, all known before `issue`. */
function featuresOf({ values, localHour, weekday }: ForecastInput, issue: number, k: number, level: number): number[] {
  const at = (hour: number): number => (values[hour] as number) - level;
  const target = issue + k;
  let profile = 0;
  for (let d = 1; d <= 7; d++) profile += at(target - DAY * (d + (d * DAY > k ? 0 : 1))) / 7;
  const hour = (((localHour[issue - 1] ?? 0) + 1 + k) % DAY) as number;
  const day = ((weekday[issue - 1] ?? 0) + Math.floor(((localHour[issue - 1] ?? 0) + 1 + k) / DAY)) % 7;
  let dayMean = 0;
  let lastHours = 0;
  for (let h = 1; h <= DAY; h++) dayMean += at(issue - h) / DAY;
  for (let h = 1; h <= 6; h++) lastHours += at(issue - h) / 6;
  return [
    at(target - DAY),
    at(target - 2 * DAY),
    at(target - 3 * DAY),
    at(target - WEEK),
    at(target - 2 * WEEK + (target - 2 * WEEK < 0 ? WEEK : 0)),
    profile,
    at(issue - 1),
    at(issue - 2),
    at(issue - 4),
    at(issue - 1) - at(issue - 1 - DAY),
    lastHours,
    dayMean,
    Math.sin((2 * Math.PI * hour) / DAY),
    Math.cos((2 * Math.PI * hour) / DAY),
    day >= 5 ? 1 : 0,
    day === 0 ? 1 : 0,
    k,
    hour,
    day,
  ];
}

/** Mean of the week before the issue: what values are told relative to. */
function levelBefore(values: Float64Array, issue: number): number {
  let sum = 0;
  for (let h = 1; h <= WEEK; h++) sum += values[issue - h] as number;
  return sum / WEEK;
}

const ALL_HOURS = Array.from({ length: DAY }, (_, k) => k);

/** Issues are taken at this spacing from the training hours; odd, so that every hour of the day is one. */
const ISSUE_STEP = 25;

function trainingTable(input: ForecastInput, to: number): TrainingTable {
  const rows: number[][] = [];
  const wanted: number[] = [];
  for (let issue = MODEL_PAST_HOURS; issue + DAY <= to; issue += ISSUE_STEP) {
    const level = levelBefore(input.values, issue);
    // Before the first reading there is nothing to learn from.
    if (!Number.isFinite(level + (input.values[issue - MODEL_PAST_HOURS] as number))) continue;
    for (const k of ALL_HOURS) {
      rows.push(featuresOf(input, issue, k, level));
      wanted.push((input.values[issue + k] as number) - level);
    }
  }
  const width = rows[0]?.length ?? 0;
  return {
    rows: rows.length,
    features: Array.from({ length: width }, (_, f) => Float64Array.from(rows, (row) => row[f] as number)),
    targets: [Float64Array.from(wanted)],
  };
}

/** Learns boosted trees, on the features of all hours ahead together, from hours before `to` alone. */
export function fitBoosting(
  trainedOn: ForecastInput,
  to: number,
  loss: BoostingOptions["loss"] = "squared",
): (input: ForecastInput) => DayAhead {
  const options = { ...DEFAULT_BOOSTING, trees: 200, featureShare: 0.6, loss };
  const model = fitBoostedTrees(trainingTable(trainedOn, to), options);
  const out = new Float64Array(1);
  return (input) => (issue) => {
    const level = levelBefore(input.values, issue);
    return Float64Array.from(ALL_HOURS, (k) => {
      model.predictInto(featuresOf(input, issue, k, level), out);
      return level + (out[0] as number);
    });
  };
}
