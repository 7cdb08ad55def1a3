import type { PastIssue } from "./calibration.ts";
import { NAIVE_COUNT } from "./racers.ts";
import type { SeriesGrid } from "./series-grid.ts";

/** How far a model was off over the past issues of a race. */
export interface RacerSkill {
  readonly model: string;
  /** Σ |error| ÷ Σ |value|; undefined while nothing can be told. */
  readonly wape: number | undefined;
  /** 1 − wape ÷ wape of the best naive model. */
  readonly skill: number | undefined;
}

/** Skill of each entrant and of the blend over past issues, on what is known before `known`. */
export function skillOf(
  grid: SeriesGrid,
  past: readonly PastIssue[],
  known: number,
  names: readonly string[],
): readonly RacerSkill[] {
  const errors = new Float64Array(names.length + 1);
  let size = 0;
  for (const { issue, answers, blend } of past) {
    const until = Math.min(blend.length, known - issue);
    for (let k = 0; k < until; k++) {
      const value = grid.values[issue + k] as number;
      if (!Number.isFinite(value)) continue;
      size += Math.abs(value);
      for (let m = 0; m <= names.length; m++)
        errors[m] = (errors[m] as number) + Math.abs(value - ((answers[m] ?? blend)[k] as number));
    }
  }
  const best = Math.min(...errors.subarray(0, Math.min(NAIVE_COUNT, names.length)));
  return [...names, "blend"].map((model, m) => ({
    model,
    wape: size > 0 ? (errors[m] as number) / size : undefined,
    skill: best > 0 ? 1 - (errors[m] as number) / best : undefined,
  }));
}
