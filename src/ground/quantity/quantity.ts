import { fail, type Issue, ok, type Result, type Where } from "../issue/index.ts";
import { Decimal } from "./decimal.ts";
import { baseUnitId, dimensionsText } from "./dimensions.ts";
import { productUnit, quotientUnit, sameDimension, type Unit } from "./unit.ts";

/** An amount of a unit, and where it came from. */
export interface Quantity {
  readonly value: Decimal;
  readonly unit: Unit;
  readonly at?: Where;
}

/** Makes a quantity; text and numbers must be plain decimals, anything else throws (input goes through `parseAmount`). */
export function quantity(value: Decimal | string | number, unit: Unit, at?: Where): Quantity {
  const decimal = new Decimal(value);
  if (!decimal.isFinite()) throw new Error(`not an amount: ${String(value)}`);
  return at === undefined ? { value: decimal, unit } : { value: decimal, unit, at };
}

/** Where something came from, in a form that reads the same in every language: `water.csv › 3 › amount`. */
export function locator(at: Where | undefined): string {
  if (!at) return "–";
  const parts = [at.file, at.sheet, at.row ?? at.line, at.column, at.path, at.record, at.indicator, at.period];
  return parts.filter((part) => part !== undefined).join(" › ") || "–";
}

/** The issue of two units that do not fit; `expected` and `actual` are quantities or a bare unit. */
export function incompatible(expected: { unit: Unit; at?: Where | undefined }, actual: Quantity): Issue {
  return {
    code: "UNIT-002",
    severity: "error",
    at: actual.at ?? expected.at ?? {},
    expected: expected.unit.id,
    actual: actual.unit.id,
    values: {
      expectedDimension: dimensionsText(expected.unit.dimensions),
      expectedBase: baseUnitId(expected.unit.dimensions),
      expectedAt: locator(expected.at),
      actualDimension: dimensionsText(actual.unit.dimensions),
      actualBase: baseUnitId(actual.unit.dimensions),
      actualAt: locator(actual.at),
    },
  };
}

/** The amount of one unit in another of the same dimensions. Exact unless the quotient never ends (then 60 digits). */
export function convertValue(value: Decimal, from: Unit, to: Unit): Decimal {
  if (from === to) return value;
  const above = from.numerator.times(to.denominator);
  const below = from.denominator.times(to.numerator);
  if (above.eq(below)) return value;
  return below.eq(1) ? value.times(above) : value.times(above).div(below);
}

/**
 * Expresses a quantity in another unit.
 * @param expectedAt where the unit that is asked for came from
 * @issues UNIT-002 names both units, both dimensions and where each came from
 */
export function convert(q: Quantity, to: Unit, expectedAt?: Where): Result<Quantity> {
  if (!sameDimension(q.unit, to)) return fail(incompatible({ unit: to, at: expectedAt }, q));
  return ok({ ...q, value: convertValue(q.value, q.unit, to), unit: to });
}

/** a + b, in a's unit. @issues UNIT-002 */
export function add(a: Quantity, b: Quantity): Result<Quantity> {
  if (!sameDimension(a.unit, b.unit)) return fail(incompatible(a, b));
  return ok({ ...a, value: a.value.plus(convertValue(b.value, b.unit, a.unit)) });
}

/** a − b, in a's unit. @issues UNIT-002 */
export function subtract(a: Quantity, b: Quantity): Result<Quantity> {
  if (!sameDimension(a.unit, b.unit)) return fail(incompatible(a, b));
  return ok({ ...a, value: a.value.minus(convertValue(b.value, b.unit, a.unit)) });
}

/** a · b, in the product of their units; it keeps a's place. */
export function multiply(a: Quantity, b: Quantity): Quantity {
  return { ...a, value: a.value.times(b.value), unit: productUnit(a.unit, b.unit) };
}

/** a ÷ b, in the quotient of their units; it keeps a's place. @issues UNIT-007 when b is zero */
export function divide(a: Quantity, b: Quantity): Result<Quantity> {
  if (b.value.isZero()) return fail(divisionByZero(a, b));
  return ok({ ...a, value: a.value.div(b.value), unit: quotientUnit(a.unit, b.unit) });
}

/** The issue of a division by nothing, with where both sides came from. */
export function divisionByZero(a: Quantity, b: Quantity): Issue {
  return {
    code: "UNIT-007",
    severity: "error",
    at: b.at ?? a.at ?? {},
    expected: `≠ 0 ${b.unit.id}`,
    actual: `${b.value.toFixed()} ${b.unit.id}`,
    values: {
      numerator: `${a.value.toFixed()} ${a.unit.id}`,
      numeratorAt: locator(a.at),
      denominatorAt: locator(b.at),
    },
  };
}

/** −1, 0 or 1 as a is less than, equal to or more than b; decided on exact products, never on a rounded quotient. @issues UNIT-002 */
export function compare(a: Quantity, b: Quantity): Result<-1 | 0 | 1> {
  if (!sameDimension(a.unit, b.unit)) return fail(incompatible(a, b));
  const left = a.value.times(a.unit.numerator).times(b.unit.denominator);
  const right = b.value.times(b.unit.numerator).times(a.unit.denominator);
  return ok(left.lt(right) ? -1 : left.gt(right) ? 1 : 0);
}

/**
 * Mass as volume or volume as mass, by a density that the caller states: water billed in 噸 becomes m³ only this way.
 * @param density mass per volume, > 0, such as `waterDensity`
 * @param to      a unit of mass or of volume, the other of the two
 * @issues UNIT-002 when the three do not fit together, UNIT-007 when the density is zero
 */
export function convertByDensity(q: Quantity, density: Quantity, to: Unit): Result<Quantity> {
  const product = multiply(q, density);
  if (sameDimension(product.unit, to)) return convert(product, to);
  const quotient = divide(q, density);
  return quotient.ok && sameDimension(quotient.value.unit, to)
    ? convert(quotient.value, to)
    : quotient.ok
      ? fail(incompatible({ unit: to }, q))
      : quotient;
}
