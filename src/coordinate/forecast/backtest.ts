import { type DayAhead, FORECAST_MODELS, type ForecastInput, MODEL_PAST_HOURS } from "./models.ts";

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
}

export interface Backtest {
  readonly issues: number;
  readonly models: readonly Skill[];
}

const DAY = 24;
/** Days of past errors from which quantiles are taken. */
const ERROR_DAYS = 56;
const QUANTILES = [0.1, 0.5, 0.9] as const;
const NAIVE = 3;

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

/**
 * Day-ahead forecasts issued at every local midnight of a range, each from what was known then.
 * Models learn from hours before `from`, and again each quarter; quantiles come from a model's own errors of the last
 * eight weeks; the blend weighs models by the inverse square of their recent errors.
 * @param from  index of the first issue, which needs MODEL_PAST_HOURS before it; later hours are lived through until `to`
 */
export function backtest(input: ForecastInput, from: number, to: number): Backtest {
  const { values } = input;
  const names = [...FORECAST_MODELS.map((model) => model.name), "blend"];
  const books = names.map(errorBook);
  const recent = names.map(() => [] as number[]);
  const sums = names.map(() => ({ error: 0, pinball: 0, inside: 0, counted: 0 }));
  let size = 0;
  let issues = 0;
  let models: DayAhead[] = [];
  let fitted = Number.NEGATIVE_INFINITY;
  const warmUp = Math.max(MODEL_PAST_HOURS + 60 * DAY, from - ERROR_DAYS * DAY);
  for (let issue = warmUp; issue + DAY <= to; issue++) {
    if (input.localHour[issue] !== 0) continue;
    if (issue - fitted >= 2191) {
      models = FORECAST_MODELS.map((model) => model.fit(input, issue));
      fitted = issue;
    }
    const answers = models.map((model) => model(issue));
    const weights = recent.slice(0, -1).map((past) => {
      const mean = past.slice(-28).reduce((sum, error) => sum + error, 0) / Math.max(1, Math.min(28, past.length));
      return 1 / (mean ** 4 + 1e-12);
    });
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    answers.push(
      Float64Array.from({ length: DAY }, (_, k) =>
        weights.reduce((sum, weight, m) => sum + (weight / total) * (answers[m]?.[k] ?? 0), 0),
      ),
    );
    const judged = issue >= from;
    if (judged) issues++;
    answers.forEach((answer, m) => {
      let day = 0;
      const sum = sums[m];
      const book = books[m];
      if (!sum || !book) return;
      const bands = judged ? Array.from({ length: DAY }, (_, k) => book.band(k)) : [];
      for (let k = 0; k < DAY; k++) {
        const value = values[issue + k] as number;
        const error = value - (answer[k] as number);
        day += Math.abs(error);
        if (judged) {
          const band = bands[k] ?? [];
          sum.error += Math.abs(error);
          sum.counted++;
          QUANTILES.forEach((share, q) => {
            sum.pinball += pinball(error - (band[q] ?? 0), share) / QUANTILES.length;
          });
          if (error >= (band[0] ?? 0) && error <= (band[2] ?? 0)) sum.inside++;
          if (m === 0) size += Math.abs(value);
        }
        book.add(k, error);
      }
      recent[m]?.push(day);
    });
  }
  const wapes = sums.map((sum) => sum.error / Math.max(1e-12, size));
  const best = Math.min(...wapes.slice(0, NAIVE));
  return {
    issues,
    models: names.map((model, m) => {
      const sum = sums[m] ?? { pinball: 0, inside: 0, counted: 0 };
      const count = Math.max(1, sum.counted);
      const wape = wapes[m] ?? 0;
      return { model, wape, skill: 1 - wape / best, pinball: sum.pinball / count, coverage: sum.inside / count };
    }),
  };
}
