import type { Control } from "./control.ts";
import type { SeriesDefinition } from "../sense/series.ts";
import type { Curve } from "./curve.ts";
import type { DayKind } from "./ranges.ts";

/** A site in the units of the table of attributes: power kW, energy kWh, money CNY, water L or m³, time h, shares 0–1. */
export interface Site {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly latitude: number | undefined;
  readonly longitude: number | undefined;
  readonly climate: string | undefined;
  /** Series of the outside air. */
  readonly weather: { readonly dryBulb: string; readonly wetBulb: string } | undefined;
  readonly measurement: { readonly category: 1 | 2 | 3; readonly storageLosses: "facility" | "outside" };
  readonly grid: Grid;
  readonly water: Water | undefined;
  readonly otherKw: number;
  readonly pv: readonly Pv[];
  readonly batteries: readonly SiteBattery[];
  readonly plants: readonly CoolingPlant[];
  readonly ups: readonly Ups[];
  readonly halls: readonly Hall[];
  readonly workloads: readonly Workload[];
  readonly clusters: readonly Cluster[];
  /** How it is run; absent when it is only planned. */
  readonly control: Control | undefined;
  readonly sources: readonly SiteSource[];
  readonly series: readonly SiteSeries[];
  readonly meters: readonly SiteMeter[];
}

/** A meter of the site. Import and charge are positive, and so is everything that is used or generated. */
export interface SiteMeter {
  readonly id: string;
  readonly counts: "grid" | "hall" | "pv" | "battery" | "plant" | "ups" | "water" | "other";
  /** The hall, PV plant, battery, cooling plant or UPS. */
  readonly of: string | undefined;
  readonly series: string;
  /** The meter that counts this one's energy too. */
  readonly parent: string | undefined;
  /** Share of its reading. */
  readonly accuracy: number;
}

/** A system that readings are pulled from. */
export interface SiteSource {
  readonly id: string;
  readonly kind: "prometheus" | "mqtt" | "sunspec" | "slurm";
  readonly address: string;
  /** Modbus unit. */
  readonly unit: number;
  readonly user: string | undefined;
  /** Name of an environment variable. */
  readonly secret: string | undefined;
}

/** A series of the site with where it comes from. */
export interface SiteSeries extends SeriesDefinition {
  readonly source: string | undefined;
  readonly query: string | undefined;
  readonly field: string | undefined;
  readonly instantField: string | undefined;
  readonly sourceUnit: string;
  /** The source counts the other way. */
  readonly reversed: boolean;
}

export interface Grid {
  readonly importLimitKw: number;
  readonly exportLimitKw: number;
  readonly contractedDemandKw: number | undefined;
  readonly distributionLoss: number;
  readonly tariff: Tariff;
  readonly carbon: { readonly factorKgPerKwh: number; readonly series: string | undefined };
  readonly greenContracts: readonly GreenContract[];
}

export type TariffLevel = "deep-valley" | "valley" | "flat" | "peak" | "critical-peak";

export interface TariffPeriod {
  readonly id: string;
  readonly level: TariffLevel;
  readonly months: readonly number[];
  readonly days: readonly DayKind[];
  readonly hours: readonly number[];
  readonly multiplier: number;
}

export interface Tariff {
  readonly kind: "flat" | "time-of-use" | "two-part" | "real-time";
  readonly year: number;
  readonly energyPriceCnyPerKwh: number;
  readonly fixedPartCnyPerKwh: number;
  /** For a month's highest demand. */
  readonly demandChargeCnyPerKw: number | undefined;
  readonly demandIntervalH: number;
  readonly series: string | undefined;
  readonly periods: readonly TariffPeriod[];
  readonly holidays: ReadonlySet<string>;
  readonly workingWeekends: ReadonlySet<string>;
}

export interface GreenContract {
  readonly id: string;
  readonly kind: "physical" | "certificates";
  readonly energyKwhPerYear: number;
  readonly premiumCnyPerKwh: number;
}

export interface Water {
  readonly wueLimitLPerKwh: number | undefined;
  readonly treatment: "hard" | "priced";
  readonly priceCnyPerM3: number;
  readonly excessPriceCnyPerM3: number;
  readonly storageM3: number;
}

export interface Pv {
  readonly id: string;
  readonly powerKw: number;
  readonly performance: number;
  /** Series of its power. */
  readonly series: string | undefined;
}

export interface SiteBattery {
  readonly id: string;
  readonly powerKw: number;
  readonly energyKwh: number;
  readonly chargeEfficiency: Curve;
  readonly dischargeEfficiency: Curve;
  readonly lowest: number;
  readonly highest: number;
  readonly reserveKwh: number;
  readonly standbyKw: number;
  readonly wearCnyPerKwh: number;
}

export interface CoolingMode {
  readonly id: string;
  readonly kind: "mechanical" | "partial-free" | "free";
  readonly temperature: "wet-bulb" | "dry-bulb";
  readonly atMostC: number | undefined;
  readonly atLeastC: number | undefined;
  readonly cop: Curve;
  readonly partLoad: Curve;
  /** L per kWh of heat rejected, by temperature. */
  readonly water: Curve;
}

export interface CoolingPlant {
  readonly id: string;
  readonly loop: "air" | "liquid";
  readonly capacityKw: number;
  /** kW of fans or pumps per kW of heat, in every mode. */
  readonly distribution: number;
  readonly dwellH: number;
  readonly switchingCostCny: number;
  readonly modes: readonly CoolingMode[];
}

export interface UpsMode {
  readonly id: string;
  readonly kind: "double-conversion" | "eco";
  readonly efficiency: Curve;
  readonly months: readonly number[];
  readonly hours: readonly number[];
  readonly loadAtLeast: number;
  readonly loadAtMost: number;
}

export interface Ups {
  readonly id: string;
  readonly capacityKw: number;
  readonly modes: readonly UpsMode[];
}

export interface Hall {
  readonly id: string;
  readonly capacityKw: number;
  readonly loadKw: number;
  /** Times the mean load, by hour of the local day. */
  readonly profile: Curve;
  readonly ups: string;
  readonly pduLoss: number;
  readonly airPlant: string;
  readonly liquidPlant: string | undefined;
  readonly liquidShare: number;
  /** Series of its IT power. */
  readonly series: string | undefined;
}

export interface Workload {
  readonly id: string;
  readonly class: "serving" | "training" | "batch";
  readonly quality: number | undefined;
  readonly suspendable: boolean;
  readonly suspendCostCny: number;
  readonly checkpointH: number | undefined;
  readonly gang: boolean;
  readonly deadlineH: number | undefined;
  readonly tardinessCnyPerH: number;
}

export interface Cluster {
  readonly id: string;
  readonly hall: string;
  readonly vendor: string;
  readonly count: number;
  readonly idleKw: number;
  readonly fullKw: number;
  readonly speed: ReadonlyMap<string, number>;
  readonly powerCap: Curve;
}
