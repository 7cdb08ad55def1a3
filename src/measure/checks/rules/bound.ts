import { Decimal, equalDimensions } from "../../../ground/quantity/index.ts";
import { printedInterval } from "../figure-set.ts";
import { amount, atLeast, atMost, type Draft, named, printed, text } from "../finding.ts";
import { gap, type Interval, middle, relativeDistance } from "../interval.ts";
import type { RelationOf } from "../relation.ts";
import type { Context, Rule } from "../rule.ts";
import { dimensionsOf, figuresOf, subject } from "../sums.ts";

interface Result {
  readonly drafts: readonly Draft[];
  readonly checked: number;
}

/** One figure against another that it cannot exceed. */
function pair(context: Context, relation: RelationOf<"bound">, period: string): Result {
  const lesser = context.figures.at(relation.lesser, period);
  const greater = context.figures.at(relation.greater, period);
  const comparable = lesser && greater && equalDimensions(dimensionsOf(lesser), dimensionsOf(greater));
  if (!lesser || !greater || !comparable) return { drafts: [], checked: 0 };
  if (gap(lesser.interval, greater.interval).lte(0)) return { drafts: [], checked: 1 };
  const draft: Draft = {
    code: "CHECK-BOUND",
    severity: relation.severity,
    cause: relation.cause,
    subjects: [subject(relation.greater, period), subject(relation.lesser, period)],
    expected: atLeast(amount(middle(lesser.interval), lesser.figure)),
    actual: printed(greater.figure),
    difference: amount(middle(greater.interval).minus(middle(lesser.interval)), greater.figure, true),
    effect: Math.min(1, relativeDistance(greater.interval, lesser.interval)),
    values: { figure: named(relation.greater), lesser: named(relation.lesser), period: text(period) },
    figures: figuresOf([greater, lesser]),
  };
  return { drafts: [draft], checked: 1 };
}

/** Every value of some indicators against what such an amount can be at all. */
function limits(context: Context, relation: RelationOf<"limits">, period: string): Result {
  const unit = context.units.unit(relation.unit);
  const limit = (value: string): Interval => {
    const figure = { value: new Decimal(value), unit, decimals: 0, qualifier: "exact", origin: "recomputed" } as const;
    return printedInterval({ ...figure, indicator: "", dims: {}, period, where: { place: "" } });
  };
  const [least, most] = [relation.least, relation.most].map((value) =>
    value === undefined ? undefined : limit(value),
  );
  const { figures } = context;
  const readings = relation.indicators.flatMap((indicator) =>
    figures.dimsOf(indicator).flatMap((dims) => figures.readings({ indicator, dims }, period)),
  );
  const comparable = readings.filter((reading) => equalDimensions(dimensionsOf(reading), unit.dimensions));
  const drafts = comparable.flatMap((reading): Draft[] => {
    const passed =
      most && gap(reading.interval, most).gt(0)
        ? most
        : least && gap(reading.interval, least).lt(0)
          ? least
          : undefined;
    if (!passed) return [];
    const bounding = amount(middle(passed), { unit, decimals: 0 });
    return [
      {
        code: "CHECK-LIMITS",
        severity: "error",
        cause: "CHECK-CAUSE-SCALE",
        subjects: [subject(reading.figure, period)],
        expected: passed === most ? atMost(bounding) : atLeast(bounding),
        actual: printed(reading.figure),
        difference: amount(gap(reading.interval, passed), reading.figure, true),
        effect: 1,
        values: { figure: named(reading.figure), period: text(period) },
        figures: figuresOf([reading]),
      },
    ];
  });
  return { drafts, checked: comparable.length };
}

/**
 * One figure cannot exceed another, discharge and withdrawal, those trained in one subject and those trained at all; and
 * a share of a whole cannot exceed the whole.
 */
export const bound: Rule = {
  id: "bound",
  codes: ["CHECK-BOUND", "CHECK-LIMITS"],
  run(context) {
    const results = context.periods.flatMap((period) => [
      ...context.relations("bound").map((relation) => pair(context, relation, period)),
      ...context.relations("limits").map((relation) => limits(context, relation, period)),
    ]);
    return {
      drafts: results.flatMap(({ drafts }) => drafts),
      checked: results.reduce((count, { checked }) => count + checked, 0),
    };
  },
};
