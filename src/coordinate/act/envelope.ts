import type { Issue } from "../../ground/issue/index.ts";
import { batteryWithin, type Bounded, generatorWithin } from "./device-limits.ts";
import { jobsWithin } from "./job-limits.ts";
import type { BatteryLimits, EnvelopeLimits, ModeLimits } from "./limits.ts";
import type { AllowedJobOrder, AllowedSetPoint, Orders, SetPoint } from "./order.ts";
import { type DeviceState, isFresh, type SiteState } from "./state.ts";

/** What may be sent, and what of the wanted was refused or changed, with the reason. */
export interface Enveloped {
  readonly setPoints: readonly AllowedSetPoint[];
  readonly jobs: readonly AllowedJobOrder[];
  readonly refusals: readonly Issue[];
}

type ModeSetPoint = Extract<SetPoint, { kind: "mode" }>;

/** What a device does when nobody tells it anything: a battery rests, a generator is free, a machine is in its safe mode. */
export function safeSetPoint(device: string, limits: EnvelopeLimits): SetPoint | undefined {
  const own = limits.devices.get(device);
  if (own === undefined) return undefined;
  if (own.kind === "battery") return { kind: "power", device, powerKw: 0 };
  return own.kind === "generator"
    ? { kind: "limit", device, limitKw: own.powerKw }
    : { kind: "mode", device, mode: own.safeMode };
}

/**
 * The safe state, to be sent at once and as it is: it needs no state to be known, and neither ramp nor least time delays it.
 * Jobs need none: whatever waits, waits by a begin time.
 */
export function safeOrders(limits: EnvelopeLimits): AllowedSetPoint[] {
  return [...limits.devices.keys()].flatMap((device) => {
    const safe = safeSetPoint(device, limits);
    return safe ? [{ ...safe, revertAfterS: limits.revertAfterS }] : [];
  });
}

const KIND = { battery: "power", generator: "limit", modes: "mode" } as const;

/**
 * Wanted orders → orders that may be sent. Every limit holds for as long as a device would keep the set-point by itself
 * (`revertAfterS`), so that a silent controller leaves nothing outside. Order of precedence: state known → hard limits →
 * least time on and off → ramp; a later one yields to an earlier one. A device whose state is not known gets its safe
 * value, one that nothing is wanted of gets nothing.
 * @issues ACT-001 … ACT-011 (set-points), ACT-012 … ACT-017 (jobs)
 */
export function withinEnvelope(wanted: Orders, state: SiteState, limits: EnvelopeLimits): Enveloped {
  const refusals: Issue[] = [];
  const asked = new Map<string, SetPoint>();
  for (const setPoint of wanted.setPoints) {
    const problem = mistakeIn(setPoint, limits, asked);
    if (problem) refusals.push(problem);
    else asked.set(setPoint.device, setPoint);
  }
  const allowed: SetPoint[] = [];
  const batteries: { readonly device: string; readonly wantedKw: number; readonly limits: BatteryLimits }[] = [];
  for (const setPoint of asked.values()) {
    const own = limits.devices.get(setPoint.device);
    const device = state.devices.get(setPoint.device);
    if (setPoint.kind === "power" && own?.kind === "battery")
      batteries.push({ device: setPoint.device, wantedKw: setPoint.powerKw, limits: own });
    else if (setPoint.kind === "limit" && own?.kind === "generator") {
      const bounded = generatorWithin(setPoint.limitKw, device, own, state.at, limits);
      refusals.push(...changed(setPoint.device, setPoint.limitKw, bounded));
      allowed.push({ ...setPoint, limitKw: bounded.kw });
    } else if (setPoint.kind === "mode" && own?.kind === "modes") {
      const { mode, refusal } = modeWithin(setPoint, device, own, state.at, limits);
      if (refusal) refusals.push(refusal);
      allowed.push({ ...setPoint, mode });
    }
  }
  for (const { device, bounded, wantedKw } of batteriesWithin(batteries, state, limits)) {
    refusals.push(...changed(device, wantedKw, bounded));
    allowed.push({ kind: "power", device, powerKw: bounded.kw });
  }
  const jobs = jobsWithin(wanted.jobs, state, limits);
  return {
    setPoints: allowed.map((setPoint) => ({ ...setPoint, revertAfterS: limits.revertAfterS })),
    jobs: jobs.allowed,
    refusals: [...refusals, ...jobs.refusals],
  };
}

