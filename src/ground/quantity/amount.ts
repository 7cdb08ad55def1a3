import { fail, type Issue, ok, type Result, type Where } from "../issue/index.ts";
import { Decimal } from "./decimal.ts";

/** No sum or product of amounts this long leaves the 60 digits that decimals keep exactly. */
const MOST_DIGITS = 40;

const INVISIBLE = /[\u200b-\u200f\u2060\ufeff\u00ad]/g;
const MINUS = /^[\u2212\u2010-\u2015\ufe63](?=[\d.])/;
const DASHES = /^[-\u2010-\u2015\u2212_/\\]+$/;
const NOT_GIVEN =
  /^(?:n\.?\/?a\.?|nil|none|null|nan|tbc|tbd|不适用|不適用|无|無|暂无|暫無|缺失|未披露|未统计|未統計|待定|待補|待补)$/i;
const PLAIN = /^\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;
const GROUPED = /^[1-9]\d{0,2}([, '])\d{3}(?:\1\d{3})*(?:\.\d+)?$/;
/** A number with something of a unit around it: `950萬度`, `¥1,234`, `12 %`. */
const WITH_UNIT = /^[^\d.,()+-]*[+-]?\d[\d, ]*(?:\.\d+)?[^\d.,()+-]*$/;
const DIGITS_AND_MARKS = /^[\d., ']+$/;

/** Full-width digits and marks to half-width, no invisible characters, every space a plain one. */
export function plainText(text: string): string {
  return text.normalize("NFKC").replace(INVISIBLE, "").replaceAll(/\s+/g, " ").trim();
}

function problem(code: string, text: string, at: Where, expected?: string): Issue {
  const actual = text.length > 80 ? `${text.slice(0, 77)}…` : text;
  return expected === undefined
    ? { code, severity: "error", at, actual }
    : { code, severity: "error", at, expected, actual };
}

function unsigned(text: string): { negative: boolean; rest: string } {
  const brackets = /^\(\s*([^()+-]*?)\s*\)$/.exec(text);
  if (brackets) return { negative: true, rest: brackets[1] ?? "" };
  const signed = text.replace(MINUS, "-");
  const sign = /^([+-])\s?(?=[\d.])/.exec(signed);
  return sign ? { negative: sign[1] === "-", rest: signed.slice(sign[0].length) } : { negative: false, rest: signed };
}

/**
 * Reads an amount as people write it: `1,234.5`, full-width digits, spaces between thousands, `−5`, `(12)` for −12, `1.2E-3`.
 * What could mean two numbers is asked back, not guessed.
 * @issues AMOUNT-001 not a number; AMOUNT-002 may mean two numbers (`1.234,5`, `1,23`); AMOUNT-003 carries a unit;
 *         AMOUNT-004 nothing given (empty, a dash, n/a); AMOUNT-005 more digits than are kept exactly
 */
export function parseAmount(text: string, at: Where = {}): Result<Decimal> {
  const plain = plainText(text);
  if (plain === "" || DASHES.test(plain) || NOT_GIVEN.test(plain)) return fail(problem("AMOUNT-004", text, at));
  const { negative, rest } = unsigned(plain);
  const digits = rest.startsWith(".") ? `0${rest}` : rest;
  let number: string;
  if (PLAIN.test(digits)) number = digits;
  else if (GROUPED.test(digits)) number = digits.replaceAll(/[, ']/g, "");
  else if (DIGITS_AND_MARKS.test(rest) && /\d/.test(rest)) return fail(problem("AMOUNT-002", text, at));
  else if (WITH_UNIT.test(plain)) return fail(problem("AMOUNT-003", text, at));
  else return fail(problem("AMOUNT-001", text, at));
  const value = new Decimal(number);
  if (value.precision(true) > MOST_DIGITS || value.decimalPlaces() > MOST_DIGITS)
    return fail(problem("AMOUNT-005", text, at, String(MOST_DIGITS)));
  return ok(negative && !value.isZero() ? value.negated() : value);
}
