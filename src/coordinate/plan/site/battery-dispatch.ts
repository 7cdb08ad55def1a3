import { valueOn } from "../../site/index.ts";
import type { BatteryPlan, Prepared } from "./prepare.ts";

/** A step's market as a battery sees it. All lists have one value a step. */
export interface Market {
  /** CNY per kWh at the meter. */
  readonly price: Float64Array;
  /** Power drawn without this battery, kW: the least and the most over the scenarios. */
  readonly leastKw: Float64Array;
  readonly mostKw: Float64Array;
  /** Most that may be drawn, kW. */
  readonly capKw: Float64Array;
}

export interface Dispatch {
  /** [T] at the meter, + charges, kW. */
  readonly powerKw: Float64Array;
  /** [T] cells at the end of each step, kWh. */
  readonly storedKwh: Float64Array;
  /** [T] what one kWh more of load would cost in each step, CNY. */
  readonly marginal: Float64Array;
  /** [T] the part of it that a higher cap would save, CNY/kWh; 0 where the cap does not bind. */
  readonly capValue: Float64Array;
}

/** What a missing kWh counts: more than any price, so that a limit is only left when nothing keeps it. */
export const SHORTAGE_CNY_PER_KWH = 100;
const NARROW_KWH = 1e-6;

/** Marginal worth of stored energy in bands from the floor up: descending. */
interface Worth {
  readonly width: number[];
  readonly worth: number[];
}

interface StepOffer {
  /** kWh in the cells that may be added, may be taken, and must be taken. */
  readonly gain: number;
  readonly drop: number;
  readonly forced: number;
  /** Efficiencies at the most power that the step allows. */
  readonly charging: number;
  readonly discharging: number;
  readonly buy: number;
  readonly sell: number;
}

function stepBack(next: Worth, offer: StepOffer, floor: number, ceiling: number): Worth {
  const { gain, drop, forced, buy, sell } = offer;
  const width: number[] = [];
  const worth: number[] = [];
  let position = floor - gain + forced;
  const add = (wide: number, value: number): void => {
    const from = position > floor ? position : floor;
    position += wide;
    const to = position < ceiling ? position : ceiling;
    if (to - from < NARROW_KWH) return;
    const last = worth.length - 1;
    if (last >= 0 && worth[last] === value) width[last] = (width[last] ?? 0) + to - from;
    else {
      width.push(to - from);
      worth.push(value);
    }
  };
  if (position > floor) {
    // So little is stored that the cap cannot be kept: every kWh of it counts as a shortage.
    width.push(position - floor);
    worth.push(SHORTAGE_CNY_PER_KWH);
  }
  let band = 0;
  for (; band < next.worth.length && (next.worth[band] ?? 0) > buy; band++)
    add(next.width[band] ?? 0, next.worth[band] ?? 0);
  add(gain, buy);
  for (; band < next.worth.length && (next.worth[band] ?? 0) > sell; band++)
    add(next.width[band] ?? 0, next.worth[band] ?? 0);
  add(Math.max(0, drop - forced), sell);
  for (; band < next.worth.length; band++) add(next.width[band] ?? 0, next.worth[band] ?? 0);
  return { width, worth };
}

/** Stored energy below which a kWh more is worth more than a value. */
function levelAt({ width, worth }: Worth, floor: number, value: number, orEqual: boolean): number {
  let position = floor;
  for (let band = 0; band < worth.length; band++) {
    const here = worth[band] ?? 0;
    if (orEqual ? here < value : here <= value) break;
    position += width[band] ?? 0;
  }
  return position;
}

/** Power at the meter that changes the cells by so much in a step, with the efficiency that the power itself has. */
export function powerForChange(plan: BatteryPlan, changeKwh: number, stepH: number): number {
  const { battery } = plan;
  const cells = Math.abs(changeKwh) / stepH;
  if (cells === 0) return 0;
  let power = cells;
  for (let round = 0; round < 30; round++) {
    const curve = changeKwh > 0 ? battery.chargeEfficiency : battery.dischargeEfficiency;
    const efficiency = valueOn(curve, power / battery.powerKw);
    const next = changeKwh > 0 ? cells / efficiency : cells * efficiency;
    if (Math.abs(next - power) < 1e-9 * battery.powerKw) break;
    power = next;
  }
  return changeKwh > 0 ? power : -power;
}

/** Change of the cells in a step at a power at the meter, kWh. */
export function changeOfPower(plan: BatteryPlan, powerKw: number, stepH: number): number {
  const { battery } = plan;
  const share = Math.abs(powerKw) / battery.powerKw;
  return powerKw >= 0
    ? powerKw * valueOn(battery.chargeEfficiency, share) * stepH
    : (powerKw / valueOn(battery.dischargeEfficiency, share)) * stepH;
}

/**
 * The cheapest use of one battery against a price, with the power that is drawn between 0 and a cap: an exact recursion
 * of the worth of stored energy, a merge of offers in every step. The recursion takes the efficiency at the most power that a
 * step allows, so that what it counts on can be reached; the answer is carried out with the curve. In a step of negative price nothing is discharged.
 * @source own method: the merge of offers by worth that bestSchedule uses, with caps
 */
