import { cutsOf, partsOf } from "../cuts.ts";
import { type Figure, type Ref, refText } from "../figure.ts";
import { fromBase, printedInterval, type Reading } from "../figure-set.ts";
import { amount, type Draft, named, printed, share, text } from "../finding.ts";
import { gap, middle, overlaps, relativeDistance } from "../interval.ts";
import { type Context, type Rule } from "../rule.ts";
import { narrowed, subject } from "../sums.ts";

/** Variant of a recomputed figure with every greenhouse gas counted, beside a main one that counts fewer. */
export const ALL_GASES = "all-gases";
const GAS_LEFT_OUT = "CHECK-CAUSE-GAS-LEFT-OUT";

interface Pair {
  readonly ref: Ref;
  readonly period: string;
  readonly reported: Reading;
  readonly main: Figure;
  readonly variants: readonly Figure[];
}

const valueOf = (figure: Figure) => printedInterval({ ...figure, origin: "recomputed" });

function pairsOf(context: Context): Pair[] {
  const { figures } = context;
  return figures.indicators.flatMap((indicator) =>
    figures.dimsOf(indicator).flatMap((dims) =>
      context.periods.flatMap((period): Pair[] => {
        const [reported] = figures.readings({ indicator, dims }, period);
        const { main, variants } = figures.recomputed({ indicator, dims }, period);
        return reported && main ? [{ ref: { indicator, dims }, period, reported, main, variants }] : [];
      }),
    ),
  );
}

const fits = ({ reported, main }: Pair): boolean => overlaps(reported.interval, valueOf(main));

function causeOf(pair: Pair, all: readonly Pair[], small: number): string {
  const variant = pair.variants.find(
    (other) => other.variant?.startsWith("CHECK-CAUSE-") && overlaps(valueOf(other), pair.reported.interval),
  );
  if (variant?.variant) return variant.variant;
  if (relativeDistance(pair.reported.interval, valueOf(pair.main)) <= small) return "CHECK-CAUSE-SMALL-REMAINDER";
  const elsewhere = all.some(
    (other) => refText(other.ref) === refText(pair.ref) && other.period !== pair.period && fits(other),
  );
  return elsewhere ? "CHECK-CAUSE-METHOD-CHANGED" : "CHECK-CAUSE-METHOD-OR-INPUT";
}

/** A total that is off by what its parts are off says nothing more. */
function explainedByParts(context: Context, pair: Pair, off: ReadonlyMap<string, Pair>): boolean {
  const name = refText(pair.ref);
  const own = middle(pair.reported.interval).minus(middle(valueOf(pair.main)));
  return partsOf(context)
    .filter(({ total }) => refText(total) === name)
    .some(({ parts }) => {
      const wrong = parts.flatMap((part) => off.get(`${refText(part)}@${pair.period}`) ?? []);
      const theirs = wrong.reduce(
        (sum, part) => sum.plus(middle(part.reported.interval)).minus(middle(valueOf(part.main))),
        own.times(0),
      );
      const room = middle(pair.reported.interval).abs().times("0.0001");
      return wrong.length > 0 && own.minus(theirs).abs().lte(room);
    });
}

/**
 * A mean or ratio whose parts are printed as well is judged by the digits of those parts: records that were taken from
 * rounded figures can give it no better.
 */
function judgedByParts(context: Context, { ref, period }: Pair): boolean {
  const { figures } = context;
  const given = (other: Ref): boolean => figures.presence(other, period) === "value";
  const means = context.relations("mean").filter(({ indicator }) => indicator === ref.indicator);
  const cut = means.some(({ by }) =>
    cutsOf(figures, ref.indicator, by).some(
      ({ total, parts }) => refText(total) === refText(ref) && parts.every(given),
    ),
  );
  const ratios = context.relations("ratio").filter(({ ratio }) => ratio === ref.indicator);
  return cut || ratios.some(({ numerator }) => numerator.every((part) => given(narrowed(part, ref.dims))));
}

/** The same, for a ratio that is off in proportion to its numerator. */
function explainedByNumerator(context: Context, pair: Pair, off: ReadonlyMap<string, Pair>): boolean {
  return context
    .relations("ratio")
    .filter(({ ratio }) => ratio === pair.ref.indicator)
    .some(({ numerator }) => numerator.some((ref) => off.has(`${refText(ref)}@${pair.period}`)));
}

function draftOf(context: Context, pair: Pair, all: readonly Pair[]): Draft {
  const { reported, main, ref, period } = pair;
  const [notice, warning] = context.bands.recomputed.map(Number);
  const expected = valueOf(main);
  const difference = relativeDistance(reported.interval, expected);
  const shown = { unit: reported.figure.unit, decimals: Math.max(reported.figure.decimals, 2) };
  return {
    code: "CHECK-RECOMPUTED",
    severity: difference <= (notice ?? 0) ? "notice" : difference <= (warning ?? 0) ? "warning" : "error",
    cause: causeOf(pair, all, notice ?? 0),
    subjects: [subject(ref, period)],
    expected: amount(middle(expected), shown),
    actual: printed(reported.figure),
    difference: share(
      fromBase(middle(reported.interval).minus(middle(expected)), main.unit).div(
        fromBase(middle(expected), main.unit).isZero() ? 1 : fromBase(middle(expected), main.unit),
      ),
      2,
      true,
    ),
    effect: Math.min(1, difference),
    values: { figure: named(ref), period: text(period) },
    figures: reported.figures,
  };
}

/** CO2e that only some gases make up, although the unit promises all of them. */
function gasCoverage(pair: Pair): Draft | undefined {
  const { reported, main, variants, ref, period } = pair;
  const partial = variants.find(({ variant }) => variant === GAS_LEFT_OUT) ?? main;
  const whole = variants.find(({ variant }) => variant === ALL_GASES) ?? main;
  if (partial === whole || !Object.hasOwn(reported.figure.unit.dimensions, "mass_co2e")) return undefined;
  if (!overlaps(valueOf(partial), reported.interval) || overlaps(valueOf(whole), reported.interval)) return undefined;
  return {
    code: "CHECK-GAS-COVERAGE",
    severity: "warning",
    cause: GAS_LEFT_OUT,
    subjects: [subject(ref, period)],
    expected: amount(middle(valueOf(whole)), reported.figure),
    actual: printed(reported.figure),
    difference: amount(gap(reported.interval, valueOf(whole)), reported.figure, true),
    effect: relativeDistance(reported.interval, valueOf(whole)),
    values: { figure: named(ref), period: text(period) },
    figures: reported.figures,
  };
}

/** What records give against what is printed, beyond the rounding of what is printed. */
export const recomputed: Rule = {
  id: "recomputed",
  codes: ["CHECK-RECOMPUTED", "CHECK-GAS-COVERAGE"],
  run(context) {
    const pairs = pairsOf(context);
    const wrong = pairs.filter((pair) => !fits(pair));
    const gases = pairs.flatMap((pair) => gasCoverage(pair) ?? []);
    const incomplete = new Set(
      gases.flatMap(({ subjects }) => subjects.map((item) => `${refText(item)}@${item.period}`)),
    );
    const off = new Map(wrong.map((pair) => [`${refText(pair.ref)}@${pair.period}`, pair]));
    const told = wrong.filter(
      (pair) =>
        !incomplete.has(`${refText(pair.ref)}@${pair.period}`) &&
        !explainedByParts(context, pair, off) &&
        !explainedByNumerator(context, pair, off) &&
        !judgedByParts(context, pair),
    );
    return { drafts: [...told.map((pair) => draftOf(context, pair, pairs)), ...gases], checked: pairs.length };
  },
};
