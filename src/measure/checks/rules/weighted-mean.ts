import { Decimal } from "../../../ground/quantity/index.ts";
import { refText } from "../figure.ts";
import type { Reading } from "../figure-set.ts";
import { amount, type Draft, labelled, list, members, named, printed, range, text } from "../finding.ts";
import {
  hull,
  type Interval,
  interval,
  middle,
  overlaps,
  plus,
  point,
  relativeDistance,
  scaled,
  sum,
} from "../interval.ts";
import { type Context, periodBefore, type Rule } from "../rule.ts";
import { figuresOf, subject, subjectsOf } from "../sums.ts";
import { impliedShares } from "./implied-share.ts";
import { type Mean, type MeanCase, meanCases } from "./mean-case.ts";

type Weights = Mean["weights"][number];

/** The largest weighted mean: the largest values take as much weight as they may. */
function largest(values: readonly Decimal[], weights: readonly Interval[]): Decimal | undefined {
  const order = values.map((value, index) => ({ value, weight: weights[index] ?? point(new Decimal(0)) }));
  order.sort((a, b) => b.value.cmp(a.value));
  const means = order.flatMap((_, heavy) => {
    const taken = order.map(({ weight }, index) => (index <= heavy ? weight.high : weight.low));
    const total = taken.reduce((all, weight) => all.plus(weight), new Decimal(0));
    const product = order.reduce((all, { value }, index) => all.plus(value.times(taken[index] ?? 0)), new Decimal(0));
    return total.gt(0) ? [product.div(total)] : [];
  });
  return means.length > 0 ? Decimal.max(...means) : undefined;
}

/** All means that values and weights of these intervals can have. */
export function weightedMean(values: readonly Interval[], weights: readonly Interval[]): Interval | undefined {
  const high = largest(
    values.map((value) => value.high),
    weights,
  );
  const low = largest(
    values.map((value) => value.low.negated()),
    weights,
  );
  return high && low ? interval(low.negated(), high) : undefined;
}

function weightOf(context: Context, { indicator, at }: Weights, part: Reading, period: string): Interval | undefined {
  const ref = { indicator, dims: part.figure.dims };
  const before = periodBefore(context.periods, period);
  const closing = context.figures.at(ref, period)?.interval;
  const opening = before === undefined ? undefined : context.figures.at(ref, before)?.interval;
  if (at === "closing") return closing;
  if (at === "opening") return opening;
  if (at === "average") return closing && opening && scaled(plus(closing, opening), 0.5);
  // Leavers ÷ (leavers + closing) = rate, so that leavers + closing = closing ÷ (1 − rate).
  const rate = part.interval;
  if (!closing || rate.high.gte(1) || rate.low.lt(0)) return undefined;
  return interval(closing.low.div(new Decimal(1).minus(rate.low)), closing.high.div(new Decimal(1).minus(rate.high)));
}

/** The mean that known weights allow: where several ways of weighing are named, all amounts between theirs. */
function expectedMean(context: Context, { relation, parts, period }: MeanCase): Interval | undefined {
  const values = parts.map((part) => part.interval);
  const means = relation.weights.flatMap((candidate): Interval[] => {
    const weights = parts.map((part) => weightOf(context, candidate, part, period));
    const known = weights.filter((weight) => weight !== undefined);
    const mean = known.length === parts.length ? weightedMean(values, known) : undefined;
    return mean ? [mean] : [];
  });
  return means.length > 0 ? hull(means) : undefined;
}

function outside(total: Reading, item: MeanCase, expected: Interval, code: string, cause: string): Draft {
  const { parts, period } = item;
  const shown = { unit: total.figure.unit, decimals: total.figure.decimals };
  return {
    code,
    severity: "error",
    cause,
    subjects: [subject(item.total, period)],
    aspect: item.by,
    involved: subjectsOf(parts),
    expected: range(expected, shown),
    actual: printed(total.figure),
    difference: amount(middle(total.interval).minus(middle(expected)), shown, true),
    effect: relativeDistance(total.interval, expected),
    values: {
      figure: named(item.total),
      period: text(period),
      by: text(item.by),
      parts: list(parts.map((part) => labelled(members(part.figure), printed(part.figure)))),
      average: amount(middle(scaled(sum(parts.map((part) => part.interval)), new Decimal(1).div(parts.length))), {
        unit: shown.unit,
        decimals: shown.decimals,
      }),
    },
    figures: [...total.figures, ...figuresOf(parts)],
  };
}

/**
 * A mean, rate or share of a whole lies between those of its parts, and where the parts' weights put it. A total that
 * only their plain average explains is named as such. Without weights, the share that the total implies for a part must
 * be the same in other years and in other means over the same parts.
 */
export const weightedMeanRule: Rule = {
  id: "weighted-mean",
  codes: ["CHECK-BETWEEN-PARTS", "CHECK-WEIGHTED-MEAN", "CHECK-IMPLIED-SHARE"],
  run(context) {
    const drafts: Draft[] = [];
    const unweighted: MeanCase[] = [];
    let checked = 0;
    const relations = new Map(
      context.relations("mean").map((relation) => [refText({ indicator: relation.indicator, dims: {} }), relation]),
    );
    for (const item of [...relations.values()].flatMap((relation) => meanCases(context, relation))) {
      const values = item.parts.map((part) => part.interval);
      const between = hull(values);
      const expected = expectedMean(context, item);
      const totals = context.figures.readings(item.total, item.period);
      checked += totals.length;
      const plain = scaled(sum(values), new Decimal(1).div(values.length));
      const wrong = totals.flatMap((total): Draft[] => {
        if (!overlaps(total.interval, between))
          return [outside(total, item, between, "CHECK-BETWEEN-PARTS", "CHECK-CAUSE-OTHER-BASIS")];
        if (!expected || overlaps(total.interval, expected)) return [];
        const cause = overlaps(total.interval, plain) ? "CHECK-CAUSE-PLAIN-AVERAGE" : "CHECK-CAUSE-OTHER-BASIS";
        return [outside(total, item, expected, "CHECK-WEIGHTED-MEAN", cause)];
      });
      if (wrong.length === totals.length) drafts.push(...wrong);
      if (!expected && wrong.length === 0) unweighted.push(item);
    }
    const implied = impliedShares(context, unweighted);
    return { drafts: [...drafts, ...implied.drafts], checked: checked + implied.checked };
  },
};
