import { Decimal } from "../../../ground/quantity/index.ts";
import type { Target } from "../claim.ts";
import type { Ref } from "../figure.ts";
import { printedInterval, type Reading } from "../figure-set.ts";
import { amount, atLeast, atMost, type Draft, named, placed, printed, text } from "../finding.ts";
import { type Interval, middle, relativeDistance } from "../interval.ts";
import { type Context, periodBefore, type Rule } from "../rule.ts";
import { figuresOf, subject } from "../sums.ts";

/** The figure of a target; where it is given for one scope only, that one. */
function readingOf(context: Context, ref: Ref, period: string): Reading | undefined {
  const own = context.figures.at(ref, period);
  if (own || Object.keys(ref.dims).length > 0) return own;
  const others = context.figures
    .dimsOf(ref.indicator)
    .flatMap((dims) => context.figures.at({ ...ref, dims }, period) ?? []);
  return others.length === 1 ? others[0] : undefined;
}

function draft(
  target: Target,
  code: string,
  cause: string,
  parts: Pick<Draft, "expected" | "actual" | "difference" | "effect" | "figures" | "severity">,
): Draft {
  return {
    code,
    cause,
    ...parts,
    subjects: [subject(target.figure, target.period)],
    values: {
      figure: named(target.figure),
      period: text(target.period),
      place: placed(target.where),
      goal: parts.expected,
    },
    key: target.id,
  };
}

function limitOf(
  context: Context,
  target: Target,
): { interval: Interval; unit: ReturnType<Context["units"]["unit"]>; decimals: number } | undefined {
  if (target.value === undefined) return undefined;
  const unit = context.units.unit(target.unit ?? "ratio");
  const value = new Decimal(target.value);
  const decimals = value.decimalPlaces();
  const figure = {
    value,
    unit,
    decimals,
    qualifier: "exact",
    origin: "recomputed",
    where: { place: target.where },
  } as const;
  return { interval: printedInterval({ ...figure, ...target.figure, period: target.period }), unit, decimals };
}

function threshold(context: Context, target: Target): Draft | undefined {
  const limit = limitOf(context, target);
  if (!limit || target.goal === "peak") return undefined;
  const reading = readingOf(context, target.figure, target.period);
  const upper = target.goal === "at-most";
  const goal = (upper ? atMost : atLeast)(amount(middle(limit.interval), limit));
  const where = { place: target.where };
  if (!reading) {
    return draft(target, "CHECK-TARGET-NO-RESULT", "CHECK-CAUSE-NO-RESULT", {
      severity: "warning",
      expected: goal,
      actual: text("–"),
      difference: text("–"),
      effect: 0.5,
      figures: [
        {
          ...target.figure,
          period: target.period,
          value: undefined,
          unit: limit.unit,
          decimals: 0,
          qualifier: "exact",
          origin: "reported",
          where,
        },
      ],
    });
  }
  const missed = upper ? reading.interval.low.gt(limit.interval.high) : reading.interval.high.lt(limit.interval.low);
  if (!missed) return undefined;
  const said = target.says === "reached";
  return draft(target, "CHECK-TARGET-MISSED", said ? "CHECK-CAUSE-CLAIMED-REACHED" : "CHECK-CAUSE-MISSED", {
    severity: said ? "error" : "warning",
    expected: goal,
    actual: printed(reading.figure),
    difference: amount(middle(reading.interval).minus(middle(limit.interval)), reading.figure, true),
    effect: Math.min(1, relativeDistance(reading.interval, limit.interval)),
    figures: [{ ...reading.figure, where }, ...figuresOf([reading])],
  });
}

/** A peak in a period is shown by a fall after it; a rise into the last period shows the opposite so far. */
function peak(context: Context, target: Target): Draft | undefined {
  const last = context.periods[context.periods.length - 1] ?? target.period;
  const before = periodBefore(context.periods, last);
  const now = context.figures.at(target.figure, last);
  const then = before === undefined ? undefined : context.figures.at(target.figure, before);
  if (!now || !then || before === undefined || !now.interval.low.gt(then.interval.high)) return undefined;
  return draft(
    target,
    "CHECK-TARGET-PEAK",
    target.says === "reached" ? "CHECK-CAUSE-CLAIMED-REACHED" : "CHECK-CAUSE-STILL-RISING",
    {
      severity: target.says === "reached" ? "error" : "warning",
      expected: atMost(amount(middle(then.interval), then.figure)),
      actual: printed(now.figure),
      difference: amount(middle(now.interval).minus(middle(then.interval)), now.figure, true),
      effect: Math.min(1, relativeDistance(now.interval, then.interval)),
      figures: [{ ...now.figure, where: { place: target.where } }, ...figuresOf([now, then])],
    },
  );
}

/** Targets that are due: reached, missed, without a result, or claimed against the figures. */
export const targetRule: Rule = {
  id: "target",
  codes: ["CHECK-TARGET-MISSED", "CHECK-TARGET-NO-RESULT", "CHECK-TARGET-PEAK"],
  run(context) {
    const due = context.targets.filter(({ period }) => context.periods.includes(period));
    const drafts = due.flatMap(
      (target) => (target.goal === "peak" ? peak(context, target) : threshold(context, target)) ?? [],
    );
    return { drafts, checked: due.length };
  },
};
