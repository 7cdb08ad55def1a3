import { type Battery, hourlyDropMwh, hourlyGainMwh } from "./battery.ts";
import { planOnForecast, type Foresight } from "./forecast-policy.ts";
import type { BatteryPolicy } from "./rolling.ts";
import { bestCharge, endValue, hourBack, type StoredValue } from "./stored-value.ts";

/** What a simple method may look at: values up to the hour of its decision. */
export interface Lived {
  /** [T] per MWh; an element counts as unknown until its hour has come. */
  readonly price: Float64Array;
  /** [T] local hour of the day, 0–23. */
  readonly localHour: Int8Array;
  /** The end of the range that is lived through. */
  readonly lastHour: number;
}

/** Hours that the simple methods look ahead. */
const HORIZON = 48;
const DAY = 24;
const HARD = 1e6;

/** Yesterday's value at the same hour, again and again. */
export function persistence(price: Float64Array, horizon = HORIZON): Foresight {
  return (hour) =>
    Float64Array.from(
      { length: horizon },
      (_, i) => price[hour + 1 + i - DAY * Math.ceil((i + 1) / DAY)] ?? price[hour] ?? 0,
    );
}

/** Yesterday's value, moved by today's distance from yesterday, which fades by a tenth an hour. */
export function levelAdjusted(price: Float64Array, horizon = HORIZON): Foresight {
  const naive = persistence(price, horizon);
  return (hour) => {
    const distance = (price[hour] ?? 0) - (price[hour - DAY] ?? price[hour] ?? 0);
    return Float64Array.from(naive(hour), (value, i) => value + 0.9 ** (i + 1) * distance);
  };
}

/** Made at local midnight on yesterday's values, twice in a row, and kept all day. */
function yesterdaysPlan(battery: Battery, lived: Lived): BatteryPolicy {
  let values: StoredValue[] = [];
  let day: Float64Array = new Float64Array(0);
  let midnight = Number.NEGATIVE_INFINITY;
  return (hour, charge) => {
    const begins = hour - (lived.localHour[hour] ?? 0);
    if (begins !== midnight && (hour - midnight >= DAY || lived.localHour[hour] === 0)) {
      midnight = begins;
      day = Float64Array.from({ length: 2 * DAY }, (_, i) => lived.price[begins - DAY + (i % DAY)] ?? 0);
      values = [];
      let value = endValue(battery, HARD);
      for (let i = day.length - 1; i >= 0; i--) {
        values[i] = value;
        value = hourBack(battery, value, day[i] ?? 0);
      }
    }
    const index = Math.min(hour - midnight, day.length - 1);
    const value = values[index];
    return value === undefined ? charge : bestCharge(battery, value, day[index] ?? 0, charge);
  };
}

/** Charges in the three hours of the day that were cheapest yesterday, discharges in the three that were dearest. */
function cheapestHours(battery: Battery, lived: Lived): BatteryPolicy {
  let ways = new Map<number, number>();
  let midnight = Number.NEGATIVE_INFINITY;
  return (hour, charge) => {
    if (hour - midnight >= DAY || lived.localHour[hour] === 0) {
      midnight = hour - (lived.localHour[hour] ?? 0);
      const yesterday = Array.from({ length: DAY }, (_, i) => ({ i, price: lived.price[midnight - DAY + i] ?? 0 }));
      yesterday.sort((a, b) => a.price - b.price);
      ways = new Map();
      if (midnight >= DAY) {
        for (const { i } of yesterday.slice(0, 3)) ways.set(i, hourlyGainMwh(battery));
        for (const { i } of yesterday.slice(-3)) ways.set(i, -hourlyDropMwh(battery));
      }
    }
    return charge + (ways.get(hour - midnight) ?? 0);
  };
}

/** The simple methods that everything else must beat, by name. */
export function simplePolicies(battery: Battery, lived: Lived): Readonly<Record<string, BatteryPolicy>> {
  const { price, lastHour } = lived;
  return {
    persistence: planOnForecast(battery, price, lastHour, persistence(price)),
    levelAdjusted: planOnForecast(battery, price, lastHour, levelAdjusted(price)),
    yesterdaysPlan: yesterdaysPlan(battery, lived),
    cheapestHours: cheapestHours(battery, lived),
  };
}
