import { type Racer, sameTime } from "./racers.ts";
import { fitMedianRidge, type Ridge } from "./ridge.ts";
import { scaleBefore, scaled, type SeriesGrid, unscaled } from "./series-grid.ts";

/** Days of past below which the weights of whole days are guesses. */
const NEEDED_DAYS = 90;
/** Most past days from which it learns. */
const MOST_DAYS = 1100;
const PENALTY = 0.03;
const DAYS_OF_WEEK = [0, 1, 2, 3, 4, 5, 6] as const;

/** The last two days and the day a week ago step by step, scaled: the same for every step ahead. */
function daysBefore(grid: SeriesGrid, issue: number): { features: number[]; scale: ReturnType<typeof scaleBefore> } {
  const { filled, stepsPerDay } = grid;
  const scale = scaleBefore(grid, issue);
  const features: number[] = [];
  for (const back of [1, 2, 7])
    for (let i = 0; i < stepsPerDay; i++)
      features.push(scaled(scale, filled[issue - back * stepsPerDay + i] as number));
  return { features, scale };
}

/** Means of the same time on the last seven days and on the last four days of its name, and the weekday itself. */
function ofStep(grid: SeriesGrid, issue: number, k: number, scale: ReturnType<typeof scaleBefore>): number[] {
  const day = sameTime(issue, k, grid.stepsPerDay);
  const week = sameTime(issue, k, 7 * grid.stepsPerDay);
  let recent = 0;
  for (let d = 0; d < 7; d++) recent += scaled(scale, grid.filled[day - d * grid.stepsPerDay] as number) / 7;
  let weekly = 0;
  let weeks = 0;
  for (let t = week; t >= grid.first && weeks < 4; t -= 7 * grid.stepsPerDay, weeks++)
    weekly += scaled(scale, grid.filled[t] as number);
  const weekday = grid.weekday(issue + k);
  return [recent, weekly / Math.max(1, weeks), ...DAYS_OF_WEEK.map((one) => (one === weekday ? 1 : 0))];
}

/**
 * Linear regression on every hour of the last days, one for each step ahead, for issues at one time of the day: what
 * is learned from issues at midnight holds for issues at midnight. Made for hourly steps and a day ahead.
 */
export const dayRidge: Racer = {
  name: "whole-day ridge",
  needsDays: NEEDED_DAYS,
  fit(trainedOn, to, steps) {
    const { stepsPerDay } = trainedOn;
    const models: Ridge[] = [];
    const past: { issue: number; features: number[]; scale: ReturnType<typeof scaleBefore> }[] = [];
    const oldest = Math.max(trainedOn.first + 15 * stepsPerDay, to - MOST_DAYS * stepsPerDay);
    for (let issue = to - Math.ceil(steps / stepsPerDay) * stepsPerDay; issue >= oldest; issue -= stepsPerDay)
      past.push({ issue, ...daysBefore(trainedOn, issue) });
    for (let k = 0; k < steps; k++) {
      const rows: number[][] = [];
      const wanted: number[] = [];
      for (const { issue, features, scale } of past) {
        const value = trainedOn.values[issue + k] as number;
        if (!Number.isFinite(value)) continue;
        rows.push([...features, ...ofStep(trainedOn, issue, k, scale)]);
        wanted.push(scaled(scale, value));
      }
      const width = rows[0]?.length ?? 0;
      const columns = Array.from({ length: width }, (_, f) => Float64Array.from(rows, (row) => row[f] as number));
      models.push(
        fitMedianRidge({ rows: rows.length, features: columns, targets: [Float64Array.from(wanted)] }, PENALTY),
      );
    }
    const out = new Float64Array(1);
    return (grid) => (issue, length) => {
      const { features, scale } = daysBefore(grid, issue);
      return Float64Array.from({ length }, (_, k) => {
        models[k]?.predictInto([...features, ...ofStep(grid, issue, k, scale)], out);
        return unscaled(scale, out[0] as number);
      });
    };
  },
};
