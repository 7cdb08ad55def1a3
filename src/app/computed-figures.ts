import { expectOk } from "../ground/issue/index.ts";
import { roundTo } from "../ground/quantity/index.ts";
import {
  ALL_GASES,
  type Calculator,
  type Completeness,
  createCalculator,
  type Figure,
  type Incomplete,
  type IndicatorValue,
  isHandedThrough,
  LEDGER_PLACE,
  type Pins,
  type RecordRequest,
  refText,
  type ValueRequest,
} from "../measure/index.ts";
import type { CheckedPeriods } from "./checked-periods.ts";
import type { Opened } from "./compute-values.ts";

/** The method of an indicator that counts every greenhouse gas, by convention of the content. */
const FULL_GAS = "full-gas";

/** A computed value as a figure beside the printed one; one that only hands a record through would be compared with itself, and is left out. */
function recomputedFigure(value: IndicatorValue, decimals: number, variant?: string): Figure[] {
  if (!value.amount || isHandedThrough(value)) return [];
  const { indicator, period, where, amount } = value;
  return [
    {
      indicator,
      period: period.label,
      dims: where,
      value: amount.value,
      unit: amount.unit,
      decimals,
      qualifier: "exact",
      origin: "recomputed",
      where: { place: LEDGER_PLACE },
      ...(variant === undefined ? {} : { variant }),
    },
  ];
}

/** A computed value as a report would print it, where no source printed any. */
function unprintedFigure(opened: Opened, value: IndicatorValue): Figure[] {
  // A sum that is not all there is told as such, and compares with nothing.
  if (!value.amount || value.status === "partial") return [];
  const decimals = Math.max(0, opened.state.model.catalogue.entries.get(value.indicator)?.definition.precision ?? 2);
  return [
    {
      indicator: value.indicator,
      period: value.period.label,
      dims: value.where,
      value: roundTo(value.amount.value, decimals),
      unit: value.amount.unit,
      decimals,
      qualifier: "exact",
      origin: "reported",
      where: { place: LEDGER_PLACE },
      activities: value.activities,
    },
  ];
}

/** What a value lacks: the time that records leave open, or records that reach beyond the period. */
function incompleteOf(value: IndicatorValue): Incomplete[] {
  return value.caveats.flatMap(({ kind, detail, count, open = [] }): Incomplete[] =>
    kind === "incomplete" || kind === "straddling"
      ? [{ indicator: value.indicator, period: value.period.label, kind, activity: detail, count, open }]
      : [],
  );
}

/** Activities for want of whose records there is no value, where there was one in the period before. */
function absentIn(opened: Opened, value: IndicatorValue, before: IndicatorValue | undefined): Incomplete[] {
  if (value.amount || !before?.amount) return [];
  const lacking = value.missing.flatMap(({ kind, activity }) => (kind === "records" && activity ? [activity] : []));
  return [...new Set(lacking)]
    .filter((activity) => opened.state.model.catalogue.activities.get(activity)?.occurrence !== "occasional")
    .map((activity) => ({
      indicator: value.indicator,
      period: value.period.label,
      kind: "absent",
      activity,
      count: 0,
      before: before.period.label,
      open: [],
    }));
}

/** Members under which an indicator has figures: those that sources printed in any period, and those that records have. */
async function membersOf(
  opened: Opened,
  reported: readonly Figure[],
  totals: readonly IndicatorValue[],
): Promise<Map<string, Figure["dims"]>> {
  const members = new Map<string, Figure["dims"]>();
  const add = (indicator: string, dims: Figure["dims"]): void => {
    members.set(refText({ indicator, dims }), dims);
  };
  const { entries } = opened.state.model.catalogue;
  const read = totals.flatMap((value) =>
    value.activities.flatMap((activity) =>
      (["flow", "stock"] as const).map((measure) => ({
        value,
        request: { activity, measure, period: value.period, bySite: true },
      })),
    ),
  );
  const different = new Map(read.map(({ request }): [string, RecordRequest] => [JSON.stringify(request), request]));
  const found = await opened.source.read([...different.values()]);
  const groups = new Map([...different.keys()].map((key, index) => [key, found[index] ?? []]));
  for (const { value, request } of read)
    for (const group of groups.get(JSON.stringify(request)) ?? [])
      for (const dimension of entries.get(value.indicator)?.definition.dimensions ?? []) {
        const member = dimension === "site" ? group.sites[0] : group.dims[dimension];
        if (member !== undefined) add(value.indicator, { [dimension]: member });
      }
  for (const { indicator, dims } of reported) if (Object.keys(dims).length > 0) add(indicator, dims);
  return members;
}

/** The pins with another set for one kind of factor, one for each set that the content has. */
function alternativePins(opened: Opened): { pins: Pins; cause: string }[] {
  const sets = new Map<string, { kind: string; set: string; region: string }>();
  for (const { kind, set, region } of opened.state.model.factors)
    if (kind !== "gwp") sets.set(`${kind} ${set}`, { kind, set, region });
  return [...sets.values()].map(({ kind, set }) => ({
    pins: { ...opened.state.pins, factors: [...opened.state.pins.factors, { kind, set }] },
    cause: kind.startsWith("grid.") ? "CHECK-CAUSE-FACTOR-YEAR" : "CHECK-CAUSE-FACTOR-SET",
  }));
}

