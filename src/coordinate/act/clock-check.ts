import type { Issue } from "../../ground/issue/index.ts";

/** The time of day, which people and time servers set, and a count of milliseconds that nobody sets. */
export interface ControlClock {
  /** ms since 1970 UTC. */
  now(): number;
  monotonicMs(): number;
}

/** Both clocks, read at once. */
export interface ClockReading {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** A time server corrects by less than this; more is a jump. */
const TOLERANCE_MS = 2000;

export function readClock(clock: ControlClock): ClockReading {
  return { wallMs: clock.now(), monotonicMs: clock.monotonicMs() };
}

/**
 * Whether the time of day ran on as it should since it was last read.
 * @issues ACT-030 (it jumped: what was planned by the other time is not acted on)
 */
export function clockJump(before: ClockReading | undefined, now: ClockReading): Issue | undefined {
  if (!before) return undefined;
  const jumpMs = now.wallMs - before.wallMs - (now.monotonicMs - before.monotonicMs);
  return Math.abs(jumpMs) <= TOLERANCE_MS
    ? undefined
    : {
        code: "ACT-030",
        severity: "warning",
        at: {},
        expected: new Date(now.wallMs - jumpMs).toISOString(),
        actual: new Date(now.wallMs).toISOString(),
      };
}
