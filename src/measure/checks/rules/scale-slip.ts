import { Decimal } from "../../../ground/quantity/index.ts";
import type { Ref } from "../figure.ts";
import { type Reading, significantDigits } from "../figure-set.ts";
import { amount, type Draft, named, printed, text } from "../finding.ts";
import { middle } from "../interval.ts";
import type { Context, Rule } from "../rule.ts";
import { figuresOf, subject } from "../sums.ts";

/** Shorter numbers are left alone: 1 and 100 cases are no slip. */
const DIGITS = 3;
/** Decimal logarithms: how close to a power of ten a slip is, tenfold and more, and how close other periods stay together. */
const CLOSE_TO_TEN = 0.15;
const CLOSE_TO_MORE = 0.25;
const TOGETHER = 0.5;

interface Value {
  readonly reading: Reading;
  readonly log: number;
}

/** The values of a figure by period; undefined where there is none, or none that counts. */
function valuesOf(context: Context, ref: Ref): (Value | undefined)[] {
  return context.periods.map((period) => {
    const [reading] = context.figures.readings(ref, period);
    const value = reading && middle(reading.interval);
    if (!reading || !value?.gt(0) || significantDigits(reading.figure) < DIGITS) return undefined;
    return { reading, log: Math.log10(value.toNumber()) };
  });
}

/** The k of a deviation by about 10^k, k = ±1 … ±4. */
function powerOf(deviation: number, least: number): number | undefined {
  const power = Math.round(deviation);
  const close = Math.abs(power) === 1 ? CLOSE_TO_TEN : CLOSE_TO_MORE;
  const near = Math.abs(power) >= least && Math.abs(power) <= 4 && Math.abs(deviation - power) < close;
  return near ? power : undefined;
}

/**
 * The power by which the value at `index` is off. Between two periods that agree, a tenfold value is a slip; at either
 * end a tenfold change may be real and stay, a hundredfold one of a figure with three digits hardly ever is.
 */
function slipAt(values: readonly (Value | undefined)[], index: number): number | undefined {
  const own = values[index];
  const [before, after] = [values[index - 1], values[index + 1]];
  if (!own) return undefined;
  if (before && after) {
    if (Math.abs(before.log - after.log) > TOGETHER) return undefined;
    return powerOf(own.log - (before.log + after.log) / 2, 1);
  }
  const [next, beyond] = before ? [before, values[index - 2]] : [after, values[index + 2]];
  if (!next || (beyond && Math.abs(next.log - beyond.log) > TOGETHER)) return undefined;
  // Of two values alone, either may be wrong: the newer is asked about.
  return beyond || before ? powerOf(own.log - next.log, 2) : undefined;
}

/** A value that is off by a power of ten from the periods around it. */
export const scaleSlip: Rule = {
  id: "scale-slip",
  codes: ["CHECK-SCALE-SLIP"],
  run(context) {
    const drafts: Draft[] = [];
    let checked = 0;
    for (const indicator of context.figures.indicators) {
      for (const dims of context.figures.dimsOf(indicator)) {
        const ref = { indicator, dims };
        const values = valuesOf(context, ref);
        checked += Math.max(0, values.filter((value) => value !== undefined).length - 1);
        for (const [index, value] of values.entries()) {
          const power = slipAt(values, index);
          if (!value || power === undefined) continue;
          const factor = new Decimal(10).pow(power);
          const { reading } = value;
          const others = [values[index - 1], values[index + 1]].flatMap((other) => (other ? [other.reading] : []));
          drafts.push({
            code: "CHECK-SCALE-SLIP",
            severity: "error",
            cause: "CHECK-CAUSE-SCALE",
            subjects: [subject(ref, reading.figure.period)],
            involved: others.map(({ figure }) => subject(ref, figure.period)),
            expected: amount(middle(reading.interval).div(factor), reading.figure),
            actual: printed(reading.figure),
            difference: text(`×${factor.toFixed()}`),
            effect: 1,
            values: { figure: named(ref), period: text(reading.figure.period), factor: text(factor.toFixed()) },
            figures: figuresOf([reading, ...others]),
          });
        }
      }
    }
    return { drafts, checked };
  },
};
