import { valueOn } from "./curve.ts";
import type { CoolingMode, CoolingPlant } from "./site.ts";

/** Air outside, °C. */
export interface OutsideAir {
  readonly dryBulbC: number;
  readonly wetBulbC: number;
}

/** The temperature that a mode follows. */
export function temperatureFor(mode: CoolingMode, air: OutsideAir): number {
  return mode.temperature === "wet-bulb" ? air.wetBulbC : air.dryBulbC;
}

/** Whether a mode's limits allow it in this air. */
export function coolingModeAllowed(mode: CoolingMode, air: OutsideAir): boolean {
  const temperature = temperatureFor(mode, air);
  return (
    (mode.atMostC === undefined || temperature <= mode.atMostC) &&
    (mode.atLeastC === undefined || temperature >= mode.atLeastC)
  );
}

export interface CoolingEffort {
  /** Compressors, pumps, towers and fans, kW. */
  readonly powerKw: number;
  /** L in an hour at this power. */
  readonly waterLPerH: number;
}

/**
 * Power and water of a plant in a mode.
 * @param heatKw heat to carry away, ≥ 0; what is above the capacity is carried as if the plant were larger, never lost
 * @source own method: COP by temperature × part load; water by the heat rejected, that of the compressors included
 */
export function coolingEffort(plant: CoolingPlant, mode: CoolingMode, heatKw: number, air: OutsideAir): CoolingEffort {
  const temperature = temperatureFor(mode, air);
  const cop = valueOn(mode.cop, temperature) * valueOn(mode.partLoad, heatKw / plant.capacityKw);
  const machines = heatKw / cop;
  const rejected = heatKw + (mode.kind === "free" ? 0 : machines);
  return {
    powerKw: machines + plant.distribution * heatKw,
    waterLPerH: rejected * valueOn(mode.water, temperature),
  };
}

/** The allowed mode with the least power. */
export function bestCoolingMode(plant: CoolingPlant, heatKw: number, air: OutsideAir): CoolingMode {
  // Without heat every mode takes nothing; a kW tells them apart.
  const load = Math.max(heatKw, 1);
  const power = (mode: CoolingMode): number => coolingEffort(plant, mode, load, air).powerKw;
  const [best] = plant.modes.filter((mode) => coolingModeAllowed(mode, air)).sort((a, b) => power(a) - power(b));
  if (!best) throw new Error(`cooling plant ${plant.id} has no mode that is always allowed`);
  return best;
}

/** The mode a plant is in, and since when. */
export interface PlantState {
  readonly mode: CoolingMode;
  readonly heldH: number;
}

/**
 * The next mode of a plant: the best one, once the present one was held for its dwell; a mode that the air no longer
 * allows is left at once.
 */
export function nextCoolingMode(
  plant: CoolingPlant,
  state: PlantState | undefined,
  heatKw: number,
  air: OutsideAir,
  stepH: number,
): PlantState {
  const best = bestCoolingMode(plant, heatKw, air);
  if (!state) return { mode: best, heldH: stepH };
  const stays = best.id === state.mode.id || (state.heldH < plant.dwellH && coolingModeAllowed(state.mode, air));
  return stays ? { mode: state.mode, heldH: state.heldH + stepH } : { mode: best, heldH: stepH };
}
