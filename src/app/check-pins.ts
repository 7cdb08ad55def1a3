import { type Issue, nearest } from "../ground/issue/index.ts";
import type { Pins } from "../measure/index.ts";
import type { Model } from "./model.ts";

/**
 * What pins name that the content does not have: such a pin would leave figures without a factor, or without a method.
 * @issues PIN-001 (no such kind of factor), PIN-002 (no such set of that kind), PIN-003 (no such indicator), PIN-004 (no
 *   such method of it)
 */
export function checkPins(pins: Pins, model: Model): Issue[] {
  const issue = (code: string, path: string, actual: string, names: Iterable<string>): Issue => ({
    code,
    severity: "error",
    at: { path },
    expected: nearest(actual, names).join(", "),
    actual,
  });
  const kinds = new Set(model.factors.map(({ kind }) => kind));
  const factors = pins.factors.flatMap(({ kind, set }, index): Issue[] => {
    if (!kinds.has(kind)) return [issue("PIN-001", `factors.${index}.kind`, kind, kinds)];
    const sets = new Set(model.factors.filter((factor) => factor.kind === kind).map((factor) => factor.set));
    return sets.has(set) ? [] : [issue("PIN-002", `factors.${index}.set`, set, sets)];
  });
  const methods = Object.entries(pins.methods).flatMap(([id, method]): Issue[] => {
    const entry = model.catalogue.entries.get(id);
    if (!entry) return [issue("PIN-003", `methods.${id}`, id, model.catalogue.entries.keys())];
    const known = entry.methods.map((one) => one.id);
    return known.includes(method) ? [] : [issue("PIN-004", `methods.${id}`, method, known)];
  });
  return [...factors, ...methods];
}
