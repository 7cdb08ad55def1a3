import { quotientUnit } from "../../../ground/quantity/index.ts";
import { type Draft, labelled, list, named, range, share, text } from "../finding.ts";
import { gap, type Interval, over, relativeDistance } from "../interval.ts";
import type { RelationOf } from "../relation.ts";
import type { Context, Rule } from "../rule.ts";
import { figuresOf, type Sum, subject, subjectsOf, sumOf } from "../sums.ts";

type Steady = RelationOf<"steady-ratio">;

interface Value {
  readonly period: string;
  readonly ratio: Interval;
  readonly numerator: Sum;
  readonly denominator: Sum;
}

function valuesOf(context: Context, relation: Steady): Value[] {
  return context.periods.flatMap((period): Value[] => {
    const numerator = sumOf(context.figures, relation.numerator, period);
    const denominator = sumOf(context.figures, relation.denominator, period);
    if (!numerator || !denominator || numerator.absent.length + denominator.absent.length > 0) return [];
    const ratio = over(numerator.interval, denominator.interval);
    return ratio ? [{ period, ratio, numerator, denominator }] : [];
  });
}

/** Whether the ratio changed into the value at `index` by more than the relation lets it. */
function breaks(relation: Steady, values: readonly Value[], index: number): boolean {
  const [now, then, earlier] = [values[index], values[index - 1], values[index - 2]];
  if (!now || !then || gap(now.ratio, then.ratio).isZero()) return false;
  const change = relativeDistance(now.ratio, then.ratio);
  if (change > Number(relation.drift)) return true;
  const assumed = relation.assumed === undefined ? undefined : Number(relation.assumed);
  if (assumed === undefined || !earlier) return false;
  return relativeDistance(then.ratio, earlier.ratio) <= assumed && change > assumed;
}

/** A ratio that physics or method keeps steady, discharge to withdrawal or emission to energy, moves. */
export const steadyRatio: Rule = {
  id: "steady-ratio",
  codes: ["CHECK-STEADY-RATIO"],
  run(context) {
    const drafts: Draft[] = [];
    let checked = 0;
    for (const relation of context.relations("steady-ratio")) {
      const values = valuesOf(context, relation);
      checked += Math.max(0, values.length - 1);
      const broken = values.map((_, index) => index).filter((index) => breaks(relation, values, index));
      const worst = [...broken].sort((a, b) => changeAt(values, b) - changeAt(values, a))[0];
      const [now, then] = worst === undefined ? [] : [values[worst], values[worst - 1]];
      const [above, below] = [now?.numerator.readings[0], now?.denominator.readings[0]];
      if (worst === undefined || !now || !then || !above || !below) continue;
      const shown = { unit: quotientUnit(above.figure.unit, below.figure.unit), decimals: 4 };
      const newestFirst = [...values].reverse();
      const [numerator] = relation.numerator;
      if (!numerator) continue;
      drafts.push({
        code: "CHECK-STEADY-RATIO",
        severity: relation.severity,
        cause: relation.cause,
        subjects: newestFirst.map(({ period }) => subject(numerator, period)),
        involved: values.flatMap((value) => subjectsOf([...value.numerator.readings, ...value.denominator.readings])),
        expected: range(then.ratio, shown),
        actual: range(now.ratio, shown),
        difference: share(relativeDistance(now.ratio, then.ratio)),
        effect: changeAt(values, worst),
        values: {
          figure: named(numerator),
          ratio: text(relation.title),
          series: list(newestFirst.map(({ period, ratio }) => labelled(text(period), range(ratio, shown)))),
        },
        figures: values.flatMap((value) => figuresOf([...value.numerator.readings, ...value.denominator.readings])),
        key: relation.id,
      });
    }
    return { drafts, checked };
  },
};

function changeAt(values: readonly Value[], index: number): number {
  const [now, then] = [values[index], values[index - 1]];
  return now && then ? relativeDistance(now.ratio, then.ratio) : 0;
}
