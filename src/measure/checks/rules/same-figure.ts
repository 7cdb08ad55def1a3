import { Decimal, equalDimensions } from "../../../ground/quantity/index.ts";
import { type Dims, formOf, refText } from "../figure.ts";
import type { Reading } from "../figure-set.ts";
import { amount, type Draft, named, placed, printed, share, text } from "../finding.ts";
import { middle, overlaps, powerOfTen, relativeDistance } from "../interval.ts";
import type { Context, Rule } from "../rule.ts";
import { dimensionsOf, subject } from "../sums.ts";

function disagreement(context: Context, main: Reading, other: Reading): Draft {
  const { period, where, unit } = other.figure;
  const comparable = equalDimensions(dimensionsOf(main), dimensionsOf(other));
  const power = comparable ? powerOfTen(other.interval, main.interval) : undefined;
  const difference = comparable ? relativeDistance(other.interval, main.interval) : 1;
  const restated = (where.edition ?? "") !== (main.figure.where.edition ?? "");
  const loose = formOf(where) === "text" && difference <= Number(context.bands.loose);
  const slip = power !== undefined && !restated;
  const verdict = !comparable
    ? { code: "CHECK-SAME-FIGURE", severity: "error" as const, cause: "CHECK-CAUSE-UNIT-KIND" }
    : slip
      ? { code: "CHECK-UNIT-SLIP", severity: "error" as const, cause: "CHECK-CAUSE-UNIT" }
      : restated
        ? { code: "CHECK-RESTATED", severity: "warning" as const, cause: "CHECK-CAUSE-RESTATED" }
        : loose
          ? { code: "CHECK-SAME-FIGURE", severity: "notice" as const, cause: "CHECK-CAUSE-SCOPE-OR-ROUNDING" }
          : { code: "CHECK-SAME-FIGURE", severity: "error" as const, cause: "CHECK-CAUSE-COPY" };
  const factor = slip ? new Decimal(10).pow(power ?? 0).toFixed() : "";
  return {
    ...verdict,
    subjects: [subject(other.figure, period)],
    expected: amount(middle(main.interval), main.figure),
    actual: printed(other.figure),
    difference: slip ? text(`×${factor}`) : share(difference),
    // A recomputed ratio says more about the same slip and goes first.
    effect: difference * 0.99,
    values: {
      figure: named(other.figure),
      period: text(period),
      place: placed(main.figure.where.place),
      other: placed(where.place),
      edition: text(main.figure.where.edition ?? ""),
      otherEdition: text(where.edition ?? ""),
      factor: text(factor),
      unit: text(unit.id),
    },
    figures: [...other.figures, ...main.figures],
  };
}

const holds = (wide: Dims, narrow: Dims): boolean =>
  Object.keys(wide).length < Object.keys(narrow).length &&
  Object.entries(wide).every(([dimension, member]) => narrow[dimension] === member);

/** A text gives nearly the whole as the figure of a part that no table cuts out: is it the same figure, or is it not? */
function narrowerScopes(context: Context, indicator: string, period: string): { drafts: Draft[]; checked: number } {
  const { figures } = context;
  const drafts: Draft[] = [];
  let checked = 0;
  const all = figures.dimsOf(indicator).filter((dims) => figures.presence({ indicator, dims }, period) === "value");
  for (const narrow of all) {
    for (const wide of all.filter((dims) => holds(dims, narrow))) {
      const siblings = all.filter(
        (dims) => holds(wide, dims) && Object.keys(dims).join() === Object.keys(narrow).join(),
      );
      const [part] = figures.readings({ indicator, dims: narrow }, period);
      const [whole] = figures.readings({ indicator, dims: wide }, period);
      if (!part || !whole || siblings.length > 1 || formOf(part.figure.where) === "table") continue;
      if (!equalDimensions(dimensionsOf(part), dimensionsOf(whole))) continue;
      checked += 1;
      const difference = relativeDistance(part.interval, whole.interval);
      if (difference === 0 || difference > Number(context.bands.loose) || overlapsExactly(part, whole)) continue;
      drafts.push({
        code: "CHECK-SCOPE",
        severity: "notice",
        cause: "CHECK-CAUSE-SCOPE-OR-ROUNDING",
        subjects: [subject(part.figure, period)],
        involved: [subject(whole.figure, period)],
        expected: amount(middle(whole.interval), whole.figure),
        actual: printed(part.figure),
        difference: share(difference),
        effect: difference,
        values: { figure: named(part.figure), whole: named(whole.figure), period: text(period) },
        figures: [...part.figures, ...whole.figures],
      });
    }
  }
  return { drafts, checked };
}

const overlapsExactly = (part: Reading, whole: Reading): boolean =>
  part.figure.qualifier !== "at-least" &&
  part.figure.qualifier !== "at-most" &&
  overlaps(part.interval, whole.interval);

/** The same figure is the same everywhere: in tables, texts and editions, in any unit, at any stated rounding. */
export const sameFigure: Rule = {
  id: "same-figure",
  codes: ["CHECK-SAME-FIGURE", "CHECK-UNIT-SLIP", "CHECK-RESTATED", "CHECK-SCOPE"],
  run(context) {
    const drafts: Draft[] = [];
    let checked = 0;
    const seen = new Set<string>();
    for (const indicator of context.figures.indicators) {
      for (const period of context.periods) {
        for (const dims of context.figures.dimsOf(indicator)) {
          const ref = { indicator, dims };
          if (seen.has(`${refText(ref)}@${period}`)) continue;
          seen.add(`${refText(ref)}@${period}`);
          const [main, ...others] = context.figures.readings(ref, period);
          if (!main) continue;
          const printed = [main, ...others].reduce((count, { figures }) => count + figures.length, 0);
          checked += printed - 1;
          drafts.push(...others.map((other) => disagreement(context, main, other)));
        }
        const scopes = narrowerScopes(context, indicator, period);
        drafts.push(...scopes.drafts);
        checked += scopes.checked;
      }
    }
    return { drafts, checked };
  },
};
