import { all, fail, type Issue, ok, type Result, type Text } from "../issue/index.ts";
import { Decimal } from "./decimal.ts";
import { BASE_UNITS, parseDimensions } from "./dimensions.ts";
import { makeUnit, type Unit } from "./unit.ts";

/** One unit of `content/units`. */
export interface UnitDefinition {
  /** ASCII, letters and digits, a letter first. */
  readonly id: string;
  /** `energy`, `energy/time`, `person*length`, `dimensionless`. */
  readonly dimension: string;
  /** How many base units one of it is, `3.6` or `1/3600`. */
  readonly factor: string;
  readonly symbol: Text;
  /** The English symbol below the line of a ratio, where the plural of `symbol` would be wrong: t/person. */
  readonly singular?: string | undefined;
  /** What people write for it; id and symbols need not be repeated. */
  readonly spellings: readonly string[];
  /** Spellings that may mean this unit or another; they are asked back, never guessed. */
  readonly ambiguous?: readonly string[] | undefined;
  /** Where the factor comes from. */
  readonly source?: string | undefined;
}

const ID = /^[A-Za-z][A-Za-z0-9_]*$/;
const FACTOR = /^(\d+(?:\.\d+)?)(?:\/(\d+(?:\.\d+)?))?$/;

/** The unit of a definition. @issues UNIT-006 names the id, the part that is wrong and what it should be */
export function unitOf(definition: UnitDefinition): Result<Unit> {
  const wrong = (part: string, actual: string, expected: string): Result<never> =>
    fail({
      code: "UNIT-006",
      severity: "error",
      at: { path: `${definition.id}.${part}` },
      expected,
      actual,
      values: { part },
    });
  const id: Result<unknown> = ID.test(definition.id) ? ok(null) : wrong("id", definition.id, "A–Z a–z 0–9 _");
  const dimensions = parseDimensions(definition.dimension);
  const dimension = dimensions
    ? ok(dimensions)
    : wrong("dimension", definition.dimension, Object.keys(BASE_UNITS).join(", "));
  const match = FACTOR.exec(definition.factor);
  const [numerator, denominator] = [new Decimal(match?.[1] ?? 0), new Decimal(match?.[2] ?? 1)];
  const positive = !numerator.isZero() && !denominator.isZero();
  const factor: Result<unknown> = positive ? ok(null) : wrong("factor", definition.factor, "3.6 | 1/3");
  const checked = all<unknown>([id, dimension, factor]);
  if (!checked.ok) return checked;
  return ok(makeUnit(definition.id, dimensions ?? {}, numerator, denominator));
}

/** Ids given twice. @issues UNIT-005 */
export function repeatedIds(definitions: readonly UnitDefinition[]): Issue[] {
  const seen = new Set<string>();
  return definitions.flatMap(({ id }): Issue[] => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [
      { code: "UNIT-005", severity: "error", at: { path: id }, expected: id, actual: id, values: { spelling: id } },
    ];
  });
}
