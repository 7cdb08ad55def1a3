import { all, fail, type Issue, ok, type Result } from "../issue/index.ts";
import { Decimal } from "./decimal.ts";
import { makeUnit, multipliesExactly, productUnit, quotientUnit, RATIO, type Unit } from "./unit.ts";
import type { UnitIndex } from "./unit-index.ts";
import { scaleReadings } from "./unit-scale.ts";
import { normaliseUnitText, spellingKey } from "./unit-text.ts";

/** What reading one text needs. */
interface Reading {
  readonly index: UnitIndex;
  /** The defined unit that is the same amount, if there is one: 千個千瓦時 is MWh. */
  readonly canonical: (unit: Unit) => Unit;
  readonly whole: string;
}

const NUMBER = /^(\d{1,3}(?:,\d{3})+|\d{1,15})(\.\d{1,15})?(?=\D|$)/;
const TIME_SPANS = /^(?:年|年度|a|yr|year|annum|月|month|季|季度|quarter)s?$/i;
const DEEPEST = 8;

function issue(reading: Reading, code: string, part: string, expected: string): Issue {
  const shown = reading.whole.length > 80 ? `${reading.whole.slice(0, 77)}…` : reading.whole;
  return { code, severity: "error", at: {}, expected, actual: shown, values: { part: part.slice(0, 80) } };
}

/** A plain number as a unit, so that 10000·t has an id that reads back. */
function numberUnit(digits: string): Unit {
  const value = new Decimal(digits.replaceAll(",", ""));
  return value.eq(1) ? RATIO : makeUnit(value.toFixed(), {}, value, new Decimal(1));
}

/** A product or quotient, unless so much is multiplied that it could not be exact any more. */
function joined(a: Unit, b: Unit, sign: 1 | -1, reading: Reading): Result<Unit> {
  if (!multipliesExactly(a, b)) return fail(issue(reading, "UNIT-001", `${a.id}, ${b.id}`, "–"));
  return ok(sign === 1 ? productUnit(a, b) : quotientUnit(a, b));
}

/** The same, under its usual name: 千個千瓦時 is MWh. */
function scaled(coefficient: Unit, unit: Unit, reading: Reading): Result<Unit> {
  const product = joined(coefficient, unit, 1, reading);
  return product.ok ? ok(reading.canonical(product.value)) : product;
}

