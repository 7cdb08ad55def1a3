import { type Battery, hourlyDropMwh, hourlyGainMwh } from "./battery.ts";

/** Bands into which the learned value of stored energy divides the battery. */
export const BANDS = 6;

/**
 * Worth of a MWh in the middle of each band when a forecast is certain: what the linear model's dual prices would be.
 * Hours of negative price charge only. Fast, for features; `hourBack` is the exact rule.
 */
export function bandedValueOfForecast(
  battery: Battery,
  foreseen: ArrayLike<number>,
  hours: number,
  endWorth: number,
  out: Float64Array,
): void {
  const gain = hourlyGainMwh(battery);
  const drop = hourlyDropMwh(battery);
  const efficiency = battery.oneWayEfficiency;
  const full = battery.energyMwh;
  let widths: number[] = [full / 2, full / 2];
  let worths: number[] = [endWorth / efficiency, endWorth * efficiency];
  for (let hour = hours - 1; hour >= 0; hour--) {
    const price = foreseen[hour] ?? 0;
    const buy = price / efficiency;
    const sell = price >= 0 ? price * efficiency : Number.NEGATIVE_INFINITY;
    const nextWidths: number[] = [];
    const nextWorths: number[] = [];
    let position = -gain;
    let band = 0;
    for (let stage = 0; stage < 3; stage++) {
      const limit = stage === 0 ? buy : stage === 1 ? sell : Number.NEGATIVE_INFINITY;
      for (;;) {
        let width: number;
        let worth: number;
        let closing = false;
        if (band < worths.length && ((worths[band] as number) > limit || stage === 2)) {
          width = widths[band] as number;
          worth = worths[band] as number;
          band++;
        } else if (stage < 2) {
          closing = true;
          width = stage === 0 ? gain : sell === Number.NEGATIVE_INFINITY ? 0 : drop;
          worth = limit;
        } else break;
        const from = position > 0 ? position : 0;
        position += width;
        const to = position < full ? position : full;
        if (to - from > 1e-7) {
          nextWidths.push(to - from);
          nextWorths.push(worth);
        }
        if (closing) break;
      }
    }
    widths = nextWidths;
    worths = nextWorths;
  }
  let band = 0;
  let end = widths[0] ?? full;
  for (let j = 0; j < BANDS; j++) {
    const middle = ((j + 0.5) * full) / BANDS;
    while (end < middle && band + 1 < widths.length) {
      band++;
      end += widths[band] as number;
    }
    out[j] = worths[band] ?? 0;
  }
}

/**
 * What the policy "act on `believed`" really makes of a MWh before an hour, when `real` is what it makes of it after.
 * @param believed  [BANDS] descending worth by which the hour's decision is taken
 * @param real      [BANDS] worth after the hour
 * @param out       [BANDS] worth before the hour
 */
export function realWorthBefore(
  battery: Battery,
  price: number,
  believed: Float64Array,
  real: Float64Array,
  out: Float64Array,
): void {
  const width = battery.energyMwh / BANDS;
  const gain = hourlyGainMwh(battery);
  const drop = hourlyDropMwh(battery);
  const buy = price / battery.oneWayEfficiency;
  const sell = price * battery.oneWayEfficiency;
  let chargeTo = 0;
  let sellTo = 0;
  for (let j = 0; j < BANDS; j++) {
    if ((believed[j] as number) > buy) chargeTo = (j + 1) * width;
    if ((believed[j] as number) > sell) sellTo = (j + 1) * width;
  }
  if (price < 0) sellTo = battery.energyMwh;
  const worthAt = (charge: number): number => {
    const x = Math.min(BANDS - 1, Math.max(0, charge / width - 0.5));
    const low = Math.floor(x);
    const share = x - low;
    return (real[low] as number) * (1 - share) + (real[Math.min(BANDS - 1, low + 1)] as number) * share;
  };
  for (let j = 0; j < BANDS; j++) {
    const charge = (j + 0.5) * width;
    if (charge < chargeTo) out[j] = charge + gain < chargeTo ? worthAt(charge + gain) : buy;
    else if (charge <= sellTo) out[j] = worthAt(charge);
    else out[j] = charge - drop > sellTo ? worthAt(charge - drop) : sell;
  }
}
