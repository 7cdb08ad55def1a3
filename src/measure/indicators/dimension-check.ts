import type { Issue, Where } from "../../ground/issue/index.ts";
import {
  combineDimensions,
  type Dimensions,
  dimensionsText,
  equalDimensions,
  parseQuantity,
  type Unit,
  type UnitTable,
} from "../../ground/quantity/index.ts";
import type { Factor } from "../factors/index.ts";
import type { Activity } from "./definition.ts";
import type { Filter, Formula } from "./formula.ts";

/** What a formula may name. */
export interface Vocabulary {
  readonly activities: ReadonlyMap<string, Activity>;
  readonly factors: readonly Factor[];
  readonly units: UnitTable;
  /** Declared unit of an indicator; undefined when there is no such indicator. */
  readonly unitOfIndicator: (id: string) => Unit | undefined;
}

const CO2E: Dimensions = { mass_co2e: 1 };
const GASES = ["mass_co2", "mass_ch4", "mass_n2o"];

const isGas = (dimensions: Dimensions): boolean =>
  equalDimensions(dimensions, CO2E) || GASES.some((name) => equalDimensions(dimensions, { [name]: 1 }));

/**
 * Finds the physical dimensions of a formula before any data arrives, and everything in it that does not resolve.
 * @param ofCo2e whether `co2e(…)` stands around the formula, so that factors of one kind may give several gases
 * @returns undefined when an issue below makes the dimension unknown
 * @issues FORMULA-003 (unknown name), FORMULA-004 (operands of other dimensions), FORMULA-005 (flow and stock confused),
 *   FORMULA-006 (filter on a dimension or member that the activity does not have), FORMULA-007 (not one greenhouse gas)
 */
export function checkDimensions(
  formula: Formula,
  words: Vocabulary,
  at: Where,
  issues: Issue[],
  ofCo2e = false,
): Dimensions | undefined {
  const add = (code: string, expected: string, actual: string): undefined => {
    issues.push({ code, severity: "error", at, expected, actual });
    return undefined;
  };

  const activityOf = (id: string, where: Filter, measure: Activity["measure"]): Activity | undefined => {
    const activity = words.activities.get(id);
    if (!activity) return add("FORMULA-003", "activity", id);
    if (activity.measure !== measure) add("FORMULA-005", measure, `${id}: ${activity.measure}`);
    for (const [dimension, member] of Object.entries(where)) {
      const members = activity.dimensions[dimension];
      if (!members?.includes(member)) {
        add(
          "FORMULA-006",
          members?.join(", ") ?? (Object.keys(activity.dimensions).join(", ") || "–"),
          `${dimension}=${member}`,
        );
      }
    }
    return activity;
  };

  const unitDimensions = (activity: Activity | undefined): Dimensions | undefined => {
    if (!activity) return undefined;
    const unit = words.units.parse(activity.unit, at);
    if (unit.ok) return unit.value.dimensions;
    issues.push(...unit.issues);
    return undefined;
  };

  switch (formula.kind) {
    case "sum":
      return unitDimensions(activityOf(formula.activity, formula.where, "flow"));
    case "closing":
    case "opening":
      return unitDimensions(activityOf(formula.activity, formula.where, "stock"));
    case "apply": {
      const activity = activityOf(formula.activity, formula.where, "flow");
      const amount = unitDimensions(activity);
      const factors = words.factors.filter(
        (factor) =>
          factor.kind === formula.factorKind && (factor.activity === undefined || factor.activity === formula.activity),
      );
      if (factors.length === 0) return add("FORMULA-003", "factor kind", formula.factorKind);
      let product: Dimensions | undefined;
      for (const factor of factors) {
        const unit = words.units.parse(factor.unit, { ...at, path: factor.id });
        if (!unit.ok) issues.push(...unit.issues);
        if (!unit.ok || !amount) continue;
        const dimensions = combineDimensions(amount, unit.value.dimensions, 1);
        if (product && !equalDimensions(product, dimensions)) {
          // Factors of one kind may give carbon dioxide here and its equivalent there; the sum is in equivalents then.
          if (ofCo2e && isGas(product) && isGas(dimensions)) product = CO2E;
          else add("FORMULA-004", dimensionsText(product), `${factor.id}: ${dimensionsText(dimensions)}`);
        }
        product ??= dimensions;
      }
      return product;
    }
    case "co2e": {
      const gas = checkDimensions(formula.of, words, at, issues, true);
      if (!gas) return undefined;
      return isGas(gas) ? CO2E : add("FORMULA-007", GASES.join(", "), dimensionsText(gas));
    }
    case "ref": {
      const unit = words.unitOfIndicator(formula.indicator);
      return unit ? unit.dimensions : add("FORMULA-003", "indicator", formula.indicator);
    }
    case "constant": {
      const constant = parseQuantity(formula.text, words.units, at);
      if (constant.ok) return constant.value.unit.dimensions;
      issues.push(...constant.issues);
      return undefined;
    }
    case "binary": {
      const left = checkDimensions(formula.left, words, at, issues);
      const right = checkDimensions(formula.right, words, at, issues);
      if (!left || !right) return undefined;
      if (formula.operator === "*") return combineDimensions(left, right, 1);
      if (formula.operator === "/") return combineDimensions(left, right, -1);
      return equalDimensions(left, right) ? left : add("FORMULA-004", dimensionsText(left), dimensionsText(right));
    }
  }
}