/** Splits at the marks that stand outside brackets. */
function splitOutside(text: string, marks: string): string[] {
  const parts: string[] = [""];
  let depth = 0;
  for (const character of text) {
    if (character === "(") depth += 1;
    if (character === ")") depth -= 1;
    if (depth === 0 && marks.includes(character)) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/** 噸二氧化碳當量 (tCO2e): the same unit said twice is that unit. */
function saidTwice(key: string, reading: Reading): Unit | undefined {
  const match = /^(.+)\((.+)\)$/.exec(key);
  if (!match) return undefined;
  const together = reading.index.find(`${match[1]}${match[2]}`);
  if (together.kind === "unit") return together.unit;
  const sides = [match[1] ?? "", match[2] ?? ""].map((side) => simple(side, reading));
  const [left, right] = sides;
  return left?.ok && right?.ok && left.value.id === right.value.id ? left.value : undefined;
}

/** One unit without marks of calculation: a spelling, a scale word with a spelling, a number with a spelling. */
function simple(text: string, reading: Reading): Result<Unit> {
  const key = spellingKey(text);
  const found = reading.index.find(key);
  if (found.kind === "unit") return ok(found.unit);
  if (found.kind === "ambiguous") return fail(issue(reading, "UNIT-003", key, found.candidates.join(", ")));
  for (const { factor, rest } of scaleReadings(key)) {
    const base = reading.index.find(rest);
    if (base.kind === "unit") return scaled(numberUnit(factor), base.unit, reading);
    if (base.kind === "ambiguous") return fail(issue(reading, "UNIT-003", key, base.candidates.join(", ")));
  }
  const number = NUMBER.exec(key);
  if (number && !/^0*(\.0*)?$/.test(number[0])) {
    const coefficient = numberUnit(number[0]);
    const rest = key.slice(number[0].length);
    if (rest === "") return ok(coefficient);
    const unit = simple(rest, reading);
    return unit.ok ? scaled(coefficient, unit.value, reading) : unit;
  }
  const twice = saidTwice(key, reading);
  if (twice) return ok(twice);
  if (TIME_SPANS.test(key)) return fail(issue(reading, "UNIT-009", key, "–"));
  return fail(issue(reading, "UNIT-001", key, "–"));
}

/** One factor of a product; a power binds closer than a product, so `a*b^2` never comes here whole. */
function power(text: string, reading: Reading, depth: number): Result<Unit> {
  const whole = simple(text.trim(), reading);
  const match = whole.ok ? null : /^(.+)\^(-?[1-9]\d{0,2})$/.exec(text.trim());
  if (whole.ok) return whole;
  const base = expression(match?.[1] ?? text, reading, depth + 1);
  if (!match || !base.ok) return base;
  const exponent = Number(match[2]);
  let unit: Result<Unit> = ok(RATIO);
  let square: Result<Unit> = base;
  for (let rest = Math.abs(exponent); rest > 0 && unit.ok && square.ok; rest >>= 1) {
    if (rest & 1) unit = joined(unit.value, square.value, exponent > 0 ? 1 : -1, reading);
    if (rest > 1) square = joined(square.value, square.value, 1, reading);
  }
  return square.ok ? unit : square;
}

/** 每百萬元收入噸二氧化碳當量 names the denominator first; accepted when it can be cut in one way only. */
function leadingPer(text: string, reading: Reading): Result<Unit> | undefined {
  if (!text.startsWith("每")) return undefined;
  const key = spellingKey(text.slice(1));
  const readings: Result<Unit>[] = [];
  for (let cut = 1; cut < key.length; cut += 1) {
    const below = simple(key.slice(0, cut), reading);
    const above = below.ok ? simple(key.slice(cut), reading) : below;
    if (below.ok && above.ok) readings.push(joined(above.value, below.value, -1, reading));
  }
  const ids = [...new Set(readings.flatMap((unit) => (unit.ok ? [unit.value.id] : [])))];
  return ids.length > 1 ? fail(issue(reading, "UNIT-003", text, ids.join(", "))) : readings[0];
}

function expression(text: string, reading: Reading, depth: number): Result<Unit> {
  const trimmed = text.trim();
  if (depth > DEEPEST) return fail(issue(reading, "UNIT-001", trimmed, "–"));
  const whole = simple(trimmed, reading);
  if (whole.ok) return whole;
  const inner = /^\((.*)\)$/.exec(trimmed)?.[1];
  if (inner !== undefined && balanced(inner)) return expression(inner, reading, depth + 1);
  const first = leadingPer(trimmed, reading);
  if (first) return first;
  const ratio = splitOutside(trimmed, "/每");
  const parts = ratio.length > 1 ? ratio : splitOutside(trimmed, "*");
  if (parts.length === 1) return trimmed.includes("^") ? power(trimmed, reading, depth) : whole;
  const sign = ratio.length > 1 ? -1 : 1;
  const side = (part: string): Result<Unit> =>
    sign === -1 ? expression(part, reading, depth + 1) : power(part, reading, depth);
  const sides = parts.map((part) => (part.trim() === "" ? fail(issue(reading, "UNIT-001", trimmed, "–")) : side(part)));
  const units = all(sides);
  if (!units.ok) return units;
  const result = units.value
    .slice(1)
    .reduce<Result<Unit>>(
      (left, right) => (left.ok ? joined(left.value, right, sign, reading) : left),
      ok(units.value[0] ?? RATIO),
    );
  return result.ok && sign === 1 ? ok(reading.canonical(result.value)) : result;
}

function balanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === "(") depth += 1;
    if (character === ")") depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/**
 * Reads a unit, for the table, which adds where it stood: a spelling, a scaled spelling, a product or a ratio of any of them, in any width of characters.
 * @issues UNIT-001 unknown (with near spellings); UNIT-003 may mean several; UNIT-009 a length of time that belongs to the period
 */
export function parseUnit(text: string, index: UnitIndex, canonical: (unit: Unit) => Unit): Result<Unit> {
  const reading: Reading = { index, canonical, whole: text.trim() };
  const normalised = normaliseUnitText(text);
  if (normalised === "" || normalised.length > 200) return fail(issue(reading, "UNIT-001", normalised, "–"));
  const unit = expression(normalised, reading, 0);
  return unit.ok ? unit : { ok: false, issues: unit.issues.map((found) => withNear(found, index)) };
}

/** What may have been meant is looked for once, at the end: many readings fail before one succeeds. */
function withNear(found: Issue, index: UnitIndex): Issue {
  if (found.code !== "UNIT-001") return found;
  return { ...found, expected: index.near(found.values?.["part"] ?? "").join(", ") || "–" };
}
