export {
  counterfactualStep,
  type KeptLevers,
  plainCoolingMode,
  plainModes,
  plainUpsMode,
} from "./counterfactual.ts";
export {
  type CapturedShare,
  capturedShare,
  type DaySaving,
  type DaySkill,
  type ForecastPoint,
  forecastSkill,
} from "./daily-scores.ts";
export { type IpmvpChoice, ipmvpOption, LEAST_SHARE, type MeasureFacts } from "./ipmvp-option.ts";
export {
  type Closure,
  type Invoice,
  type InvoiceCheck,
  invoiceAgainstMeter,
  meterClosure,
  type MeterReading,
} from "./meter-tree.ts";
export {
  amountsOf,
  isWhole,
  itOf,
  METERED_STEP_H,
  METERED_STEP_MS,
  type MeteredAmount,
  type MeteredSpan,
  type MeteredStep,
  type ModelledStep,
  modelledStep,
  spansOf,
  usedOf,
} from "./metered-month.ts";
export { type ModelFit, modelFit } from "./model-fit.ts";
export {
  baselineUncertainty,
  type CarbonStatement,
  monthShares,
  type Savings,
  type SavingsBasis,
  savingsOf,
  type Uncertain,
  type VerifiedStep,
} from "./savings.ts";
export { type StorageAccount, storageAccount } from "./storage-account.ts";
export { studentT } from "./student-t.ts";
