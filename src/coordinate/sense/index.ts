export { parseInstant } from "./csv-readings.ts";
export { type FileChunk, fileReadings } from "./adapters/file-readings.ts";
export { openTelemetry, type TelemetryOptions } from "./adapters/open-telemetry.ts";
export { mqttSource } from "./adapters/mqtt-source.ts";
export { prometheusSource } from "./adapters/prometheus-source.ts";
export { slurmSource } from "./adapters/slurm-source.ts";
export { sunspecSource } from "./adapters/sunspec-source.ts";
export { telemetryMigrations } from "./adapters/telemetry-schema.ts";
export { telemetryVerifier } from "./adapters/verify-telemetry.ts";
export { STEPS, type Step } from "./buckets.ts";
export { checkReadings, QUALITIES, type Quality, type Reading } from "./reading.ts";
export { RepeatedInstants } from "./repeated-instants.ts";
export {
  conversionTo,
  type Conversion,
  defaultHoldMs,
  readSeriesUnit,
  SERIES_KINDS,
  type SeriesDefinition,
  type SeriesKind,
} from "./series.ts";
export type { Latest, Resampled, SealedDay, SealedTime, StoredSeries, Telemetry } from "./telemetry.ts";
export type { AskedSeries, SourcePort } from "./source.ts";
