import { fail, ok, type Result } from "../../ground/issue/index.ts";
import { type HourlySeries, instantOf } from "../sense/hourly-series.ts";
import { type Backtest, backtest } from "./backtest.ts";

/** Hours before the first issue: a week, and a day in which errors are seen. */
const NEEDED_HOURS = 8 * 24;

/**
 * A rolling backtest over a range of a series.
 * @param from, to  hours since 1970, half-open
 * @issues SERIES-012 (too little before or within the range)
 */
export function backtestSeries(series: HourlySeries, from: number, to: number, file: string): Result<Backtest> {
  const first = from - series.firstHour;
  const last = to - series.firstHour;
  if (first < NEEDED_HOURS || last - first < 48)
    return fail({
      code: "SERIES-012",
      severity: "error",
      at: { file },
      expected: instantOf(series.firstHour + NEEDED_HOURS)
        .toISOString()
        .slice(0, 10),
      actual: instantOf(from).toISOString().slice(0, 10),
    });
  return ok(backtest(series, first, last));
}
