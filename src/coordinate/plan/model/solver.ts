import type { LinearModel } from "./linear-model.ts";

/** How a solve ended. `work-limit` is reproducible, `time-limit` is not. */
export type SolveStatus = "optimal" | "infeasible" | "unbounded" | "work-limit" | "time-limit" | "failed";

export interface SolveOptions {
  /** Relative gap at which a model with whole numbers counts as solved; 1e-4 by default. */
  readonly gap?: number;
  /** Most simplex iterations, and most branch-and-bound nodes: the same on every machine. */
  readonly workLimit?: number;
  /** Seconds of wall clock; a run that meets it is not reproducible and says so by its status. */
  readonly timeLimitSeconds?: number;
}

export interface Solution {
  readonly status: SolveStatus;
  /** Cost of the answer; undefined when there is none. */
  readonly objective: number | undefined;
  /** Proven bound on the cost; the objective itself where no number has to be whole. */
  readonly bound: number | undefined;
  /** |objective − bound| ÷ |objective|; 0 when optimal without whole numbers. */
  readonly gap: number | undefined;
  /** [columns], empty without an answer. */
  readonly columns: Float64Array;
  /** Simplex iterations spent. */
  readonly iterations: number;
  /** Rows that together cannot hold, by name; filled when infeasible. */
  readonly conflict: readonly string[];
}

/** The port behind which a solver stands. */
export interface Solver {
  readonly name: string;
  solve(model: LinearModel, options?: SolveOptions): Solution;
}
