import {
  coolingModeAllowed,
  type CoolingMode,
  type CoolingPlant,
  type Site,
  type Ups,
  upsModeAllowed,
  valueOn,
} from "../../site/index.ts";
import { temperatureFor } from "../../site/cooling.ts";

/** Weather and clock of the steps of one scenario. */
export interface SiteClimate {
  readonly steps: number;
  readonly dryBulbC: readonly number[];
  readonly wetBulbC: readonly number[];
  /** [T] local month 1–12 and hour 0–23. */
  readonly month: Uint8Array;
  readonly hour: Uint8Array;
}

/** What a step takes, beside the IT power that it is given. */
export interface Load {
  facilityKw: number;
  coolingKw: number;
  waterLPerH: number;
  /** [plants] */
  readonly heatKw: Float64Array;
  /** [ups] power to the halls. */
  readonly outputKw: Float64Array;
  /** [ups] */
  readonly lossKw: Float64Array;
}

/**
 * The site of `siteStep` laid out for the many thousand evaluations of a plan: what weather decides is looked up once, and
 * tests hold it to `siteStep` at every step.
 */
export class SiteLoad {
  readonly site: Site;
  readonly climate: SiteClimate;
  readonly load: Load;
  readonly #hallUps: Int32Array;
  readonly #hallAir: Int32Array;
  readonly #hallLiquid: Int32Array;
  /** [plants][modes] per step: COP, L per kWh rejected, and whether the air allows the mode. */
  readonly #cop: Float64Array[][];
  readonly #water: Float64Array[][];
  readonly #allowed: Uint8Array[][];
  readonly #otherKw: number;

