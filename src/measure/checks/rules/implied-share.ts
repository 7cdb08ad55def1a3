import { Decimal } from "../../../ground/quantity/index.ts";
import { dimsText } from "../figure.ts";
import type { Reading } from "../figure-set.ts";
import { type Draft, labelled, list, members, named, share, text } from "../finding.ts";
import { gap, type Interval, middle } from "../interval.ts";
import type { Context } from "../rule.ts";
import { figuresOf, subject, subjectsOf } from "../sums.ts";
import type { MeanCase } from "./mean-case.ts";

interface Implied {
  readonly item: MeanCase;
  readonly total: Reading;
  /** Share of the first part. */
  readonly share: Interval;
}

/**
 * The share of a in a mix of a and b that has the total's mean, 0 … 1; undefined when no share has.
 * A share w fits when some amounts within the three intervals give w·a + (1 − w)·b = total.
 */
export function impliedShare(total: Interval, a: Interval, b: Interval): Interval | undefined {
  let low = new Decimal(0);
  let high = new Decimal(1);
  /** Keeps the w with slope · w ≤ limit. */
  const keep = (slope: Decimal, limit: Decimal): boolean => {
    if (slope.isZero()) return limit.gte(0);
    const end = limit.div(slope);
    if (slope.gt(0)) high = Decimal.min(high, end);
    else low = Decimal.max(low, end);
    return true;
  };
  const fits = keep(a.low.minus(b.low), total.high.minus(b.low)) && keep(b.high.minus(a.high), b.high.minus(total.low));
  return fits && low.lte(high) ? { low, high } : undefined;
}

const INFORMATIVE = 0.5;

/** Two shares of the same part that cannot both be true. */
function contradicts(context: Context, a: Implied, b: Implied): boolean {
  return gap(a.share, b.share).abs().gt(context.bands.impliedShare);
}

function draftOf(series: readonly Implied[]): Draft[] {
  const [first] = series;
  if (!first) return [];
  const { item, total } = first;
  const part = item.parts[0]?.figure ?? total.figure;
  const shares = series.map((implied) => implied.share);
  const spread = Decimal.max(...shares.map(middle)).minus(Decimal.min(...shares.map(middle)));
  const told = series.map((implied) => labelled(text(implied.item.period), share(middle(implied.share), 0)));
  return [
    {
      code: "CHECK-IMPLIED-SHARE",
      severity: "warning",
      cause: "CHECK-CAUSE-OTHER-BASIS",
      subjects: series.map((implied) => subject(implied.item.total, implied.item.period)),
      involved: series.flatMap((implied) => subjectsOf(implied.item.parts)),
      expected: told[told.length - 1] ?? text(""),
      actual: list(told.slice(0, -1)),
      difference: share(spread, 0),
      effect: spread.toNumber(),
      values: { figure: named(item.total), part: members(part), shares: list(told), by: text(item.by) },
      figures: series.flatMap((implied) => [...implied.total.figures, ...figuresOf(implied.item.parts)]),
      joins: ["CHECK-WEIGHTED-MEAN", "CHECK-BETWEEN-PARTS"],
    },
  ];
}

/** Where no weights are known: the share that a total of two parts implies must hold from year to year. */
export function impliedShares(context: Context, items: readonly MeanCase[]): { drafts: Draft[]; checked: number } {
  const groups = new Map<string, Implied[]>();
  let checked = 0;
  for (const item of items) {
    const [a, b, ...more] = item.parts;
    const total = context.figures.readings(item.total, item.period)[0];
    if (!a || !b || more.length > 0 || !total) continue;
    const implied = impliedShare(total.interval, a.interval, b.interval);
    if (!implied || implied.high.minus(implied.low).gt(INFORMATIVE)) continue;
    const key = [item.relation.indicator, item.by, dimsText(item.total.dims), dimsText(a.figure.dims)].join("|");
    groups.set(key, [...(groups.get(key) ?? []), { item, total, share: implied }]);
  }
  const drafts = [...groups.values()].flatMap((series) => {
    const newestFirst = [...series].sort(
      (a, b) => context.periods.indexOf(b.item.period) - context.periods.indexOf(a.item.period),
    );
    checked += Math.max(0, series.length - 1);
    const broken = newestFirst.some((implied, index) => {
      const next = newestFirst[index + 1];
      return next !== undefined && contradicts(context, implied, next);
    });
    return broken ? draftOf(newestFirst) : [];
  });
  return { drafts, checked };
}
