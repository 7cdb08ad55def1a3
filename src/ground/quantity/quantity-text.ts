import { all, fail, type Language, ok, type Result, type Where } from "../issue/index.ts";
import { parseAmount, plainText } from "./amount.ts";
import { formatNumber } from "./decimal.ts";
import { type Quantity, quantity } from "./quantity.ts";
import type { UnitTable } from "./unit-table.ts";

/** What stands before the number (a currency), the number as far as digits and their marks go, and what follows. */
const NUMBER_INSIDE =
  /^([^\d(+\-.\u2212]*)(\(?\s?[+\-\u2212]?\s?\.?\d[\d.,]*(?: \d{3}(?!\d)[\d.,]*)*(?:[eE][+-]?\d+)?(?:\s?\))?)(.*)$/;

/**
 * Reads an amount with its unit, `3.6 MJ/kWh`, `950 萬度`, `人民幣382萬元`, `HK$1.2 million`, `84%`; without a unit it is a ratio.
 * @issues those of `parseAmount` and of `UnitTable.parse`
 */
export function parseQuantity(text: string, units: UnitTable, at: Where = {}): Result<Quantity> {
  const match = NUMBER_INSIDE.exec(plainText(text));
  if (!match || !/\d/.test(match[2] ?? ""))
    return fail({ code: "AMOUNT-001", severity: "error", at, actual: text.slice(0, 80) });
  const unitText = `${match[1] ?? ""} ${match[3] ?? ""}`.trim();
  const amount = parseAmount(match[2] ?? "", at);
  const unit = units.parse(unitText === "" ? "ratio" : unitText, at);
  if (amount.ok && unit.ok) return ok(quantity(amount.value, unit.value, at));
  const failed = all<unknown>([amount, unit]);
  return failed.ok ? fail({ code: "AMOUNT-001", severity: "error", at, actual: text.slice(0, 80) }) : failed;
}

/** An amount with its unit as reports print it, `93,868.52 噸二氧化碳當量`, rounded once; % follows its number closely. */
export function formatQuantity(q: Quantity, decimals: number, units: UnitTable, language: Language): string {
  const symbol = units.symbol(q.unit, language);
  const gap = /^[%‰]/.test(symbol) || symbol === "" ? "" : " ";
  return `${formatNumber(q.value, decimals, language)}${gap}${symbol}`;
}

/**
 * The density by which water given in 噸 becomes m³: 1,000 kg/m³, the round value that utilities bill by (pure water has
 * 999.97 at its densest, 4 °C). It acts only where it is handed to `convertByDensity`.
 */
export function waterDensity(units: UnitTable): Quantity {
  return quantity("1000", units.unit("kg/m3"));
}
