import { netLoad, planPower } from "./power.ts";
import { planModes } from "./modes.ts";
import type { Prepared } from "./prepare.ts";
import { beats, candidate, type Candidate, type DoNothing } from "./search.ts";

/** Dearest litre that is tried: at it every plant runs in the mode with least water. */
const DEAREST_CNY_PER_L = 10;
const ROUNDS = 18;

/**
 * A plan within the limit on water per IT energy. The modes of the cooling plants are chosen anew at a higher price of water: up
 * to the price of the excess where that is paid for, as high as is needed where the limit is hard. In between the price at
 * which the limit is just met is sought, since a year has room for water where it is worth most.
 * @param marginal [T] CNY per kWh at the grid
 */
export function withinWater(
  prepared: Prepared,
  without: DoNothing,
  found: Candidate,
  marginal: Float64Array,
  timeIsUp: () => boolean,
): Candidate {
  const { site, weight } = prepared;
  const { water } = site;
  const limit = water?.wueLimitLPerKwh;
  if (!water || limit === undefined) return found;
  const over = (one: Candidate): boolean => Math.max(...one.evaluation.wueOf) > limit * (1 + 1e-9);
  if (!over(found)) return found;
  const plain = (weight.water * water.priceCnyPerM3) / 1000;
  let [low, high] = [
    plain,
    water.treatment === "hard"
      ? DEAREST_CNY_PER_L
      : plain + (weight.water * Math.max(0, water.excessPriceCnyPerM3)) / 1000,
  ];
  let best = found;
  const tryAt = (cnyPerL: number): boolean => {
    const { occupancy, accepted } = found.decision;
    const modes = planModes(prepared, occupancy, marginal, cnyPerL);
    const net = netLoad(prepared, occupancy, modes);
    const { batteryKw } = planPower(prepared, net, accepted);
    let keeps = false;
    for (const battery of [batteryKw, found.decision.batteryKw]) {
      const one = candidate(prepared, without, { ...found.decision, modes, batteryKw: battery }, net);
      keeps ||= !over(one);
      if (beats(one, best)) best = one;
    }
    return keeps;
  };
  if (!tryAt(high)) return best;
  for (let round = 0; round < ROUNDS && high > low * 1.01 + 1e-6 && !timeIsUp(); round++) {
    // Prices of water spread over several powers of ten.
    const middle = low > 0 && high / low > 4 ? Math.sqrt(low * high) : (low + high) / 2;
    if (tryAt(middle)) high = middle;
    else low = middle;
  }
  return best;
}