/** Decimals at which a recomputed figure is compared: what was printed when it was, else the indicator's own. */
function decimalsOf(opened: Opened, reported: readonly Figure[], value: IndicatorValue): number {
  const printed = reported.find(
    (figure) =>
      figure.indicator === value.indicator &&
      figure.period === value.period.label &&
      JSON.stringify(figure.dims) === JSON.stringify(value.where),
  );
  return Math.max(
    0,
    printed?.decimals ?? opened.state.model.catalogue.entries.get(value.indicator)?.definition.precision ?? 2,
  );
}

/** Of figures that sources printed: the same recomputed, and what they would be under other methods and factors. */
async function variantsOf(
  opened: Opened,
  requests: readonly ValueRequest[],
  main: readonly Figure[],
  figuresOf: (calculator: Calculator, of: readonly ValueRequest[], variant: string) => Promise<Figure[]>,
): Promise<Figure[]> {
  const { catalogue } = opened.state.model;
  const full = requests
    .filter(({ indicator }) => catalogue.entries.get(indicator)?.methods.some((method) => method.id === FULL_GAS))
    .map((request) => ({ ...request, method: FULL_GAS }));
  const variants = await figuresOf(opened.calculator, full, ALL_GASES);
  const name = ({ indicator, period, dims, value }: Figure): string => JSON.stringify([indicator, period, dims, value]);
  const known = new Set(main.map(name));
  for (const { pins, cause } of alternativePins(opened)) {
    const { model, boundary } = opened.state;
    const other = createCalculator(model.catalogue, boundary, pins, opened.source);
    const figures = await figuresOf(other, requests, cause);
    variants.push(...figures.filter((figure) => !known.has(name(figure))));
  }
  return variants;
}

/** What records give for the periods of a check. */
export interface Computed {
  readonly figures: readonly Figure[];
  readonly completeness: Completeness;
}

/**
 * Where sources printed figures: every one of them, and the totals of all others, recomputed. Where they printed none: what
 * records give, as a report would print it.
 */
export async function computedFigures(
  opened: Opened,
  reported: readonly Figure[],
  periods: CheckedPeriods,
): Promise<Computed> {
  const { entries } = opened.state.model.catalogue;
  const known = ({ indicator, where = {} }: ValueRequest): boolean =>
    Object.keys(where).every(
      (dimension) => entries.get(indicator)?.definition.dimensions.includes(dimension) || dimension === "site",
    );
  const distinct = (requests: readonly ValueRequest[]): ValueRequest[] => [
    ...new Map(
      requests
        .filter((request) => entries.has(request.indicator) && known(request))
        .map((request) => [JSON.stringify([request.indicator, request.period.label, request.where]), request]),
    ).values(),
  ];
  const totals = (of: CheckedPeriods["all"]): ValueRequest[] =>
    [...entries.keys()].flatMap((indicator) => of.map((period) => ({ indicator, period, where: {} })));
  const compute = async (calculator: Calculator, of: readonly ValueRequest[]): Promise<IndicatorValue[]> =>
    expectOk(await calculator.values(of));

  const printed = periods.all.filter(({ label }) => periods.printed.has(label));
  const requests = distinct([
    ...reported.flatMap(({ indicator, period: label, dims }) =>
      printed.filter((period) => period.label === label).map((period) => ({ indicator, period, where: dims })),
    ),
    ...totals(printed),
  ]);
  const beside = (values: readonly IndicatorValue[], variant?: string): Figure[] =>
    values.flatMap((value) => recomputedFigure(value, decimalsOf(opened, reported, value), variant));
  const recomputed = await compute(opened.calculator, requests);
  const main = beside(recomputed);
  const variants = await variantsOf(opened, requests, main, async (calculator, of, variant) =>
    beside(await compute(calculator, of), variant),
  );

  const unprinted = periods.all.filter(({ label }) => !periods.printed.has(label));
  const wholes = await compute(opened.calculator, totals(unprinted));
  const members = await membersOf(opened, unprinted.length === 0 ? [] : reported, wholes);
  const parts = await compute(
    opened.calculator,
    distinct(
      [...members].flatMap(([name, where]) =>
        unprinted.map((period) => ({ indicator: name.split("{")[0] ?? "", period, where })),
      ),
    ),
  );
  // A few figures may be printed of a period that has no tables; they are held against what records give.
  const said = new Set(reported.map((figure) => `${refText(figure)}@${figure.period}`));
  const isSaid = ({ indicator, where, period }: IndicatorValue): boolean =>
    said.has(`${refText({ indicator, dims: where })}@${period.label}`);
  const looked = [...recomputed.filter(({ where }) => Object.keys(where).length === 0), ...wholes];
  const found = new Map(looked.map((value) => [`${value.indicator}@${value.period.label}`, value]));
  const earlier = new Map(periods.all.map(({ label }, index) => [label, periods.all[index - 1]?.label]));
  const lacking = looked.flatMap((value) => [
    ...(value.amount ? incompleteOf(value) : []),
    ...absentIn(opened, value, found.get(`${value.indicator}@${earlier.get(value.period.label)}`)),
  ]);
  const standing = [...wholes, ...parts];
  return {
    figures: [
      ...main,
      ...variants,
      ...standing.filter((value) => !isSaid(value)).flatMap((value) => unprintedFigure(opened, value)),
      ...beside(standing.filter(isSaid)),
    ],
    completeness: { values: looked.length, incomplete: lacking },
  };
}
