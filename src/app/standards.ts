import type { z } from "zod";
import { filesUnder, readYaml } from "../ground/content/index.ts";
import { fail, type Issue, ok, type Result } from "../ground/issue/index.ts";
import {
  coverage,
  createStandardTree,
  type IndicatorStatus,
  type Standard,
  type StandardCoverage,
  standardSchema,
} from "../disclose/index.ts";
import type { Figure, IndicatorValue } from "../measure/index.ts";
import type { IssuerContent } from "./issuer-content.ts";
import type { State } from "./workspace.ts";

/**
 * The standards of the adopted content.
 * @issues CONTENT-003, CONTENT-004
 */
export function readStandards(state: State): Result<Standard[]> {
  const standards: Standard[] = [];
  const issues: Issue[] = [];
  for (const { pack, path, text } of filesUnder(state.model.packs, "standards")) {
    const parsed = readYaml(text, `${pack.id}/${path}`, standardSchema as z.ZodType<Standard>);
    if (parsed.ok) standards.push(parsed.value);
    else issues.push(...parsed.issues);
  }
  return issues.length > 0 ? { ok: false, issues } : ok(standards);
}

/** Whether an indicator has a figure in the period: computed, or at least printed by a source. */
function statusOf(
  values: ReadonlyMap<string, IndicatorValue>,
  reported: readonly Figure[],
  period: string,
): (indicator: string) => IndicatorStatus | undefined {
  const printed = new Set(
    reported.filter((figure) => figure.period === period && figure.value).map((figure) => figure.indicator),
  );
  return (indicator) => {
    const value = values.get(indicator);
    if (!value) return undefined;
    if (value.status === "missing") return printed.has(indicator) ? "reported-only" : "missing";
    return value.status;
  };
}

/**
 * Coverage of every standard, or of one.
 * @param values the period's totals by indicator
 * @issues STANDARD-001 … STANDARD-004, STANDARD-010 (no such standard)
 */
export function coverStandards(
  state: State,
  issuer: IssuerContent,
  values: ReadonlyMap<string, IndicatorValue>,
  reported: readonly Figure[],
  period: { readonly label: string; readonly start: string },
  only?: string,
): Result<StandardCoverage[]> {
  const standards = readStandards(state);
  if (!standards.ok) return standards;
  const chosen = standards.value.filter((standard) => only === undefined || standard.id === only);
  if (chosen.length === 0) {
    return fail({
      code: "STANDARD-010",
      severity: "error",
      at: {},
      expected: standards.value.map(({ id }) => id).join(", "),
      actual: only ?? "–",
    });
  }
  const known = new Set(state.model.catalogue.entries.keys());
  const covered: StandardCoverage[] = [];
  const issues: Issue[] = [];
  for (const standard of chosen) {
    const tree = createStandardTree(standard, known);
    if (!tree.ok) {
      issues.push(...tree.issues);
      continue;
    }
    const answers = issuer.answers.get(standard.id);
    covered.push(
      coverage(tree.value, {
        indicatorStatus: statusOf(values, reported, period.label),
        narrativeAnswered: (id) => answers?.get(id),
        periodStart: period.start,
      }),
    );
  }
  return issues.length > 0 ? { ok: false, issues } : ok(covered);
}
