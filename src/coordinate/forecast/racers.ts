import type { SeriesGrid } from "./series-grid.ts";

/** Foretells `steps` steps from `issue` on; the last known step is `issue − 1`. */
export type Foretell = (issue: number, steps: number) => Float64Array;

/** A model that takes part in the race. */
export interface Racer {
  readonly name: string;
  /** Days of past below which it does not take part. */
  readonly needsDays: number;
  /** Learns from steps before `to` alone. The grid may grow afterwards; what is known at an issue is passed with it. */
  fit(grid: SeriesGrid, to: number, steps: number): (grid: SeriesGrid) => Foretell;
}

/** Step of the past at the same time of day: the latest that is known when step `issue + k` is foretold. */
export function sameTime(issue: number, k: number, period: number): number {
  return issue + k - period * Math.ceil((k + 1) / period);
}

function naive(name: string, needsDays: number, back: (grid: SeriesGrid, issue: number, k: number) => number): Racer {
  return {
    name,
    needsDays,
    fit: () => (grid) => (issue, steps) =>
      Float64Array.from({ length: steps }, (_, k) => grid.filled[back(grid, issue, k)] ?? Number.NaN),
  };
}

/** The simplest forecasts, always in the race. */
export const NAIVE_RACERS: readonly Racer[] = [
  naive("last value", 0, (_, issue) => issue - 1),
  naive("24 h", 1, (grid, issue, k) => sameTime(issue, k, grid.stepsPerDay)),
  naive("168 h", 7, (grid, issue, k) => sameTime(issue, k, 7 * grid.stepsPerDay)),
];

/** The first so many entrants of a race are naive. */
export const NAIVE_COUNT = NAIVE_RACERS.length;

/** Of how far the last hour is from a day before, so much is left after each hour. */
const LEVEL_FADES = 0.9;

/** Yesterday again, moved by how far the last hour is from the same hour of yesterday; learns nothing, and soon takes part. */
export const levelRacer: Racer = {
  name: "24 h, moved",
  needsDays: 2,
  fit: () => (grid) => (issue, steps) => {
    const { filled, stepsPerDay, stepsPerHour } = grid;
    const moved = (filled[issue - 1] as number) - (filled[issue - 1 - stepsPerDay] as number);
    return Float64Array.from(
      { length: steps },
      (_, k) =>
        (filled[sameTime(issue, k, stepsPerDay)] ?? Number.NaN) + LEVEL_FADES ** ((k + 1) / stepsPerHour) * moved,
    );
  },
};
