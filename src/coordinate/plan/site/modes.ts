import type { Occupancy } from "./job-run.ts";
import type { Prepared } from "./prepare.ts";

/** Mode indices by step: of plants, of UPS. */
export interface Modes {
  /** [plants][T] */
  readonly cooling: readonly Int8Array[];
  /** [ups][T] */
  readonly ups: readonly Int8Array[];
}

/** IT power of the halls in a scenario at a step, into `into`. */
export function itPower(
  prepared: Prepared,
  occupancy: Occupancy,
  scenario: number,
  step: number,
  into: Float64Array,
): Float64Array {
  for (let hall = 0; hall < into.length; hall++)
    into[hall] = (prepared.rigidKw[scenario]?.[hall]?.[step] ?? 0) + (occupancy.jobsKw[hall]?.[step] ?? 0);
  return into;
}

/** Whether every scenario allows a UPS's mode at the load that it would have. */
export function upsModeFits(
  prepared: Prepared,
  occupancy: Occupancy,
  ups: number,
  mode: number,
  step: number,
): boolean {
  const one = prepared.site.ups[ups];
  if (!one) return false;
  if (prepared.upsSafe[ups]?.[step] === 1 && one.modes[mode]?.kind !== "double-conversion") return false;
  const it = new Float64Array(prepared.site.halls.length);
  return prepared.loads.every((load, scenario) =>
    load.upsAllowed(one, mode, load.output(itPower(prepared, occupancy, scenario, step, it))[ups] ?? 0, step),
  );
}

/** The mode of every UPS with the least loss that its rule allows in every scenario. UPS modes have neither dwell nor cost. */
function chooseUps(prepared: Prepared, occupancy: Occupancy): Int8Array[] {
  const { site, steps, loads, probability } = prepared;
  const it = new Float64Array(site.halls.length);
  const chosen = site.ups.map(() => new Int8Array(steps));
  const loss = site.ups.map((ups) => new Float64Array(ups.modes.length));
  for (let step = 0; step < steps; step++) {
    for (const one of loss) one.fill(0);
    for (const [scenario, load] of loads.entries()) {
      const output = load.output(itPower(prepared, occupancy, scenario, step, it));
      for (const [index, ups] of site.ups.entries())
        for (let mode = 0; mode < ups.modes.length; mode++) {
          const own = loss[index];
          if (!own) continue;
          const safe = ups.modes[mode]?.kind === "double-conversion";
          const allowed =
            load.upsAllowed(ups, mode, output[index] ?? 0, step) && (safe || prepared.upsSafe[index]?.[step] !== 1);
          own[mode] = allowed
            ? (own[mode] ?? 0) + (probability[scenario] ?? 0) * load.upsLoss(index, mode, output[index] ?? 0)
            : Number.POSITIVE_INFINITY;
        }
    }
    for (const [index, own] of loss.entries()) {
      const best = chosen[index];
      if (best) best[step] = own.indexOf(Math.min(...own));
    }
  }
  return chosen;
}

/** The UPS mode that stays as it is while its rule allows it, else double conversion: what happens without a plan. */
function keepUps(prepared: Prepared, occupancy: Occupancy): Int8Array[] {
  const { site, steps, request } = prepared;
  return site.ups.map((ups, index) => {
    const safe = Math.max(
      0,
      ups.modes.findIndex((mode) => mode.kind === "double-conversion"),
    );
    const present = ups.modes.findIndex((mode) => mode.id === request.state.ups.get(ups.id)?.id);
    return Int8Array.from({ length: steps }, (_, step) =>
      present >= 0 && present !== safe && upsModeFits(prepared, occupancy, index, present, step) ? present : safe,
    );
  });
}

/** Cost of the modes of a plant by step: expected power at its price, and water. Infinite where a scenario's air forbids it. */
function modeCosts(
  prepared: Prepared,
  plant: number,
  heat: readonly (readonly Float64Array[])[],
  price: Float64Array,
  waterCnyPerL: number,
): Float64Array[] {
  const { site, steps, stepH, loads, probability } = prepared;
  const toGrid = 1 / (1 - site.grid.distributionLoss);
  return (site.plants[plant]?.modes ?? []).map((_, mode) =>
    Float64Array.from({ length: steps }, (__, step) => {
      let cost = 0;
      for (const [scenario, load] of loads.entries()) {
        if (!load.coolingAllowed(plant, mode, step)) return Number.POSITIVE_INFINITY;
        const effort = load.cooling(plant, mode, heat[scenario]?.[plant]?.[step] ?? 0, step);
        cost +=
          (probability[scenario] ?? 0) *
          stepH *
          (effort.powerKw * toGrid * (price[step] ?? 0) + effort.waterLPerH * waterCnyPerL);
      }
      return cost;
    }),
  );
}

/**
 * The cheapest sequence of a plant's modes with dwell and switching cost: exact over (mode, steps held). A mode that the
 * air forbids is left at once, dwell or not.
 */
