import type { Issue } from "../../ground/issue/index.ts";
import type { BatteryLimits, DeviceLimits } from "./limits.ts";
import type { AllowedSetPoint } from "./order.ts";
import type { DeviceState, Measured } from "./state.ts";

/** How far readings may be apart from what physics and orders say. */
export interface TrustSettings {
  /** Readings further apart than this are not compared. */
  readonly staleAfterS: number;
  /** After this a device must have followed its set-point. */
  readonly settleS: number;
  /** How long a device is left out after it last did what it should not. */
  readonly distrustS: number;
  /** Of the rating: how far power may lie from its set-point. */
  readonly powerTolerance: number;
  /** Of the capacity: how far stored energy may lie from the energy that flowed. */
  readonly energyTolerance: number;
}

/** Energy that must be found again: what was stored at an instant, and the least and most that has been added since. */
interface EnergyAnchor {
  readonly storedKwh: number;
  readonly leastKwh: number;
  readonly mostKwh: number;
}

/** What is remembered of a device to judge its next reading. */
export interface DeviceTrust {
  readonly anchor?: EnergyAnchor;
  readonly lastPower?: Measured;
  readonly sent?: { readonly setPoint: AllowedSetPoint; readonly at: number };
  /** Left out of plans until then, for this reason. */
  readonly distrustedUntil?: number;
  readonly reason?: Issue;
}

/** Share of the capacity that flows before energy is compared from a new beginning: meters drift apart slowly. */
const ANCHOR_SHARE = 0.25;

/** A meter above its rating by more than this lies. */
const RATING_MARGIN = 1.2;

/**
 * Judges a reading by what is known of the device: power within its rating, stored energy as the power that flowed
 * gives it, and power or mode as it was told. Which of two meters lies is not known, so the device is left out.
 * @issues ACT-022 (energy does not fit power), ACT-023 (impossible value), ACT-024 (does not follow its set-point)
 */
export function judge(
  device: string,
  before: DeviceTrust,
  state: DeviceState,
  own: DeviceLimits,
  now: number,
  settings: TrustSettings,
): DeviceTrust {
  const { anchor, problem } =
    own.kind === "battery"
      ? judgeEnergy(device, before, state, own, settings)
      : { anchor: undefined, problem: undefined };
  const found = problem ?? judgeObedience(device, before, state, own, now, settings);
  const { sent } = before;
  const kept = {
    ...(anchor ? { anchor } : {}),
    ...(state.powerKw ? { lastPower: state.powerKw } : {}),
    ...(sent ? { sent } : {}),
  };
  if (found) return { ...kept, distrustedUntil: now + settings.distrustS * 1000, reason: found };
  const { distrustedUntil, reason } = before;
  return distrustedUntil !== undefined && reason !== undefined && distrustedUntil > now
    ? { ...kept, distrustedUntil, reason }
    : kept;
}

function judgeEnergy(
  device: string,
  before: DeviceTrust,
  { powerKw, storedKwh }: DeviceState,
  own: BatteryLimits,
  { staleAfterS, energyTolerance }: TrustSettings,
): { readonly anchor: EnergyAnchor | undefined; readonly problem: Issue | undefined } {
  const tolerance = energyTolerance * own.capacityKwh;
  const range = (low: number, high: number): string => `${low.toFixed(1)}–${high.toFixed(1)}`;
  if (!powerKw || !storedKwh) return { anchor: undefined, problem: undefined };
  const most = Math.max(own.chargeKw, own.dischargeKw) * RATING_MARGIN;
  if (!(Math.abs(powerKw.value) <= most))
    return {
      anchor: undefined,
      problem: trustIssue("ACT-023", device, `±${most.toFixed(1)} kW`, `${powerKw.value} kW`),
    };
  const inRange = storedKwh.value >= -tolerance && storedKwh.value <= own.capacityKwh + tolerance;
  if (!inRange)
    return {
      anchor: undefined,
      problem: trustIssue("ACT-023", device, `${range(0, own.capacityKwh)} kWh`, `${storedKwh.value} kWh`),
    };
  const fresh = { storedKwh: storedKwh.value, leastKwh: 0, mostKwh: 0 };
  const { anchor, lastPower } = before;
  if (!anchor || !lastPower) return { anchor: fresh, problem: undefined };
  const hours = (powerKw.at - lastPower.at) / 3_600_000;
  if (hours < 0 || hours * 3600 > staleAfterS) return { anchor: fresh, problem: undefined };
  const flowed = ((lastPower.value + powerKw.value) / 2) * hours;
  const next = {
    storedKwh: anchor.storedKwh,
    leastKwh: anchor.leastKwh + (flowed > 0 ? flowed * own.leastChargeEfficiency : flowed / own.dischargeEfficiency),
    mostKwh: anchor.mostKwh + flowed,
  };
  const low = next.storedKwh + next.leastKwh - tolerance;
  const high = next.storedKwh + next.mostKwh + tolerance;
  if (storedKwh.value < low || storedKwh.value > high)
    return {
      anchor: fresh,
      problem: trustIssue("ACT-022", device, `${range(low, high)} kWh`, `${storedKwh.value.toFixed(1)} kWh`),
    };
  const renew = Math.abs(next.mostKwh) > ANCHOR_SHARE * own.capacityKwh;
  return { anchor: renew ? fresh : next, problem: undefined };
}

