import { type Battery, hourlyDropMwh, hourlyGainMwh } from "./battery.ts";

/**
 * What stored energy is worth, by bands of charge from empty to full: band `i` is `widthMwh[i]` wide and a MWh in it is worth
 * `marginal[i]`. Only differences matter, so the worth of an empty battery is left out. Concave when the marginals descend.
 */
export interface StoredValue {
  readonly widthMwh: readonly number[];
  readonly marginal: readonly number[];
}

/** Worth of what is stored at the end of a horizon: what lies below the start charge is owed at `shortagePrice`, more earns nothing. */
export function endValue(battery: Battery, shortagePrice: number): StoredValue {
  return {
    widthMwh: [battery.startMwh, battery.energyMwh - battery.startMwh],
    marginal: [shortagePrice / battery.oneWayEfficiency, 0],
  };
}

/** Narrower bands are rounding, MWh. */
const NARROW_MWH = 1e-7;

function isConcave(marginal: readonly number[]): boolean {
  for (let i = 1; i < marginal.length; i++) if ((marginal[i] ?? 0) > (marginal[i - 1] ?? 0)) return false;
  return true;
}

/**
 * One hour back when the value is concave and the price not negative. Then charging and discharging never pay together,
 * the hour is two offers (buy, sell) beside the bands, and the value an hour earlier is the merge of all by their price.
 */
function concaveHourBack(battery: Battery, next: StoredValue, price: number): StoredValue {
  const gain = hourlyGainMwh(battery);
  const buy = price / battery.oneWayEfficiency;
  const sell = price * battery.oneWayEfficiency;
  const widthMwh: number[] = [];
  const marginal: number[] = [];
  // Merged offers begin at a charge of −gain (all of it bought) and are cut to [0, full].
  let position = -gain;
  const offer = (width: number, worth: number): void => {
    const from = position > 0 ? position : 0;
    position += width;
    const to = position < battery.energyMwh ? position : battery.energyMwh;
    if (to - from < NARROW_MWH) return;
    const last = marginal.length - 1;
    if (last >= 0 && marginal[last] === worth) widthMwh[last] = (widthMwh[last] ?? 0) + to - from;
    else {
      widthMwh.push(to - from);
      marginal.push(worth);
    }
  };
  const bands = next.marginal.length;
  let band = 0;
  for (; band < bands && (next.marginal[band] ?? 0) > buy; band++)
    offer(next.widthMwh[band] ?? 0, next.marginal[band] ?? 0);
  offer(gain, buy);
  for (; band < bands && (next.marginal[band] ?? 0) > sell; band++)
    offer(next.widthMwh[band] ?? 0, next.marginal[band] ?? 0);
  offer(hourlyDropMwh(battery), sell);
  for (; band < bands; band++) offer(next.widthMwh[band] ?? 0, next.marginal[band] ?? 0);
  return { widthMwh, marginal };
}

/** A piecewise linear function by its corners. */
interface Corners {
  readonly at: readonly number[];
  readonly value: readonly number[];
}

function cornersOf(stored: StoredValue): Corners {
  const at = [0];
  const value = [0];
  for (let band = 0; band < stored.widthMwh.length; band++) {
    const width = stored.widthMwh[band] ?? 0;
    at.push((at[band] ?? 0) + width);
    value.push((value[band] ?? 0) + width * (stored.marginal[band] ?? 0));
  }
  return { at, value };
}

/** Corners back into bands; slopes that differ by rounding alone become one. */
function bandsOf({ at, value }: Corners): StoredValue {
  const widthMwh: number[] = [];
  const marginal: number[] = [];
  for (let i = 1; i < at.length; i++) {
    const width = (at[i] ?? 0) - (at[i - 1] ?? 0);
    if (width < NARROW_MWH) continue;
    const slope = ((value[i] ?? 0) - (value[i - 1] ?? 0)) / width;
    const last = marginal.length - 1;
    const before = marginal[last] ?? 0;
    const before0 = widthMwh[last] ?? 0;
    const noise = 1e-6 * (1 + Math.abs(before)) + 1e-8 / Math.min(width, before0);
    if (last >= 0 && Math.abs(slope - before) <= noise) {
      marginal[last] = (before * before0 + slope * width) / (before0 + width);
      widthMwh[last] = before0 + width;
    } else {
      widthMwh.push(width);
      marginal.push(slope);
    }
  }
  return { widthMwh, marginal };
}

function cornerValue({ at, value }: Corners, x: number): number {
  let low = 0;
  let high = at.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((at[middle] ?? 0) <= x) low = middle;
    else high = middle;
  }
  const [a, b] = [at[low] ?? 0, at[high] ?? 0];
  const [u, v] = [value[low] ?? 0, value[high] ?? 0];
  return b === a ? u : u + ((v - u) * (x - a)) / (b - a);
}

