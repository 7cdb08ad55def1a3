import { type DayAhead, fitBoosting, type ForecastInput, MODEL_PAST_HOURS } from "./models.ts";
import type { Racer } from "./racers.ts";
import type { SeriesGrid } from "./series-grid.ts";

function inputOf(grid: SeriesGrid): ForecastInput {
  return {
    values: grid.filled,
    localHour: Int8Array.from(grid.filled, (_, t) => Math.floor(grid.hourOfDay(t))),
    weekday: Int8Array.from(grid.filled, (_, t) => grid.weekday(t)),
  };
}

/** Boosted trees on hourly steps, a day ahead. */
export const boostedRacer: Racer = {
  name: "gradient boosting",
  needsDays: MODEL_PAST_HOURS / 24 + 60,
  fit(trainedOn, to) {
    const learned = fitBoosting(inputOf(trainedOn), to, "absolute");
    let seen: SeriesGrid | undefined;
    let foretell: DayAhead;
    return (grid) => (issue) => {
      if (grid !== seen) {
        foretell = learned(inputOf(grid));
        seen = grid;
      }
      return foretell(issue);
    };
  },
};
