import { fail, type Issue, ok, type Result, type Where } from "../issue/index.ts";
import type { Decimal } from "./decimal.ts";
import { convertValue, incompatible, locator, type Quantity, quantity } from "./quantity.ts";
import { productUnit, quotientUnit, sameDimension, type Unit } from "./unit.ts";

/** Values of one unit under labels (periods, sites …); a value that is not there is missing, never zero. */
export interface Series {
  /** Each once, in the order in which they are shown. */
  readonly labels: readonly string[];
  /** One per label. */
  readonly values: readonly (Decimal | undefined)[];
  readonly unit: Unit;
  readonly at?: Where;
}

function notAligned(at: Where, expected: string, actual: string, values: Record<string, string>): Issue {
  return { code: "ALIGN-001", severity: "error", at, expected, actual, values };
}

const listed = (labels: readonly string[]): string =>
  labels.length === 0
    ? "–"
    : labels.length > 12
      ? `${labels.slice(0, 12).join(", ")} … (${labels.length})`
      : labels.join(", ");

/**
 * Makes a series.
 * @issues ALIGN-001 another number of values than of labels, or a label twice
 */
export function series(
  labels: readonly string[],
  values: readonly (Decimal | undefined)[],
  unit: Unit,
  at?: Where,
): Result<Series> {
  const twice = labels.filter((label, index) => labels.indexOf(label) !== index);
  if (labels.length !== values.length || twice.length > 0) {
    const details = { missing: "–", surplus: listed(twice), left: locator(at), right: locator(at) };
    return fail(notAligned(at ?? {}, `${new Set(labels).size}`, `${values.length}`, details));
  }
  const made = { labels: [...labels], values: [...values], unit };
  return ok(at === undefined ? made : { ...made, at });
}

/** The value under a label; undefined when it is missing or there is no such label. */
export function valueAt(s: Series, label: string): Quantity | undefined {
  const value = s.values[s.labels.indexOf(label)];
  return value === undefined ? undefined : quantity(value, s.unit, s.at);
}

/** b's values in the order of a's labels. @issues ALIGN-001 names the labels that only one of them has */
function aligned(a: Series, b: Series): Result<readonly (Decimal | undefined)[]> {
  const byLabel = new Map(b.labels.map((label, index) => [label, b.values[index]]));
  const own = new Set(a.labels);
  const missing = a.labels.filter((label) => !byLabel.has(label));
  const surplus = b.labels.filter((label) => !own.has(label));
  if (missing.length + surplus.length > 0) {
    const details = { missing: listed(missing), surplus: listed(surplus), left: locator(a.at), right: locator(b.at) };
    return fail(notAligned(b.at ?? a.at ?? {}, listed(a.labels), listed(b.labels), details));
  }
  return ok(a.labels.map((label) => byLabel.get(label)));
}

function combined(a: Series, b: Series, unit: Unit, combine: (x: Decimal, y: Decimal) => Decimal): Result<Series> {
  const other = aligned(a, b);
  if (!other.ok) return other;
  // What is missing on either side is missing in the result.
  const values = a.values.map((x, index) => {
    const y = other.value[index];
    return x === undefined || y === undefined ? undefined : combine(x, y);
  });
  return ok({ ...a, values, unit });
}

function sameKind(a: Series, b: Series): Issue | undefined {
  if (sameDimension(a.unit, b.unit)) return undefined;
  return incompatible(a, { value: a.unit.numerator, unit: b.unit, ...(b.at === undefined ? {} : { at: b.at }) });
}

/** a + b label by label, in a's unit. @issues ALIGN-001, UNIT-002 */
export function addSeries(a: Series, b: Series): Result<Series> {
  const issue = sameKind(a, b);
  return issue ? fail(issue) : combined(a, b, a.unit, (x, y) => x.plus(convertValue(y, b.unit, a.unit)));
}

/** a − b label by label, in a's unit. @issues ALIGN-001, UNIT-002 */
export function subtractSeries(a: Series, b: Series): Result<Series> {
  const issue = sameKind(a, b);
  return issue ? fail(issue) : combined(a, b, a.unit, (x, y) => x.minus(convertValue(y, b.unit, a.unit)));
}

/** a · b label by label. @issues ALIGN-001 */
export function multiplySeries(a: Series, b: Series): Result<Series> {
  return combined(a, b, productUnit(a.unit, b.unit), (x, y) => x.times(y));
}

/** a ÷ b label by label. @issues ALIGN-001; UNIT-007 for every label under which b is zero */
export function divideSeries(a: Series, b: Series): Result<Series> {
  const other = aligned(a, b);
  if (!other.ok) return other;
  const zeros = a.labels.filter((_, index) => other.value[index]?.isZero());
  if (zeros.length > 0) {
    const at = b.at ?? a.at ?? {};
    return fail(
      ...zeros.map((label): Issue => {
        const values = {
          numerator: `${label} ${a.unit.id}`,
          numeratorAt: locator(a.at),
          denominatorAt: `${locator(b.at)} › ${label}`,
        };
        return {
          code: "UNIT-007",
          severity: "error",
          at,
          expected: `≠ 0 ${b.unit.id}`,
          actual: `0 ${b.unit.id}`,
          values,
        };
      }),
    );
  }
  return combined(a, b, quotientUnit(a.unit, b.unit), (x, y) => x.div(y));
}

/** Every value times one quantity. */
export function scaleSeries(s: Series, by: Quantity): Series {
  return { ...s, values: s.values.map((value) => value?.times(by.value)), unit: productUnit(s.unit, by.unit) };
}

/** Every value in another unit. @issues UNIT-002 */
export function convertSeries(s: Series, to: Unit): Result<Series> {
  if (!sameDimension(s.unit, to)) return fail(incompatible({ unit: to }, { ...s, value: s.unit.numerator }));
  return ok({
    ...s,
    values: s.values.map((value) => (value === undefined ? undefined : convertValue(value, s.unit, to))),
    unit: to,
  });
}

/** The sum of a series: what is there, and the labels of what is missing. A sum with missing parts is no total. */
export interface SeriesSum {
  /** undefined when any value is missing. */
  readonly total: Quantity | undefined;
  readonly ofPresent: Quantity;
  readonly missing: readonly string[];
}

/** Adds up a series; missing values make the total missing. */
export function sumSeries(s: Series): SeriesSum {
  const present = s.values.filter((value) => value !== undefined);
  const ofPresent = quantity(
    present.reduce((sum, value) => sum.plus(value), s.unit.numerator.minus(s.unit.numerator)),
    s.unit,
    s.at,
  );
  const missing = s.labels.filter((_, index) => s.values[index] === undefined);
  return { total: missing.length > 0 ? undefined : ofPresent, ofPresent, missing };
}
