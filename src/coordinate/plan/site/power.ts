import { type Dispatch, dispatchBattery, SHORTAGE_CNY_PER_KWH } from "./battery-dispatch.ts";
import { itPower, type Modes } from "./modes.ts";
import type { Occupancy } from "./job-run.ts";
import type { Prepared } from "./prepare.ts";

/** Power that is drawn without batteries, kW. */
export interface NetLoad {
  /** [T] the least and the most over the scenarios, PV taken off. */
  readonly leastKw: Float64Array;
  readonly mostKw: Float64Array;
  /** [halls][T] kW at the grid per kW of IT power. */
  readonly gradient: readonly Float64Array[];
  /** [halls][T] litres of water an hour per kW of IT power. */
  readonly waterGradient: readonly Float64Array[];
}

const SLOPE_KW = 100;

/** Load of the site and how it answers to IT power, in given modes. */
export function netLoad(prepared: Prepared, occupancy: Occupancy, modes: Modes): NetLoad {
  const { site, steps, loads, probability } = prepared;
  const leastKw = new Float64Array(steps).fill(Number.POSITIVE_INFINITY);
  const mostKw = new Float64Array(steps).fill(Number.NEGATIVE_INFINITY);
  const gradient = site.halls.map(() => new Float64Array(steps));
  const waterGradient = site.halls.map(() => new Float64Array(steps));
  const it = new Float64Array(site.halls.length);
  for (const [scenario, load] of loads.entries())
    for (let step = 0; step < steps; step++) {
      itPower(prepared, occupancy, scenario, step, it);
      const cooling = (plant: number): number => modes.cooling[plant]?.[step] ?? 0;
      const ups = (index: number): number => modes.ups[index]?.[step] ?? 0;
      const { facilityKw: base, waterLPerH } = load.at(step, it, cooling, ups);
      const price = prepared.priceOf[scenario]?.[step] ?? 0;
      const net = base - (price < 0 ? 0 : (prepared.pvKw[scenario]?.[step] ?? 0));
      leastKw[step] = Math.min(leastKw[step] ?? 0, net);
      mostKw[step] = Math.max(mostKw[step] ?? 0, net);
      for (let hall = 0; hall < gradient.length; hall++) {
        const own = it[hall] ?? 0;
        it[hall] = own + SLOPE_KW;
        const more = load.at(step, it, cooling, ups);
        it[hall] = own;
        const p = (probability[scenario] ?? 0) / SLOPE_KW;
        const [power, water] = [gradient[hall] as Float64Array, waterGradient[hall] as Float64Array];
        power[step] = (power[step] ?? 0) + p * (more.facilityKw - base);
        water[step] = (water[step] ?? 0) + p * (more.waterLPerH - waterLPerH);
      }
    }
  return { leastKw, mostKw, gradient, waterGradient };
}

/** Batteries against a load, with the peak that pays. */
export interface PowerPlan {
  readonly batteryKw: readonly Float64Array[];
  /** [T] what one kWh more of load costs, its part of the peak included. */
  readonly marginal: Float64Array;
}

/** Sweeps over several batteries, each seeing what the others do. */
const SWEEPS = 2;
const PEAK_ROUNDS = 12;
/** How finely the peak is sought. */
const PEAK_STEP_KW = 10;

function dispatchAll(
  prepared: Prepared,
  net: NetLoad,
  capKw: Float64Array,
): { dispatches: Dispatch[]; last: Dispatch } {
  const { batteries, steps, price } = prepared;
  const dispatches: Dispatch[] = [];
  const idle: Dispatch = {
    powerKw: new Float64Array(steps),
    storedKwh: new Float64Array(steps),
    marginal: Float64Array.from(price),
    capValue: new Float64Array(steps),
  };
  let last = idle;
  for (let sweep = 0; sweep < (batteries.length > 1 ? SWEEPS : 1); sweep++)
    for (const [index, battery] of batteries.entries()) {
      const others = (step: number): number =>
        dispatches.reduce((sum, one, other) => sum + (other === index ? 0 : (one.powerKw[step] ?? 0)), 0);
      const shifted = (list: Float64Array): Float64Array =>
        batteries.length > 1 ? list.map((kw, step) => kw + others(step)) : list;
      last = dispatchBattery(prepared, battery, {
        price,
        leastKw: shifted(net.leastKw),
        mostKw: shifted(net.mostKw),
        capKw,
      });
      dispatches[index] = last;
    }
  return { dispatches, last };
}

/**
 * Power of all batteries, and the peak: the cap on the grid is lowered until a kW less would cost more than its charge.
 * @param accepted indices of offers of demand response whose limit is kept
 */
