/** How often something may fail before it has to wait. */
export interface ThrottleRule {
  readonly failures: number;
  readonly withinMs: number;
}

/** Counts failures by key and says how long the next try has to wait. */
export interface Throttle {
  /** Milliseconds to wait; 0 when a try may be made. */
  waitMs(key: string): number;
  failed(key: string): void;
  succeeded(key: string): void;
}

const MOST_KEYS = 100_000;

/**
 * A throttle in memory. It knows nothing after a restart, which nobody who guesses can bring about; the oldest keys give way
 * when there are too many.
 */
export function createThrottle(rule: ThrottleRule, now: () => number): Throttle {
  const failures = new Map<string, number[]>();
  const recent = (key: string): number[] => (failures.get(key) ?? []).filter((at) => at > now() - rule.withinMs);
  return {
    waitMs(key) {
      const times = recent(key);
      const first = times.at(-rule.failures);
      return times.length < rule.failures || first === undefined ? 0 : first + rule.withinMs - now();
    },
    failed(key) {
      const times = [...recent(key), now()].slice(-rule.failures);
      failures.delete(key);
      failures.set(key, times);
      if (failures.size > MOST_KEYS) failures.delete(failures.keys().next().value ?? "");
    },
    succeeded(key) {
      failures.delete(key);
    },
  };
}
