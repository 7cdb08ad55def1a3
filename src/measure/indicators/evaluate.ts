import { expectOk } from "../../ground/issue/index.ts";
import {
  add,
  baseUnit,
  type Decimal,
  decimalOfUnits,
  divide,
  multiply,
  parseQuantity,
  type Period,
  previousPeriod,
  type Quantity,
  quantity,
  subtract,
} from "../../ground/quantity/index.ts";
import type { Site } from "../boundary/index.ts";
import { type ChosenFactor, chooseFactor, type Pins } from "../factors/index.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Activity } from "./definition.ts";
import type { Filter, Formula } from "./formula.ts";
import * as lineage from "./lineage.ts";
import { incompleteness } from "./coverage.ts";
import { seriesOf } from "./series.ts";
import type {
  Caveat,
  IndicatorValue,
  LineageNode,
  Missing,
  Place,
  RecordGroup,
  RecordRequest,
  SeriesGaps,
} from "./value.ts";

/** What one evaluation stands on; all of it pinned to one journal position by the caller. */
export interface Ground {
  readonly catalogue: Catalogue;
  /** The sites in the boundary on every day of a period, by id. */
  readonly sites: (period: Period) => ReadonlyMap<string, Site>;
  readonly pins: Pins;
  readonly groups: (request: RecordRequest) => readonly RecordGroup[];
  readonly gaps: (request: RecordRequest) => readonly SeriesGaps[];
  readonly valueOf: (indicator: string, where: Filter) => IndicatorValue;
}

/** What a part of a formula gives. */
export interface Part {
  readonly amount?: Quantity;
  readonly parts?: { readonly numerator: Quantity; readonly denominator: Quantity };
  readonly missing: readonly Missing[];
  readonly caveats: readonly Caveat[];
  /** Made when it is opened: most values never are. What it is made from never changes. */
  readonly node: () => LineageNode;
}

/** The filter of a leaf together with the dimensions asked for that its activity has; `site` is no dimension of the activity. */
function leafFilter(activity: Activity, own: Filter, asked: Filter): Filter {
  const known = Object.entries(asked).filter(([dimension]) => dimension in activity.dimensions);
  return { ...Object.fromEntries(known), ...own };
}

/** Keeps one cut of alternative cuts: the one a filter names, else the first that has records. */
function oneCut(activity: Activity, groups: readonly RecordGroup[], where: Filter): readonly RecordGroup[] {
  if (activity.cuts.length === 0) return groups;
  const named = activity.cuts.find((cut) => cut in where);
  const cut = named ?? activity.cuts.find((candidate) => groups.some((group) => candidate in group.dims));
  return cut === undefined ? groups : groups.filter((group) => cut in group.dims);
}

/** One site of a group, which stands for all of them. */
const siteOf = (group: RecordGroup): string => group.sites[0] as string;

/** How many series groups have: one for each site of each. */
const seriesCount = (groups: readonly RecordGroup[]): number =>
  groups.reduce((total, { sites }) => total + sites.length, 0);

/** The groups of a leaf: inside the boundary, of the asked site, matching the filter, over one cut only. */
export function leafGroups(
  ground: Ground,
  formula: { activity: string; where: Filter },
  place: Place,
  measure: "flow" | "stock",
  period: Period,
): {
  groups: readonly RecordGroup[];
  sites: ReadonlyMap<string, Site>;
  outside: number;
  filter: Filter;
  straddling: number;
  incomplete: readonly Caveat[];
} {
  const activity = ground.catalogue.activities.get(formula.activity);
  if (!activity) throw new Error(`unknown activity ${formula.activity} in a checked formula`);
  const filter = leafFilter(activity, formula.where, place.where);
  const sites = ground.sites(period);
  const wanted = Object.entries(filter);
  const matchingIn = (when: Period): readonly RecordGroup[] =>
    ground
      .groups({ activity: formula.activity, measure, period: when, bySite: place.where.site !== undefined })
      .filter((group) => wanted.every(([dimension, member]) => group.dims[dimension] === member))
      .filter((group) => place.where.site === undefined || group.sites[0] === place.where.site);
  const matching = matchingIn(period);
  const inside = matching.filter((group) => sites.has(siteOf(group)));
  const chosen = oneCut(activity, inside, filter);
  const groups = chosen.filter((group) => group.count > 0);
  const gaps = ground.gaps({ activity: formula.activity, measure, period, bySite: place.where.site !== undefined });
  return {
    groups,
    sites,
    outside: seriesCount(matching) - seriesCount(inside),
    filter,
    straddling: chosen.reduce((total, group) => total + group.straddling, 0),
    incomplete: incompleteness(activity, period, sites, groups, matchingIn(previousPeriod(period)), gaps),
  };
}

