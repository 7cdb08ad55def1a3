import { equalDimensions } from "../../../ground/quantity/index.ts";
import { amount, atLeast, type Draft, named, printed, text } from "../finding.ts";
import { gap, middle, relativeDistance } from "../interval.ts";
import type { Rule } from "../rule.ts";
import { dimensionsOf, figuresOf, subject } from "../sums.ts";

/** One figure cannot exceed another: discharge and withdrawal, those trained in one subject and those trained at all. */
export const bound: Rule = {
  id: "bound",
  codes: ["CHECK-BOUND"],
  run(context) {
    const drafts: Draft[] = [];
    let checked = 0;
    for (const relation of context.relations("bound")) {
      for (const period of context.periods) {
        const lesser = context.figures.at(relation.lesser, period);
        const greater = context.figures.at(relation.greater, period);
        if (!lesser || !greater || !equalDimensions(dimensionsOf(lesser), dimensionsOf(greater))) continue;
        checked += 1;
        if (gap(lesser.interval, greater.interval).lte(0)) continue;
        drafts.push({
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
        });
      }
    }
    return { drafts, checked };
  },
};
