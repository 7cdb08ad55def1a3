/** A battery as the planner sees it. Charge is positive; energy is what lies in the cells, power is at the meter. */
export interface Battery {
  /** MW at the meter, both ways. */
  readonly powerMw: number;
  /** MWh in the cells when full. */
  readonly energyMwh: number;
  /** MWh stored per MWh bought, and MWh sold per MWh taken from the cells; in (0, 1]. */
  readonly oneWayEfficiency: number;
  /** MWh in the cells at the start, and owed at the end. */
  readonly startMwh: number;
}

/** The battery of the benchmark: 18 MW, 36 MWh, 0.9 there and back, half full. */
export const BENCHMARK_BATTERY: Battery = {
  powerMw: 18,
  energyMwh: 36,
  oneWayEfficiency: Math.sqrt(0.9),
  startMwh: 18,
};

/** Most MWh that an hour adds to the cells. */
export function hourlyGainMwh(battery: Battery): number {
  return battery.powerMw * battery.oneWayEfficiency;
}

/** Most MWh that an hour takes from the cells. */
export function hourlyDropMwh(battery: Battery): number {
  return battery.powerMw / battery.oneWayEfficiency;
}

/**
 * What a change of charge costs in one hour.
 * @param changeMwh  MWh in the cells, positive = charged
 * @param price      per MWh at the meter
 * @returns          cost; negative = earned
 */
export function costOfChange(battery: Battery, changeMwh: number, price: number): number {
  const bought = changeMwh > 0 ? changeMwh / battery.oneWayEfficiency : changeMwh * battery.oneWayEfficiency;
  return bought * price;
}
