export { type ReadSeries, readSeries, type SeriesFile } from "./sense/read-series.ts";
export { type HourlySeries, hourOf, instantOf, localHours, yearRange } from "./sense/hourly-series.ts";
export { type LinearModel, type ModelBuilder, modelBuilder } from "./plan/model/linear-model.ts";
export type { Solution, SolveOptions, Solver, SolveStatus } from "./plan/model/solver.ts";
export { highsSolver } from "./plan/model/highs-solver.ts";
export { mpsText } from "./plan/model/mps.ts";
export { type Battery, BENCHMARK_BATTERY } from "./plan/battery/battery.ts";
export { batteryModel } from "./plan/battery/battery-model.ts";
export { bestSchedule, type Schedule } from "./plan/battery/best-schedule.ts";
export { type BatteryPolicy, type Captured, runPolicy } from "./plan/battery/rolling.ts";
export { type BatteryBenchmark, benchmarkBattery, type MethodResult } from "./plan/battery/benchmark.ts";
export * from "./devices/index.ts";
export * from "./sense/index.ts";
export * from "./simulate/index.ts";
export * from "./site/index.ts";
export { backtestSeries } from "./forecast/backtest-series.ts";
export type { Backtest, Skill } from "./forecast/backtest.ts";
export { type Lived, simplePolicies } from "./plan/battery/simple-policies.ts";
export {
  type DemandResponseOffer,
  type Maintenance,
  MONEY_OBJECTIVE,
  type ObjectivePart,
  type PlanJob,
  type PlanObjective,
  type PlanRequest,
  type PlanScenario,
  type PlanState,
} from "./plan/site/plan-request.ts";
export type {
  JobOrder,
  JobOutcome,
  OfferDecision,
  PlanAction,
  PlanAlarm,
  PlanConflict,
  PlanCost,
  PlanSolver,
  PlanStep,
  SitePlan,
} from "./plan/site/site-plan.ts";
export {
  type Forecaster,
  type ForecasterOptions,
  type SeriesForecast,
  forecastSeries,
  seriesForecaster,
} from "./forecast/forecaster.ts";
export type { Covariate, SeriesHistory } from "./forecast/series-grid.ts";
export type { Drift } from "./forecast/calibration.ts";
export type { RacerSkill } from "./forecast/skill.ts";
export { type ReadJobs, readJobs } from "./plan/jobs/read-jobs.ts";
export {
  benchmarkShifting,
  type SameWait,
  type ShiftingResult,
  usualCapacity,
  type ZoneShifting,
} from "./plan/jobs/shifting-benchmark.ts";
export * from "./act/index.ts";
export * from "./verify/index.ts";
export { boundSite } from "./plan/site/bound-site.ts";
export { planSite } from "./plan/site/plan-site.ts";
export {
  EMPTY_PLAN_FILE,
  type JobTrace,
  type MaintenanceWindow,
  type PlanFile,
  readPlanFile,
} from "./plan/site/plan-file.ts";
export { usualScenario } from "./plan/site/usual-scenario.ts";
