import { isConnectionFailure, StoreFailure } from "../ground/store/index.ts";

/** Whether an error means that the database cannot be reached now, and may be again. */
export function isStoreAway(problem: unknown): boolean {
  return problem instanceof StoreFailure || isConnectionFailure(problem);
}
