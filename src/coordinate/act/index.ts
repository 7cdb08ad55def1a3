export { mqttDevice } from "./adapters/mqtt-device.ts";
export { actMigrations, lockSite, LostSite, type SiteLock } from "./adapters/site-lock.ts";
export { slurmJobs } from "./adapters/slurm.ts";
export { answers, runWatchdog, watchedDevice } from "./adapters/watchdog.ts";
export { type ClockReading, type ControlClock, clockJump, readClock } from "./clock-check.ts";
export { type Demand, followDemand } from "./demand.ts";
export { doubtState } from "./doubt-state.ts";
export { type Enveloped, safeOrders, withinEnvelope } from "./envelope.ts";
export {
  type ExpectedSite,
  type ExpectRequest,
  jobsToCome,
  type SensedQuantity,
  type SensedSeries,
  siteForecaster,
  type ToldForecast,
} from "./expected-site.ts";
export type { DeviceLimits, EnvelopeLimits } from "./limits.ts";
export {
  type AllowedJobOrder,
  type AllowedSetPoint,
  type Orders,
  type SetPoint,
  targetOf,
} from "./order.ts";
export { ordersOfPlan } from "./orders-of-plan.ts";
export { type NamedPlan, planEnd, stepInForce } from "./plan-in-force.ts";
export type { DevicePort, JobsPort, MeterPort } from "./ports.ts";
export { readPlan } from "./read-plan.ts";
export { requestPlan } from "./request-plan.ts";
export { sendOrders, type Taken } from "./send-orders.ts";
export { senseSite, type Sensors, type Since } from "./sense-site.ts";
export { envelopeOf } from "./site-limits.ts";
export type { DeviceState, JobState, Measured, SiteState } from "./state.ts";
export type { DeviceTrust, GridTrust } from "./trust.ts";
export { sunspecBattery, sunspecInverter, sunspecMeter } from "./sunspec-devices.ts";