function caveatsOf(
  activity: string,
  leaf: { groups: readonly RecordGroup[]; outside: number; straddling: number; incomplete: readonly Caveat[] },
): Caveat[] {
  const total = (key: "estimated" | "derived" | "pending"): number =>
    leaf.groups.reduce((sum, group) => sum + group[key], 0);
  const counted: [Caveat["kind"], number][] = [
    ["estimated", total("estimated")],
    ["derived", total("derived")],
    ["pending", total("pending")],
    ["straddling", leaf.straddling],
    ["site-outside-boundary", leaf.outside],
  ];
  return [
    ...counted.filter(([, count]) => count > 0).map(([kind, count]) => ({ kind, detail: activity, count })),
    ...leaf.incomplete,
  ];
}

/** The consolidated sum of groups, exactly; whole numbers are added as such, and few sites have a share. */
function consolidated(groups: readonly RecordGroup[], sites: ReadonlyMap<string, Site>): Decimal {
  let whole = 0n;
  let parts: Decimal | undefined;
  for (const group of groups) {
    const share = sites.get(siteOf(group))?.share ?? "1";
    if (share === "1") whole += group.units;
    else
      parts = decimalOfUnits(group.units)
        .times(share)
        .plus(parts ?? 0);
  }
  const sum = decimalOfUnits(whole);
  return parts ? sum.plus(parts) : sum;
}

function evaluateSum(
  formula: Extract<Formula, { kind: "sum" | "closing" | "opening" }>,
  ground: Ground,
  place: Place,
): Part {
  const period = formula.kind === "opening" ? previousPeriod(place.period) : place.period;
  const measure = formula.kind === "sum" ? "flow" : "stock";
  const activity = ground.catalogue.activities.get(formula.activity) as Activity;
  const unit = expectOk(ground.catalogue.units.parse(activity.unit));
  const leaf = leafGroups(ground, formula, place, measure, period);
  const caveats = caveatsOf(formula.activity, leaf);
  if (leaf.groups.length === 0) {
    const missing: Missing = {
      kind: "records",
      activity: formula.activity,
      indicator: place.indicator,
      period: period.label,
      where: leaf.filter,
    };
    return {
      missing: [missing],
      caveats,
      node: () => lineage.recordsNode(place, activity, period, measure, leaf, undefined, unit),
    };
  }
  const amount = quantity(consolidated(leaf.groups, leaf.sites), baseUnit(unit.dimensions));
  return {
    amount,
    missing: [],
    caveats,
    node: () => lineage.recordsNode(place, activity, period, measure, leaf, amount, unit),
  };
}

const factorQuantities = new WeakMap<ChosenFactor["factor"], Quantity>();

/** A factor as a quantity; factors are content and never change, so each is read once. */
function factorQuantity(ground: Ground, { factor }: ChosenFactor): Quantity {
  const known = factorQuantities.get(factor);
  if (known) return known;
  const made = expectOk(parseQuantity(`${factor.value} ${factor.unit}`, ground.catalogue.units, {}));
  factorQuantities.set(factor, made);
  return made;
}

