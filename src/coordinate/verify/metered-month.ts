import type { CoolingMode, OutsideAir, Site, SiteStep, UpsMode } from "../site/index.ts";
import { counterfactualStep } from "./counterfactual.ts";

/** Length of the steps by which a site is verified. */
export const METERED_STEP_H = 0.25;
export const METERED_STEP_MS = 900_000;

/** What meters and journal say of a quarter of an hour; what nobody metered is undefined, never zero. */
export interface MeteredStep {
  readonly atMs: number;
  /** Local. */
  readonly month: string;
  readonly date: string;
  readonly hour: number;
  /** Import from the grid less what was fed back. */
  readonly gridKwh: number | undefined;
  readonly pvKwh: number | undefined;
  /** Charge less discharge. */
  readonly batteryKwh: number | undefined;
  /** By hall; undefined where one hall is. */
  readonly itKwh: ReadonlyMap<string, number> | undefined;
  readonly waterM3: number | undefined;
  readonly air: OutsideAir | undefined;
  /** Modes that ran, by plant and UPS; undefined where one of them is. */
  readonly cooling: ReadonlyMap<string, CoolingMode> | undefined;
  readonly ups: ReadonlyMap<string, UpsMode> | undefined;
  readonly priceCnyPerKwh: number | undefined;
  readonly carbonKgPerKwh: number | undefined;
  /** A reading was estimated by who sent it, or spread from a counter. */
  readonly estimated: boolean;
}

/** A step of which all energy is metered. */
export interface WholeStep extends MeteredStep {
  readonly gridKwh: number;
  readonly pvKwh: number;
  readonly batteryKwh: number;
  readonly itKwh: ReadonlyMap<string, number>;
}

/** Grid, PV, battery and every hall are metered: only then do ratios of the step mean anything. */
export function isWhole(step: MeteredStep): step is WholeStep {
  return (
    step.gridKwh !== undefined && step.pvKwh !== undefined && step.batteryKwh !== undefined && step.itKwh !== undefined
  );
}

/** An amount of a time without a gap, in millionths of its unit: whole, so that sums are exact. */
export interface MeteredSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly millionths: number;
  readonly estimated: boolean;
}

/**
 * Sums over stretches of steps that follow each other, a new one where a step is missing or begins or ends to be estimated.
 * @param of amount of a step; undefined where it is not known
 */
export function spansOf(steps: readonly MeteredStep[], of: (step: MeteredStep) => number | undefined): MeteredSpan[] {
  const spans: MeteredSpan[] = [];
  for (const step of steps) {
    const amount = of(step);
    if (amount === undefined) continue;
    const millionths = Math.round(amount * 1e6);
    const toMs = step.atMs + METERED_STEP_MS;
    const last = spans.at(-1);
    if (last && last.toMs === step.atMs && last.estimated === step.estimated)
      spans[spans.length - 1] = { ...last, toMs, millionths: last.millionths + millionths };
    else spans.push({ fromMs: step.atMs, toMs, millionths, estimated: step.estimated });
  }
  return spans;
}

const sumOf = (values: Iterable<number>): number => [...values].reduce((total, one) => total + one, 0);

export const itOf = ({ itKwh }: WholeStep): number => sumOf(itKwh.values());

/** What the site used, storage apart: import, less what was fed back, with its own generation. */
export const usedOf = ({ gridKwh, pvKwh, batteryKwh }: WholeStep): number => gridKwh + pvKwh - batteryKwh;

/** What is recorded of a step, by name; in kWh, m³ and h. */
export function amountsOf(site: Site): Readonly<Record<MeteredAmount, (step: MeteredStep) => number | undefined>> {
  const whole =
    (of: (step: WholeStep) => number | undefined) =>
    (step: MeteredStep): number | undefined =>
      isWhole(step) ? of(step) : undefined;
  const hoursIn = (kind: CoolingMode["kind"]) =>
    whole(({ cooling }) => cooling && (mostMechanical(cooling.values()) === kind ? METERED_STEP_H : 0));
  // Where the site's file counts storage losses as the facility's, what goes into a battery is used and what comes out is not.
  const losses = site.measurement.storageLosses === "facility";
  return {
    facility: whole((step) => usedOf(step) + (losses ? step.batteryKwh : 0)),
    it: whole(itOf),
    grid: whole(({ gridKwh }) => Math.max(0, gridKwh)),
    own: whole(({ gridKwh, pvKwh }) => Math.max(0, pvKwh - Math.max(0, -gridKwh))),
    charged: whole(({ batteryKwh }) => Math.max(0, batteryKwh)),
    discharged: whole(({ batteryKwh }) => Math.max(0, -batteryKwh)),
    water: whole(({ waterM3 }) => waterM3),
    free: hoursIn("free"),
    partialFree: hoursIn("partial-free"),
    mechanical: hoursIn("mechanical"),
  };
}

export type MeteredAmount =
  | "facility"
  | "it"
  | "grid"
  | "own"
  | "charged"
  | "discharged"
  | "water"
  | "free"
  | "partialFree"
  | "mechanical";

const EFFORT = ["free", "partial-free", "mechanical"] as const;

/** How the plant cools that leans most on compressors. */
function mostMechanical(modes: Iterable<CoolingMode>): CoolingMode["kind"] {
  return EFFORT[Math.max(0, ...[...modes].map(({ kind }) => EFFORT.indexOf(kind)))] ?? "free";
}

/** A step by the model of the site, kWh: what the levers saved, and what equipment would have used with them standing still. */
export interface ModelledStep {
  readonly plain: number;
  /** All modes as they ran. */
  readonly ran: number;
  readonly savedBy: { readonly cooling: number; readonly ups: number };
  readonly plainCooling: number;
  /** At the inputs of all UPS. */
  readonly plainUps: number;
}

/** Undefined where weather or a mode is not known: nothing can then be compared. */
export function modelledStep(site: Site, step: MeteredStep): ModelledStep | undefined {
  const { air, cooling, ups } = step;
  if (!isWhole(step) || air === undefined || cooling === undefined || ups === undefined) return undefined;
  const conditions = {
    month: Number(step.date.slice(5, 7)),
    hour: step.hour,
    stepH: METERED_STEP_H,
    air,
    itKw: new Map([...step.itKwh].map(([hall, kwh]) => [hall, kwh / METERED_STEP_H])),
  };
  const run = (keptCooling: boolean, keptUps: boolean): SiteStep =>
    counterfactualStep(site, conditions, { cooling, ups }, { cooling: keptCooling, ups: keptUps });
  const plain = run(false, false);
  const saved = (kept: SiteStep): number => METERED_STEP_H * (plain.facilityKw - kept.facilityKw);
  return {
    plain: METERED_STEP_H * plain.facilityKw,
    ran: METERED_STEP_H * run(true, true).facilityKw,
    savedBy: { cooling: saved(run(true, false)), ups: saved(run(false, true)) },
    plainCooling: METERED_STEP_H * plain.coolingKw,
    plainUps: METERED_STEP_H * sumOf(plain.ups.map(({ outputKw, lossKw }) => outputKw + lossKw)),
  };
}
