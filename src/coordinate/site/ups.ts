import { valueOn } from "./curve.ts";
import type { Ups, UpsMode } from "./site.ts";

/**
 * Loss of a UPS in a mode.
 * @param outputKw power to the halls, ≥ 0
 * @returns kW, ≥ 0; no load, no loss: the curve's lowest point holds below it
 */
export function upsLossKw(ups: Ups, mode: UpsMode, outputKw: number): number {
  return outputKw / valueOn(mode.efficiency, outputKw / ups.capacityKw) - outputKw;
}

/** Whether the rule of a mode allows it in a month and local hour at a load; double conversion always is. */
export function upsModeAllowed(ups: Ups, mode: UpsMode, outputKw: number, month: number, hour: number): boolean {
  const share = outputKw / ups.capacityKw;
  return (
    mode.kind === "double-conversion" ||
    (mode.months.includes(month) && mode.hours.includes(hour) && share >= mode.loadAtLeast && share <= mode.loadAtMost)
  );
}

/** The allowed mode with the least loss. */
export function bestUpsMode(ups: Ups, outputKw: number, month: number, hour: number): UpsMode {
  const allowed = ups.modes.filter((mode) => upsModeAllowed(ups, mode, outputKw, month, hour));
  const [best] = allowed.sort((a, b) => upsLossKw(ups, a, outputKw) - upsLossKw(ups, b, outputKw));
  if (!best) throw new Error(`UPS ${ups.id} has no mode that is always allowed`);
  return best;
}
