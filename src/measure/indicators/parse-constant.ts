import { all, expectOk, type Result, type Where } from "../../ground/issue/index.ts";
import { parseAmount, type Quantity, quantity, type UnitTable } from "../../ground/quantity/index.ts";

/** Reads a constant of a formula, `3.6 MJ/kWh` or `12`. */
export function parseConstant(text: string, units: UnitTable, at: Where): Result<Quantity> {
  const [number = "", ...rest] = text.trim().split(/\s+/);
  const amount = parseAmount(number, at);
  const unit = units.parse(rest.join(" ") || "ratio", at);
  const failed = all<unknown>([amount, unit]);
  if (!failed.ok) return failed;
  return { ok: true, value: quantity(expectOk(amount), expectOk(unit), at) };
}
