import type { Climate } from "./climate.ts";
import type { WeatherHour } from "./weather.ts";

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
/** Correlation of a day's mean with that of the day before. */
const PERSISTENCE = 0.65;
const WARMEST_HOUR = 14;

/** Uniform numbers in [0, 1) from a seed (mulberry32): the same on every machine. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** The same numbers moved and stretched to mean 0 and standard deviation 1. */
function standardised(numbers: readonly number[]): number[] {
  const mean = numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  const deviation = Math.sqrt(numbers.reduce((sum, one) => sum + (one - mean) ** 2, 0) / numbers.length);
  return numbers.map((one) => (one - mean) / deviation);
}

/**
 * A year of 8,760 hours from the monthly statistics of a climate: each month has its mean, its deviation of daily means
 * and its swing of the day, so what depends on temperature comes out as it does over the real typical year.
 * @source own method: daily means as a first-order autoregression, a cosine over the day
 */
export function generatedYear(climate: Climate, seed = 1): WeatherHour[] {
  const next = uniform(seed);
  const hours: WeatherHour[] = [];
  let memory = 0;
  climate.months.forEach((month, index) => {
    const days = DAYS[index] ?? 30;
    const walk = Array.from({ length: days }, () => {
      memory = PERSISTENCE * memory + Math.sqrt(1 - PERSISTENCE ** 2) * normal(next);
      return memory;
    });
    const dry = standardised(walk);
    const own = standardised(dry.map(() => normal(next)));
    const wet = standardised(
      dry.map((one, day) => month.correlation * one + Math.sqrt(1 - month.correlation ** 2) * (own[day] ?? 0)),
    );
    const [dryMean, dryDeviation, dryRange] = month.dryBulb;
    const [wetMean, wetDeviation, wetRange] = month.wetBulb;
    for (let day = 0; day < days; day++)
      for (let hour = 0; hour < 24; hour++) {
        const swing = 0.5 * Math.cos((2 * Math.PI * (hour - WARMEST_HOUR)) / 24);
        const dryBulbC = dryMean + dryDeviation * (dry[day] ?? 0) + dryRange * swing;
        const wetBulbC = Math.min(dryBulbC, wetMean + wetDeviation * (wet[day] ?? 0) + wetRange * swing);
        const height = Math.max(0, Math.sin((Math.PI * (hour + 0.5 - 6)) / 12));
        // The sum of the sine over twelve hours is about 7.65.
        hours.push({ dryBulbC, wetBulbC, sunWPerM2: (1000 * month.sun * height) / 7.6613 });
      }
  });
  return hours;
}
