import type { HourlySeries } from "../../sense/hourly-series.ts";
import { instantOf, localHours, localWeekdays, yearRange } from "../../sense/hourly-series.ts";
import type { Battery } from "./battery.ts";
import { bestSchedule } from "./best-schedule.ts";
import { fitBoosting } from "../../forecast/models.ts";
import { planOnForecast } from "./forecast-policy.ts";
import { learnedPolicy, type Review } from "./learned-policy.ts";
import { simplePolicies } from "./simple-policies.ts";
import { type BatteryPolicy, runPolicy } from "./rolling.ts";
import { valueFeatures } from "./value-features.ts";

/** What one method saved, and which share of the perfect-foresight saving that is. */
export interface MethodResult {
  readonly captured: number;
  /** 1 = as good as knowing everything; 0 where nothing can be saved. */
  readonly share: number;
}

export interface BatteryBenchmark extends MethodResult {
  /** Saving with every value known, price unit × MWh. */
  readonly perfect: number;
  readonly baselines: Readonly<Record<string, MethodResult>>;
  readonly replans: number;
  readonly meanSolveMs: number;
  /** What was chosen to run the battery, and when. */
  readonly reviews: readonly (Review & { readonly at: string })[];
}

/** Past hours without which no boosted forecast takes part. */
const RIVAL_PAST_HOURS = 120 * 24;

/**
 * Lives a year with the battery, re-planning every hour, and compares with perfect foresight and the simple methods.
 * @param nowMs  a clock, to time the decisions
 * @returns      undefined when the series holds nothing of the year
 */
export function benchmarkBattery(
  battery: Battery,
  series: HourlySeries,
  year: number,
  nowMs: () => number,
): BatteryBenchmark | undefined {
  const range = yearRange(series, year);
  if (!range) return undefined;
  const { from, to } = range;
  const price = series.values;
  const perfect = bestSchedule(battery, price.subarray(from, to)).saving;
  const result = (captured: number): MethodResult => ({ captured, share: perfect > 0 ? captured / perfect : 0 });
  const localHour = localHours(series);
  const simple = () => simplePolicies(battery, { price, localHour, lastHour: to });
  const weekday = localWeekdays(series);
  const rivals: Record<string, BatteryPolicy> = { ...simple() };
  if (from >= RIVAL_PAST_HOURS) {
    const input = { values: price, localHour, weekday };
    const foretell = fitBoosting(input, from)(input);
    rivals.gradientBoosting = planOnForecast(battery, price, to, (hour) => foretell(hour + 1));
  }
  const baselines = Object.fromEntries(
    Object.entries(rivals).map(([name, policy]) => [name, result(runPolicy(battery, price, from, to, policy).saving)]),
  );
  const started = nowMs();
  const features = valueFeatures(battery, price, localHour, weekday, series.firstHour);
  const reviews: (Review & { at: string })[] = [];
  const policy = learnedPolicy(battery, price, features, simple, from, (review) => {
    reviews.push({ ...review, at: instantOf(series.firstHour + review.hour).toISOString() });
  });
  const { saving, replans } = runPolicy(battery, price, from, to, policy);
  const meanSolveMs = (nowMs() - started) / Math.max(1, replans);
  return { perfect, ...result(saving), baselines, replans, meanSolveMs, reviews };
}
