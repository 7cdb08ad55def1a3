/** Past readings of one quantity in equal steps. */
export interface SeriesHistory {
  /** [T] one value a step; NaN where there is no reading. */
  readonly values: Float64Array;
  /** Minutes of a step; divides an hour, or is whole hours that divide a day. */
  readonly stepMinutes: number;
  /** Start of the first step. */
  readonly firstInstant: Date;
  /** Hours to add to UTC for local time: one for all, or [T] one a step (the last holds for later steps); 0 when left out. */
  readonly offsetHours?: number | Float64Array;
}

/** What is known beforehand for every step, past and to come: a tariff, a holiday, a weather forecast. */
export interface Covariate {
  readonly name: string;
  /** [≥ T + horizon] aligned with the first step of the history. */
  readonly values: Float64Array;
}

/** A history laid out for models: gaps filled from the past, with the local calendar of every step. */
export interface SeriesGrid {
  readonly stepMinutes: number;
  readonly stepsPerDay: number;
  readonly stepsPerHour: number;
  /** [T] NaN where missing. */
  readonly values: Float64Array;
  /** [T] a gap holds the value of a day before, else the last one: never anything later. NaN before the first reading. */
  readonly filled: Float64Array;
  /** Index of the first reading; T when there is none. */
  readonly first: number;
  /** Local hour of the day of any step, past or to come, with its fraction. */
  hourOfDay(step: number): number;
  /** Local day of the week of any step; Monday = 0. */
  weekday(step: number): number;
  readonly covariates: readonly Covariate[];
}

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

/** Lays a history out for models; reads no value later than the one that it writes. */
export function seriesGrid(history: SeriesHistory, covariates: readonly Covariate[] = []): SeriesGrid {
  const { values, stepMinutes, offsetHours = 0 } = history;
  const stepsPerDay = Math.round((DAY_HOURS * 60) / stepMinutes);
  const filled = new Float64Array(values.length);
  let first = values.length;
  for (let t = 0; t < values.length; t++) {
    const value = values[t] as number;
    if (Number.isFinite(value)) {
      filled[t] = value;
      if (first === values.length) first = t;
    } else filled[t] = t - stepsPerDay >= first ? (filled[t - stepsPerDay] as number) : (filled[t - 1] ?? Number.NaN);
  }
  const firstHour = history.firstInstant.getTime() / HOUR_MS;
  const localHour = (step: number): number => {
    const offset =
      typeof offsetHours === "number" ? offsetHours : (offsetHours[Math.min(step, offsetHours.length - 1)] ?? 0);
    return firstHour + offset + (step * stepMinutes) / 60;
  };
  return {
    stepMinutes,
    stepsPerDay,
    stepsPerHour: Math.max(1, Math.round(60 / stepMinutes)),
    values,
    filled,
    first,
    hourOfDay: (step) => {
      const hour = localHour(step) % DAY_HOURS;
      return hour < 0 ? hour + DAY_HOURS : hour;
    },
    // 1970-01-01 was a Thursday.
    weekday: (step) => (((Math.floor(localHour(step) / DAY_HOURS) + 3) % 7) + 7) % 7,
    covariates,
  };
}

/** Where values lie about an issue: typical value of the week before, typical distance from it in the four weeks before. */
export interface Scale {
  readonly level: number;
  readonly spread: number;
}

/** Distances above so many spreads are told by their logarithm, so that spikes do not rule a fit. */
const SQUASH = 3;
const LARGEST = 8;

/** Level and spread of what was known before `issue`. */
export function scaleBefore(grid: SeriesGrid, issue: number): Scale {
  const { filled, stepsPerDay } = grid;
  const from = Math.max(grid.first, issue - 7 * stepsPerDay);
  let sum = 0;
  for (let t = from; t < issue; t++) sum += filled[t] as number;
  const level = sum / Math.max(1, issue - from);
  const since = Math.max(grid.first, issue - 28 * stepsPerDay);
  let distance = 0;
  for (let t = since; t < issue; t++) distance += Math.abs((filled[t] as number) - level);
  return { level, spread: distance / Math.max(1, issue - since) + 1e-3 * Math.abs(level) + 1e-9 };
}

/** A value as models see it. */
export function scaled({ level, spread }: Scale, value: number): number {
  return SQUASH * Math.asinh((value - level) / spread / SQUASH);
}

/** Inverse of `scaled`. */
export function unscaled({ level, spread }: Scale, value: number): number {
  return level + spread * SQUASH * Math.sinh(Math.max(-LARGEST, Math.min(LARGEST, value / SQUASH)));
}
