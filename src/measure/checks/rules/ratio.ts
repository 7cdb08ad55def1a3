import { Decimal } from "../../../ground/quantity/index.ts";
import { type Dims, formOf, type Ref, refText } from "../figure.ts";
import type { FigureSet, Reading } from "../figure-set.ts";
import { type Draft, list, named, printed, range, share, text } from "../finding.ts";
import { type Interval, over, overlaps, powerOfTen, relativeDistance } from "../interval.ts";
import type { RelationOf } from "../relation.ts";
import type { Context, Rule } from "../rule.ts";
import { figuresOf, narrowed, ratioFits, type Sum, subject, subjectsOf, sumOf } from "../sums.ts";

type Ratio = RelationOf<"ratio">;

interface Sides {
  readonly numerator: Sum;
  readonly denominator: Sum;
  readonly value: Interval;
}

/**
 * Numerator and denominator under the ratio's own members; where the source gives one of them not for that scope (one
 * site of a group), both of the whole.
 */
function sidesOf(
  figures: FigureSet,
  relation: Ratio,
  denominators: readonly Ref[],
  dims: Dims,
  period: string,
): Sides | undefined {
  const find = (members: Dims): Sides | undefined => {
    const under = (refs: readonly Ref[]): Ref[] => refs.map((ref) => narrowed(ref, members));
    const numerator = sumOf(figures, under(relation.numerator), period);
    const denominator = sumOf(figures, under(denominators), period);
    if (!numerator || !denominator || numerator.absent.length + denominator.absent.length > 0) return undefined;
    const value = over(numerator.interval, denominator.interval);
    return value && { numerator, denominator, value };
  };
  const own = find(dims);
  if (own || !Object.keys(dims).some((dimension) => relation.scopes.includes(dimension))) return own;
  return find(Object.fromEntries(Object.entries(dims).filter(([dimension]) => !relation.scopes.includes(dimension))));
}

function failure(
  ratio: Reading,
  expected: Interval,
  relation: Ratio,
  sums: readonly Sum[],
  mistaken: string | undefined,
): Draft {
  const { period } = ratio.figure;
  const power = powerOfTen(ratio.interval, expected);
  const shown = {
    unit: ratio.figure.unit,
    decimals: ratio.figure.decimals + (power === undefined ? 1 : Math.max(0, power)),
  };
  const printedInText = formOf(ratio.figure.where) === "text";
  const difference = relativeDistance(ratio.interval, expected);
  return {
    code: power === undefined ? "CHECK-RATIO" : "CHECK-UNIT-SLIP",
    severity: power === undefined && printedInText ? "warning" : "error",
    cause: power === undefined ? (mistaken ?? "CHECK-CAUSE-UNKNOWN") : "CHECK-CAUSE-UNIT",
    subjects: [subject(ratio.figure, period)],
    involved: subjectsOf(sums.flatMap(({ readings }) => readings)),
    expected: range(expected, shown),
    actual: printed(ratio.figure),
    difference: power === undefined ? share(difference) : text(`×${new Decimal(10).pow(power).toFixed()}`),
    effect: difference,
    values: {
      figure: named(ratio.figure),
      period: text(period),
      numerator: list(relation.numerator.map(named)),
      denominator: list(relation.denominator.map(named)),
      factor: text(power === undefined ? "" : new Decimal(10).pow(power).toFixed()),
      unit: text(ratio.figure.unit.id),
    },
    figures: [...ratio.figures, ...figuresOf(sums.flatMap(({ readings }) => readings))],
  };
}

