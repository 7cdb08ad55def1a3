import { type Battery, costOfChange } from "./battery.ts";

/**
 * Decides one hour of a battery.
 * @param hour       index into the series; the value of this hour and all before it are known, none after it
 * @param chargeMwh  MWh in the cells at its start
 * @returns          MWh wanted at its end
 */
export type BatteryPolicy = (hour: number, chargeMwh: number) => number;

/** What a policy earned over a range of hours. */
export interface Captured {
  /** Price unit × MWh saved against leaving the battery alone; charge missing at the end is bought at the mean price. */
  readonly saving: number;
  /** [hours] MWh at the end of each hour. */
  readonly chargeMwh: readonly number[];
  readonly replans: number;
}

/**
 * Runs a policy hour by hour over known values; each decision is held to what the battery can do.
 * @param price  [T] per MWh; `from` ≤ hours < `to` are lived through
 * @source       coordination benchmark
 */
export function runPolicy(
  battery: Battery,
  price: Float64Array,
  from: number,
  to: number,
  policy: BatteryPolicy,
): Captured {
  const gain = battery.powerMw * battery.oneWayEfficiency;
  const drop = battery.powerMw / battery.oneWayEfficiency;
  const chargeMwh: number[] = [];
  let charge = battery.startMwh;
  let cost = 0;
  let total = 0;
  for (let hour = from; hour < to; hour++) {
    const wanted = policy(hour, charge);
    const next = Math.min(battery.energyMwh, charge + gain, Math.max(0, charge - drop, wanted));
    cost += costOfChange(battery, next - charge, price[hour] ?? 0);
    total += price[hour] ?? 0;
    charge = next;
    chargeMwh.push(charge);
  }
  const owed = Math.max(0, battery.startMwh - charge);
  if (to > from) cost += costOfChange(battery, owed, total / (to - from));
  return { saving: 0 - cost, chargeMwh, replans: to - from };
}
