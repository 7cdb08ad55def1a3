import {
  type Conditions,
  type CoolingMode,
  type CoolingPlant,
  coolingModeAllowed,
  type ModeChoice,
  type OutsideAir,
  type PlantState,
  type Site,
  type SiteStep,
  siteStep,
  type Ups,
  type UpsMode,
} from "../site/index.ts";

const EFFORT = { mechanical: 0, "partial-free": 1, free: 2 } as const;

/** The mode a plant runs in when nobody chooses: of those that any air allows the one that leans most on compressors. */
export function plainCoolingMode(plant: CoolingPlant, air: OutsideAir): CoolingMode {
  const [plain] = plant.modes
    .filter((mode) => coolingModeAllowed(mode, air))
    .sort((a, b) => EFFORT[a.kind] - EFFORT[b.kind]);
  if (!plain) throw new Error(`cooling plant ${plant.id} has no mode that is always allowed`);
  return plain;
}

/** The mode a UPS runs in when nobody chooses. */
export function plainUpsMode(ups: Ups): UpsMode {
  const plain = ups.modes.find(({ kind }) => kind === "double-conversion");
  if (!plain) throw new Error(`UPS ${ups.id} has no double conversion`);
  return plain;
}

/** Which levers a counterfactual leaves as they were; the others stand still. */
export interface KeptLevers {
  readonly cooling: boolean;
  readonly ups: boolean;
}

/** Modes of a site in which nobody chooses, as orders: asked for, since a site that is asked nothing picks the best. */
export function plainModes(site: Site, air: OutsideAir): Required<ModeChoice> {
  return {
    cooling: new Map(site.plants.map((plant) => [plant.id, plainCoolingMode(plant, air)])),
    ups: new Map(site.ups.map((ups) => [ups.id, plainUpsMode(ups)])),
  };
}

/**
 * What the whole site would have used in the same weather with the same compute demand, levers standing still.
 * @param conditions as measured
 * @param ran        modes that really ran
 * @param kept       levers that are left as they ran: with one kept and the others not, what is left is the others' effect
 */
export function counterfactualStep(
  site: Site,
  conditions: Conditions,
  ran: Required<ModeChoice>,
  kept: KeptLevers = { cooling: false, ups: false },
  before: ReadonlyMap<string, PlantState> = new Map(),
): SiteStep {
  const plain = plainModes(site, conditions.air);
  return siteStep(site, conditions, before, {
    cooling: kept.cooling ? ran.cooling : plain.cooling,
    ups: kept.ups ? ran.ups : plain.ups,
  });
}
