import { fail, ok, type Result, type Where } from "../issue/index.ts";
import { parseAmount } from "./amount.ts";
import { Decimal } from "./decimal.ts";
import { lowestTerms, type Unit } from "./unit.ts";

/** Places after the point in which the ledger stores amounts; its columns have 38 digits in all. */
export const AMOUNT_SCALE = 9;
const MOST_WHOLE_DIGITS = 38 - AMOUNT_SCALE;
const LARGEST = 10n ** 38n;

/** Multiplier and divisor by number of decimals, so that digits × multiplier ÷ divisor is the scaled amount. */
interface Steps {
  readonly multiplier: bigint;
  readonly divisor: bigint;
  /** The multiplier as a plain number when nothing is divided and it is exact as one; else 0. */
  readonly small: number;
}

const known = new WeakMap<Unit, Steps[]>();

function stepsOf(unit: Unit, decimals: number): Steps {
  let steps = known.get(unit);
  if (steps === undefined) known.set(unit, (steps = []));
  const made = steps[decimals];
  if (made) return made;
  const { numerator, denominator } = lowestTerms(
    unit.numerator.times(new Decimal(10).pow(AMOUNT_SCALE)),
    unit.denominator.times(new Decimal(10).pow(decimals)),
  );
  const small = denominator === 1n && numerator < BigInt(Number.MAX_SAFE_INTEGER) ? Number(numerator) : 0;
  return (steps[decimals] = { multiplier: numerator, divisor: denominator, small });
}

function fixed(digits: string, negative: boolean): string {
  const padded = digits.length > AMOUNT_SCALE ? digits : digits.padStart(AMOUNT_SCALE + 1, "0");
  const point = padded.length - AMOUNT_SCALE;
  return `${negative ? "-" : ""}${padded.slice(0, point)}.${padded.slice(point)}`;
}

const tooFine = (text: string, unit: Unit, at: Where): Result<never> =>
  fail({
    code: "UNIT-004",
    severity: "error",
    at,
    expected: String(AMOUNT_SCALE),
    actual: `${text.slice(0, 80)} ${unit.id}`,
  });

const tooLarge = (text: string, unit: Unit, at: Where): Result<never> =>
  fail({
    code: "UNIT-008",
    severity: "error",
    at,
    expected: String(MOST_WHOLE_DIGITS),
    actual: `${text.slice(0, 80)} ${unit.id}`,
  });

/** Wide enough that no product of an amount and a factor is rounded. */
const Wide = Decimal.clone({ precision: 200 });

/** The slow way, through the decimal library: for everything that is not plain digits, and what the fast way must agree with. */
export function scaledAmountByDecimals(text: string, unit: Unit, at: Where = {}): Result<string> {
  const amount = parseAmount(text, at);
  if (!amount.ok) return amount;
  const above = new Wide(amount.value).times(unit.numerator);
  const base = above.div(unit.denominator);
  // A quotient that was rounded does not multiply back.
  if (base.decimalPlaces() > AMOUNT_SCALE || !base.times(unit.denominator).eq(above)) return tooFine(text, unit, at);
  if (base.abs().gte(new Decimal(10).pow(MOST_WHOLE_DIGITS))) return tooLarge(text, unit, at);
  return ok(base.isZero() ? new Decimal(0).toFixed(AMOUNT_SCALE) : base.toFixed(AMOUNT_SCALE));
}

/**
 * An amount as text, in the base unit of its dimensions, with exactly nine places: `138.37` of MWh is `498132.000000000`.
 * Exact or an issue, never rounded. Made for imports of millions of rows: plain digits never touch the decimal library.
 * @param scale 9, the scale of the ledger's amounts
 * @issues UNIT-004 needs more places than nine; UNIT-008 needs more than 29 digits before the point; AMOUNT-… as `parseAmount`
 */
export function scaledAmount(
  text: string,
  unit: Unit,
  _scale: typeof AMOUNT_SCALE = AMOUNT_SCALE,
  at?: Where,
): Result<string> {
  const length = text.length;
  const negative = text.charCodeAt(0) === 45;
  const first = negative ? 1 : 0;
  let point = -1;
  let value = 0;
  // A value past 2^53 is known to be so however it was rounded, and is read again as a BigInt.
  if (length === first || length > 30) return scaledAmountByDecimals(text, unit, at);
  for (let index = first; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) value = value * 10 + (code - 48);
    else if (code === 46 && point < 0 && index > first && index < length - 1) point = index;
    else return scaledAmountByDecimals(text, unit, at);
  }
  const decimals = point < 0 ? 0 : length - point - 1;
  const { multiplier, divisor, small } = stepsOf(unit, decimals);
  if (small > 0) {
    const product = value * small;
    if (product <= Number.MAX_SAFE_INTEGER) return ok(fixed(String(product), negative && product > 0));
  }
  const digits = value <= Number.MAX_SAFE_INTEGER ? BigInt(value) : BigInt(text.slice(first).replace(".", ""));
  const product = digits * multiplier;
  const scaled = divisor === 1n ? product : product / divisor;
  if (divisor !== 1n && scaled * divisor !== product) return tooFine(text, unit, at ?? {});
  if (scaled >= LARGEST) return tooLarge(text, unit, at ?? {});
  return ok(fixed(scaled.toString(), negative && scaled > 0n));
}

/** A whole number of 10⁻⁹, as the ledger keeps amounts, as a decimal, exactly. */
export function decimalOfUnits(units: bigint): Decimal {
  return new Decimal(fixed(String(units < 0n ? -units : units), units < 0n));
}
