import type { PlantState, Site, UpsMode } from "../../site/index.ts";

/** One future that a plan must survive. Every list has one value a step. */
export interface PlanScenario {
  /** In (0, 1]; those of a request add up to 1. */
  readonly probability: number;
  /** Energy price of a kWh from the grid, without the demand charge; may be negative. */
  readonly priceCnyPerKwh: readonly number[];
  readonly carbonKgPerKwh: readonly number[];
  /** What each PV plant could deliver, by id. */
  readonly pvKw: ReadonlyMap<string, readonly number[]>;
  readonly dryBulbC: readonly number[];
  readonly wetBulbC: readonly number[];
  /** IT power by hall of all that the plan does not move, the idle power of every accelerator included. */
  readonly itKw: ReadonlyMap<string, readonly number[]>;
}

/** How things stand when the plan begins. What is not named is unknown and taken at its usual state. */
export interface PlanState {
  /** Energy in the cells by battery, kWh. */
  readonly batteryKwh: ReadonlyMap<string, number>;
  readonly plants: ReadonlyMap<string, PlantState>;
  readonly ups: ReadonlyMap<string, UpsMode>;
  /** Highest demand of the local month so far, kW. */
  readonly monthPeakKw: number;
  /** Used of each green contract since 1 January, kWh. */
  readonly greenUsedKwh: ReadonlyMap<string, number>;
  /** Water and IT energy of the year so far, for a limit on WUE. */
  readonly waterL: number;
  readonly itKwh: number;
}

/** A job that the plan may move. */
export interface PlanJob {
  readonly id: string;
  readonly workload: string;
  /** Clusters that it may run on, the preferred one first; a job that runs or is suspended stays on the first. */
  readonly clusters: readonly string[];
  /** All of them run together or not at all. */
  readonly accelerators: number;
  /** Hours of work left at full power on an accelerator of speed 1. */
  readonly remainingH: number;
  readonly state: "waiting" | "running" | "suspended";
  /** Instants, ms UTC. */
  readonly earliestStart: number;
  readonly deadline: number | undefined;
  /** Work lost when it is suspended, hours at full power; half the workload's time between checkpoints by default. */
  readonly lostAtSuspendH?: number;
}

export const OBJECTIVE_PARTS = [
  "energy",
  "demand",
  "carbon",
  "green",
  "wear",
  "tardiness",
  "suspending",
  "occupancy",
  "switching",
  "water",
] as const;

export type ObjectivePart = (typeof OBJECTIVE_PARTS)[number];

/** What is weighed, in CNY. */
export interface PlanObjective {
  /** Price of a kg CO2 of grid electricity (location-based). */
  readonly carbonCnyPerKg: number;
  /** What a kWh of contracted green energy is worth to the company. */
  readonly greenCnyPerKwh: number;
  /** On top of the demand charge. */
  readonly peakCnyPerKw: number;
  /** Value of an accelerator's hour: what slowing a job down costs. */
  readonly occupancyCnyPerAcceleratorH: number;
  /** Multiplies the workloads' cost of being late. */
  readonly tardinessWeight: number;
  /** Multiplies the batteries' wear. */
  readonly wearWeight: number;
  /** The first part matters a thousand times more than the second, and so on; without it parts count as CNY. */
  readonly order?: readonly ObjectivePart[];
}

/** Steps in which a component is not, or not wholly, available; half-open. */
export interface Maintenance {
  readonly component: "battery" | "plant" | "cluster" | "ups" | "grid";
  /** Empty for the grid. */
  readonly id: string;
  readonly fromStep: number;
  readonly toStep: number;
  /** 0 = out of service. Of a UPS: below 1 means that only double conversion is allowed. */
  readonly availableShare: number;
}

/** An offer to draw less: accepted as a whole or not at all. */
export interface DemandResponseOffer {
  readonly id: string;
  readonly fromStep: number;
  readonly toStep: number;
  /** The supplier's baseline of the grid power. */
  readonly baselineKw: number;
  /** Grid power stays at or below baseline − reduction in every step. */
  readonly reductionKw: number;
  readonly paymentCny: number;
}

/** All that a plan is made from. */
export interface PlanRequest {
  readonly site: Site;
  /** First step, ms UTC, on the grid of steps. */
  readonly from: number;
  readonly stepMinutes: number;
  readonly steps: number;
  readonly scenarios: readonly PlanScenario[];
  readonly state: PlanState;
  readonly jobs: readonly PlanJob[];
  readonly objective: PlanObjective;
  readonly maintenance: readonly Maintenance[];
  readonly offers: readonly DemandResponseOffer[];
  /** Energy to keep for outages by battery, kWh, where it is more than the site's own reserve. */
  readonly reserveKwh: ReadonlyMap<string, number>;
}

/** Money alone, as the bill has it, with wear and lateness at the site's own prices. */
export const MONEY_OBJECTIVE: PlanObjective = {
  carbonCnyPerKg: 0,
  greenCnyPerKwh: 0,
  peakCnyPerKw: 0,
  occupancyCnyPerAcceleratorH: 0.5,
  tardinessWeight: 1,
  wearWeight: 1,
};