/** Known numerator and denominator: every value that is printed of the ratio must fit them. */
function againstParts(context: Context, relation: Ratio): { drafts: Draft[]; checked: number } {
  const drafts: Draft[] = [];
  let checked = 0;
  const { figures } = context;
  for (const dims of figures.dimsOf(relation.ratio)) {
    for (const period of context.periods) {
      const sides = sidesOf(figures, relation, relation.denominator, dims, period);
      if (!sides) continue;
      const { numerator, denominator, value: expected } = sides;
      const ratios = figures
        .readings({ indicator: relation.ratio, dims }, period)
        .filter((reading) => ratioFits(reading, numerator, denominator));
      checked += ratios.length;
      const fitting = ratios.filter((reading) => overlaps(reading.interval, expected));
      for (const ratio of ratios.filter((reading) => !fitting.includes(reading))) {
        // Beside a printed ratio that fits, only a slip of the unit says more than that the two differ.
        if (fitting.length > 0 && powerOfTen(ratio.interval, expected) === undefined) continue;
        const mistaken = relation.mistaken.find((other) => {
          const wrong = sidesOf(figures, relation, other.denominator, dims, period);
          return wrong && overlaps(wrong.value, ratio.interval);
        });
        drafts.push(failure(ratio, expected, relation, [numerator, denominator], mistaken?.cause));
      }
    }
  }
  return { drafts, checked };
}

interface Implied {
  readonly relation: Ratio;
  readonly ratio: Reading;
  readonly numerator: Sum;
  readonly denominator: Interval;
}

/** The amount that most of the implied denominators have in common. */
function commonGround(implied: readonly Implied[]): Interval | undefined {
  const ends = implied.map(({ denominator }) => denominator.low);
  const holders = (at: Decimal): Implied[] =>
    implied.filter(({ denominator }) => denominator.low.lte(at) && denominator.high.gte(at));
  const best = ends.map(holders).sort((a, b) => b.length - a.length)[0] ?? [];
  if (best.length < 3 || best.length * 2 <= implied.length) return undefined;
  return {
    low: Decimal.max(...best.map(({ denominator }) => denominator.low)),
    high: Decimal.min(...best.map(({ denominator }) => denominator.high)),
  };
}

/** Unknown denominator: ratios that share it must imply one amount for it. */
function againstEachOther(context: Context, relations: readonly Ratio[]): { drafts: Draft[]; checked: number } {
  const drafts: Draft[] = [];
  let checked = 0;
  for (const period of context.periods) {
    const implied = relations.flatMap((relation): Implied[] => {
      if (sumOf(context.figures, relation.denominator, period)) return [];
      const numerator = sumOf(context.figures, relation.numerator, period);
      if (!numerator || numerator.absent.length > 0) return [];
      return context.figures.readings({ indicator: relation.ratio, dims: {} }, period).flatMap((ratio): Implied[] => {
        const denominator = over(numerator.interval, ratio.interval);
        return denominator ? [{ relation, ratio, numerator, denominator }] : [];
      });
    });
    const common = commonGround(implied);
    if (!common) continue;
    for (const { relation, ratio, numerator, denominator } of implied) {
      checked += 1;
      if (overlaps(denominator, common)) continue;
      const expected = over(numerator.interval, common);
      if (expected) drafts.push(failure(ratio, expected, relation, [numerator], undefined));
    }
  }
  return { drafts, checked };
}

/**
 * A ratio is its numerator by its denominator in the unit stated, as far as the printed digits allow. Where the
 * denominator is not disclosed, ratios that share it must agree on it.
 */
export const ratio: Rule = {
  id: "ratio",
  codes: ["CHECK-RATIO", "CHECK-UNIT-SLIP"],
  run(context) {
    const relations = context.relations("ratio");
    const groups = new Map<string, Ratio[]>();
    for (const relation of relations) {
      const key = relation.denominator.map(refText).sort().join("+");
      groups.set(key, [...(groups.get(key) ?? []), relation]);
    }
    const results = [
      ...relations.map((relation) => againstParts(context, relation)),
      ...[...groups.values()].map((group) => againstEachOther(context, group)),
    ];
    return {
      drafts: results.flatMap(({ drafts }) => drafts),
      checked: results.reduce((count, result) => count + result.checked, 0),
    };
  },
};
