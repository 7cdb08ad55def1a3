import { type Parts, partsOf } from "../cuts.ts";
import { type Ref, refText } from "../figure.ts";
import type { Reading } from "../figure-set.ts";
import { amount, type Draft, named, printed, share, text } from "../finding.ts";
import { middle } from "../interval.ts";
import { type Context, periodBefore, type Rule } from "../rule.ts";
import { stepOf } from "../series.ts";
import { figuresOf, subject } from "../sums.ts";

/** Share of the total from which a part that is new explains the total's jump. */
const DOMINANT = 0.5;

/** The parts of a total that have a value now and had none before. */
function newParts(context: Context, { parts }: Parts, period: string, before: string): Reading[] {
  return parts.flatMap((part) => {
    const [now] = context.figures.readings(part, period);
    const [then] = context.figures.readings(part, before);
    const absent = !then || middle(then.interval).isZero();
    return now && absent && middle(now.interval).gt(0) ? [now] : [];
  });
}

/** Totals beside this one in a larger total. */
function siblingsOf(all: readonly Parts[], total: Ref): Ref[] {
  const name = refText(total);
  return all
    .filter(({ parts }) => parts.some((part) => refText(part) === name))
    .flatMap(({ parts }) => parts.filter((part) => refText(part) !== name));
}

/** What relations say of a part that may belong elsewhere. */
function causeOf(context: Context, total: Ref, part: Ref): string {
  const known = context
    .relations("sum")
    .filter((relation) => refText(relation.total) === refText(total))
    .flatMap(({ misplaced }) => misplaced)
    .find((item) => refText(item.part) === refText(part));
  return known?.cause ?? "CHECK-CAUSE-CLASSIFIED-ELSEWHERE";
}

/**
 * A total jumps because of a part that was not in it before, while what was in it and the totals beside it go on as
 * before: the part was classified elsewhere until then, or not collected, and the years cannot be compared.
 */
export const classification: Rule = {
  id: "classification",
  codes: ["CHECK-CLASSIFICATION"],
  run(context) {
    const drafts: Draft[] = [];
    let checked = 0;
    const all = partsOf(context);
    const jump = Math.log(Number(context.bands.jump));
    for (const item of all) {
      for (const period of context.periods) {
        const before = periodBefore(context.periods, period);
        const step = stepOf(context, item.total, period);
        if (before === undefined || !step) continue;
        checked += 1;
        const siblings = siblingsOf(all, item.total);
        const beside = siblings.map((ref) => stepOf(context, ref, period)?.growth ?? 0);
        if (step.growth < jump || beside.some((growth) => growth >= jump)) continue;
        for (const part of newParts(context, item, period, before)) {
          const weight = middle(part.interval).div(middle(step.now.interval));
          if (weight.lt(DOMINANT)) continue;
          drafts.push({
            code: "CHECK-CLASSIFICATION",
            severity: "warning",
            cause: causeOf(context, item.total, part.figure),
            subjects: [subject(item.total, period), subject(part.figure, period)],
            involved: [subject(item.total, before)],
            expected: amount(middle(step.now.interval).minus(middle(part.interval)), step.now.figure),
            actual: printed(step.now.figure),
            difference: amount(middle(part.interval), part.figure, true),
            effect: Math.min(1, weight.toNumber()),
            values: {
              figure: named(item.total),
              part: named(part.figure),
              period: text(period),
              before: text(before),
              earlier: printed(step.past.figure),
              weight: share(weight, 0),
              moved: printed(part.figure),
            },
            figures: [...step.now.figures, ...figuresOf([part])],
          });
        }
      }
    }
    return { drafts, checked };
  },
};
