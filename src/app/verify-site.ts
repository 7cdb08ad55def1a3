import {
  amountsOf,
  type Closure,
  type IpmvpChoice,
  ipmvpOption,
  isWhole,
  itOf,
  METERED_STEP_H,
  METERED_STEP_MS,
  type MeteredAmount,
  type MeteredSpan,
  type MeteredStep,
  meterClosure,
  type ModelFit,
  modelFit,
  type ModelledStep,
  modelledStep,
  monthShares,
  type Savings,
  savingsOf,
  type Site,
  type SiteMeter,
  spansOf,
  usedOf,
  type VerifiedStep,
} from "../coordinate/index.ts";
import { type Issue, ok, type Result } from "../ground/issue/index.ts";
import { type JournalSpan, type MeteredSite, meteredSite } from "./metered-site.ts";
import { openSensedSite } from "./sense-site.ts";
import { spanOf } from "./simulate-site.ts";
import type { Workspace } from "./workspace.ts";

/** Levers whose saving can be told apart at a site that was really run. */
export type SiteMeasure = "battery" | "cooling" | "ups";

/** A local month of a site, or the part of it that was asked for. */
export interface VerifiedMonth {
  readonly month: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Quarters of an hour that it has, that are metered whole, and that could be compared with the counterfactual. */
  readonly steps: number;
  readonly metered: number;
  readonly compared: number;
  /** Quarters of an hour that lack it, by what is lacking. */
  readonly missing: Readonly<Record<string, number>>;
  /** What was metered, in stretches without a gap. */
  readonly amounts: Readonly<Record<MeteredAmount, readonly MeteredSpan[]>>;
  /** kWh, by lever; and kg CO2. */
  readonly saved: Readonly<Partial<Record<SiteMeasure, readonly MeteredSpan[]>>>;
  readonly avoidedKg: readonly MeteredSpan[];
}

/** A site that was really run, by its meters and its journal. */
export interface VerifiedSite {
  readonly site: Site;
  readonly fromMs: number;
  readonly toMs: number;
  readonly months: readonly VerifiedMonth[];
  /** Of the quarters of an hour that could be compared; undefined when there are none. */
  readonly savings: Savings | undefined;
  readonly fit: ModelFit | undefined;
  readonly options: readonly (IpmvpChoice & { readonly measure: SiteMeasure })[];
  /** Of the meters that stand below or above each other, over the time in which all of them have readings. */
  readonly closures: readonly Closure[];
  readonly series: readonly string[];
  readonly journal: JournalSpan | undefined;
  /** What does not close or is missing: the figures stand, and the reader should know. */
  readonly issues: readonly Issue[];
}

const METER_ACCURACY = 0.005;
const CONFIDENCE = 0.9;
/** Most that UPS, distribution and transformers may lose between a meter and those below it. */
const LOSS_SHARE = 0.08;

interface ComparedStep {
  readonly step: MeteredStep;
  readonly model: ModelledStep;
  readonly verified: VerifiedStep;
}

/** A step beside its counterfactual; undefined where something that it takes is missing. */
function compared(site: Site, step: MeteredStep): ComparedStep | undefined {
  const { priceCnyPerKwh, carbonKgPerKwh } = step;
  const model = modelledStep(site, step);
  if (!model || !isWhole(step) || priceCnyPerKwh === undefined || carbonKgPerKwh === undefined) return undefined;
  return {
    step,
    model,
    verified: {
      stepH: METERED_STEP_H,
      baselineFacilityKw: model.plain / METERED_STEP_H,
      facilityKw: usedOf(step) / METERED_STEP_H,
      baselineGridKw: (model.plain - step.pvKwh) / METERED_STEP_H,
      gridKw: step.gridKwh / METERED_STEP_H,
      priceCnyPerKwh,
      carbonKgPerKwh,
      month: step.month,
    },
  };
}

/** Fit of the model over the hours that have all their quarters. */
function hourlyFit(steps: readonly ComparedStep[]): ModelFit | undefined {
  const hours = new Map<number, ComparedStep[]>();
  for (const one of steps) {
    const hour = Math.floor(one.step.atMs / 3_600_000);
    hours.set(hour, [...(hours.get(hour) ?? []), one]);
  }
  const whole = [...hours.values()].filter((some) => some.length * METERED_STEP_H === 1);
  const sum = (some: readonly ComparedStep[], of: (one: ComparedStep) => number): number =>
    some.reduce((total, one) => total + of(one), 0);
  return modelFit(
    whole.map((some) => sum(some, ({ verified }) => verified.facilityKw * METERED_STEP_H)),
    whole.map((some) => sum(some, ({ model }) => model.ran)),
    1,
    "hourly",
  );
}