export function planPower(prepared: Prepared, net: NetLoad, accepted: ReadonlySet<number>): PowerPlan {
  const { steps, stepH, limitKw, site, request, weight, batteries } = prepared;
  const hard = Float64Array.from(limitKw);
  for (const index of accepted) {
    const offer = request.offers[index];
    if (offer)
      for (let step = offer.fromStep; step < Math.min(steps, offer.toStep); step++)
        hard[step] = Math.min(hard[step] ?? 0, offer.baselineKw - offer.reductionKw);
  }
  const charge = weight.demand * ((site.grid.tariff.demandChargeCnyPerKw ?? 0) + request.objective.peakCnyPerKw);
  const peaks = Array.from({ length: prepared.months }, () => Number.POSITIVE_INFINITY);
  const cap = (): Float64Array =>
    Float64Array.from(hard, (limit, step) => Math.min(limit, peaks[prepared.monthOf[step] ?? 0] ?? limit));
  const power = batteries.reduce((sum, { battery }) => sum + battery.powerKw, 0);
  if (charge > 0 && power > 0)
    for (let month = 0; month < prepared.months; month++) {
      const inMonth = (step: number): boolean => prepared.monthOf[step] === month;
      const highest = net.mostKw.reduce((most, kw, step) => (inMonth(step) ? Math.max(most, kw) : most), 0);
      const soFar = month === 0 ? request.state.monthPeakKw : 0;
      let low = Math.max(soFar, highest - power, 0);
      let high = Math.max(low, highest + power);
      // The cost is convex in the peak: its energy and wear, its charge, and a shortage where it cannot be kept.
      const costAt = (peak: number): number => {
        peaks[month] = peak;
        const { dispatches } = dispatchAll(prepared, net, cap());
        let cost = charge * Math.max(0, peak - soFar);
        for (const [index, one] of dispatches.entries()) {
          const own = batteries[index];
          const wear = weight.wear * request.objective.wearWeight * (own?.battery.wearCnyPerKwh ?? 0);
          for (let step = 0; step < steps; step++) {
            const kw = one.powerKw[step] ?? 0;
            cost += stepH * (kw * (prepared.price[step] ?? 0) + wear * Math.max(0, -kw));
          }
          cost += SHORTAGE_CNY_PER_KWH * Math.max(0, (own?.endKwh ?? 0) - (one.storedKwh[steps - 1] ?? 0));
        }
        for (let step = 0; step < steps; step++) {
          const kw = dispatches.reduce((sum, one) => sum + (one.powerKw[step] ?? 0), net.mostKw[step] ?? 0);
          if (inMonth(step)) cost += SHORTAGE_CNY_PER_KWH * stepH * Math.max(0, kw - peak - 1);
        }
        return cost;
      };
      // Bisection on whether a little more would cost less; most often the peak so far is right at once.
      const lowerBetter = (peak: number): boolean => costAt(peak) <= costAt(peak + PEAK_STEP_KW);
      if (lowerBetter(low)) high = low;
      for (let round = 0; round < PEAK_ROUNDS && high - low > PEAK_STEP_KW; round++) {
        const middle = (low + high) / 2;
        if (lowerBetter(middle)) high = middle;
        else low = middle;
      }
      peaks[month] = high;
    }
  const { dispatches, last } = dispatchAll(prepared, net, cap());
  const marginal = Float64Array.from(last.marginal);
  addPeak(prepared, net, dispatches, marginal, charge);
  return { batteryKw: dispatches.map((one) => one.powerKw), marginal };
}

/** Where the highest demand of a month has no price in the batteries' answer, its charge lies on its highest steps. */
function addPeak(
  prepared: Prepared,
  net: NetLoad,
  dispatches: readonly Dispatch[],
  marginal: Float64Array,
  charge: number,
): void {
  const { steps, stepH, request, price, months, monthOf } = prepared;
  if (charge <= 0) return;
  const grid = Float64Array.from(
    { length: steps },
    (_, step) => (net.mostKw[step] ?? 0) + dispatches.reduce((sum, one) => sum + (one.powerKw[step] ?? 0), 0),
  );
  for (let month = 0; month < months; month++) {
    const own = [...grid.keys()].filter((step) => monthOf[step] === month);
    const peak = Math.max(...own.map((step) => grid[step] ?? 0));
    // A peak that does not exceed the month's so far costs nothing; what its cap is worth, the batteries have said.
    if (peak <= (month === 0 ? request.state.monthPeakKw : 0) + 1) continue;
    const already = own.reduce((sum, step) => sum + Math.max(0, (marginal[step] ?? 0) - (price[step] ?? 0)) * stepH, 0);
    const top = own.filter((step) => (grid[step] ?? 0) >= peak - 50);
    const rest = Math.max(0, charge - already) / (top.length * stepH);
    for (const step of top) marginal[step] = (marginal[step] ?? 0) + rest;
  }
}