  constructor(site: Site, climate: SiteClimate) {
    this.site = site;
    this.climate = climate;
    const find = (list: readonly { id: string }[], id: string | undefined): number =>
      list.findIndex((one) => one.id === id);
    this.#hallUps = Int32Array.from(site.halls, (hall) => find(site.ups, hall.ups));
    this.#hallAir = Int32Array.from(site.halls, (hall) => find(site.plants, hall.airPlant));
    this.#hallLiquid = Int32Array.from(site.halls, (hall) => find(site.plants, hall.liquidPlant));
    const perStep = (of: (step: number) => number): Float64Array =>
      Float64Array.from({ length: climate.steps }, (_, step) => of(step));
    const air = (step: number) => ({
      dryBulbC: climate.dryBulbC[step] ?? Number.NaN,
      wetBulbC: climate.wetBulbC[step] ?? Number.NaN,
    });
    const of = (value: (mode: CoolingMode, step: number) => number): Float64Array[][] =>
      site.plants.map((plant) => plant.modes.map((mode) => perStep((step) => value(mode, step))));
    this.#cop = of((mode, step) => valueOn(mode.cop, temperatureFor(mode, air(step))));
    this.#water = of((mode, step) => valueOn(mode.water, temperatureFor(mode, air(step))));
    this.#allowed = of((mode, step) => (coolingModeAllowed(mode, air(step)) ? 1 : 0)).map((modes) =>
      modes.map((mode) => Uint8Array.from(mode)),
    );
    this.#otherKw = site.otherKw + site.batteries.reduce((sum, { standbyKw }) => sum + standbyKw, 0);
    this.load = {
      facilityKw: 0,
      coolingKw: 0,
      waterLPerH: 0,
      heatKw: new Float64Array(site.plants.length),
      outputKw: new Float64Array(site.ups.length),
      lossKw: new Float64Array(site.ups.length),
    };
  }

  coolingAllowed(plant: number, mode: number, step: number): boolean {
    return this.#allowed[plant]?.[mode]?.[step] === 1;
  }

  upsAllowed(ups: Ups, mode: number, outputKw: number, step: number): boolean {
    const one = ups.modes[mode];
    const { month, hour } = this.climate;
    return one !== undefined && upsModeAllowed(ups, one, outputKw, month[step] ?? 1, hour[step] ?? 0);
  }

  /** Power to the halls of each UPS, into `load.outputKw`. @param itKw [halls] */
  output(itKw: Float64Array): Float64Array {
    const { halls } = this.site;
    const { outputKw } = this.load;
    outputKw.fill(0);
    for (let hall = 0; hall < halls.length; hall++) {
      const ups = this.#hallUps[hall] ?? -1;
      outputKw[ups] = (outputKw[ups] ?? 0) + (itKw[hall] ?? 0) / (1 - (halls[hall]?.pduLoss ?? 0));
    }
    return outputKw;
  }

  /** Loss of a UPS in a mode, kW. */
  upsLoss(ups: number, mode: number, outputKw: number): number {
    const one = this.site.ups[ups];
    const curve = one?.modes[mode]?.efficiency;
    return one && curve ? outputKw / valueOn(curve, outputKw / one.capacityKw) - outputKw : 0;
  }

  /** Heat of every plant, into `load.heatKw`, once output and loss of the UPS stand in `load`. */
  heat(itKw: Float64Array): Float64Array {
    const { halls } = this.site;
    const { heatKw, outputKw, lossKw } = this.load;
    heatKw.fill(0);
    for (let hall = 0; hall < halls.length; hall++) {
      const it = itKw[hall] ?? 0;
      const own = it / (1 - (halls[hall]?.pduLoss ?? 0));
      const ups = this.#hallUps[hall] ?? -1;
      const loss = (outputKw[ups] ?? 0) > 0 ? ((lossKw[ups] ?? 0) * own) / (outputKw[ups] ?? 1) : 0;
      const liquid = this.#hallLiquid[hall] ?? -1;
      const carried = liquid < 0 ? 0 : it * (halls[hall]?.liquidShare ?? 0);
      const air = this.#hallAir[hall] ?? -1;
      heatKw[air] = (heatKw[air] ?? 0) + own + loss - carried;
      if (liquid >= 0) heatKw[liquid] = (heatKw[liquid] ?? 0) + carried;
    }
    return heatKw;
  }

  /** Machines of a plant in a mode: kW, and L/h of water. */
  cooling(plant: number, mode: number, heatKw: number, step: number): { powerKw: number; waterLPerH: number } {
    const one = this.site.plants[plant] as CoolingPlant;
    const how = one.modes[mode] as CoolingMode;
    const cop = (this.#cop[plant]?.[mode]?.[step] ?? 1) * valueOn(how.partLoad, heatKw / one.capacityKw);
    const machines = heatKw / cop;
    return {
      powerKw: machines + one.distribution * heatKw,
      waterLPerH: (heatKw + (how.kind === "free" ? 0 : machines)) * (this.#water[plant]?.[mode]?.[step] ?? 0),
    };
  }

  /**
   * Facility power of a step.
   * @param itKw    [halls] kW
   * @param cooling mode index of a plant; @param ups mode index of a UPS
   * @returns       `load`, the same object each time
   */
  at(step: number, itKw: Float64Array, cooling: (plant: number) => number, ups: (index: number) => number): Load {
    const { site, load } = this;
    this.output(itKw);
    let total = this.#otherKw;
    for (let i = 0; i < site.ups.length; i++) {
      const loss = this.upsLoss(i, ups(i), load.outputKw[i] ?? 0);
      load.lossKw[i] = loss;
      total += (load.outputKw[i] ?? 0) + loss;
    }
    this.heat(itKw);
    load.coolingKw = 0;
    load.waterLPerH = 0;
    for (let i = 0; i < site.plants.length; i++) {
      const { powerKw, waterLPerH } = this.cooling(i, cooling(i), load.heatKw[i] ?? 0, step);
      load.coolingKw += powerKw;
      load.waterLPerH += waterLPerH;
    }
    total += load.coolingKw;
    load.facilityKw = total / (1 - site.grid.distributionLoss);
    return load;
  }
}