function mistakeIn(
  setPoint: SetPoint,
  limits: EnvelopeLimits,
  asked: ReadonlyMap<string, SetPoint>,
): Issue | undefined {
  const at = { path: setPoint.device };
  const own = limits.devices.get(setPoint.device);
  const known = [...limits.devices.keys()].join(", ");
  if (own === undefined) return { code: "ACT-008", severity: "error", at, expected: known, actual: setPoint.device };
  if (KIND[own.kind] !== setPoint.kind)
    return { code: "ACT-009", severity: "error", at, expected: KIND[own.kind], actual: setPoint.kind };
  if (asked.has(setPoint.device)) return { code: "ACT-011", severity: "error", at, actual: setPoint.device };
  const number = setPoint.kind === "power" ? setPoint.powerKw : setPoint.kind === "limit" ? setPoint.limitKw : 0;
  return Number.isFinite(number)
    ? undefined
    : { code: "ACT-009", severity: "error", at, expected: "kW", actual: String(number) };
}

function changed(device: string, wantedKw: number, { kw, reasons }: Bounded): Issue[] {
  return reasons.map((code) => ({
    code,
    severity: "warning",
    at: { path: device },
    expected: kw.toFixed(1),
    actual: wantedKw.toFixed(1),
    values: { device },
  }));
}

/**
 * Batteries each within their own limits, then together within the grid's: what is charged above the room that the rest
 * of the site leaves is taken from all that charge in proportion, and likewise for feeding back.
 */
function batteriesWithin(
  batteries: readonly { readonly device: string; readonly wantedKw: number; readonly limits: BatteryLimits }[],
  state: SiteState,
  limits: EnvelopeLimits,
): { readonly device: string; readonly wantedKw: number; readonly bounded: Bounded }[] {
  const fresh = isFresh(state.gridKw, state.at, limits.staleAfterS);
  const bounded = batteries.map((one) => ({
    ...one,
    bounded: fresh
      ? batteryWithin(one.wantedKw, state.devices.get(one.device), one.limits, state.at, limits)
      : ({ kw: 0, reasons: ["ACT-007"] } satisfies Bounded),
  }));
  const others = othersKw(state, limits);
  const asked = new Set(batteries.map(({ device }) => device));
  // A battery that nothing is asked of may fall back to rest, or go on as it is: the worse of both counts.
  const silent = [...limits.devices]
    .filter(([device, own]) => own.kind === "battery" && !asked.has(device))
    .map(([device]) => state.devices.get(device)?.powerKw?.value ?? 0);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
  const room = limits.importLimitKw - others - sum(silent.map((kw) => Math.max(kw, 0)));
  const back = limits.exportLimitKw + others + sum(silent.map((kw) => Math.min(kw, 0)));
  const charging = sum(bounded.map((one) => Math.max(one.bounded.kw, 0)));
  const discharging = sum(bounded.map((one) => Math.max(-one.bounded.kw, 0)));
  const up = charging > Math.max(room, 0) ? Math.max(room, 0) / charging : 1;
  const down = discharging > Math.max(back, 0) ? Math.max(back, 0) / discharging : 1;
  return bounded.map((one) => {
    const { kw, reasons } = one.bounded;
    if (kw > 0 && up < 1) return { ...one, bounded: { kw: kw * up, reasons: [...reasons, "ACT-003"] } };
    if (kw < 0 && down < 1) return { ...one, bounded: { kw: kw * down, reasons: [...reasons, "ACT-004"] } };
    return one;
  });
}

/** What the site draws without its batteries, kW. */
function othersKw(state: SiteState, limits: EnvelopeLimits): number {
  let kw = state.gridKw?.value ?? 0;
  for (const [device, own] of limits.devices)
    if (own.kind === "battery") kw -= state.devices.get(device)?.powerKw?.value ?? 0;
  return kw;
}

/** A mode that is known, allowed under present conditions and not changed too soon; else the present or the safe one. */
function modeWithin(
  setPoint: ModeSetPoint,
  device: DeviceState | undefined,
  own: ModeLimits,
  now: number,
  { staleAfterS }: EnvelopeLimits,
): { readonly mode: string; readonly refusal?: Issue } {
  const refuse = (code: string, mode: string): { mode: string; refusal: Issue } => ({
    mode,
    refusal: {
      code,
      severity: "warning",
      at: { path: setPoint.device },
      expected: mode,
      actual: setPoint.mode,
      values: { device: setPoint.device },
    },
  });
  if (!own.modes.includes(setPoint.mode)) return refuse("ACT-010", own.safeMode);
  if (setPoint.mode === own.safeMode) return { mode: own.safeMode };
  if (!device?.mode || !isFresh(device.mode, now, staleAfterS)) return refuse("ACT-007", own.safeMode);
  if (!device.allowedModes?.includes(setPoint.mode)) return refuse("ACT-010", own.safeMode);
  if (setPoint.mode === device.mode.mode) return { mode: setPoint.mode };
  const heldS = device.changedAt === undefined ? 0 : (now - device.changedAt) / 1000;
  if (heldS >= own.dwellS) return { mode: setPoint.mode };
  const stays = device.mode.mode === own.safeMode || device.allowedModes.includes(device.mode.mode);
  return refuse("ACT-006", stays ? device.mode.mode : own.safeMode);
}
