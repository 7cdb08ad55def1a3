import type { Battery } from "./battery.ts";
import { BANDS, bandedValueOfForecast } from "./banded-value.ts";

const DAY = 24;
const WEEK = 168;
/** Hours of the past that a row of features needs. */
export const FEATURE_PAST_HOURS = 2 * WEEK;
/** Hours ahead that the forecasts among the features reach. */
const AHEAD = 30;

/** Features of every hour, each made of nothing later than its hour, with the scale in which prices are told. */
export interface ValueFeatures {
  /** [features][T]; rows before FEATURE_PAST_HOURS are zero. */
  readonly columns: readonly Float64Array[];
  /** [T] typical price of the last week. */
  readonly level: Float64Array;
  /** [T] typical distance from it in the last four weeks. */
  readonly spread: Float64Array;
  /** Spreads from which on a distance is told by its logarithm; 0 = never. */
  readonly squash: number;
  /** Where among the columns the worths by the last two simple forecasts begin (level-adjusted, mean day); BANDS columns each. */
  readonly worthColumns: readonly [number, number];
}

/** More spreads than any market has shown, as a logarithm. */
const LARGEST = 8;

type Scale = Pick<ValueFeatures, "level" | "spread" | "squash">;

/** A distance in spreads, told by its logarithm where it is large, so that spikes do not rule a fit. */
export function squashed(distance: number, squash: number): number {
  return squash > 0 ? squash * Math.asinh(distance / squash) : distance;
}

/** Inverse of `squashed`, held to what a market can show. */
export function unsquashed(scaled: number, squash: number): number {
  return squash > 0 ? squash * Math.sinh(Math.max(-LARGEST, Math.min(LARGEST, scaled / squash))) : scaled;
}

/** A price as the models see it: squashed distance from the level, in spreads. */
export function scaledPrice(scale: Scale, hour: number, price: number): number {
  return squashed((price - (scale.level[hour] as number)) / (scale.spread[hour] as number), scale.squash);
}

/** Inverse of `scaledPrice`. */
export function unscaledPrice(scale: Scale, hour: number, scaled: number): number {
  return unsquashed(scaled, scale.squash) * (scale.spread[hour] as number) + (scale.level[hour] as number);
}

function trailingMean(values: Float64Array, window: number): Float64Array {
  const out = new Float64Array(values.length);
  let sum = 0;
  for (let t = 0; t < values.length; t++) {
    sum += values[t] as number;
    if (t >= window) sum -= values[t - window] as number;
    out[t] = sum / Math.min(window, t + 1);
  }
  return out;
}

