import { Decimal } from "../../../ground/quantity/index.ts";
import type { Dims } from "../figure.ts";
import type { Reading } from "../figure-set.ts";
import { amount, type Draft, named, printed, range, text } from "../finding.ts";
import { gap, hull, type Interval, middle, minus, overlaps, plus, scaled, times, ZERO } from "../interval.ts";
import type { RelationOf } from "../relation.ts";
import { type Context, periodBefore, type Rule } from "../rule.ts";
import { figuresOf, narrowed, subject, subjectsOf } from "../sums.ts";

type StockFlow = RelationOf<"stock-flow">;

/** Everything that a printed rate may mean in heads: a rate of the opening, average or closing stock, or of closing and leavers. */
function leaversByRate(rate: Interval, opening: Interval, closing: Interval): Interval {
  const gross = {
    low: closing.low.div(new Decimal(1).minus(rate.low)),
    high: closing.high.div(new Decimal(1).minus(rate.high)),
  };
  const bases = [opening, closing, scaled(plus(opening, closing), 0.5), ...(rate.high.lt(1) ? [gross] : [])];
  return hull(bases.map((base) => times(rate, base)));
}

function compare(
  context: Context,
  relation: StockFlow,
  dims: Dims,
  period: string,
): { draft?: Draft; checked: number } {
  const before = periodBefore(context.periods, period);
  if (before === undefined) return { checked: 0 };
  const read = (ref: StockFlow["left"], at: string): Reading | undefined =>
    ref && context.figures.at(narrowed(ref, dims), at);
  const [opening, closing] = [read(relation.stock, before), read(relation.stock, period)];
  const [joined, left, rate] = [
    read(relation.joined, period),
    read(relation.left, period),
    read(relation.leftRate, period),
  ];
  const moved = read(relation.boundary, period);
  if (!opening || !closing || !(left || rate)) return { checked: 0 };
  const leavers = left?.interval ?? (rate && leaversByRate(rate.interval, opening.interval, closing.interval)) ?? ZERO;
  const floor = plus(minus(opening.interval, leavers), moved?.interval ?? ZERO);
  const expected = joined ? plus(floor, joined.interval) : floor;
  const difference = gap(closing.interval, expected);
  // Without the number of joiners the stock can only be larger than opening − leavers.
  const fits = joined ? overlaps(closing.interval, expected) : difference.gte(0);
  if (fits) return { checked: 1 };
  const ref = narrowed(relation.stock, dims);
  const shown = { unit: closing.figure.unit, decimals: closing.figure.decimals };
  const used = [closing, opening, ...[joined, left, rate, moved].filter((reading) => reading !== undefined)];
  const change = middle(closing.interval).minus(middle(opening.interval));
  const unexplained = joined ? middle(closing.interval).minus(middle(expected)) : difference;
  return {
    checked: 1,
    draft: {
      code: "CHECK-STOCK-FLOW",
      severity: joined ? "error" : "warning",
      cause: moved || (joined && left) ? "CHECK-CAUSE-FLOW-LEFT-OUT" : "CHECK-CAUSE-BOUNDARY-CHANGE",
      subjects: [subject(ref, period)],
      involved: [subject(ref, before), ...subjectsOf(used)],
      expected: joined
        ? range(expected, shown)
        : { kind: "range", interval: { low: expected.low, high: new Decimal(Number.POSITIVE_INFINITY) }, ...shown },
      actual: printed(closing.figure),
      difference: amount(unexplained, shown, true),
      effect: unexplained
        .abs()
        .div(Decimal.max(1, middle(opening.interval)))
        .toNumber(),
      values: {
        figure: named(ref),
        period: text(period),
        opening: printed(opening.figure),
        change: amount(change, shown, true),
        leavers: range({ low: leavers.low.round(), high: leavers.high.round() }, shown),
        joiners: joined ? amount(middle(joined.interval), joined.figure) : text("≥ 0"),
      },
      figures: figuresOf(used),
    },
  };
}

/**
 * A stock changes by what its flows say: opening + joined − left + boundary changes = closing. Where joiners are not
 * disclosed they can only add, so a fall by more than everyone who left is a finding all the same.
 */
export const stockFlow: Rule = {
  id: "stock-flow",
  codes: ["CHECK-STOCK-FLOW"],
  run(context) {
    const drafts: Draft[] = [];
    let checked = 0;
    for (const relation of context.relations("stock-flow")) {
      for (const period of context.periods) {
        const whole = compare(context, relation, {}, period);
        checked += whole.checked;
        if (whole.draft) drafts.push(whole.draft);
        const members = context.figures.dimsOf(relation.stock.indicator).filter((dims) => {
          const names = Object.keys(dims);
          return names.length === 1 && names.every((name) => relation.by.includes(name));
        });
        const parts = members.map((dims) => compare(context, relation, dims, period));
        checked += parts.reduce((count, part) => count + part.checked, 0);
        // The parts of a whole that does not tally have the same cause.
        if (!whole.draft) drafts.push(...parts.flatMap(({ draft }) => (draft ? [draft] : [])));
      }
    }
    return { drafts, checked };
  },
};
