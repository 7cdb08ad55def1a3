import { fail, type Issue, type Language, ok, type Result, type Where } from "../issue/index.ts";
import { powersOfId, sameUnit, type Unit } from "./unit.ts";
import { repeatedIds, type UnitDefinition, unitOf } from "./unit-definition.ts";
import { parseUnit } from "./unit-expression.ts";
import { indexUnits } from "./unit-index.ts";
import { scaleSymbol } from "./unit-scale.ts";

/** The units that content defines, by what people write. */
export interface UnitTable {
  /**
   * Reads a unit as people write it, `兆瓦時`, `萬元人民幣`, `千克 / 百萬元收入`.
   * @issues UNIT-001 unknown; UNIT-003 may mean several; UNIT-009 a length of time that belongs to the period
   */
  parse(text: string, at?: Where): Result<Unit>;
  /** The unit with this id, composed ids included; one that does not exist is a broken invariant and throws. */
  unit(id: string): Unit;
  /** How a unit is written in a language: 噸二氧化碳當量/百萬元. */
  symbol(unit: Unit, language: Language): string;
  /** Every defined unit, in the order of the definitions. */
  all(): readonly Unit[];
}

/** Imports meet a few dozen spellings a million times; more different ones than this are not worth keeping. */
const REMEMBERED = 5000;

function symbolOf(unit: Unit, definitions: ReadonlyMap<string, UnitDefinition>, language: Language): string {
  const own = definitions.get(unit.id);
  if (own) return own.symbol[language];
  const named = (atom: string, sign: 1 | -1): string => {
    const definition = definitions.get(atom);
    return (
      (sign === -1 && language === "en" ? definition?.singular : undefined) ?? definition?.symbol[language] ?? atom
    );
  };
  const powers = [...(powersOfId(unit.id) ?? [])];
  const side = (sign: 1 | -1): string => {
    const factors = powers.filter(([, exponent]) => Math.sign(exponent) === sign);
    const numbers = factors.filter(([atom]) => /^\d/.test(atom));
    const names = factors.filter(([atom]) => !/^\d/.test(atom));
    const written = names.map(
      ([atom, exponent]) => `${named(atom, sign)}${Math.abs(exponent) === 1 ? "" : `^${Math.abs(exponent)}`}`,
    );
    const body = numbers.map(([atom]) => scaleSymbol(atom, language)).join("") + written.join("·");
    return (sign === -1 && names.length > 1 ? `(${body})` : body).trim();
  };
  const [above, below] = [side(1), side(-1)];
  return below === "" ? above || unit.id : `${above || "1"}/${below}`;
}

/**
 * Builds the table of units.
 * @issues UNIT-005 a spelling or id claimed twice; UNIT-006 a definition that is wrong: all of them, not the first
 */
export function createUnitTable(definitions: readonly UnitDefinition[]): Result<UnitTable> {
  const issues: Issue[] = repeatedIds(definitions);
  const units = new Map<string, Unit>();
  for (const definition of definitions) {
    const unit = unitOf(definition);
    if (!unit.ok) issues.push(...unit.issues);
    else if (!units.has(definition.id)) units.set(definition.id, unit.value);
  }
  const { index, issues: claims } = indexUnits(definitions, units);
  issues.push(...claims);
  if (issues.length > 0) return fail(...issues);

  const known = [...units.values()];
  const canonical = (unit: Unit): Unit =>
    units.get(unit.id) ?? known.find((defined) => sameUnit(defined, unit)) ?? unit;
  const byId = new Map(definitions.map((definition) => [definition.id, definition]));

  const remembered = new Map<string, Result<Unit>>();
  const parse = (text: string, at: Where = {}): Result<Unit> => {
    const unit = remembered.get(text) ?? parseUnit(text, index, canonical);
    if (remembered.size < REMEMBERED && text.length <= 200) remembered.set(text, unit);
    return unit.ok ? unit : { ok: false, issues: unit.issues.map((issue) => ({ ...issue, at })) };
  };
  return ok({
    parse,
    unit(id) {
      const defined = units.get(id);
      if (defined) return defined;
      const composed = powersOfId(id) ? parse(id) : undefined;
      if (composed?.ok) return composed.value;
      throw new Error(`no unit ${id}`);
    },
    symbol: (unit, language) => symbolOf(unit, byId, language),
    all: () => known,
  });
}
