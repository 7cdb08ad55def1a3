import { type Issue, nearest, ok, type Result } from "../ground/issue/index.ts";
import { activitiesOf, type Catalogue, type Filter, referencesOf } from "../measure/index.ts";
import type { State } from "./workspace.ts";

/** Activities below an indicator, by any of its methods. */
function activitiesBelow(catalogue: Catalogue, id: string, seen = new Set<string>()): Set<string> {
  if (seen.has(id)) return new Set();
  seen.add(id);
  const formulas = catalogue.entries.get(id)?.methods.map(({ formula }) => formula) ?? [];
  const below = formulas.flatMap(referencesOf).flatMap((next) => [...activitiesBelow(catalogue, next, seen)]);
  return new Set([...formulas.flatMap(activitiesOf), ...below]);
}

/** Members that a part of an indicator may name: of its activities' dimension, or the sites of the boundary. */
function membersOf({ model, boundary }: State, indicator: string, dimension: string): string[] {
  if (dimension === "site") return boundary.sites.map(({ id }) => id);
  const activities = [...activitiesBelow(model.catalogue, indicator)];
  return [...new Set(activities.flatMap((id) => model.activities.get(id)?.dimensions[dimension] ?? []))];
}

/**
 * Whether the indicators that are asked for exist, and the part asked for is one that they have: what nobody can have
 * recorded is a slip, not a figure that is missing.
 * @issues INDICATOR-001 (no such indicator), INDICATOR-004 (no such member of a dimension, or no such site)
 */
export function checkWhere(state: State, indicators: readonly string[], where: Filter): Result<void> {
  const known = state.model.catalogue.entries;
  const issues = indicators.flatMap((indicator): Issue[] => {
    const at = { indicator };
    if (!known.has(indicator)) {
      const expected = nearest(indicator, known.keys()).join(", ");
      return [{ code: "INDICATOR-001", severity: "error", at, expected, actual: indicator }];
    }
    return Object.entries(where).flatMap(([dimension, member]): Issue[] => {
      const members = membersOf(state, indicator, dimension);
      if (members.length === 0 || members.includes(member)) return [];
      const expected = nearest(member, members, 20).join(", ");
      return [{ code: "INDICATOR-004", severity: "error", at, expected, actual: `${dimension}=${member}` }];
    });
  });
  return issues.length > 0 ? { ok: false, issues } : ok(undefined);
}
