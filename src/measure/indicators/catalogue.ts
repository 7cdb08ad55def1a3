import type { Sourced } from "../../ground/content/index.ts";
import { type Issue, ok, type Result, type Where } from "../../ground/issue/index.ts";
import { dimensionsText, equalDimensions, type Unit, type UnitTable } from "../../ground/quantity/index.ts";
import type { Factor } from "../factors/index.ts";
import type { Activity, Indicator } from "./definition.ts";
import { checkDimensions } from "./dimension-check.ts";
import { type Formula, nodesOf, parseFormula } from "./formula.ts";

/** One method of an indicator, parsed and checked. */
export interface Method {
  readonly id: string;
  readonly text: string;
  readonly formula: Formula;
}

/** An indicator whose formulas parse, whose units fit and whose references resolve. */
export interface CatalogueEntry {
  readonly definition: Indicator;
  readonly unit: Unit;
  /** Content pack `id@version` and its hash. */
  readonly pack: { readonly name: string; readonly hash: string };
  readonly methods: readonly [Method, ...Method[]];
}

export interface Catalogue {
  readonly entries: ReadonlyMap<string, CatalogueEntry>;
  readonly activities: ReadonlyMap<string, Activity>;
  readonly factors: readonly Factor[];
  readonly units: UnitTable;
  /** Every indicator after all that it rests on. */
  readonly order: readonly string[];
}

export interface CatalogueContent {
  readonly indicators: ReadonlyMap<string, Sourced<Indicator>>;
  readonly activities: ReadonlyMap<string, Activity>;
  readonly factors: readonly Factor[];
  readonly units: UnitTable;
}

/** The indicators that a formula refers to. */
export function referencesOf(formula: Formula): string[] {
  return nodesOf(formula).flatMap((node) => (node.kind === "ref" ? [node.indicator] : []));
}

/** The activities that a formula reads itself. */
export function activitiesOf(formula: Formula): string[] {
  return nodesOf(formula).flatMap((node) => ("activity" in node ? [node.activity] : []));
}

function parseMethods(definition: Indicator, at: Where, issues: Issue[]): Method[] {
  const texts = [{ id: definition.method?.id ?? "default", formula: definition.formula }, ...definition.methods];
  return texts.flatMap(({ id, formula }) => {
    const parsed = parseFormula(formula, { ...at, path: `methods.${id}` });
    if (parsed.ok) return [{ id, text: formula, formula: parsed.value }];
    issues.push(...parsed.issues);
    return [];
  });
}

/** Depth-first order; a cycle is an issue that shows its path (FORMULA-008). */
function dependencyOrder(entries: ReadonlyMap<string, CatalogueEntry>, issues: Issue[]): string[] {
  const order: string[] = [];
  const state = new Map<string, "open" | "done">();
  const visit = (id: string, path: readonly string[]): void => {
    if (state.get(id) === "done") return;
    if (state.get(id) === "open") {
      const cycle = [...path.slice(path.indexOf(id)), id];
      issues.push({ code: "FORMULA-008", severity: "error", at: { indicator: id }, actual: cycle.join(" → ") });
      return;
    }
    state.set(id, "open");
    const entry = entries.get(id);
    const next = new Set(entry?.methods.flatMap((method) => referencesOf(method.formula)) ?? []);
    for (const reference of next) visit(reference, [...path, id]);
    state.set(id, "done");
    order.push(id);
  };
  for (const id of entries.keys()) visit(id, []);
  return order;
}

/**
 * Compiles definitions into a catalogue: formulas parsed once, units checked before any data arrives, references
 * resolved, dependencies ordered. All issues of all definitions at once.
 * @issues FORMULA-001 … FORMULA-009, UNIT-001
 */
export function createCatalogue(content: CatalogueContent): Result<Catalogue> {
  const issues: Issue[] = [];
  const units = new Map<string, Unit>();
  for (const [id, { item, file }] of content.indicators) {
    const unit = content.units.parse(item.unit, { file, indicator: id, path: "unit" });
    if (unit.ok) units.set(id, unit.value);
    else issues.push(...unit.issues);
  }
  const words = { ...content, unitOfIndicator: (id: string) => units.get(id) };
  const entries = new Map<string, CatalogueEntry>();
  for (const [id, { item, file, pack }] of content.indicators) {
    const at = { file, indicator: id };
    const unit = units.get(id);
    const [first, ...rest] = parseMethods(item, at, issues);
    if (!unit || !first) continue;
    for (const method of [first, ...rest]) {
      const where = { ...at, path: `methods.${method.id}` };
      const dimensions = checkDimensions(method.formula, words, where, issues);
      if (dimensions && !equalDimensions(dimensions, unit.dimensions)) {
        const expected = `${item.unit} (${dimensionsText(unit.dimensions)})`;
        issues.push({
          code: "FORMULA-009",
          severity: "error",
          at: where,
          expected,
          actual: dimensionsText(dimensions),
        });
      }
    }
    entries.set(id, {
      definition: item,
      unit,
      pack: { name: `${pack.id}@${pack.version}`, hash: pack.hash },
      methods: [first, ...rest],
    });
  }
  const order = dependencyOrder(entries, issues);
  if (issues.length > 0) return { ok: false, issues };
  return ok({ entries, order, activities: content.activities, factors: content.factors, units: content.units });
}