export function cheapestModes(prepared: Prepared, plant: number, costs: readonly Float64Array[]): Int8Array {
  const { site, steps, stepH, weight, request } = prepared;
  const one = site.plants[plant];
  const modes = costs.length;
  const dwell = Math.max(1, Math.ceil((one?.dwellH ?? 0) / stepH - 1e-9));
  const switching = weight.switching * (one?.switchingCostCny ?? 0);
  // State: mode × steps held, 1 … dwell; the value of being in it after a step.
  const size = modes * dwell;
  let after = new Float64Array(size);
  const choice: Int8Array[] = [];
  const next = (mode: number, held: number, step: number, into: Float64Array): [number, number] => {
    let best = Number.POSITIVE_INFINITY;
    let to = -1;
    const mayLeave = held >= dwell || !Number.isFinite(costs[mode]?.[step] ?? 0);
    for (let other = 0; other < modes; other++) {
      const cost = costs[other]?.[step] ?? 0;
      if (!Number.isFinite(cost) || (other !== mode && !mayLeave)) continue;
      const then = other === mode ? Math.min(dwell, held + 1) : 1;
      const value = cost + (other === mode ? 0 : switching) + (into[other * dwell + then - 1] ?? 0);
      if (value < best) [best, to] = [value, other];
    }
    return [best, to];
  };
  for (let step = steps - 1; step >= 1; step--) {
    const before = new Float64Array(size);
    const choices = new Int8Array(size);
    for (let mode = 0; mode < modes; mode++)
      for (let held = 1; held <= dwell; held++) {
        const [best, to] = next(mode, held, step, after);
        before[mode * dwell + held - 1] = best;
        choices[mode * dwell + held - 1] = to;
      }
    choice[step] = choices;
    after = before;
  }
  const state = request.state.plants.get(one?.id ?? "");
  let mode = one?.modes.findIndex(({ id }) => id === state?.mode.id) ?? -1;
  let held = Math.min(dwell, Math.floor((state?.heldH ?? 0) / stepH + 1e-9));
  const sequence = new Int8Array(steps);
  for (let step = 0; step < steps; step++) {
    let to: number;
    if (step === 0 && mode < 0) {
      const values = costs.map((cost, other) => (cost[0] ?? 0) + (after[other * dwell] ?? 0));
      to = values.indexOf(Math.min(...values));
    } else if (step === 0) to = next(mode, held, 0, after)[1];
    else to = choice[step]?.[mode * dwell + held - 1] ?? mode;
    held = to === mode ? Math.min(dwell, held + 1) : 1;
    mode = to;
    sequence[step] = mode;
  }
  return sequence;
}

/** What the plants' own control does: the mode with least power, held for its dwell. */
function ownModes(prepared: Prepared, plant: number, power: readonly Float64Array[]): Int8Array {
  const { site, steps, stepH, request } = prepared;
  const one = site.plants[plant];
  const state = request.state.plants.get(one?.id ?? "");
  let mode = one?.modes.findIndex(({ id }) => id === state?.mode.id) ?? -1;
  let heldH = state?.heldH ?? 0;
  return Int8Array.from({ length: steps }, (_, step) => {
    const costs = power.map((list) => list[step] ?? Number.POSITIVE_INFINITY);
    const best = costs.indexOf(Math.min(...costs));
    const stays =
      best === mode || (mode >= 0 && heldH < (one?.dwellH ?? 0) - 1e-9 && Number.isFinite(costs[mode] ?? Infinity));
    heldH = stays ? heldH + stepH : stepH;
    if (!stays) mode = best;
    return mode;
  });
}

/** [scenarios][plants][T] heat, with the UPS in the modes given. */
function heats(prepared: Prepared, occupancy: Occupancy, ups: readonly Int8Array[]): Float64Array[][] {
  const { site, steps, loads } = prepared;
  const it = new Float64Array(site.halls.length);
  return loads.map((load, scenario) => {
    const heat = site.plants.map(() => new Float64Array(steps));
    for (let step = 0; step < steps; step++) {
      const output = load.output(itPower(prepared, occupancy, scenario, step, it));
      for (let index = 0; index < ups.length; index++)
        load.load.lossKw[index] = load.upsLoss(index, ups[index]?.[step] ?? 0, output[index] ?? 0);
      const own = load.heat(it);
      for (let plant = 0; plant < heat.length; plant++) (heat[plant] as Float64Array)[step] = own[plant] ?? 0;
    }
    return heat;
  });
}

/**
 * Modes for a load. Cooling and UPS modes touch the battery and the jobs only through the price of power.
 * @param price       [T] CNY per kWh at the grid
 * @param waterCnyPerL what a litre of water is worth
 */
export function planModes(prepared: Prepared, occupancy: Occupancy, price: Float64Array, waterCnyPerL: number): Modes {
  const ups = chooseUps(prepared, occupancy);
  const heat = heats(prepared, occupancy, ups);
  const cooling = prepared.site.plants.map((_, plant) =>
    cheapestModes(prepared, plant, modeCosts(prepared, plant, heat, price, waterCnyPerL)),
  );
  return { cooling, ups };
}

/** Modes without a plan. */
export function ownControl(prepared: Prepared, occupancy: Occupancy): Modes {
  const ups = keepUps(prepared, occupancy);
  const heat = heats(prepared, occupancy, ups);
  const one = new Float64Array(prepared.steps).fill(1);
  const cooling = prepared.site.plants.map((_, plant) =>
    ownModes(prepared, plant, modeCosts(prepared, plant, heat, one, 0)),
  );
  return { cooling, ups };
}
