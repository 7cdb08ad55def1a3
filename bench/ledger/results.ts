import type { Measured, Unfinished } from "./run-contender.ts";

/** Seconds by phase and peak memory, each the median of the runs. */
export interface Median {
  readonly runs: number;
  readonly seconds: Readonly<Record<string, number>>;
  readonly cpuSeconds: Readonly<Record<string, number>>;
  readonly peakMb: number;
  readonly serverMb?: number;
  readonly serverCpuSeconds?: number;
}

export type Outcome = Median | Unfinished;

/** All that was measured on one set of rows. */
export interface RowsResult {
  readonly rows: number;
  readonly days: number;
  readonly fileMb: number;
  readonly exactTotalKg: string;
  /** By what was measured: `candela import`, `impact-framework` … */
  readonly outcomes: Readonly<Record<string, Outcome>>;
  /** Where a result is not what the whole numbers say; empty when all agree. */
  readonly differences: readonly string[];
  /** How many figures were held against the exact ones. */
  readonly compared: number;
}

export interface Results {
  readonly date: string;
  readonly minutes: number;
  readonly commit: string;
  readonly machine: {
    readonly cores: number;
    readonly memoryGib: number;
    readonly cpu: string;
    readonly system: string;
    readonly node: string;
    /** Of the minute before: what else was running. */
    readonly load: number;
  };
  readonly measured: readonly RowsResult[];
}

export function finished(outcome: Outcome | undefined): outcome is Median {
  return outcome !== undefined && !("unfinished" in outcome);
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? Number.NaN)) / 2;
}

/** Phases that a process repeated, `total 1`, `total 2` …, count as one by their median. */
function withoutRepeats(seconds: Readonly<Record<string, number>>): Record<string, number> {
  const groups = new Map<string, number[]>();
  for (const [phase, value] of Object.entries(seconds)) {
    const name = phase.replace(/ \d+$/, "");
    groups.set(name, [...(groups.get(name) ?? []), value]);
  }
  return Object.fromEntries([...groups].map(([name, values]) => [name, middle(values)]));
}

export function medianOf(runs: readonly Measured[]): Median {
  const middles = (of: (run: Measured) => Readonly<Record<string, number>>): Record<string, number> => {
    const each = runs.map((run) => withoutRepeats(of(run)));
    const phases = Object.keys(each[0] ?? {});
    return Object.fromEntries(phases.map((phase) => [phase, middle(each.map((run) => run[phase] ?? Number.NaN))]));
  };
  const middleOf = (name: "serverMb" | "serverCpuSeconds"): object => {
    const values = runs.flatMap((run) => run[name] ?? []);
    return values.length > 0 ? { [name]: middle(values) } : {};
  };
  return {
    runs: runs.length,
    seconds: middles((run) => run.seconds),
    cpuSeconds: middles((run) => run.cpuSeconds),
    peakMb: middle(runs.map(({ peakMb }) => peakMb)),
    ...middleOf("serverMb"),
    ...middleOf("serverCpuSeconds"),
  };
}
