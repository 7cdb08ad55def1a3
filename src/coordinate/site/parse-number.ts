import { fail, ok, type Result, type Where } from "../../ground/issue/index.ts";
import { convert, parseAmount, parseQuantity, type UnitTable } from "../../ground/quantity/index.ts";

/** Degrees have a zero that is no zero, so a temperature is no quantity that could be multiplied. */
const CELSIUS = /^(.*?)\s*(?:°C|℃|degC)$/;

/**
 * A quantity as a site file writes it, in the unit in which the model computes: floats begin here.
 * @param unit id of a unit, or `temperature` for °C
 * @issues AMOUNT-001, UNIT-001, UNIT-002; SITE-003 (a temperature without °C)
 */
export function parseNumber(text: string, unit: string, units: UnitTable, at: Where): Result<number> {
  if (unit === "temperature") {
    const degrees = CELSIUS.exec(text.trim())?.[1];
    if (degrees === undefined)
      return fail({ code: "SITE-003", severity: "error", at, expected: "9.9 °C", actual: text.slice(0, 80) });
    const amount = parseAmount(degrees, at);
    return amount.ok ? ok(amount.value.toNumber()) : amount;
  }
  const parsed = parseQuantity(text, units, at);
  if (!parsed.ok) return parsed;
  const converted = convert(parsed.value, units.unit(unit));
  return converted.ok ? ok(converted.value.value.toNumber()) : converted;
}
