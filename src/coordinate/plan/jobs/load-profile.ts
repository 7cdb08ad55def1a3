import type { LiveJob } from "./job-policy.ts";

/**
 * Lengths that a job may still turn out to have, each as likely as the others: those of its queue that are longer than it has
 * run. One that has run longer than all of them is taken to run on for a quarter of that.
 */
export function likelyRestH(live: LiveJob): readonly number[] {
  const { likelyLengthsH } = live.queue;
  if (live.ranH <= 0) return likelyLengthsH;
  const rest = likelyLengthsH.filter((length) => length > live.ranH).map((length) => length - live.ranH);
  return rest.length > 0 ? rest : [Math.max(0.25, live.ranH / 4)];
}

/** CPUs that are expected to be busy, hour by hour. */
export interface LoadProfile {
  /** Counts a job that runs, or may be running, from an instant on. */
  add(fromH: number, lengthsH: readonly number[], cpus: number): void;
  /** Hours × share of the capacity by which a job's CPUs more would be too many, from one instant to another. */
  excessOf(cpus: number, capacityCpus: number): (fromH: number, toH: number) => number;
}

export function loadProfile(now: number, hours: number): LoadProfile {
  const first = Math.floor(now);
  const busy = new Float64Array(hours);
  return {
    add(fromH, lengthsH, cpus) {
      for (const length of lengthsH) {
        const last = Math.min(hours - 1, Math.ceil(fromH + length) - 1 - first);
        for (let i = Math.floor(fromH) - first; i <= last; i++) busy[i] = (busy[i] ?? 0) + cpus / lengthsH.length;
      }
    },
    excessOf(cpus, capacityCpus) {
      const sums = new Float64Array(hours + 1);
      for (let i = 0; i < hours; i++)
        sums[i + 1] = (sums[i] ?? 0) + Math.max(0, (busy[i] ?? 0) + cpus - capacityCpus) / capacityCpus;
      const until = (at: number): number => {
        const i = Math.min(hours - 1, Math.floor(at) - first);
        return (sums[i] ?? 0) + Math.min(1, at - first - i) * ((sums[i + 1] ?? 0) - (sums[i] ?? 0));
      };
      return (fromH, toH) => until(toH) - until(fromH);
    },
  };
}
