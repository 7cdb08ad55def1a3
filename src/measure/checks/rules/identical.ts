import { equalDimensions } from "../../../ground/quantity/index.ts";
import { digitsOf, isDiscrete, significantDigits } from "../figure-set.ts";
import { amount, type Draft, named, not, printed, text } from "../finding.ts";
import { middle } from "../interval.ts";
import { periodBefore, type Rule } from "../rule.ts";
import { dimensionsOf, figuresOf, subject } from "../sums.ts";

/** A measured quantity does not come out the same to the last digit in two periods running: the older was carried over. */
export const identical: Rule = {
  id: "identical",
  codes: ["CHECK-IDENTICAL"],
  run(context) {
    const drafts: Draft[] = [];
    let checked = 0;
    const { figures, bands } = context;
    const volatile = new Set(context.relations("volatile").flatMap(({ indicators }) => indicators));
    for (const indicator of figures.indicators) {
      if (volatile.has(indicator)) continue;
      for (const dims of figures.dimsOf(indicator)) {
        for (const period of context.periods) {
          const before = periodBefore(context.periods, period);
          const [now] = figures.readings({ indicator, dims }, period);
          const [then] = before === undefined ? [] : figures.readings({ indicator, dims }, before);
          if (!now || !then || before === undefined) continue;
          const dimensions = Object.entries(dimensionsOf(now));
          const measured =
            dimensions.length === 1 &&
            dimensions.every(([name, power]) => power === 1 && !bands.lasting.includes(name));
          if (
            !measured ||
            isDiscrete(now.figure.unit) ||
            now.figure.qualifier !== "exact" ||
            then.figure.qualifier !== "exact"
          )
            continue;
          checked += 1;
          const same =
            equalDimensions(dimensionsOf(now), dimensionsOf(then)) && middle(now.interval).eq(middle(then.interval));
          if (!same || digitsOf(now.figure).isZero() || significantDigits(now.figure) < bands.repeatedDigits) continue;
          drafts.push({
            code: "CHECK-IDENTICAL",
            severity: "warning",
            cause: "CHECK-CAUSE-CARRIED-OVER",
            subjects: [subject({ indicator, dims }, period), subject({ indicator, dims }, before)],
            expected: not(amount(middle(then.interval), then.figure)),
            actual: printed(now.figure),
            difference: amount(middle(now.interval).minus(middle(then.interval)), now.figure),
            effect: 1,
            values: { figure: named({ indicator, dims }), period: text(period), before: text(before) },
            figures: figuresOf([now, then]),
          });
        }
      }
    }
    return { drafts, checked };
  },
};
