import { type Issue, LANGUAGES } from "../issue/index.ts";
import type { Unit } from "./unit.ts";
import type { UnitDefinition } from "./unit-definition.ts";
import { foldedKey, normaliseUnitText, spellingKey } from "./unit-text.ts";

/** What a spelling leads to. */
export type Found =
  | { readonly kind: "unit"; readonly unit: Unit }
  | { readonly kind: "ambiguous"; readonly candidates: readonly string[] }
  | { readonly kind: "unknown" };

/** The spellings of all units: as written, and without regard to case. */
export interface UnitIndex {
  find(key: string): Found;
  /** Known spellings close to one that is not, nearest first. */
  near(key: string): string[];
}

function keyOf(spelling: string): string {
  return spellingKey(normaliseUnitText(spelling));
}

/** m and M at the front are a thousand million apart; case is no detail there. */
function changesPrefix(written: string, known: string): boolean {
  const [a, b] = [written[0], known[0]];
  return (a === "m" && b === "M") || (a === "M" && b === "m");
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Builds the index. @issues UNIT-005 for a spelling that two units claim; it is then asked back like any ambiguous one */
export function indexUnits(
  definitions: readonly UnitDefinition[],
  units: ReadonlyMap<string, Unit>,
): { index: UnitIndex; issues: Issue[] } {
  const exact = new Map<string, Unit>();
  const folded = new Map<string, Map<string, string>>();
  const doubtful = new Map<string, Set<string>>();
  const issues: Issue[] = [];
  for (const definition of definitions) {
    const unit = units.get(definition.id);
    if (!unit) continue;
    for (const spelling of [
      definition.id,
      ...LANGUAGES.map((language) => definition.symbol[language]),
      ...definition.spellings,
    ]) {
      const key = keyOf(spelling);
      const other = exact.get(key);
      if (other && other !== unit) {
        const path = `${definition.id}.spellings`;
        issues.push({
          code: "UNIT-005",
          severity: "error",
          at: { path },
          expected: other.id,
          actual: unit.id,
          values: { spelling },
        });
        continue;
      }
      exact.set(key, unit);
      const byUnit = folded.get(foldedKey(key)) ?? new Map<string, string>();
      if (!byUnit.has(unit.id)) byUnit.set(unit.id, key);
      folded.set(foldedKey(key), byUnit);
    }
    for (const spelling of definition.ambiguous ?? []) {
      const key = keyOf(spelling);
      doubtful.set(key, (doubtful.get(key) ?? new Set()).add(unit.id));
    }
  }
  const find = (key: string): Found => {
    const asked = doubtful.get(key);
    if (asked) return { kind: "ambiguous", candidates: [...asked] };
    const unit = exact.get(key);
    if (unit) return { kind: "unit", unit };
    const candidates = [...(folded.get(foldedKey(key)) ?? [])];
    const [only, ...others] = candidates;
    if (!only) return { kind: "unknown" };
    const known = units.get(only[0]);
    if (others.length === 0 && known && !changesPrefix(key, only[1])) return { kind: "unit", unit: known };
    return { kind: "ambiguous", candidates: candidates.map(([id]) => id) };
  };
  const near = (key: string): string[] => {
    if (key.length < 3 || key.length > 40) return [];
    const limit = Math.max(1, Math.floor(key.length / 4));
    const alike = [...exact].filter(([known]) => Math.abs(known.length - key.length) <= limit);
    const ranked = alike.map(([known, unit]) => ({ id: unit.id, by: distance(foldedKey(key), foldedKey(known)) }));
    const close = ranked.filter(({ by }) => by <= limit).sort((a, b) => a.by - b.by);
    return [...new Set(close.map(({ id }) => id))].slice(0, 3);
  };
  return { index: { find, near }, issues };
}