export function dispatchBattery(
  prepared: Pick<Prepared, "steps" | "stepH" | "weight" | "request">,
  plan: BatteryPlan,
  market: Market,
): Dispatch {
  const { steps, stepH } = prepared;
  const { battery, floorKwh: floor, ceilingKwh: ceiling } = plan;
  const wear = prepared.weight.wear * prepared.request.objective.wearWeight * battery.wearCnyPerKwh;
  const offers: StepOffer[] = [];
  const values: Worth[] = [];
  let value: Worth = {
    width: [plan.endKwh - floor, ceiling - plan.endKwh],
    worth: [SHORTAGE_CNY_PER_KWH, 0],
  };
  for (let step = steps - 1; step >= 0; step--) {
    values[step] = value;
    const price = market.price[step] ?? 0;
    const power = plan.powerKw[step] ?? 0;
    const room = (market.capKw[step] ?? 0) - (market.mostKw[step] ?? 0);
    const most = price < 0 ? 0 : Math.min(power, Math.max(0, market.leastKw[step] ?? 0));
    const forced = Math.min(power, Math.max(0, -room));
    const [inKw, outKw] = [Math.min(power, Math.max(0, room)), Math.max(most, forced)];
    const [charging, discharging] = [
      valueOn(battery.chargeEfficiency, inKw / battery.powerKw),
      valueOn(battery.dischargeEfficiency, outKw / battery.powerKw),
    ];
    const offer: StepOffer = {
      gain: changeOfPower(plan, inKw, stepH),
      drop: -changeOfPower(plan, -outKw, stepH),
      forced: -changeOfPower(plan, -forced, stepH),
      charging,
      discharging,
      buy: price / charging,
      sell: (price - wear) * discharging,
    };
    offers[step] = offer;
    value = stepBack(value, offer, floor, ceiling);
  }
  const powerKw = new Float64Array(steps);
  const storedKwh = new Float64Array(steps);
  let stored = plan.startKwh;
  for (let step = 0; step < steps; step++) {
    const next = values[step] as Worth;
    const { gain, drop, forced, buy, sell } = offers[step] as StepOffer;
    const price = market.price[step] ?? 0;
    const fill = levelAt(next, floor, buy, false);
    const keep = levelAt(next, floor, sell, true);
    let target = stored;
    if (stored < fill) target = Math.min(fill, stored + gain);
    else if (stored > keep) target = Math.max(keep, stored - drop);
    if (forced > 0) target = Math.min(target, stored - forced);
    target = Math.min(ceiling, Math.max(floor, target));
    const power = plan.powerKw[step] ?? 0;
    const room = (market.capKw[step] ?? 0) - (market.mostKw[step] ?? 0);
    const most = price < 0 ? 0 : Math.min(power, Math.max(0, market.leastKw[step] ?? 0));
    const wanted = powerForChange(plan, target - stored, stepH);
    const set = Math.max(-Math.max(most, Math.min(power, -room)), Math.min(power, Math.max(0, room), wanted));
    powerKw[step] = set;
    stored = Math.min(ceiling, Math.max(floor, stored + changeOfPower(plan, set, stepH)));
    storedKwh[step] = stored;
  }
  const worth = storedWorth(plan, offers, storedKwh);
  const marginal = new Float64Array(steps);
  const capValue = new Float64Array(steps);
  for (let step = 0; step < steps; step++) {
    const price = market.price[step] ?? 0;
    const power = plan.powerKw[step] ?? 0;
    const room = (market.capKw[step] ?? 0) - (market.mostKw[step] ?? 0);
    const { gain, drop, forced, charging, discharging } = offers[step] as StepOffer;
    const before = step === 0 ? plan.startKwh : (storedKwh[step - 1] ?? 0);
    const change = (storedKwh[step] ?? 0) - before;
    const value = worth[step] ?? 0;
    let here = price;
    if (forced > 0) here = Math.max(price, value / discharging + wear);
    else if (room < power && change > 0 && change >= gain - LIMIT_KWH) here = Math.max(price, value * charging);
    else if ((market.leastKw[step] ?? 0) < power && price >= 0 && change < 0 && change <= LIMIT_KWH - drop)
      here = Math.min(price, value / discharging + wear);
    marginal[step] = here;
    capValue[step] = here > price ? here - price : 0;
  }
  return { powerKw, storedKwh, marginal, capValue };
}

/** So near to a limit is at the limit, kWh. */
const LIMIT_KWH = 0.5;

/**
 * What a kWh in the cells is worth in each step: the same as long as they are neither empty nor full, and such that each
 * step of the stretch did right: what charges at its limit pays less for a kWh, what discharges at its limit earns more.
 */
function storedWorth(plan: BatteryPlan, offers: readonly StepOffer[], storedKwh: Float64Array): Float64Array {
  const worth = new Float64Array(offers.length);
  let from = 0;
  let [least, most] = [0, SHORTAGE_CNY_PER_KWH];
  for (let step = 0; step < offers.length; step++) {
    const { gain, drop, forced, buy, sell } = offers[step] as StepOffer;
    const change = (storedKwh[step] ?? 0) - (step === 0 ? plan.startKwh : (storedKwh[step - 1] ?? 0));
    if (forced === 0) {
      if (change > LIMIT_KWH) {
        least = Math.max(least, buy);
        if (change < gain - LIMIT_KWH) most = Math.min(most, buy);
      } else if (change < -LIMIT_KWH) {
        most = Math.min(most, sell);
        if (change > LIMIT_KWH - drop) least = Math.max(least, sell);
      } else {
        if (drop > LIMIT_KWH) least = Math.max(least, sell);
        if (gain > LIMIT_KWH) most = Math.min(most, buy);
      }
    }
    const stored = storedKwh[step] ?? 0;
    const touches = stored <= plan.floorKwh + LIMIT_KWH || stored >= plan.ceilingKwh - LIMIT_KWH;
    if (!touches && step < offers.length - 1) continue;
    // Without a step that tells, the least that explains what was done.
    worth.fill(most < SHORTAGE_CNY_PER_KWH ? Math.max(0, (least + Math.max(least, most)) / 2) : least, from, step + 1);
    from = step + 1;
    [least, most] = [0, SHORTAGE_CNY_PER_KWH];
  }
  return worth;
}
