import { Decimal } from "../../../ground/quantity/index.ts";
import { type Parts, partsOf } from "../cuts.ts";
import type { Reading } from "../figure-set.ts";
import { amount, type Draft, list, named, printed, range, text } from "../finding.ts";
import { gap, middle, minus, overlaps, plus, relativeDistance, scaled } from "../interval.ts";
import type { Rule } from "../rule.ts";
import { figuresOf, type Sum, subject, subjectsOf, sumOf } from "../sums.ts";

/** A single figure that is off by a power of ten and thereby explains the difference. */
function slippedPart(total: Reading, sum: Sum): { reading: Reading; power: number } | undefined {
  const powers = [1, -1, 2, -2, 3, -3, 4, -4];
  for (const power of powers) {
    const factor = new Decimal(10).pow(-power);
    if (sum.readings.length > 1 && overlaps(scaled(total.interval, factor), sum.interval))
      return { reading: total, power };
    for (const reading of sum.readings) {
      if (middle(reading.interval).isZero()) continue;
      const moved = plus(minus(sum.interval, reading.interval), scaled(reading.interval, factor));
      if (overlaps(moved, total.interval)) return { reading, power };
    }
  }
  return undefined;
}

function causeOf(total: Reading, sum: Sum): string {
  const short = gap(total.interval, sum.interval).gt(0);
  if (short && sum.dashes.length > 0) return "CHECK-CAUSE-PART-DASH";
  return short ? "CHECK-CAUSE-PART-MISSING" : "CHECK-CAUSE-PART-TWICE";
}

function mismatch(total: Reading, sum: Sum, period: string, item: Parts): Draft {
  const difference = middle(total.interval).minus(middle(sum.interval));
  const involved = [...subjectsOf(sum.readings), ...sum.dashes.map((ref) => subject(ref, period))];
  const shown = {
    unit: total.figure.unit,
    decimals: Math.max(...[total, ...sum.readings].map(({ figure }) => figure.decimals)),
  };
  const common = {
    severity: "error" as const,
    figures: [...total.figures, ...figuresOf(sum.readings)],
    effect: relativeDistance(total.interval, sum.interval),
    difference: amount(difference, shown, true),
  };
  const slipped = slippedPart(total, sum);
  if (slipped && slipped.reading !== total) {
    const { reading, power } = slipped;
    const fitting = minus(total.interval, minus(sum.interval, reading.interval));
    return {
      ...common,
      code: "CHECK-SCALE-SLIP",
      cause: "CHECK-CAUSE-SCALE",
      subjects: [subject(reading.figure, period)],
      involved: [subject(item.total, period)],
      expected: amount(middle(fitting), reading.figure),
      actual: printed(reading.figure),
      values: {
        figure: named(reading.figure),
        period: text(period),
        factor: text(new Decimal(10).pow(power).toFixed()),
      },
    };
  }
  return {
    ...common,
    code: slipped ? "CHECK-SCALE-SLIP" : "CHECK-PARTS-SUM",
    cause: slipped ? "CHECK-CAUSE-SCALE" : causeOf(total, sum),
    subjects: [subject(item.total, period)],
    involved,
    expected: amount(middle(sum.interval), shown),
    actual: printed(total.figure),
    values: {
      figure: named(item.total),
      period: text(period),
      parts: list(item.parts.map(named)),
      factor: text(slipped ? new Decimal(10).pow(slipped.power).toFixed() : ""),
      tolerance: range(sum.interval, shown),
    },
  };
}

/**
 * Parts sum to their total, by dimension and across tables, as far as the printed digits of every part and of the total
 * allow. A part that is not printed at all leaves an upper bound: what is printed cannot exceed the total.
 */
export const partsSum: Rule = {
  id: "parts-sum",
  codes: ["CHECK-PARTS-SUM", "CHECK-SCALE-SLIP"],
  run(context) {
    const drafts: Draft[] = [];
    let checked = 0;
    for (const item of partsOf(context)) {
      for (const period of context.periods) {
        const sum = sumOf(context.figures, item.parts, period);
        if (!sum) continue;
        const complete = sum.absent.length === 0 && item.parts.length > 1;
        const signed = sum.readings.some(({ interval }) => interval.high.lt(0));
        if (!complete && signed) continue;
        const totals = context.figures.readings(item.total, period);
        checked += totals.length;
        const wrong = totals.filter((total) => {
          const difference = gap(total.interval, sum.interval);
          return complete ? !difference.isZero() : difference.lt(0);
        });
        // Where one of several printed totals fits, the others contradict it: that is told as the same figure printed differently.
        if (wrong.length < totals.length) continue;
        drafts.push(...wrong.map((total) => mismatch(total, sum, period, item)));
      }
    }
    return { drafts, checked };
  },
};