/** Σ amount × factor; groups that take the same factor are summed before they are multiplied, so the factor is applied once. */
function evaluateApply(formula: Extract<Formula, { kind: "apply" }>, ground: Ground, place: Place): Part {
  const { catalogue } = ground;
  const activity = catalogue.activities.get(formula.activity) as Activity;
  const unit = expectOk(catalogue.units.parse(activity.unit));
  const leaf = leafGroups(ground, formula, place, "flow", place.period);
  const caveats = caveatsOf(formula.activity, leaf);
  const missing: Missing[] = [];
  if (leaf.groups.length === 0) {
    missing.push({
      kind: "records",
      activity: formula.activity,
      indicator: place.indicator,
      period: place.period.label,
      where: leaf.filter,
    });
  }
  const without: RecordGroup[] = [];
  const byFactor = new Map<string, { chosen: ChosenFactor; groups: RecordGroup[] }>();
  // Groups of one region and one set of dimensions take the same factor; it is looked for once.
  const found = new Map<RecordGroup["dims"], Map<string, ChosenFactor | undefined>>();
  for (const group of leaf.groups) {
    const { dims } = group;
    const region = leaf.sites.get(siteOf(group))?.region ?? "GLOBAL";
    const ofDims = found.get(dims) ?? new Map<string, ChosenFactor | undefined>();
    found.set(dims, ofDims);
    const { factorKind: kind, activity: of } = formula;
    const chosen = ofDims.has(region)
      ? ofDims.get(region)
      : chooseFactor(catalogue.factors, ground.pins, { kind, activity: of, dims, region, period: place.period });
    ofDims.set(region, chosen);
    if (!chosen) {
      without.push(group);
      continue;
    }
    const entry = byFactor.get(chosen.factor.id) ?? { chosen, groups: [] };
    entry.groups.push(group);
    byFactor.set(chosen.factor.id, entry);
  }
  for (const { site, dims } of seriesOf(without)) {
    missing.push({
      kind: "factor",
      activity: formula.activity,
      factorKind: formula.factorKind,
      site,
      indicator: place.indicator,
      period: place.period.label,
      where: dims,
    });
  }
  const base = baseUnit(unit.dimensions);
  const products = [...byFactor.values()].map(({ chosen, groups }, index) => {
    const sum = quantity(consolidated(groups, leaf.sites), base);
    const factor = factorQuantity(ground, chosen);
    const amount = multiply(sum, factor);
    if (!chosen.coversPeriod)
      caveats.push({ kind: "factor-of-other-years", detail: chosen.factor.id, count: seriesCount(groups) });
    if (chosen.factor.status === "unverified")
      caveats.push({ kind: "factor-unverified", detail: chosen.factor.id, count: seriesCount(groups) });
    const node = (): LineageNode => {
      const path = { ...place, path: `${place.path}/${index}` };
      return lineage.productNode(path, activity, { ...leaf, groups }, chosen, sum, amount, unit);
    };
    return { amount, node };
  });
  // Where one site's factor gives carbon dioxide and another's its equivalent, each is brought to equivalents first.
  const summands =
    new Set(products.map((product) => gasOf(product.amount))).size < 2
      ? products
      : products.map(({ amount, node }, index) => {
          const inner = { amount, missing: [], caveats: [], node };
          const part = toCo2e(inner, ground, { ...place, path: `${place.path}/${index}/co2e` });
          missing.push(...part.missing);
          caveats.push(...part.caveats);
          return part;
        });
  const amount = summands
    .map((product) => product.amount)
    .reduce<Quantity | undefined>((a, b) => (a && b ? expectOk(add(a, b)) : (a ?? b)), undefined);
  const node = (): LineageNode =>
    lineage.operationNode(
      place,
      "apply",
      summands.map((summand) => summand.node()),
      missing.length === 0 ? amount : undefined,
    );
  return { ...(missing.length === 0 && amount ? { amount } : {}), missing, caveats, node };
}

/** The gas whose mass an amount is: `co2`, `ch4`, `co2e` … */
const gasOf = (amount: Quantity): string => Object.keys(amount.unit.dimensions)[0]?.replace("mass_", "") ?? "";

