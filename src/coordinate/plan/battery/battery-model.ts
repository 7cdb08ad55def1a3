import { type LinearModel, modelBuilder } from "../model/linear-model.ts";
import type { Battery } from "./battery.ts";

/**
 * The battery as a linear model: charge, discharge and stored energy of every hour; where a price is negative, a whole
 * number keeps charge and discharge apart (a linear model would burn energy for money).
 * @param price  [T] per MWh at the meter
 * @returns      columns in threes: charge MW, discharge MW, MWh stored at the end of the hour; then the whole numbers
 */
export function batteryModel(battery: Battery, price: ArrayLike<number>): LinearModel {
  const { powerMw, energyMwh, oneWayEfficiency, startMwh } = battery;
  const model = modelBuilder();
  for (let hour = 0; hour < price.length; hour++) {
    const cost = price[hour] ?? 0;
    model.column({ cost, to: powerMw });
    model.column({ cost: -cost, to: powerMw });
    model.column({ from: hour === price.length - 1 ? startMwh : 0, to: energyMwh });
  }
  for (let hour = 0; hour < price.length; hour++) {
    const [charge, discharge, stored] = [3 * hour, 3 * hour + 1, 3 * hour + 2];
    const balance: [number, number][] = [
      [stored, 1],
      [charge, -oneWayEfficiency],
      [discharge, 1 / oneWayEfficiency],
    ];
    if (hour > 0) balance.push([stored - 3, -1]);
    const before = hour === 0 ? startMwh : 0;
    model.row(`balance of hour ${hour}`, before, before, balance);
    if ((price[hour] ?? 0) >= 0) continue;
    const charging = model.column({ to: 1, whole: true });
    model.row(`hour ${hour} charges`, Number.NEGATIVE_INFINITY, 0, [
      [charge, 1],
      [charging, -powerMw],
    ]);
    model.row(`hour ${hour} discharges`, Number.NEGATIVE_INFINITY, powerMw, [
      [discharge, 1],
      [charging, powerMw],
    ]);
  }
  return model.build();
}
