import { type CoolingEffort, coolingEffort, nextCoolingMode, type OutsideAir, type PlantState } from "./cooling.ts";
import type { CoolingMode, Hall, Site, UpsMode } from "./site.ts";
import { bestUpsMode, upsLossKw } from "./ups.ts";

/** What a site meets in one step. */
export interface Conditions {
  /** Local month 1–12 and hour 0–23. */
  readonly month: number;
  readonly hour: number;
  readonly stepH: number;
  readonly air: OutsideAir;
  /** Power at the input of the IT equipment by hall, kW. */
  readonly itKw: ReadonlyMap<string, number>;
}

/** Modes that a plan asks for, by plant and UPS; what is not named runs in its most efficient allowed mode. */
export interface ModeChoice {
  readonly cooling?: ReadonlyMap<string, CoolingMode>;
  readonly ups?: ReadonlyMap<string, UpsMode>;
}

export interface PlantStep extends CoolingEffort {
  readonly plant: string;
  readonly mode: CoolingMode;
  readonly heatKw: number;
  /** Heat beyond the plant's capacity: a site that has any is too small. */
  readonly excessHeatKw: number;
  readonly switched: boolean;
}

export interface UpsStep {
  readonly ups: string;
  readonly mode: UpsMode;
  readonly outputKw: number;
  readonly lossKw: number;
}

export interface HallStep {
  readonly hall: string;
  readonly itKw: number;
  readonly pduLossKw: number;
  readonly upsLossKw: number;
  readonly coolingKw: number;
}

/** Power of a site in one step; facility = IT + PDU + UPS + cooling + other + distribution. */
export interface SiteStep {
  readonly itKw: number;
  readonly pduLossKw: number;
  readonly upsLossKw: number;
  readonly coolingKw: number;
  readonly otherKw: number;
  readonly distributionLossKw: number;
  readonly facilityKw: number;
  readonly waterL: number;
  readonly halls: readonly HallStep[];
  readonly plants: readonly PlantStep[];
  readonly ups: readonly UpsStep[];
  /** State of the plants after the step, for the next one. */
  readonly states: ReadonlyMap<string, PlantState>;
}

const total = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);

function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

/**
 * Power, loss and water of a site in one step. UPS and PDU losses become heat of the hall's air.
 * @param before states of the plants after the step before; none at the start
 * @param asked  modes that a plan asks for
 */
export function siteStep(
  site: Site,
  conditions: Conditions,
  before: ReadonlyMap<string, PlantState> = new Map(),
  asked: ModeChoice = {},
): SiteStep {
  const { month, hour, stepH, air } = conditions;
  const itOf = (hall: Hall): number => conditions.itKw.get(hall.id) ?? 0;
  const outputOf = (hall: Hall): number => itOf(hall) / (1 - hall.pduLoss);

  const ups = site.ups.map((one): UpsStep => {
    const outputKw = total(
      site.halls.filter((hall) => hall.ups === one.id),
      outputOf,
    );
    const mode = asked.ups?.get(one.id) ?? bestUpsMode(one, outputKw, month, hour);
    return { ups: one.id, mode, outputKw, lossKw: upsLossKw(one, mode, outputKw) };
  });
  const lossOf = (hall: Hall): number => {
    const feeding = ups.find((one) => one.ups === hall.ups);
    return (feeding?.lossKw ?? 0) * share(outputOf(hall), feeding?.outputKw ?? 0);
  };
  const heats = site.halls.flatMap((hall) => {
    const liquid = hall.liquidPlant === undefined ? 0 : itOf(hall) * hall.liquidShare;
    return [
      { hall: hall.id, plant: hall.airPlant, heatKw: outputOf(hall) + lossOf(hall) - liquid },
      ...(hall.liquidPlant === undefined ? [] : [{ hall: hall.id, plant: hall.liquidPlant, heatKw: liquid }]),
    ];
  });

  const states = new Map<string, PlantState>();
  const plants = site.plants.map((plant): PlantStep => {
    const heatKw = total(
      heats.filter((heat) => heat.plant === plant.id),
      (heat) => heat.heatKw,
    );
    const earlier = before.get(plant.id);
    const wanted = asked.cooling?.get(plant.id);
    const state = wanted
      ? { mode: wanted, heldH: (earlier?.mode.id === wanted.id ? earlier.heldH : 0) + stepH }
      : nextCoolingMode(plant, earlier, heatKw, air, stepH);
    states.set(plant.id, state);
    return {
      plant: plant.id,
      mode: state.mode,
      heatKw,
      excessHeatKw: Math.max(0, heatKw - plant.capacityKw),
      switched: earlier !== undefined && earlier.mode.id !== state.mode.id,
      ...coolingEffort(plant, state.mode, heatKw, air),
    };
  });
  const coolingOf = (hall: string): number =>
    total(
      heats.filter((heat) => heat.hall === hall),
      ({ plant, heatKw }) => {
        const serving = plants.find((one) => one.plant === plant);
        return (serving?.powerKw ?? 0) * share(heatKw, serving?.heatKw ?? 0);
      },
    );

  const halls = site.halls.map(
    (hall): HallStep => ({
      hall: hall.id,
      itKw: itOf(hall),
      pduLossKw: outputOf(hall) - itOf(hall),
      upsLossKw: lossOf(hall),
      coolingKw: coolingOf(hall.id),
    }),
  );
  const parts = {
    itKw: total(halls, (hall) => hall.itKw),
    pduLossKw: total(halls, (hall) => hall.pduLossKw),
    upsLossKw: total(ups, (one) => one.lossKw),
    coolingKw: total(plants, (plant) => plant.powerKw),
    otherKw: site.otherKw + total(site.batteries, (battery) => battery.standbyKw),
  };
  const used = parts.itKw + parts.pduLossKw + parts.upsLossKw + parts.coolingKw + parts.otherKw;
  const distributionLossKw = (used * site.grid.distributionLoss) / (1 - site.grid.distributionLoss);
  return {
    ...parts,
    distributionLossKw,
    facilityKw: used + distributionLossKw,
    waterL: stepH * total(plants, (plant) => plant.waterLPerH),
    halls,
    plants,
    ups,
    states,
  };
}
