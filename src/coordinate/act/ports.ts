import type { Result } from "../../ground/issue/index.ts";
import type { AllowedJobOrder, AllowedSetPoint } from "./order.ts";
import type { DeviceState, JobState, Measured } from "./state.ts";

/** A device that is connected. Failures of the outside come back as issues: ACT-020 (no answer), ACT-021 (refuses). */
export interface DevicePort {
  /** What the device says of itself now. */
  read(): Promise<Result<DeviceState>>;
  /** Done when the device, read back, holds the set-point together with its revert time. */
  write(setPoint: AllowedSetPoint): Promise<Result<void>>;
  close(): Promise<void>;
}

/** A meter of grid power. */
export interface MeterPort {
  read(): Promise<Result<Measured>>;
  close(): Promise<void>;
}

/** The scheduler of jobs. */
export interface JobsPort {
  read(): Promise<Result<ReadonlyMap<string, JobState>>>;
  write(order: AllowedJobOrder): Promise<Result<void>>;
}
