import type { Issue } from "../../ground/issue/index.ts";

/** Thrown inside a transaction to roll it back; the use case turns it into a failed result. */
export class Refused extends Error {
  readonly issues: readonly Issue[];

  constructor(...issues: readonly Issue[]) {
    super(issues.map(({ code }) => code).join(", "));
    this.name = "Refused";
    this.issues = issues;
  }
}
