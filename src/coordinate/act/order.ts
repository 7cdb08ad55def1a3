/** What one device is asked to do. Power into the device (charging) is positive. */
export type SetPoint =
  | { readonly kind: "power"; readonly device: string; readonly powerKw: number }
  /** Most that a generator may give. */
  | { readonly kind: "limit"; readonly device: string; readonly limitKw: number }
  | { readonly kind: "mode"; readonly device: string; readonly mode: string };

/** A set-point that may be sent; the device itself goes back to its safe value after this time without another. */
export type AllowedSetPoint = SetPoint & { readonly revertAfterS: number };

/** What is asked of the scheduler of jobs. Instants are milliseconds since 1970 UTC. */
export type JobOrder =
  /** The job waits, and starts from this instant on by itself. */
  | { readonly kind: "defer"; readonly job: string; readonly beginAt: number }
  /** The job may start now. */
  | { readonly kind: "release"; readonly job: string }
  /** The job stops at its checkpoint and runs again from this instant on by itself. */
  | { readonly kind: "requeue"; readonly job: string; readonly beginAt: number }
  /** The accelerators of a cluster take at most this. */
  | { readonly kind: "cap"; readonly cluster: string; readonly powerKw: number };

/** A job order that may be sent; a cap carries the time after which the scheduler itself lifts it. */
export type AllowedJobOrder =
  | Exclude<JobOrder, { kind: "cap" }>
  | (Extract<JobOrder, { kind: "cap" }> & { readonly revertAfterS: number });

/** Everything that is wanted at one instant. */
export interface Orders {
  readonly setPoints: readonly SetPoint[];
  readonly jobs: readonly JobOrder[];
}

/** The device or the job that an order is for. */
export function targetOf(order: SetPoint | JobOrder): string {
  if ("device" in order) return order.device;
  return order.kind === "cap" ? order.cluster : order.job;
}