/** A mass of one gas as the carbon dioxide that warms as much; what is in equivalents already stays as it is. */
function toCo2e(inner: Part & { readonly amount: Quantity }, ground: Ground, place: Place): Part {
  const gas = gasOf(inner.amount);
  if (gas === "co2e") return inner;
  const request = { kind: "gwp", dims: { gas }, region: "GLOBAL", period: place.period };
  const chosen = chooseFactor(ground.catalogue.factors, ground.pins, request);
  if (!chosen) {
    const missing: Missing = {
      kind: "factor",
      factorKind: "gwp",
      indicator: place.indicator,
      period: place.period.label,
      where: { gas },
    };
    return {
      missing: [missing],
      caveats: inner.caveats,
      node: () => lineage.operationNode(place, "co2e", [inner.node()], undefined),
    };
  }
  const amount = multiply(inner.amount, factorQuantity(ground, chosen));
  const unread: readonly Caveat[] =
    chosen.factor.status === "unverified" ? [{ kind: "factor-unverified", detail: chosen.factor.id, count: 1 }] : [];
  const node = (): LineageNode =>
    lineage.operationNode(
      place,
      "co2e",
      [inner.node(), lineage.factorNode({ ...place, path: `${place.path}/1` }, chosen)],
      amount,
    );
  return { amount, missing: [], caveats: [...inner.caveats, ...unread], node };
}

function evaluateCo2e(formula: Extract<Formula, { kind: "co2e" }>, ground: Ground, place: Place): Part {
  const inner = evaluate(formula.of, ground, { ...place, path: `${place.path}/0` });
  if (!inner.amount) return { ...inner, node: () => lineage.operationNode(place, "co2e", [inner.node()], undefined) };
  return toCo2e({ ...inner, amount: inner.amount }, ground, place);
}

function evaluateBinary(formula: Extract<Formula, { kind: "binary" }>, ground: Ground, place: Place): Part {
  const left = evaluate(formula.left, ground, { ...place, path: `${place.path}/0` });
  const right = evaluate(formula.right, ground, { ...place, path: `${place.path}/1` });
  const missing = [...left.missing, ...right.missing];
  const caveats = [...left.caveats, ...right.caveats];
  const nodeOf =
    (amount: Quantity | undefined): Part["node"] =>
    () =>
      lineage.operationNode(place, formula.operator, [left.node(), right.node()], amount);
  const without = (extra: readonly Missing[]): Part => ({
    missing: [...missing, ...extra],
    caveats,
    node: nodeOf(undefined),
  });
  if (!left.amount || !right.amount) return without([]);
  const [a, b] = [left.amount, right.amount];
  const result =
    formula.operator === "+"
      ? expectOk(add(a, b))
      : formula.operator === "-"
        ? expectOk(subtract(a, b))
        : formula.operator === "*"
          ? multiply(a, b)
          : undefined;
  if (result) return { amount: result, missing, caveats, node: nodeOf(result) };
  const quotient = divide(a, b);
  if (!quotient.ok)
    return without([
      { kind: "division-by-zero", indicator: place.indicator, period: place.period.label, where: place.where },
    ]);
  return {
    amount: quotient.value,
    parts: { numerator: a, denominator: b },
    missing,
    caveats,
    node: nodeOf(quotient.value),
  };
}

/** Evaluates one node of a checked formula. Amounts are exact; nothing is rounded here. */
export function evaluate(formula: Formula, ground: Ground, place: Place): Part {
  switch (formula.kind) {
    case "sum":
    case "closing":
    case "opening":
      return evaluateSum(formula, ground, place);
    case "apply":
      return evaluateApply(formula, ground, place);
    case "co2e":
      return evaluateCo2e(formula, ground, place);
    case "constant": {
      const amount = expectOk(parseQuantity(formula.text, ground.catalogue.units, {}));
      return { amount, missing: [], caveats: [], node: () => lineage.constantNode(place, amount) };
    }
    case "ref": {
      const value = ground.valueOf(formula.indicator, { ...place.where, ...formula.where });
      const node = (): LineageNode => ({ ...value.lineage, id: `${place.path}/${value.lineage.id}` });
      return {
        ...(value.amount ? { amount: value.amount } : {}),
        ...(value.parts ? { parts: value.parts } : {}),
        missing: value.missing,
        caveats: value.caveats,
        node,
      };
    }
    case "binary":
      return evaluateBinary(formula, ground, place);
  }
}
