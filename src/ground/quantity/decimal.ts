import { Decimal as Base } from "decimal.js";
import type { Language } from "../issue/index.ts";

/** An exact decimal. */
export type Decimal = Base;

/**
 * The one decimal of the house: sums and products are exact up to 60 significant digits, quotients that never end are
 * rounded half up at the 60th, and text never falls into exponents.
 */
export const Decimal: typeof Base = Base.clone({
  precision: 60,
  rounding: Base.ROUND_HALF_UP,
  toExpNeg: -9e15,
  toExpPos: 9e15,
});

/**
 * Rounds half up (away from zero), once, at display.
 * @param decimals places after the point, ≥ 0
 */
export function roundTo(value: Decimal, decimals: number): Decimal {
  return value.toDecimalPlaces(decimals, Decimal.ROUND_HALF_UP);
}

/**
 * Prints a number as reports do: rounded once, thousands grouped by commas, the point as the decimal mark, `93,868.52`.
 * The three languages agree on this in the places the house serves; the language is asked for so that no caller has to
 * know that.
 */
export function formatNumber(value: Decimal, decimals: number, _language: Language): string {
  const rounded = roundTo(value, decimals);
  const [whole = "0", fraction] = rounded.abs().toFixed(decimals).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  // A negative value that rounds to nothing is printed without a sign.
  const sign = rounded.isNegative() && !rounded.isZero() ? "-" : "";
  return `${sign}${grouped}${fraction === undefined ? "" : `.${fraction}`}`;
}
