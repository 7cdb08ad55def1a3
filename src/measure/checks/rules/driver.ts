import { isCount } from "../figure-set.ts";
import { type Draft, named, printed, range, share, text } from "../finding.ts";
import { middle, scaled } from "../interval.ts";
import type { Rule } from "../rule.ts";
import { stepOf } from "../series.ts";
import { figuresOf, subject } from "../sums.ts";

/** Fewer than these are moved by chance. */
const FEWEST = 30;

/** A figure that should move with another parts from it: more lost days while a third of the staff is gone. */
export const driver: Rule = {
  id: "driver",
  codes: ["CHECK-DRIVER"],
  run(context) {
    const drafts: Draft[] = [];
    let checked = 0;
    for (const relation of context.relations("driver")) {
      for (const period of context.periods) {
        const step = stepOf(context, relation.indicator, period);
        const drive = stepOf(context, relation.driver, period);
        if (!step || !drive) continue;
        checked += 1;
        const rate = step.growth - drive.growth;
        const width = Math.log(Number(relation.band));
        const size = Math.max(middle(step.now.interval).toNumber(), middle(step.past.interval).toNumber());
        const small = isCount(step.now.figure.unit) && size < FEWEST;
        const beyond = relation.adverse === "rise" ? rate > width : Math.abs(rate) > width;
        if (!beyond || small) continue;
        const carried = scaled(step.past.interval, Math.exp(drive.growth));
        drafts.push({
          code: "CHECK-DRIVER",
          severity: relation.severity,
          cause: "CHECK-CAUSE-RATE",
          subjects: [subject(relation.indicator, period), subject(relation.indicator, step.before)],
          involved: [subject(relation.driver, period), subject(relation.driver, step.before)],
          expected: range(carried, step.now.figure),
          actual: printed(step.now.figure),
          difference: share(Math.exp(rate) - 1, 0, true),
          effect: Math.min(1, Math.abs(rate) / 5),
          values: {
            figure: named(relation.indicator),
            driver: named(relation.driver),
            period: text(period),
            before: text(step.before),
            earlier: printed(step.past.figure),
            growth: share(Math.exp(drive.growth) - 1, 0, true),
          },
          figures: figuresOf([step.now, step.past, drive.now, drive.past]),
        });
      }
    }
    return { drafts, checked };
  },
};
