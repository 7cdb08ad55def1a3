import { type Issue, ok, type Result } from "../../ground/issue/index.ts";
import type { Drift } from "./calibration.ts";
import { pooledRidge } from "./pooled-ridge.ts";
import { type Race, startRace } from "./race.ts";
import { levelRacer, NAIVE_RACERS } from "./racers.ts";
import { type Covariate, seriesGrid, type SeriesHistory } from "./series-grid.ts";
import type { RacerSkill } from "./skill.ts";

export interface ForecasterOptions {
  /** Steps ahead; at most 168 hours. */
  readonly horizonSteps: number;
  /** Ascending, each in (0, 1); 0.1, 0.5 and 0.9 when left out. */
  readonly quantiles?: readonly number[];
  /** Days between two trainings; 7 when left out. */
  readonly retrainDays?: number;
}

/** Forecasts of a series, issued at an instant. */
export interface SeriesForecast {
  /** Start of the first step that is foretold. */
  readonly issuedAt: Date;
  readonly stepMinutes: number;
  readonly quantiles: readonly number[];
  /** [Q][H] in the unit of the series: one path for each quantile, never crossing. */
  readonly values: readonly Float64Array[];
  /** Weights of the models in the blend, largest first. */
  readonly model: readonly { readonly name: string; readonly weight: number }[];
  /** How far each model, and the blend, was off over the past issues by which they are weighed. */
  readonly skill: readonly RacerSkill[];
  /** Whether the latest errors are unlike those before. */
  readonly drift: Drift;
  /** Values before this instant were learned from. */
  readonly trainedTo: Date;
}

/** Foretells one series again and again: models are trained on schedule, weighed by what they said, and answer in milliseconds between. */
export interface Forecaster {
  /**
   * @param history     values from `issuedAt` on are never read, be they there or not
   * @param issuedAt    the step in which it lies is the first that is foretold; where the history ends sooner, what is between is missing
   * @param covariates  known beforehand; each must reach through the horizon
   * @issues FORECAST-001 (no reading before the issue), FORECAST-002 (a covariate does not reach through the horizon)
   */
  forecast(history: SeriesHistory, issuedAt: Date, covariates?: readonly Covariate[]): Result<SeriesForecast>;
}

const MINUTE_MS = 60_000;
const DEFAULT_QUANTILES = [0.1, 0.5, 0.9] as const;

/** Makes a forecaster for one series. Same inputs, same forecasts: nothing is drawn by chance but from a fixed seed. */
export function seriesForecaster(options: ForecasterOptions): Forecaster {
  const quantiles = options.quantiles ?? DEFAULT_QUANTILES;
  const start = (): Race =>
    startRace({
      racers: [...NAIVE_RACERS, levelRacer, pooledRidge],
      horizonSteps: options.horizonSteps,
      quantiles,
      retrainDays: options.retrainDays ?? 7,
      calibrationDays: 56,
      issueEveryHours: 7,
    });
  let race = start();
  let origin: Date | undefined;
  let stepMinutes = 0;
  return {
    forecast(history, issuedAt, covariates = []) {
      const stepMs = history.stepMinutes * MINUTE_MS;
      if (origin === undefined || history.firstInstant < origin || history.stepMinutes !== stepMinutes) {
        origin = history.firstInstant;
        stepMinutes = history.stepMinutes;
        race = start();
      }
      // Steps are counted from where the first history began, so that a window which slides keeps what was learned.
      const ahead = Math.round((history.firstInstant.getTime() - origin.getTime()) / stepMs);
      const issue = Math.floor((issuedAt.getTime() - origin.getTime()) / stepMs);
      const needed = issue - ahead + options.horizonSteps;
      const problems: Issue[] = [];
      for (const { name, values } of covariates) {
        const hole = values.subarray(0, Math.max(0, needed)).findIndex((value) => !Number.isFinite(value));
        const reach = hole < 0 ? values.length : hole;
        if (reach < needed)
          problems.push({
            code: "FORECAST-002",
            severity: "error",
            at: { column: name },
            expected: `${needed}`,
            actual: `${reach}`,
          });
      }
      const known = history.values.subarray(0, Math.max(0, issue - ahead));
      if (!known.some((value) => Number.isFinite(value)))
        problems.push({ code: "FORECAST-001", severity: "error", at: {}, actual: issuedAt.toISOString() });
      if (problems.length > 0) return { ok: false, issues: problems };
      const answer = race.forecast(
        seriesGrid(
          {
            values: shifted(known, ahead, issue),
            stepMinutes,
            firstInstant: origin,
            offsetHours:
              history.offsetHours instanceof Float64Array
                ? shifted(history.offsetHours, ahead, ahead + history.offsetHours.length)
                : (history.offsetHours ?? 0),
          },
          covariates.map(({ name, values }) => ({ name, values: shifted(values, ahead, ahead + values.length) })),
        ),
        issue,
      );
      const instant = (step: number): Date => new Date((origin as Date).getTime() + step * stepMs);
      return ok({
        issuedAt: instant(issue),
        stepMinutes,
        quantiles,
        values: answer.values,
        model: answer.models.map(({ name, weight }) => ({ name, weight })).sort((a, b) => b.weight - a.weight),
        skill: answer.skill,
        drift: answer.drift,
        trainedTo: instant(answer.trainedTo),
      });
    },
  };
}

/** Values moved to begin `ahead` steps later, in an array of `length`; what is not there is missing. */
function shifted(values: Float64Array, ahead: number, length: number): Float64Array {
  if (ahead === 0 && values.length === length) return values;
  const out = new Float64Array(length).fill(Number.NaN);
  out.set(values.subarray(0, length - ahead), ahead);
  return out;
}

/** One forecast without a past of its own: trains, calibrates and answers. Use `seriesForecaster` to ask again and again. */
export function forecastSeries(
  history: SeriesHistory,
  options: ForecasterOptions & { readonly issuedAt: Date; readonly covariates?: readonly Covariate[] },
): Result<SeriesForecast> {
  return seriesForecaster(options).forecast(history, options.issuedAt, options.covariates);
}
