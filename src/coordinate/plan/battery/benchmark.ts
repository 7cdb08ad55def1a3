import type { HourlySeries } from "../../sense/hourly-series.ts";
import { yearRange } from "../../sense/hourly-series.ts";
import type { Battery } from "./battery.ts";
import { bestSchedule } from "./best-schedule.ts";
import { levelAdjusted, simplePolicies } from "./simple-policies.ts";
import { planOnForecast } from "./forecast-policy.ts";
import { runPolicy } from "./rolling.ts";

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
  /** How the policy was made, in words. */
  readonly method: string;
}

/** Local hour of the day of every element. */
export function localHours(series: HourlySeries): Int8Array {
  return Int8Array.from(series.values, (_, i) => {
    const local = series.firstHour + i + Math.floor(series.offsetHours[i] ?? 0);
    return ((local % 24) + 24) % 24;
  });
}

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
  const policies = simplePolicies(battery, { price, localHour: localHours(series), lastHour: to });
  const baselines = Object.fromEntries(
    Object.entries(policies).map(([name, policy]) => [
      name,
      result(runPolicy(battery, price, from, to, policy).saving),
    ]),
  );
  const policy = planOnForecast(battery, price, to, levelAdjusted(price));
  const started = nowMs();
  const { saving, replans } = runPolicy(battery, price, from, to, policy);
  const meanSolveMs = (nowMs() - started) / Math.max(1, replans);
  return { perfect, ...result(saving), baselines, replans, meanSolveMs, method: "level-adjusted" };
}
