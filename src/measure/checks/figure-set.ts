import { Decimal, type Unit } from "../../ground/quantity/index.ts";
import { type Dims, dimsText, type Figure, formOf, type Ref, refText } from "./figure.ts";
import { type Interval, overlaps, point } from "./interval.ts";

/** One value of a figure, in base units, with every place that prints it. */
export interface Reading {
  /** The most exact of them. */
  readonly figure: Figure;
  readonly interval: Interval;
  readonly figures: readonly Figure[];
}

/** The figures of a report, to be asked by indicator, members and period. */
export interface FigureSet {
  readonly periods: readonly string[];
  /** Indicators that are reported, sorted. */
  readonly indicators: readonly string[];
  /** The members under which an indicator is reported in any period, `{}` included, in a fixed order. */
  dimsOf(indicator: string): readonly Dims[];
  /** The different values that are reported, the one in most places first; one when the report agrees with itself. */
  readings(ref: Ref, period: string): readonly Reading[];
  /** The value to reckon with: the first that is reported, else the one recomputed. */
  at(ref: Ref, period: string): Reading | undefined;
  /** `dash` when the row is there without a value. */
  presence(ref: Ref, period: string): "value" | "dash" | "none";
  /** What records give, and what they would give under other assumptions. */
  recomputed(ref: Ref, period: string): { readonly main?: Figure; readonly variants: readonly Figure[] };
}

/** Amounts of these come in whole numbers, so that a printed whole number is exact. */
const DISCRETE = new Set(["person", "item", "attendance"]);
const COUNTED = new Set([...DISCRETE, "workday", "fte"]);

const RANK = { exact: 0, near: 1, over: 2, "at-least": 3, "at-most": 4 } as const;

function inBase(value: Decimal, unit: Unit): Decimal {
  return unit.denominator.eq(1) ? value.times(unit.numerator) : value.times(unit.numerator).div(unit.denominator);
}

/** An amount in base units as the unit shows it. */
export function fromBase(value: Decimal, unit: Unit): Decimal {
  return unit.numerator.eq(1) ? value.times(unit.denominator) : value.times(unit.denominator).div(unit.numerator);
}

function isOneOf(unit: Unit, dimensions: ReadonlySet<string>): boolean {
  const powers = Object.entries(unit.dimensions);
  return powers.length === 1 && powers.every(([name, power]) => dimensions.has(name) && power === 1);
}

export const isDiscrete = (unit: Unit): boolean => isOneOf(unit, DISCRETE);

/** Counts in the wider sense, lost days among them: small ones vary by chance. */
export const isCount = (unit: Unit): boolean => isOneOf(unit, COUNTED);

/** The digits of a printed number as a whole number, 646.8 → 6468. */
export function digitsOf(figure: Figure): Decimal {
  return (figure.value ?? new Decimal(0)).times(new Decimal(10).pow(figure.decimals)).abs().round();
}

function trailingZeros(digits: Decimal): number {
  if (digits.isZero()) return 0;
  return /0*$/.exec(digits.toFixed())?.[0].length ?? 0;
}

/** How many digits a printed number has without the zeros around it, 607.00 → 3. */
export function significantDigits(figure: Figure): number {
  const digits = digitsOf(figure);
  return digits.isZero() ? 0 : digits.toFixed().length - trailingZeros(digits);
}

/** All amounts, in base units, that a printed number may stand for. */
export function printedInterval(figure: Figure, decimals: number = figure.decimals): Interval {
  const value = inBase(figure.value ?? new Decimal(0), figure.unit);
  if (figure.origin === "recomputed") return point(value);
  const step = inBase(new Decimal(10).pow(-decimals), figure.unit);
  const round = step.times(new Decimal(10).pow(trailingZeros(digitsOf(figure))));
  switch (figure.qualifier) {
    case "exact":
      return isDiscrete(figure.unit) && step.lte(1)
        ? point(value)
        : { low: value.minus(step.div(2)), high: value.plus(step.div(2)) };
    case "near":
      return { low: value.minus(round), high: value.plus(round) };
    case "over":
      return { low: value, high: value.plus(round) };
    case "at-least":
      return { low: value, high: new Decimal(Number.POSITIVE_INFINITY) };
    case "at-most":
      return { low: new Decimal(Number.NEGATIVE_INFINITY), high: value };
  }
}

/**
 * The places to which the numbers of one row group were really rounded: 15.60, 11.90, 13.10 and 13.80 side by side were
 * rounded to one place and filled up with a zero.
 */
function roundedTo(figures: readonly Figure[]): Map<string, number> {
  const groups = new Map<string, Figure[]>();
  for (const figure of figures) {
    if (figure.qualifier !== "exact" || isDiscrete(figure.unit)) continue;
    const key = groupKey(figure);
    groups.set(key, [...(groups.get(key) ?? []), figure]);
  }
  const decimals = new Map<string, number>();
  for (const [key, group] of groups) {
    const different = new Map(group.map((figure) => [dimsText(figure.dims), figure]));
    const digits = [...different.values()].map(digitsOf).filter((value) => !value.isZero());
    // A single digit left says nothing: 80 %, 90 % and 70 % are not tens of percent.
    const padded = digits.length >= 3 && digits.every((value) => trailingZeros(value) > 0 && value.gte(100));
    if (padded) decimals.set(key, (group[0]?.decimals ?? 0) - 1);
  }
  return decimals;
}

