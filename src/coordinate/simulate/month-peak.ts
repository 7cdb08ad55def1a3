import { modelBuilder } from "../plan/model/linear-model.ts";
import type { Solver } from "../plan/model/solver.ts";
import { type Site, valueOn } from "../site/index.ts";

/**
 * The grid power up to which a month is worth going: a plan of a day cannot weigh a charge for the highest demand of a
 * whole month, so the month is weighed as a whole first, by the load that is usual and the prices of the tariff.
 * @param loadKw what the site is expected to draw without storage
 * @param price  [T] CNY/kWh by hour of the month that is left
 * @param paidKw highest demand of the month so far: up to it a kW costs nothing more
 * @returns kW
 */
export function monthPeakKw(
  site: Site,
  loadKw: readonly number[],
  price: readonly number[],
  paidKw: number,
  useBattery: boolean,
  solver: Solver,
): number {
  const usual = Math.max(...loadKw);
  const { demandChargeCnyPerKw } = site.grid.tariff;
  const [battery] = site.batteries;
  if (!useBattery || !battery || demandChargeCnyPerKw === undefined) return usual;
  const into = valueOn(battery.chargeEfficiency, 1);
  const out = valueOn(battery.dischargeEfficiency, 1);
  const floor = Math.max(battery.lowest * battery.energyKwh, battery.reserveKwh);
  const model = modelBuilder();
  const peak = model.column({
    cost: demandChargeCnyPerKw,
    from: Math.min(paidKw, site.grid.importLimitKw),
    to: site.grid.importLimitKw,
  });
  let before: number | undefined;
  price.forEach((cost, hour) => {
    const load = loadKw[hour % loadKw.length] ?? 0;
    const charge = model.column({ cost, to: battery.powerKw });
    const discharge = model.column({ cost: battery.wearCnyPerKwh - cost, to: battery.powerKw });
    const stored = model.column({ from: floor, to: battery.highest * battery.energyKwh });
    const start = before === undefined ? battery.energyKwh / 2 : 0;
    model.row(`energy of hour ${hour}`, start, start, [
      [stored, 1],
      [charge, -into],
      [discharge, 1 / out],
      ...(before === undefined ? [] : ([[before, -1]] as const)),
    ]);
    model.row(`demand of hour ${hour}`, load, Number.POSITIVE_INFINITY, [
      [peak, 1],
      [charge, -1],
      [discharge, 1],
    ]);
    before = stored;
  });
  const { columns, status } = solver.solve(model.build());
  return status === "optimal" ? (columns[peak] ?? usual) : usual;
}
