import { Decimal } from "./decimal.ts";
import {
  baseUnitId,
  combineDimensions,
  type Dimensions,
  equalDimensions,
  powersText,
  readPowers,
  sorted,
} from "./dimensions.ts";

/**
 * A unit. One of it is `numerator ÷ denominator` of the base unit of its dimensions, exactly.
 * The id is ASCII and is itself a spelling: `MWh`, `tCO2e/MCNY`, `10000*t`.
 */
export interface Unit {
  readonly id: string;
  readonly dimensions: Dimensions;
  readonly numerator: Decimal;
  readonly denominator: Decimal;
}

const ATOM = /^(?:[A-Za-z][A-Za-z0-9_]*|\d+(?:\.\d+)?)$/;

/** The powers of units and plain numbers an id is made of; `ratio` is none at all. */
export function powersOfId(id: string): Map<string, number> | undefined {
  const powers = readPowers(id, ATOM);
  powers?.delete("1");
  powers?.delete("ratio");
  return powers;
}

function combinedId(a: string, b: string, sign: 1 | -1): string {
  const left = powersOfId(a);
  const right = powersOfId(b);
  if (!left || !right) throw new Error(`not the id of a unit: ${left ? b : a}`);
  for (const [atom, exponent] of right) left.set(atom, (left.get(atom) ?? 0) + sign * exponent);
  return powersText(sorted([...left].filter(([, exponent]) => exponent !== 0)), "ratio");
}

function integerParts(value: Decimal): { digits: bigint; places: number } {
  const [whole = "0", fraction = ""] = value.toFixed().split(".");
  return { digits: BigInt(whole + fraction), places: fraction.length };
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}

/** A fraction of two decimals as a fraction of two whole numbers in lowest terms. */
export function lowestTerms(numerator: Decimal, denominator: Decimal): { numerator: bigint; denominator: bigint } {
  const above = integerParts(numerator);
  const below = integerParts(denominator);
  const n = above.digits * 10n ** BigInt(Math.max(0, below.places - above.places));
  const d = below.digits * 10n ** BigInt(Math.max(0, above.places - below.places));
  const divisor = greatestCommonDivisor(n, d);
  return { numerator: n / divisor, denominator: d / divisor };
}

/** A fraction in lowest terms as two decimals; one that ends is written out, 3.6 ÷ 1 rather than 18 ÷ 5. */
function asDecimals(numerator: bigint, denominator: bigint): [Decimal, Decimal] {
  const [above, below] = [new Decimal(numerator.toString()), new Decimal(denominator.toString())];
  const quotient = above.div(below);
  return quotient.times(below).eq(above) && quotient.precision() < 40 ? [quotient, new Decimal(1)] : [above, below];
}

/** Builds a unit with its factor in lowest terms; a factor that is not positive is a broken invariant. */
export function makeUnit(id: string, dimensions: Dimensions, numerator: Decimal, denominator: Decimal): Unit {
  if (!(numerator.isPositive() && denominator.isPositive()) || numerator.isZero() || denominator.isZero())
    throw new Error(`unit ${id} needs a positive factor`);
  const terms = lowestTerms(numerator, denominator);
  const [above, below] = asDecimals(terms.numerator, terms.denominator);
  return Object.freeze({ id, dimensions: Object.freeze({ ...dimensions }), numerator: above, denominator: below });
}

// Products and quotients are asked for once per row but there are few different ones.
const products = new WeakMap<Unit, WeakMap<Unit, Unit>>();
const quotients = new WeakMap<Unit, WeakMap<Unit, Unit>>();

function remembered(memory: WeakMap<Unit, WeakMap<Unit, Unit>>, a: Unit, b: Unit, make: () => Unit): Unit {
  const of = memory.get(a) ?? new WeakMap<Unit, Unit>();
  memory.set(a, of);
  const made = of.get(b) ?? make();
  of.set(b, made);
  return made;
}

/** True when the factors of both multiply without leaving the digits that decimals keep exactly. */
export function multipliesExactly(a: Unit, b: Unit): boolean {
  const digits = (...values: readonly Decimal[]): number => values.reduce((sum, value) => sum + value.precision(), 0);
  return (
    Math.max(
      digits(a.numerator, b.numerator),
      digits(a.denominator, b.denominator),
      digits(a.numerator, b.denominator),
      digits(a.denominator, b.numerator),
    ) <= 60
  );
}

/** The unit of a product, `MW*h`; what stands above and below the line cancels. */
export function productUnit(a: Unit, b: Unit): Unit {
  return remembered(products, a, b, () =>
    makeUnit(
      combinedId(a.id, b.id, 1),
      combineDimensions(a.dimensions, b.dimensions, 1),
      a.numerator.times(b.numerator),
      a.denominator.times(b.denominator),
    ),
  );
}

/** The unit of a quotient, `tCO2e/MCNY`; equal units cancel to `ratio`. */
export function quotientUnit(a: Unit, b: Unit): Unit {
  return remembered(quotients, a, b, () =>
    makeUnit(
      combinedId(a.id, b.id, -1),
      combineDimensions(a.dimensions, b.dimensions, -1),
      a.numerator.times(b.denominator),
      a.denominator.times(b.numerator),
    ),
  );
}

/** True when amounts of the one can be expressed in the other. */
export function sameDimension(a: Unit, b: Unit): boolean {
  return equalDimensions(a.dimensions, b.dimensions);
}

/** True when one of each is the same amount, whatever they are called: `kW*h` and `kWh`. */
export function sameUnit(a: Unit, b: Unit): boolean {
  return sameDimension(a, b) && a.numerator.times(b.denominator).eq(b.numerator.times(a.denominator));
}

const ONE = new Decimal(1);

const baseUnits = new Map<string, Unit>();

/** The unit in which amounts of these dimensions are stored, `kgCO2e/MJ`; the same object each time, as products are remembered by it. */
export function baseUnit(dimensions: Dimensions): Unit {
  const id = baseUnitId(dimensions);
  const made = baseUnits.get(id) ?? makeUnit(id, dimensions, ONE, ONE);
  baseUnits.set(id, made);
  return made;
}

/** A pure number, 1. */
export const RATIO: Unit = makeUnit("ratio", {}, ONE, ONE);