function groupKey(figure: Figure): string {
  const { indicator, period, unit, decimals, where } = figure;
  return [indicator, period, unit.id, decimals, where.edition ?? "", where.place].join("|");
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The order in which figures are trusted: later edition, exact wording, table, more digits, then any fixed order. */
function byTrust(a: Figure, b: Figure): number {
  return (
    compareText(b.where.edition ?? "", a.where.edition ?? "") ||
    RANK[a.qualifier] - RANK[b.qualifier] ||
    compareText(formOf(a.where), formOf(b.where)) ||
    inBase(new Decimal(10).pow(-a.decimals), a.unit).cmp(inBase(new Decimal(10).pow(-b.decimals), b.unit)) ||
    compareText(a.where.place, b.where.place) ||
    compareText(a.where.row ?? "", b.where.row ?? "") ||
    (a.value ?? new Decimal(0)).cmp(b.value ?? new Decimal(0)) ||
    compareText(a.unit.id, b.unit.id)
  );
}

function clusters(figures: readonly Figure[], interval: (figure: Figure) => Interval): Reading[] {
  const rest = [...figures].sort(byTrust);
  const readings: Reading[] = [];
  for (;;) {
    const seed = rest.shift();
    if (!seed) break;
    const around = interval(seed);
    const same = [seed, ...rest.filter((other) => overlaps(interval(other), around))];
    for (const other of same) if (rest.includes(other)) rest.splice(rest.indexOf(other), 1);
    readings.push({ figure: seed, interval: around, figures: same });
  }
  const places = (reading: Reading): number => new Set(reading.figures.map(({ where }) => where.place)).size;
  const edition = (reading: Reading): string => reading.figure.where.edition ?? "";
  return readings.sort((a, b) => compareText(edition(b), edition(a)) || places(b) - places(a));
}

/** Indexes figures; the order in which they are given changes nothing. */
export function createFigureSet(figures: readonly Figure[], periods: readonly string[]): FigureSet {
  const reported = figures.filter((figure) => figure.origin === "reported");
  const printed = reported.filter((figure) => figure.value !== undefined);
  const effective = roundedTo(printed);
  const intervalOf = (figure: Figure): Interval =>
    printedInterval(figure, effective.get(groupKey(figure)) ?? figure.decimals);

  const key = (ref: Ref, period: string): string => `${refText(ref)}@${period}`;
  const index = (items: readonly Figure[]): Map<string, Figure[]> => {
    const map = new Map<string, Figure[]>();
    for (const item of items) map.set(key(item, item.period), [...(map.get(key(item, item.period)) ?? []), item]);
    return map;
  };
  const byKey = index(printed);
  const rows = new Set(reported.map((figure) => key(figure, figure.period)));
  const computed = index(figures.filter((figure) => figure.origin === "recomputed" && figure.value !== undefined));
  const dims = new Map<string, Map<string, Dims>>();
  for (const figure of reported) {
    const known = dims.get(figure.indicator) ?? new Map<string, Dims>();
    known.set(dimsText(figure.dims), figure.dims);
    dims.set(figure.indicator, known);
  }

  const memory = new Map<string, readonly Reading[]>();
  const readings = (ref: Ref, period: string): readonly Reading[] => {
    const id = key(ref, period);
    const known = memory.get(id) ?? clusters(byKey.get(id) ?? [], intervalOf);
    memory.set(id, known);
    return known;
  };
  const recomputed: FigureSet["recomputed"] = (ref, period) => {
    const found = computed.get(key(ref, period)) ?? [];
    const main = found.find((figure) => figure.variant === undefined);
    const variants = found.filter((figure) => figure.variant !== undefined);
    const ordered = variants.sort((a, b) => compareText(a.variant ?? "", b.variant ?? "") || byTrust(a, b));
    return { ...(main ? { main } : {}), variants: ordered };
  };
  return {
    periods,
    indicators: [...dims.keys()].sort(compareText),
    dimsOf: (indicator) =>
      [...(dims.get(indicator) ?? [])].sort(([a], [b]) => compareText(a, b)).map(([, members]) => members),
    readings,
    at(ref, period) {
      const [first] = readings(ref, period);
      if (first) return first;
      const { main } = recomputed(ref, period);
      return main ? { figure: main, interval: printedInterval(main), figures: [main] } : undefined;
    },
    presence: (ref, period) => {
      if (byKey.has(key(ref, period))) return "value";
      return rows.has(key(ref, period)) ? "dash" : "none";
    },
    recomputed,
  };
}
