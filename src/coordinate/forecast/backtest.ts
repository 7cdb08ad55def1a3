import { instantOf, type HourlySeries } from "../sense/hourly-series.ts";
import { boostedRacer } from "./boosted-racer.ts";
import { dayRidge } from "./day-ridge.ts";
import { pooledRidge } from "./pooled-ridge.ts";
import { startRace } from "./race.ts";
import { levelRacer, NAIVE_RACERS, type Racer } from "./racers.ts";
import { seriesGrid, type SeriesGrid } from "./series-grid.ts";

/** How a model did in a rolling backtest. */
export interface Skill {
  readonly model: string;
  /** Σ |error| ÷ Σ |value|, of the middle forecast. */
  readonly wape: number;
  /** 1 − wape ÷ wape of the best naive model. */
  readonly skill: number;
  /** Mean pinball loss of the 10, 50 and 90 % quantiles, in the unit of the series. */
  readonly pinball: number;
  /** Share of values within the band from 10 to 90 %. */
  readonly coverage: number;
  /** Hours that are judged; fewer for a model that joined later. */
  readonly hours: number;
}

export interface Backtest {
  readonly issues: number;
  readonly models: readonly Skill[];
}

const DAY = 24;
/** Days of past errors from which quantiles are taken. */
const ERROR_DAYS = 56;
const QUANTILES = [0.1, 0.5, 0.9] as const;
const RETRAIN_DAYS = 28;

/** The models that race day-ahead; naive ones first. */
export const DAY_AHEAD_RACERS: readonly Racer[] = [...NAIVE_RACERS, levelRacer, pooledRidge, dayRidge, boostedRacer];

/** Value below which a share of the sorted numbers lies, between neighbours in proportion. */
function quantile(sorted: ArrayLike<number>, share: number): number {
  const x = share * (sorted.length - 1);
  const low = Math.floor(x);
  const a = sorted[low] ?? 0;
  return a + ((sorted[Math.min(sorted.length - 1, low + 1)] ?? a) - a) * (x - low);
}

const pinball = (error: number, share: number): number => (error >= 0 ? share * error : (share - 1) * error);

/** Keeps a model's recent errors by hour ahead, and tells their quantiles. */
function errorBook(): { add(k: number, error: number): void; band(k: number): readonly number[] } {
  const errors = Array.from({ length: DAY }, () => [] as number[]);
  return {
    add(k, error) {
      const book = errors[k] ?? [];
      book.push(error);
      if (book.length > ERROR_DAYS) book.shift();
    },
    band(k) {
      // Neighbouring hours share their errors: three books are steadier than one.
      const near = [errors[k - 1] ?? [], errors[k] ?? [], errors[k + 1] ?? []].flat().sort((a, b) => a - b);
      return QUANTILES.map((share) => quantile(near, share));
    },
  };
}

/** Sums of one model over the hours that are judged. */
function scoreSheet() {
  const book = errorBook();
  let [error, size, loss, inside, hours] = [0, 0, 0, 0, 0];
  return {
    /** @param answer [24]  @param band [Q][24] quantiles; from the model's own past errors when left out */
    judge(
      grid: SeriesGrid,
      issue: number,
      answer: Float64Array,
      counts: boolean,
      band?: readonly Float64Array[],
    ): void {
      const bands = Array.from({ length: DAY }, (_, k) =>
        band === undefined
          ? book.band(k).map((one) => (answer[k] as number) + one)
          : band.map((path) => path[k] as number),
      );
      for (let k = 0; k < DAY; k++) {
        const value = grid.values[issue + k] as number;
        if (!Number.isFinite(value)) continue;
        const off = value - (answer[k] as number);
        const at = bands[k] ?? [];
        if (counts) {
          error += Math.abs(off);
          size += Math.abs(value);
          hours++;
          QUANTILES.forEach((share, q) => {
            loss += pinball(value - (at[q] ?? 0), share) / QUANTILES.length;
          });
          if (value >= (at[0] ?? 0) && value <= (at[2] ?? 0)) inside++;
        }
        book.add(k, off);
      }
    },
    result: () => ({
      wape: error / Math.max(1e-12, size),
      pinball: loss / Math.max(1, hours),
      coverage: inside / Math.max(1, hours),
      hours,
    }),
  };
}

/**
 * Day-ahead forecasts issued at every local midnight of a range, each from what was known then. The race of live
 * forecasts runs as it would have: models are trained every four weeks, weighed by what they said in the eight weeks
 * before, and the blend's bands come from its own errors. Hours without a reading are not judged.
 * @param from  index of the first hour that may be an issue; @param to  the last day ends by it
 */
export function backtest(series: HourlySeries, from: number, to: number): Backtest {
  const grid = seriesGrid({
    values: series.values.map((value, i) => (series.missing[i] === 1 ? Number.NaN : value)),
    stepMinutes: 60,
    firstInstant: instantOf(series.firstHour),
    offsetHours: series.offsetHours,
  });
  const race = startRace({
    racers: DAY_AHEAD_RACERS,
    horizonSteps: DAY,
    quantiles: QUANTILES,
    retrainDays: RETRAIN_DAYS,
    calibrationDays: ERROR_DAYS,
    issueEveryHours: DAY,
  });
  const sheets = new Map<string, ReturnType<typeof scoreSheet>>();
  const sheetOf = (model: string): ReturnType<typeof scoreSheet> => {
    const sheet = sheets.get(model) ?? scoreSheet();
    sheets.set(model, sheet);
    return sheet;
  };
  let issues = 0;
  const warmUp = Math.max(7 * DAY, from - ERROR_DAYS * DAY);
  for (let issue = warmUp; issue + DAY <= to; issue++) {
    if (Math.floor(grid.hourOfDay(issue)) !== 0) continue;
    const judged = issue >= from;
    if (judged) issues++;
    const { models, blend, values } = race.forecast(grid, issue);
    for (const { name, values: answer } of models) sheetOf(name).judge(grid, issue, answer, judged);
    sheetOf("blend").judge(grid, issue, blend, judged, values);
  }
  const results = [...sheets].map(([model, sheet]) => ({ model, ...sheet.result() }));
  const naive = new Set(NAIVE_RACERS.map(({ name }) => name));
  const best = Math.min(...results.filter(({ model }) => naive.has(model)).map(({ wape }) => wape));
  const rank = (model: string): number =>
    model === "blend" ? DAY_AHEAD_RACERS.length : DAY_AHEAD_RACERS.findIndex(({ name }) => name === model);
  return {
    issues,
    models: results
      .sort((a, b) => rank(a.model) - rank(b.model))
      .map((one) => ({ ...one, skill: best > 0 ? 1 - one.wape / best : 0 })),
  };
}