/** kWh of all equipment of a kind by its own meters, step by step; undefined when not all of it is metered. */
function subMetered(
  { meters, steps }: MeteredSite,
  counts: SiteMeter["counts"],
  ids: readonly string[],
): (number | undefined)[] | undefined {
  const found = ids.map((id) => meters.find(({ meter }) => meter.counts === counts && meter.of === id));
  if (ids.length === 0 || found.some((one) => one === undefined)) return undefined;
  return steps.map((_, i) =>
    found.reduce<number | undefined>((sum, one) => {
      const kwh = one?.amounts[i];
      return sum === undefined || kwh === undefined ? undefined : sum + kwh;
    }, 0),
  );
}

interface MeasureOfSite {
  readonly measure: SiteMeasure;
  readonly subMeter: "energy" | "key-parameter" | "none";
  readonly savedKwh: (one: ComparedStep) => number | undefined;
}

/** What each lever saved, at the equipment itself where it has meters, else by the model. */
function measuresOf(site: Site, read: MeteredSite): MeasureOfSite[] {
  const index = new Map(read.steps.map(({ atMs }, i) => [atMs, i]));
  const at = (values: readonly (number | undefined)[], { step }: ComparedStep): number | undefined =>
    values[index.get(step.atMs) ?? -1];
  const measures: MeasureOfSite[] = [];
  if (site.batteries.length > 0) {
    const metered = subMetered(
      read,
      "battery",
      site.batteries.map(({ id }) => id),
    );
    measures.push({
      measure: "battery",
      subMeter: metered ? "energy" : "key-parameter",
      savedKwh: ({ step: { batteryKwh } }) => (batteryKwh === undefined ? undefined : -batteryKwh),
    });
  }
  const modes = [
    { measure: "cooling", counts: "plant", list: site.plants, plain: (model: ModelledStep) => model.plainCooling },
    { measure: "ups", counts: "ups", list: site.ups, plain: (model: ModelledStep) => model.plainUps },
  ] as const;
  for (const { measure, counts, list, plain } of modes) {
    if (list.every((one) => one.modes.length < 2)) continue;
    const metered = subMetered(
      read,
      counts,
      list.map(({ id }) => id),
    );
    measures.push({
      measure,
      subMeter: metered ? "energy" : "none",
      savedKwh(one) {
        if (!metered) return one.model.savedBy[measure];
        const kwh = at(metered, one);
        return kwh === undefined ? undefined : plain(one.model) - kwh;
      },
    });
  }
  return measures;
}

/** Balance of the meters that stand in a tree, over the steps in which all that read anything do. */
function closuresOf({ meters, steps }: MeteredSite): ReturnType<typeof meterClosure> {
  const parents = new Set(meters.map(({ meter }) => meter.parent));
  const tree = meters.filter(
    ({ meter }) => meter.counts !== "water" && (meter.parent !== undefined || parents.has(meter.id)),
  );
  const alive = tree.filter(({ amounts }) => amounts.some((one) => one !== undefined));
  const common = steps.flatMap((_, i) => (alive.every(({ amounts }) => amounts[i] !== undefined) ? [i] : []));
  return meterClosure(
    tree.map(({ meter: { id, parent, accuracy, counts }, amounts }) => ({
      id,
      parent,
      accuracy,
      kwh: amounts.every((one) => one === undefined)
        ? undefined
        : // What is generated below a meter takes from what flows through it.
          common.reduce((sum, i) => sum + (counts === "pv" ? -1 : 1) * (amounts[i] ?? 0), 0),
    })),
    LOSS_SHARE,
  );
}

function missingOf(site: Site, hasWater: boolean, steps: readonly MeteredStep[]): Record<string, number> {
  const lacks: Record<string, (step: MeteredStep) => boolean> = {
    grid: ({ gridKwh }) => gridKwh === undefined,
    ...(site.pv.length > 0 ? { pv: ({ pvKwh }) => pvKwh === undefined } : {}),
    ...(site.batteries.length > 0 ? { battery: ({ batteryKwh }) => batteryKwh === undefined } : {}),
    halls: ({ itKwh }) => itKwh === undefined,
    ...(hasWater ? { water: ({ waterM3 }) => waterM3 === undefined } : {}),
    weather: ({ air }) => air === undefined,
    modes: ({ cooling, ups }) => cooling === undefined || ups === undefined,
    price: ({ priceCnyPerKwh }) => priceCnyPerKwh === undefined,
    carbon: ({ carbonKgPerKwh }) => carbonKgPerKwh === undefined,
  };
  return Object.fromEntries(
    Object.entries(lacks).map(([name, lacking]) => [name, steps.filter((step) => lacking(step)).length]),
  );
}

