import type { BatteryLimits, EnvelopeLimits, GeneratorLimits } from "./limits.ts";
import { type DeviceState, isFresh } from "./state.ts";

/** A power that may be set, and the codes of the limits that changed it. */
export interface Bounded {
  readonly kw: number;
  readonly reasons: readonly string[];
}

interface Interval {
  readonly low: number;
  readonly high: number;
}

const clamp = (kw: number, { low, high }: Interval): number => Math.min(Math.max(kw, low), high);

/** Below a watt a battery counts as resting. */
const REST_KW = 0.001;
const isRest = (kw: number): boolean => Math.abs(kw) < REST_KW;

/**
 * A battery's set-point within its own limits. The stored energy stays in its window for as long as the device keeps the
 * set-point, under the efficiency that reaches the end of the window soonest.
 * @returns reasons ACT-001 (power), ACT-002 (energy, reserve), ACT-005 (ramp), ACT-006 (least time), ACT-007 (not known)
 */
export function batteryWithin(
  wantedKw: number,
  device: DeviceState | undefined,
  own: BatteryLimits,
  now: number,
  { staleAfterS, revertAfterS, stepS }: EnvelopeLimits,
): Bounded {
  const { powerKw, storedKwh } = device ?? {};
  const known = isFresh(powerKw, now, staleAfterS) && isFresh(storedKwh, now, staleAfterS);
  if (!known || !powerKw || !storedKwh || !Number.isFinite(powerKw.value + storedKwh.value))
    return { kw: 0, reasons: wantedKw === 0 ? [] : ["ACT-007"] };
  const rating = { low: -own.dischargeKw, high: own.chargeKw };
  const keptH = revertAfterS / 3600;
  const above = Math.max(storedKwh.value - own.floorKwh, 0);
  const below = Math.max(own.ceilingKwh - storedKwh.value, 0);
  const energy = {
    low: (-above * own.dischargeEfficiency) / keptH,
    high: below / own.chargeEfficiency / keptH,
  };
  const hard = { low: Math.max(rating.low, energy.low), high: Math.min(rating.high, energy.high) };

  const reasons: string[] = [];
  const kept = keptOnOrOff(wantedKw, device, own, now);
  if (kept !== wantedKw) reasons.push("ACT-006");
  const most = own.rampKwPerS * stepS;
  const ramped = clamp(kept, { low: powerKw.value - most, high: powerKw.value + most });
  if (ramped !== kept) reasons.push("ACT-005");
  const kw = clamp(ramped, hard);
  if (clamp(ramped, rating) !== ramped) reasons.push("ACT-001");
  if (clamp(ramped, energy) !== ramped) reasons.push("ACT-002");
  // Rest is what the device does by itself, so going there needs no leave and stays exact.
  return { kw: isRest(kw) ? 0 : kw, reasons };
}

/** Neither switched off before its least time on has passed, nor on before its least time off. */
function keptOnOrOff(wantedKw: number, device: DeviceState | undefined, own: BatteryLimits, now: number): number {
  const present = device?.powerKw?.value ?? 0;
  const heldS = device?.changedAt === undefined ? Number.POSITIVE_INFINITY : (now - device.changedAt) / 1000;
  const isOn = !isRest(device?.setPointKw?.value ?? present);
  if (isOn && isRest(wantedKw) && heldS < own.leastOnS) return present;
  return !isOn && !isRest(wantedKw) && heldS < own.leastOffS ? 0 : wantedKw;
}

/**
 * The most that a generator may give, within its rating and ramp. One whose state is not known is left free: cutting it
 * protects nobody.
 * @returns reasons ACT-001 (rating), ACT-005 (ramp), ACT-007 (not known)
 */
export function generatorWithin(
  wantedKw: number,
  device: DeviceState | undefined,
  own: GeneratorLimits,
  now: number,
  { staleAfterS, stepS }: EnvelopeLimits,
): Bounded {
  const { powerKw } = device ?? {};
  if (!powerKw || !isFresh(powerKw, now, staleAfterS) || !Number.isFinite(powerKw.value))
    return { kw: own.powerKw, reasons: wantedKw === own.powerKw ? [] : ["ACT-007"] };
  const reasons: string[] = [];
  const rated = clamp(wantedKw, { low: 0, high: own.powerKw });
  if (rated !== wantedKw) reasons.push("ACT-001");
  // Generation is negative power; the cut begins from what it gives now.
  const least = Math.min(own.powerKw, Math.max(0, -powerKw.value - own.rampKwPerS * stepS));
  const kw = Math.max(rated, least);
  if (kw !== rated) reasons.push("ACT-005");
  return { kw, reasons };
}
