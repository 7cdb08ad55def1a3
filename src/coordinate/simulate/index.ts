export { type Lever, LEVERS, SIMULATED, simulatedControl, siteWith } from "./levers.ts";
export { monthPeakKw } from "./month-peak.ts";
export { outlook } from "./outlook.ts";
export { BATCH_SHARE, simulatedJobs, type SubmittedJob } from "./simulated-jobs.ts";
export { SimulatedSite, type SimulatedStep } from "./simulated-site.ts";
export { type RunSummary, summariseRun } from "./summary.ts";