/**
 * Verifies a site that was really run: what its meters counted by local month, what is missing of it, what the levers saved
 * against a counterfactual of the same metered compute demand and weather, and whether the meters add up.
 * @param from first local day
 * @param to   local day after the last
 * @issues those of `openSensedSite`, `meteredSite`; VERIFY-005
 */
export async function verifySite(
  workspace: Workspace,
  { siteFile, from, to }: { readonly siteFile: string; readonly from: string; readonly to: string },
): Promise<Result<VerifiedSite>> {
  const sensed = await openSensedSite(workspace, siteFile);
  if (!sensed.ok) return sensed;
  try {
    const { site } = sensed.value;
    if (!site) throw new Error("a site file gives a site");
    const span = spanOf({ from, to }, site);
    if (!span.ok) return span;
    const [fromMs, toMs] = [span.value.start, span.value.end];
    const read = await meteredSite(workspace, sensed.value, { siteFile, fromMs, toMs });
    return read.ok ? ok(verified(site, read.value, fromMs, toMs)) : read;
  } finally {
    await sensed.value.telemetry.close();
  }
}

function verified(site: Site, read: MeteredSite, fromMs: number, toMs: number): VerifiedSite {
  const { steps, meters, journal } = read;
  const comparable = steps.flatMap((step) => compared(site, step) ?? []);
  const byStep = new Map(comparable.map((one) => [one.step.atMs, one]));
  const fit = hourlyFit(comparable);
  const measures = measuresOf(site, read);
  const hasWater = meters.some(({ meter }) => meter.counts === "water");
  const amounts = amountsOf(site);
  const monthOf = (month: string): VerifiedMonth => {
    const own = steps.filter((step) => step.month === month);
    const spansBy = (of: (one: ComparedStep) => number | undefined): MeteredSpan[] =>
      spansOf(own, ({ atMs }) => {
        const one = byStep.get(atMs);
        return one && of(one);
      });
    return {
      month,
      fromMs: own[0]?.atMs ?? 0,
      toMs: (own.at(-1)?.atMs ?? 0) + METERED_STEP_MS,
      steps: own.length,
      metered: own.filter(isWhole).length,
      compared: own.filter(({ atMs }) => byStep.has(atMs)).length,
      missing: missingOf(site, hasWater, own),
      amounts: Object.fromEntries(
        Object.entries(amounts).map(([name, of]) => [name, spansOf(own, of)]),
      ) as unknown as VerifiedMonth["amounts"],
      saved: Object.fromEntries(measures.map(({ measure, savedKwh }) => [measure, spansBy(savedKwh)])),
      avoidedKg: spansBy(({ verified: { baselineGridKw, gridKw, stepH, carbonKgPerKwh } }) => {
        return stepH * (Math.max(0, baselineGridKw) - Math.max(0, gridKw)) * carbonKgPerKwh;
      }),
    };
  };
  const months = [...new Set(steps.map(({ month }) => month))].map(monthOf);
  const hours = new Map(months.map(({ month, compared: count }) => [month, count * METERED_STEP_H]));
  const savings =
    comparable.length === 0
      ? undefined
      : savingsOf(
          comparable.map((one) => one.verified),
          {
            confidence: CONFIDENCE,
            meterAccuracy: METER_ACCURACY,
            fit,
            monthShare: monthShares(hours),
            demandChargeCnyPerKw: site.grid.tariff.demandChargeCnyPerKw ?? 0,
            annualFactorKgPerKwh: site.grid.carbon.factorKgPerKwh,
          },
        );
  const siteKwh = comparable.reduce((sum, { verified: { gridKw, stepH } }) => sum + stepH * Math.max(0, gridKw), 0);
  const options =
    comparable.length === 0
      ? []
      : measures.map(({ measure, subMeter, savedKwh }) => ({
          ...ipmvpOption({
            measure,
            savingKwh: comparable.reduce((sum, one) => sum + (savedKwh(one) ?? 0), 0),
            siteKwh,
            subMeter,
            calibratedModel: fit?.calibrated ?? false,
            wholeSite: false,
          }),
          measure,
        }));
  const { closures, issues } = closuresOf(read);
  const itKwh = steps.reduce((sum, step) => sum + (isWhole(step) ? itOf(step) : 0), 0);
  const nothing: Issue[] = itKwh > 0 ? [] : [{ code: "VERIFY-009", severity: "warning", at: {}, actual: site.id }];
  return {
    site,
    fromMs,
    toMs,
    months,
    savings,
    fit,
    options,
    closures,
    series: [...new Set(meters.map(({ meter }) => meter.series))],
    journal,
    issues: [...issues, ...nothing],
  };
}

/** Sum of stretches, in the unit; undefined when there are none. */
export function spanSum(spans: readonly MeteredSpan[]): number | undefined {
  return spans.length === 0 ? undefined : spans.reduce((sum, { millionths }) => sum + millionths, 0) / 1e6;
}