/** Forecasts on which the battery's worth is computed, each from the past alone; element k is hour t + 1 + k. */
function simpleForecasts(price: Float64Array, t: number, out: readonly Float64Array[]): void {
  const [yesterday, weekly, adjusted, profile] = out as readonly [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const at = (hour: number): number => price[hour] as number;
  let profileNow = 0;
  for (let d = 1; d <= 7; d++) profileNow += at(t - DAY * d) / 7;
  const fromDay = at(t) - at(t - DAY);
  const fromProfile = at(t) - profileNow;
  const fromWeek = at(t) - at(t - WEEK);
  for (let k = 0; k < AHEAD; k++) {
    const back = t + 1 + k - DAY * Math.ceil((k + 1) / DAY);
    let mean = 0;
    for (let d = 0; d < 7; d++) mean += at(back - DAY * d) / 7;
    const fade = 0.9 ** (k + 1);
    yesterday[k] = at(back);
    adjusted[k] = at(back) + fade * fromDay;
    profile[k] = 0.5 * mean + 0.5 * (0.5 * at(back) + 0.5 * at(t + 1 + k - WEEK)) + fade * fromProfile;
    weekly[k] = at(t + 1 + k - WEEK) + fade * fromWeek;
  }
}

/**
 * Features for the worth of stored energy.
 * @param price      [T] per MWh
 * @param localHour  [T] 0–23
 * @param weekday    [T] 0–6
 */
export function valueFeatures(
  battery: Battery,
  price: Float64Array,
  localHour: ArrayLike<number>,
  weekday: ArrayLike<number>,
  firstHour: number,
  squash = 3,
): ValueFeatures {
  const hours = price.length;
  const level = trailingMean(price, WEEK);
  const spread = trailingMean(
    price.map((value, t) => Math.abs(value - (level[t] as number))),
    4 * WEEK,
  ).map((value, t) => value + 1e-3 * Math.abs(level[t] as number) + 1e-9);
  const columns: Float64Array[] = [];
  const column = (make: (t: number) => number): void => {
    const values = new Float64Array(hours);
    for (let t = FEATURE_PAST_HOURS; t < hours; t++) values[t] = make(t);
    columns.push(values);
  };
  const scale = { level, spread, squash };
  const scaled = (t: number, value: number): number => scaledPrice(scale, t, value);
  const lag = (t: number, k: number): number => scaled(t, price[t - k] as number);
  for (const k of [0, 1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 18, 19, 20, 21, 22, 23, 24]) column((t) => lag(t, k));
  // Same hours a week ago and the mean day of the last week, at the hours to come.
  for (const k of [1, 2, 3, 5, 8, 12, 16, 20]) column((t) => scaled(t, price[t + k - WEEK] as number));
  for (const k of [0, 1, 2, 3, 4, 6, 8, 10, 12, 15, 18, 21])
    column((t) => {
      let sum = 0;
      for (let d = 1; d <= 7; d++) sum += price[t + k - DAY * d] as number;
      return scaled(t, sum / 7);
    });
  const window = (t: number, span: number, pick: (...values: number[]) => number): number =>
    scaled(t, pick(...price.subarray(t - span + 1, t + 1)));
  for (const span of [6, 24]) {
    column((t) => window(t, span, Math.max));
    column((t) => window(t, span, Math.min));
  }
  const short = trailingMean(price, DAY);
  column((t) => scaled(t, short[t] as number));
  const shortSpread = trailingMean(
    price.map((value, t) => Math.abs(value - (short[t] as number))),
    DAY,
  );
  column((t) => (shortSpread[t] as number) / (spread[t] as number));
  column((t) => (level[t] as number) / (spread[t] as number));
  const turn = 2 * Math.PI;
  for (const of of [1, 2]) {
    column((t) => Math.sin((turn * of * (localHour[t] as number)) / DAY));
    column((t) => Math.cos((turn * of * (localHour[t] as number)) / DAY));
  }
  column((t) => localHour[t] as number);
  column((t) => weekday[t] as number);
  column((t) => ((weekday[t] as number) >= 5 ? 1 : 0));
  column((t) => (((weekday[t] as number) + 1) % 7 >= 5 ? 1 : 0));
  column((t) => Math.sin((turn * (firstHour + t)) / 8766));
  column((t) => Math.cos((turn * (firstHour + t)) / 8766));
  // What the battery's energy would be worth if one of four simple forecasts were certain.
  const forecasts = [0, 1, 2, 3].map(() => new Float64Array(AHEAD));
  const worth = new Float64Array(BANDS);
  const banks = forecasts.map(() => Array.from({ length: BANDS }, () => new Float64Array(hours)));
  for (let t = FEATURE_PAST_HOURS; t < hours; t++) {
    simpleForecasts(price, t, forecasts);
    forecasts.forEach((forecast, which) => {
      bandedValueOfForecast(battery, forecast, AHEAD, short[t] as number, worth);
      banks[which]?.forEach((bank, j) => {
        bank[t] = scaled(t, worth[j] as number);
      });
    });
  }
  columns.push(...banks.flat());
  const worthColumns = [columns.length - 2 * BANDS, columns.length - BANDS] as const;
  return { columns, level, spread, squash, worthColumns };
}