function judgeObedience(
  device: string,
  { sent }: DeviceTrust,
  state: DeviceState,
  own: DeviceLimits,
  now: number,
  { settleS, powerTolerance }: TrustSettings,
): Issue | undefined {
  // One who has not been told anything, or whose set-point has lapsed by now, is free.
  if (!sent || now < sent.at + settleS * 1000 || now > sent.at + sent.setPoint.revertAfterS * 1000) return undefined;
  const { setPoint } = sent;
  if (setPoint.kind === "mode") {
    const { mode } = state;
    if (!mode || mode.at < sent.at + settleS * 1000) return undefined;
    return mode.mode === setPoint.mode ? undefined : trustIssue("ACT-024", device, setPoint.mode, mode.mode);
  }
  const { powerKw } = state;
  if (!powerKw || powerKw.at < sent.at + settleS * 1000) return undefined;
  const rating =
    own.kind === "battery" ? Math.max(own.chargeKw, own.dischargeKw) : own.kind === "generator" ? own.powerKw : 0;
  const tolerance = rating * powerTolerance;
  const told = setPoint.kind === "power" ? setPoint.powerKw : setPoint.limitKw;
  const does = setPoint.kind === "power" ? powerKw.value : -powerKw.value;
  const off = setPoint.kind === "power" ? Math.abs(does - told) : does - told;
  return off > tolerance ? trustIssue("ACT-024", device, `${told.toFixed(1)} kW`, `${does.toFixed(1)} kW`) : undefined;
}

function trustIssue(code: string, device: string, expected: string, actual: string): Issue {
  return { code, severity: "warning", at: { path: device }, expected, actual, values: { device } };
}

/** What is remembered of the grid's meter. */
export interface GridTrust {
  readonly lastKw?: number;
  /** When the value last changed, and the power of the batteries since: least and most. */
  readonly sameSince?: number;
  readonly leastKw?: number;
  readonly mostKw?: number;
}

/**
 * Whether the grid's meter still measures: one that shows the same value to the last digit while the batteries behind it
 * changed by more than `noticeableKw` is frozen.
 * @issues ACT-025
 */
export function judgeGrid(
  before: GridTrust,
  gridKw: Measured | undefined,
  batteriesKw: number,
  noticeableKw: number,
): { readonly trust: GridTrust; readonly problem?: Issue } {
  if (!gridKw) return { trust: before };
  if (before.lastKw !== gridKw.value || before.leastKw === undefined || before.mostKw === undefined)
    return { trust: { lastKw: gridKw.value, sameSince: gridKw.at, leastKw: batteriesKw, mostKw: batteriesKw } };
  const trust = {
    ...before,
    leastKw: Math.min(before.leastKw, batteriesKw),
    mostKw: Math.max(before.mostKw, batteriesKw),
  };
  if (trust.mostKw - trust.leastKw <= noticeableKw) return { trust };
  const actual = `${gridKw.value} kW since ${new Date(before.sameSince ?? gridKw.at).toISOString()}`;
  const expected = `± ${(trust.mostKw - trust.leastKw).toFixed(1)} kW`;
  return { trust, problem: { code: "ACT-025", severity: "warning", at: { path: "grid" }, expected, actual } };
}
