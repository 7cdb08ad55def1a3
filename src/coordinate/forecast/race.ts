import { type Calibration, calibrate, type PastIssue, scoreDrift, type Drift } from "./calibration.ts";
import { type Foretell, NAIVE_COUNT, type Racer } from "./racers.ts";
import type { SeriesGrid } from "./series-grid.ts";
import { type RacerSkill, skillOf } from "./skill.ts";

export interface RaceOptions {
  readonly racers: readonly Racer[];
  readonly horizonSteps: number;
  /** Ascending, each in (0, 1). */
  readonly quantiles: readonly number[];
  /** Days between two trainings. */
  readonly retrainDays: number;
  /** Days of past issues by which models are weighed and bands are set. */
  readonly calibrationDays: number;
  /** Hours between two of these issues. */
  readonly issueEveryHours: number;
}

/** What the race says about the steps from an issue on. */
export interface RaceAnswer {
  /** [Q][H] */
  readonly values: readonly Float64Array[];
  /** [H] the blend before quantiles are set about it. */
  readonly blend: Float64Array;
  /** [models] what each model says, by name. */
  readonly models: readonly { readonly name: string; readonly values: Float64Array; readonly weight: number }[];
  readonly skill: readonly RacerSkill[];
  readonly drift: Drift;
  readonly trainedTo: number;
}

/** A race that goes on from issue to issue: models are trained on schedule, and weighed by what they said before. */
export interface Race {
  /** @param issue  first step that is not known; later ones are never read */
  forecast(grid: SeriesGrid, issue: number): RaceAnswer;
}

/** At most so much of a short past is kept for calibration. */
const CALIBRATION_SHARE = 0.4;

function held(answer: Float64Array, grid: SeriesGrid, issue: number): Float64Array {
  const last = grid.filled[issue - 1] as number;
  return answer.map((value) => (Number.isFinite(value) ? value : last));
}

export function startRace(options: RaceOptions): Race {
  const { racers, horizonSteps, calibrationDays } = options;
  let entrants: { readonly racer: Racer; foretell: (grid: SeriesGrid) => Foretell }[] = [];
  let past: PastIssue[] = [];
  let calibration: Calibration | undefined;
  let trainedTo = Number.NEGATIVE_INFINITY;
  let calibratedTo = Number.NEGATIVE_INFINITY;

  const train = (grid: SeriesGrid, to: number): void => {
    const days = (to - grid.first) / grid.stepsPerDay;
    const able = racers.filter((racer) => days >= racer.needsDays);
    // Weights belong to entrants: when others join, what the newcomers would have said is not known.
    if (able.length !== entrants.length) past = [];
    entrants = able.map((racer) => ({ racer, foretell: racer.fit(grid, to, horizonSteps) }));
    trainedTo = to;
  };

  const answersAt = (grid: SeriesGrid, issue: number): Float64Array[] =>
    entrants.map(({ foretell }) => held(foretell(grid)(issue, horizonSteps), grid, issue));

  const record = (grid: SeriesGrid, issue: number, answers: readonly Float64Array[]): void => {
    // Before anything is weighed, the models that are not naive are trusted alike; a naive one only where there is no other.
    const trusted = answers.length > NAIVE_COUNT ? answers.slice(NAIVE_COUNT) : answers.slice(-1);
    const mean = (k: number): number =>
      trusted.reduce((sum, answer) => sum + (answer[k] as number), 0) / trusted.length;
    const blend = calibration?.blend(grid, answers) ?? Float64Array.from({ length: horizonSteps }, (_, k) => mean(k));
    past.push({ issue, answers, blend });
  };

  const recalibrate = (grid: SeriesGrid, known: number): void => {
    const oldest = known - calibrationDays * grid.stepsPerDay;
    past = past.filter(({ issue }) => issue >= oldest);
    calibration = calibrate(grid, past, known, entrants.length, horizonSteps, options.quantiles);
    calibratedTo = known;
  };

  /** Lives through past issues up to one, with models that saw nothing of them. */
  const liveThrough = (grid: SeriesGrid, from: number, until: number, every: number): void => {
    for (let issue = from; issue <= until; issue += every) {
      if (issue - calibratedTo >= 3 * grid.stepsPerDay) recalibrate(grid, issue);
      record(grid, issue, answersAt(grid, issue));
    }
  };

  return {
    forecast(grid, issue) {
      const every = options.issueEveryHours * grid.stepsPerHour;
      if (issue - trainedTo >= options.retrainDays * grid.stepsPerDay || issue < trainedTo) {
        const days = (issue - grid.first) / grid.stepsPerDay;
        const span = Math.floor(Math.min(calibrationDays, days * CALIBRATION_SHARE) * grid.stepsPerDay);
        const able = racers.filter((racer) => days >= racer.needsDays).length;
        if (issue < trainedTo || able !== entrants.length || past.length === 0) {
          past = [];
          calibration = undefined;
          calibratedTo = issue - span;
          train(grid, issue - span);
          const count = Math.floor(span / every);
          liveThrough(grid, issue - count * every, issue - every, every);
        } else liveThrough(grid, (past.at(-1)?.issue ?? issue) + every, issue - every, every);
        const kept = past;
        const before = entrants.length;
        train(grid, issue);
        if (entrants.length === before) past = kept;
        recalibrate(grid, issue);
      } else {
        liveThrough(grid, (past.at(-1)?.issue ?? issue) + every, issue - 0.9 * every, every);
        if (issue - calibratedTo >= grid.stepsPerDay) recalibrate(grid, issue);
      }
      const answers = answersAt(grid, issue);
      const now = calibration as Calibration;
      if (issue - (past.at(-1)?.issue ?? Number.NEGATIVE_INFINITY) >= 0.9 * every) record(grid, issue, answers);
      const blend = now.blend(grid, answers);
      return {
        values: now.quantiles(grid, issue, blend),
        blend,
        models: entrants.map(({ racer }, m) => ({
          name: racer.name,
          values: answers[m] as Float64Array,
          weight: now.meanWeight(m),
        })),
        skill: skillOf(
          grid,
          past,
          issue,
          entrants.map(({ racer }) => racer.name),
        ),
        drift: scoreDrift(grid, past, issue),
        trainedTo,
      };
    },
  };
}
