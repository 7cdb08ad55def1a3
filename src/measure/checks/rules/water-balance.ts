import { equalDimensions } from "../../../ground/quantity/index.ts";
import { amount, type Draft, named, printed, share, text } from "../finding.ts";
import { middle, minus, overlaps, relativeDistance } from "../interval.ts";
import type { Rule } from "../rule.ts";
import { dimensionsOf, figuresOf, subject } from "../sums.ts";

/**
 * Consumption is what does not come back: withdrawal − discharge. A "consumption" most of which is discharged, or that
 * equals the withdrawal, is a withdrawal under a wrong name.
 */
export const waterBalance: Rule = {
  id: "water-balance",
  codes: ["CHECK-WITHDRAWAL", "CHECK-WATER-BALANCE"],
  run(context) {
    const drafts: Draft[] = [];
    let checked = 0;
    for (const relation of context.relations("water-balance")) {
      for (const period of context.periods) {
        const [used] = context.figures.readings(relation.consumption, period);
        const [gone] = context.figures.readings(relation.discharge, period);
        const drawn = relation.withdrawal && context.figures.readings(relation.withdrawal, period)[0];
        if (!used || !gone || !equalDimensions(dimensionsOf(used), dimensionsOf(gone)) || used.interval.low.lte(0))
          continue;
        checked += 1;
        const part = middle(gone.interval).div(middle(used.interval));
        const balance = minus((drawn ?? used).interval, gone.interval);
        if (drawn ? overlaps(used.interval, balance) : part.lt(relation.share)) continue;
        const mislabelled = drawn ? overlaps(used.interval, drawn.interval) : true;
        drafts.push({
          code: mislabelled ? "CHECK-WITHDRAWAL" : "CHECK-WATER-BALANCE",
          severity: mislabelled ? "warning" : "error",
          cause: mislabelled ? "CHECK-CAUSE-WITHDRAWAL" : "CHECK-CAUSE-UNKNOWN",
          subjects: [subject(relation.consumption, period)],
          involved: [subject(relation.discharge, period)],
          expected: amount(middle(balance), used.figure),
          actual: printed(used.figure),
          difference: amount(middle(used.interval).minus(middle(balance)), used.figure, true),
          effect: Math.min(1, relativeDistance(used.interval, balance)),
          values: {
            figure: named(relation.consumption),
            discharge: named(relation.discharge),
            period: text(period),
            discharged: printed(gone.figure),
            part: share(part),
          },
          figures: figuresOf([used, gone, ...(drawn ? [drawn] : [])]),
        });
      }
    }
    return { drafts, checked };
  },
};
