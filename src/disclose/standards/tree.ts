import { fail, type Issue, ok, type Result } from "../../ground/issue/index.ts";
import type { Requirement, Standard } from "./standard.ts";

/** A requirement with what stands below it. */
export interface RequirementNode {
  readonly requirement: Requirement;
  readonly children: readonly RequirementNode[];
}

/** A standard as the tree that its parents describe, in the standard's own order. */
export interface StandardTree {
  readonly standard: Standard;
  readonly roots: readonly RequirementNode[];
}

/** Ids above a requirement, nearest first; ends when it meets one twice. */
function above(requirement: Requirement, byId: ReadonlyMap<string, Requirement>): string[] {
  const path: string[] = [];
  for (let next = requirement.parent; next !== undefined && !path.includes(next); next = byId.get(next)?.parent)
    path.push(next);
  return path;
}

/**
 * Builds the tree of a standard.
 * @param indicators ids that the catalogue has; `answeredBy` may name no other
 * @issues STANDARD-001 unknown parent; STANDARD-002 parents in a circle; STANDARD-003 id given twice; STANDARD-004 unknown indicator
 */
export function createStandardTree(standard: Standard, indicators: ReadonlySet<string>): Result<StandardTree> {
  const issues: Issue[] = [];
  const at = { file: standard.id };
  const byId = new Map<string, Requirement>();
  for (const requirement of standard.requirements) {
    if (byId.has(requirement.id)) issues.push({ code: "STANDARD-003", severity: "error", at, actual: requirement.id });
    byId.set(requirement.id, requirement);
  }
  for (const requirement of standard.requirements) {
    const path = requirement.id;
    if (requirement.parent !== undefined && !byId.has(requirement.parent)) {
      issues.push({ code: "STANDARD-001", severity: "error", at: { ...at, path }, actual: requirement.parent });
    }
    if (above(requirement, byId).includes(requirement.id)) {
      issues.push({
        code: "STANDARD-002",
        severity: "error",
        at: { ...at, path },
        actual: [requirement.id, ...above(requirement, byId)].join(" → "),
      });
    }
    for (const indicator of requirement.answeredBy) {
      if (!indicators.has(indicator))
        issues.push({ code: "STANDARD-004", severity: "error", at: { ...at, path }, actual: indicator });
    }
  }
  if (issues.length > 0) return fail(...issues);
  const below = (parent: string | undefined): RequirementNode[] =>
    standard.requirements
      .filter((requirement) => requirement.parent === parent)
      .map((requirement) => ({ requirement, children: below(requirement.id) }));
  return ok({ standard, roots: below(undefined) });
}
