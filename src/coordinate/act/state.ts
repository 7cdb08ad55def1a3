/** A value with the instant that it is of, in milliseconds since 1970 UTC. Nothing measured: the whole is absent. */
export interface Measured {
  readonly value: number;
  readonly at: number;
}

/** What a device says of itself; what it did not say is absent. */
export interface DeviceState {
  /** Charging and consumption positive. */
  readonly powerKw?: Measured;
  readonly storedKwh?: Measured;
  /** The set-point that the device holds, kW; absent when it holds none and runs by itself. */
  readonly setPointKw?: Measured;
  readonly mode?: { readonly mode: string; readonly at: number };
  /** When it last went on or off, or into its mode. */
  readonly changedAt?: number;
  /** Modes that the site's rules allow under present conditions; absent when the conditions are not known. */
  readonly allowedModes?: readonly string[];
}

/** A job as the scheduler tells it. Instants are milliseconds since 1970 UTC. */
export interface JobState {
  readonly id: string;
  /** Class and cluster of the site file. */
  readonly workload: string;
  readonly cluster: string;
  readonly accelerators: number;
  readonly phase: "pending" | "running";
  /** True when a person has put it on hold: it is not ours to start. */
  readonly held: boolean;
  /** Before this it does not start. */
  readonly beginAt: number;
  readonly startedAt?: number;
  /** Time that it may still run, s. */
  readonly remainingS: number;
  /** Time that the scheduler reserves for it when it begins anew, s. */
  readonly limitS: number;
  readonly deadlineAt?: number;
  /** Whether its class may be deferred at all; serving never is. */
  readonly deferrable: boolean;
  /** Whether it may be stopped and run again. */
  readonly suspendable: boolean;
  /** Its last checkpoint. */
  readonly checkpointAt?: number;
  /** Most work that may be lost: a checkpoint older than this is none. */
  readonly checkpointS?: number;
}

/** What is true of a site at an instant, as far as it could be read. */
export interface SiteState {
  readonly at: number;
  /** Power drawn from the grid; fed back when negative. */
  readonly gridKw?: Measured;
  readonly devices: ReadonlyMap<string, DeviceState>;
  /** Absent when the scheduler did not answer. */
  readonly jobs?: ReadonlyMap<string, JobState>;
}

/** Whether a measurement is of now: not too old, and not from a time that has not come. */
export function isFresh(measured: { readonly at: number } | undefined, now: number, staleAfterS: number): boolean {
  return measured !== undefined && now - measured.at <= staleAfterS * 1000 && measured.at - now <= 1000;
}
