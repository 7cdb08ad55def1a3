import { Decimal } from "../../../ground/quantity/index.ts";
import { significantDigits } from "../figure-set.ts";
import { amount, type Draft, named, text } from "../finding.ts";
import { middle } from "../interval.ts";
import { type Context, periodBefore, type Rule } from "../rule.ts";
import { allSteps, type Step, stepOf } from "../series.ts";
import { figuresOf, subject } from "../sums.ts";

/** Decimal logarithm within which a change counts as a power of ten; 0.12 is a factor of 1.3 either way. */
const CLOSE = 0.12;
const DIGITS = 3;

/** The k of a change by about 10^k, k = ±1 … ±4. */
function slipOf(growth: number): number | undefined {
  const exponent = growth / Math.LN10;
  const power = Math.round(exponent);
  return power !== 0 && Math.abs(power) <= 4 && Math.abs(exponent - power) < CLOSE ? power : undefined;
}

/** The step in which a value left the scale of the others, when it is not the step in which it came back. */
function departure(context: Context, step: Step, power: number): { wrong: Step; odd: "now" | "then" } | undefined {
  const later = context.periods[context.periods.indexOf(step.period) + 1];
  const next = later === undefined ? undefined : stepOf(context, step.ref, later);
  const earlier = periodBefore(context.periods, step.before);
  const previous = earlier === undefined ? undefined : stepOf(context, step.ref, step.before);
  if (previous && slipOf(previous.growth) === -power) return undefined;
  if (next && slipOf(next.growth) === -power) return { wrong: step, odd: "now" };
  // A tenfold change that stays may be real; a hundredfold one of a figure with three digits hardly ever is.
  if (Math.abs(power) < 2) return undefined;
  return { wrong: step, odd: next && !previous ? "then" : "now" };
}

/** A value that is off by a power of ten from the periods around it. */
export const scaleSlip: Rule = {
  id: "scale-slip",
  codes: ["CHECK-SCALE-SLIP"],
  run(context) {
    const drafts: Draft[] = [];
    const steps = allSteps(context).filter(
      ({ now, then }) => significantDigits(now.figure) >= DIGITS && significantDigits(then.figure) >= DIGITS,
    );
    for (const step of steps) {
      const power = slipOf(step.growth);
      const found = power === undefined ? undefined : departure(context, step, power);
      if (power === undefined || !found) continue;
      const [odd, other, sign] = found.odd === "now" ? [step.now, step.then, power] : [step.then, step.now, -power];
      const factor = new Decimal(10).pow(sign);
      drafts.push({
        code: "CHECK-SCALE-SLIP",
        severity: "error",
        cause: "CHECK-CAUSE-SCALE",
        subjects: [subject(step.ref, odd.figure.period)],
        involved: [subject(step.ref, other.figure.period)],
        expected: amount(middle(odd.interval).div(factor), odd.figure),
        actual: amount(middle(odd.interval), odd.figure),
        difference: text(`×${factor.toFixed()}`),
        effect: 1,
        values: { figure: named(step.ref), period: text(odd.figure.period), factor: text(factor.toFixed()) },
        figures: figuresOf([odd, other]),
      });
    }
    return { drafts, checked: steps.length };
  },
};
