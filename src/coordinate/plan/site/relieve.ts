import { type Scarce, withHallCaps } from "./hall-caps.ts";
import { itPower } from "./modes.ts";
import type { Prepared } from "./prepare.ts";
import { beats, type Candidate, type DoNothing, type SearchOptions, searchPlan } from "./search.ts";

/** Curves bend between the load at which they are looked at and the one that is planned. */
const MARGIN = 0.002;

/** Grid power that jobs may take under a cap, with what batteries may be counted on for. */
export function gridRoom(prepared: Prepared, near: Candidate, capKw: Float64Array, batteryShare: number): Scarce {
  const { net, decision } = near;
  const room = capKw.map((cap, step) => {
    if (!Number.isFinite(cap)) return Number.POSITIVE_INFINITY;
    const jobs = decision.occupancy.jobsKw.reduce(
      (sum, list, hall) => sum + (net.gradient[hall]?.[step] ?? 0) * (list[step] ?? 0),
      0,
    );
    const stored = prepared.batteries.reduce((sum, { powerKw }) => sum + (powerKw[step] ?? 0), 0);
    return cap * (1 - MARGIN) - ((net.mostKw[step] ?? 0) - jobs) + batteryShare * stored;
  });
  return { perKw: net.gradient, room };
}

/** Heat that jobs may add to each plant that is short of capacity. */
function heatRooms(prepared: Prepared, near: Candidate): Scarce[] {
  const { site, steps, loads } = prepared;
  const it = new Float64Array(site.halls.length);
  const heat = site.plants.map(() => new Float64Array(steps));
  for (const [scenario, load] of loads.entries())
    for (let step = 0; step < steps; step++) {
      itPower(prepared, near.decision.occupancy, scenario, step, it);
      const { heatKw } = load.at(
        step,
        it,
        (plant) => near.decision.modes.cooling[plant]?.[step] ?? 0,
        (ups) => near.decision.modes.ups[ups]?.[step] ?? 0,
      );
      for (const [plant, list] of heat.entries()) list[step] = Math.max(list[step] ?? 0, heatKw[plant] ?? 0);
    }
  return site.plants.map((plant, index): Scarce => {
    const perKw = site.halls.map((hall) => {
      const air = hall.airPlant === plant.id ? 1 / (1 - hall.pduLoss) - (hall.liquidPlant ? hall.liquidShare : 0) : 0;
      const each = air + (hall.liquidPlant === plant.id ? hall.liquidShare : 0);
      // What the UPS loses more is heat as well.
      return new Float64Array(steps).fill(each > 0 ? each + 0.1 * air : 0);
    });
    const room = Float64Array.from({ length: steps }, (_, step) => {
      const [most, now] = [prepared.plantKw[index]?.[step] ?? 0, heat[index]?.[step] ?? 0];
      if (now <= most) return Number.POSITIVE_INFINITY;
      const jobs = perKw.reduce(
        (sum, list, hall) => sum + (list[step] ?? 0) * (near.decision.occupancy.jobsKw[hall]?.[step] ?? 0),
        0,
      );
      return most - (now - jobs);
    });
    return { perKw, room };
  });
}

/** Rounds of caps: under the first one other steps may come to be too full. */
const ROUNDS = 3;

/**
 * A plan that breaks fewer limits, where jobs can give way: they are placed anew with less room in the steps in which the
 * connection or a cooling plant is asked for too much.
 */
export function relieve(prepared: Prepared, without: DoNothing, found: Candidate, options: SearchOptions): Candidate {
  let best = found;
  const scarce: Scarce[] = [];
  for (let round = 0; round < ROUNDS && prepared.jobs.length > 0; round++) {
    const grid = best.conflicts.some(({ limit }) => limit === "import-limit" || limit === "contracted-demand");
    const heat = best.conflicts.some(({ limit }) => limit === "plant-capacity");
    if ((!grid && !heat) || options.timeIsUp?.()) break;
    if (grid) scarce.push(gridRoom(prepared, best, prepared.limitKw, 0));
    if (heat) scarce.push(...heatRooms(prepared, best));
    const next = searchPlan(withHallCaps(prepared, scarce), { ...options, without }).best;
    if (!beats(next, best)) break;
    best = next;
  }
  return best;
}