/** Maximum of `next − slope·charge` reachable from each charge by moving up to `reach` MWh upward (or downward), as a function again. */
function bestWithin(next: Corners, slope: number, reach: number, upward: boolean, full: number): Corners {
  const tilted = { at: next.at, value: next.value.map((v, i) => v - slope * (next.at[i] ?? 0)) };
  const step = upward ? reach : -reach;
  const peaks: { at: number; value: number }[] = [];
  for (let i = 0; i < tilted.at.length; i++) {
    const here = tilted.value[i] ?? 0;
    const left = tilted.value[i - 1] ?? Number.NEGATIVE_INFINITY;
    const right = tilted.value[i + 1] ?? Number.NEGATIVE_INFINITY;
    if (here >= left && here >= right) peaks.push({ at: tilted.at[i] ?? 0, value: here });
  }
  const cuts = [...tilted.at, ...tilted.at.map((x) => x - step)]
    .filter((x) => x >= 0 && x <= full)
    .sort((a, b) => a - b);
  const at: number[] = [];
  const value: number[] = [];
  const push = (x: number, v: number): void => {
    at.push(x);
    value.push(v);
  };
  for (let i = 0; i + 1 < cuts.length; i++) {
    const [a, b] = [cuts[i] ?? 0, cuts[i + 1] ?? 0];
    if (b - a < 1e-9) continue;
    const middle = (a + b) / 2;
    const [low, high] = upward ? [middle, middle + reach] : [middle - reach, middle];
    let peak = Number.NEGATIVE_INFINITY;
    for (const one of peaks) if (one.at >= low && one.at <= high) peak = Math.max(peak, one.value);
    const lines: [number, number][] = [[cornerValue(tilted, a), cornerValue(tilted, b)]];
    if (middle + step >= 0 && middle + step <= full)
      lines.push([cornerValue(tilted, a + step), cornerValue(tilted, b + step)]);
    if (peak > Number.NEGATIVE_INFINITY) lines.push([peak, peak]);
    for (const [x, v] of upperLines(a, b, lines)) push(x, v + slope * x);
  }
  return { at, value };
}

/** Corner points of the highest of some lines over [a, b], each line given by its two ends. */
function upperLines(a: number, b: number, lines: readonly [number, number][]): [number, number][] {
  const shares = [0, 1];
  for (let i = 0; i < lines.length; i++) {
    for (let j = i + 1; j < lines.length; j++) {
      const [[a0, a1], [b0, b1]] = [lines[i] ?? [0, 0], lines[j] ?? [0, 0]];
      const [left, right] = [a0 - b0, a1 - b1];
      if (left * right < 0) shares.push(left / (left - right));
    }
  }
  return shares
    .sort((x, y) => x - y)
    .map((share) => [a + share * (b - a), Math.max(...lines.map(([u, v]) => u + share * (v - u)))]);
}

function highest(one: Corners, other: Corners): Corners {
  const cuts = [...one.at, ...other.at].sort((a, b) => a - b);
  const at: number[] = [];
  const value: number[] = [];
  for (let i = 0; i + 1 < cuts.length; i++) {
    const [a, b] = [cuts[i] ?? 0, cuts[i + 1] ?? 0];
    if (b - a < 1e-9) continue;
    const lines: [number, number][] = [
      [cornerValue(one, a), cornerValue(one, b)],
      [cornerValue(other, a), cornerValue(other, b)],
    ];
    for (const [x, v] of upperLines(a, b, lines)) {
      at.push(x);
      value.push(v);
    }
  }
  return { at, value };
}

/** One hour back for any value and any price; an hour charges or discharges, never both. */
function generalHourBack(battery: Battery, next: StoredValue, price: number): StoredValue {
  const { oneWayEfficiency, energyMwh } = battery;
  const corners = cornersOf(next);
  const charging = bestWithin(corners, price / oneWayEfficiency, hourlyGainMwh(battery), true, energyMwh);
  const discharging = bestWithin(corners, price * oneWayEfficiency, hourlyDropMwh(battery), false, energyMwh);
  return bandsOf(highest(charging, discharging));
}

/**
 * The value of stored energy one hour earlier, when that hour's price is known: exact, whatever the sign of the price.
 * @param next   value at the end of the hour
 * @param price  per MWh at the meter
 * @returns      value at the start of the hour
 * @source       own method, docs/guides/battery-benchmark.md; equal to the linear model by tests/oracle/battery
 */
export function hourBack(battery: Battery, next: StoredValue, price: number): StoredValue {
  return price >= 0 && isConcave(next.marginal)
    ? concaveHourBack(battery, next, price)
    : generalHourBack(battery, next, price);
}

/**
 * The best charge at the end of an hour whose price is known.
 * @param next       value at the end of the hour
 * @param chargeMwh  charge at its start
 * @returns          MWh at the end of the hour; when ways are equally good, the one that moves least
 */
export function bestCharge(battery: Battery, next: StoredValue, price: number, chargeMwh: number): number {
  const { at, value } = cornersOf(next);
  const lowest = Math.max(0, chargeMwh - hourlyDropMwh(battery));
  const highestReach = Math.min(battery.energyMwh, chargeMwh + hourlyGainMwh(battery));
  const buy = price / battery.oneWayEfficiency;
  const sell = price * battery.oneWayEfficiency;
  const here = cornerValue({ at, value }, chargeMwh);
  let best = chargeMwh;
  let bestWorth = 1e-9;
  const weigh = (to: number, worthThere: number): void => {
    const worth = worthThere - here - (to - chargeMwh) * (to > chargeMwh ? buy : sell);
    if (worth > bestWorth) {
      bestWorth = worth;
      best = to;
    }
  };
  weigh(lowest, cornerValue({ at, value }, lowest));
  weigh(highestReach, cornerValue({ at, value }, highestReach));
  for (let i = 0; i < at.length; i++) {
    const corner = at[i] ?? 0;
    if (corner > lowest && corner < highestReach) weigh(corner, value[i] ?? 0);
  }
  return best;
}
