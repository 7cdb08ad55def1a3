import type { Problem } from "./operations.ts";

export type { Issue, Problem } from "./operations.ts";

/** An answer of the server that is no success. `status` 0: it could not be reached. */
export class ApiFailure extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }
}
