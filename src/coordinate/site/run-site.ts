import { addDays } from "../../ground/quantity/index.ts";
import type { PlantState } from "./cooling.ts";
import { valueOn } from "./curve.ts";
import { type Effectiveness, effectiveness, type Use } from "./effectiveness.ts";
import type { CoolingMode, Hall, Site, TariffLevel, UpsMode } from "./site.ts";
import { type SiteStep, siteStep } from "./site-step.ts";
import { dayKindOf, energyPriceAt, tariffPeriod } from "./tariff.ts";
import type { WeatherHour } from "./weather.ts";

/** A month or the whole time of a run. */
export interface SiteSummary extends Use, Effectiveness {
  /** 1–12; undefined for the whole. */
  readonly month: number | undefined;
  readonly pvKwh: number;
  readonly coolingKwh: number;
  readonly upsLossKwh: number;
  readonly distributionLossKwh: number;
  readonly otherKwh: number;
  readonly peakKw: number;
  readonly peakAt: string;
  /** Grid energy × energy price; no demand charge. */
  readonly energyCostCny: number;
  readonly demandCostCny: number;
  /** Hours in which no plant of the site needs a compressor. */
  readonly freeCoolingHours: number;
  readonly excessHeatHours: number;
  readonly halls: readonly { readonly hall: string; readonly itKwh: number; readonly ppue: number | undefined }[];
  readonly plants: readonly {
    readonly plant: string;
    readonly heatKwh: number;
    readonly energyKwh: number;
    readonly waterL: number;
    readonly switches: number;
    readonly hours: Readonly<Record<CoolingMode["kind"], number>>;
  }[];
  readonly ups: readonly { readonly ups: string; readonly hours: Readonly<Record<UpsMode["kind"], number>> }[];
  /** By level of the tariff: hours, energy from the grid, its cost. */
  readonly tariff: readonly {
    readonly level: TariffLevel | "all";
    readonly hours: number;
    readonly kwh: number;
    readonly costCny: number;
  }[];
}

export interface HourOfSite {
  readonly date: string;
  readonly hour: number;
  readonly step: SiteStep;
  readonly pvKw: number;
  readonly gridKw: number;
  readonly priceCnyPerKwh: number;
  readonly level: TariffLevel | "all";
}

/** IT power that a hall's mean load and profile give at an hour of the local day, kW. */
export function usualItKw(hall: Hall, hour: number): number {
  return hall.loadKw * valueOn(hall.profile, hour);
}

/**
 * A site over hours of weather from 1 January of its tariff's year, without batteries in use: nothing is planned here.
 * @param weather [T] one an hour
 * @returns       [T]
 */
export function runSite(site: Site, weather: readonly WeatherHour[]): HourOfSite[] {
  const { tariff } = site.grid;
  let states: ReadonlyMap<string, PlantState> = new Map();
  return weather.map((air, index): HourOfSite => {
    const date = addDays(`${tariff.year}-01-01`, Math.floor(index / 24));
    const [hour, month] = [index % 24, Number(date.slice(5, 7))];
    const itKw = new Map(site.halls.map((hall) => [hall.id, usualItKw(hall, hour)]));
    const step = siteStep(site, { month, hour, stepH: 1, air, itKw }, states);
    states = step.states;
    const sun = site.pv.reduce((sum, pv) => sum + pv.powerKw * pv.performance * (air.sunWPerM2 / 1000), 0);
    // What is neither used nor may be fed back is curtailed.
    const pvKw = Math.min(sun, step.facilityKw + site.grid.exportLimitKw);
    return {
      date,
      hour,
      step,
      pvKw,
      gridKw: step.facilityKw - pvKw,
      priceCnyPerKwh: energyPriceAt(tariff, { date, hour }),
      level: tariffPeriod(tariff, month, dayKindOf(tariff, date), hour)?.level ?? "all",
    };
  });
}

const LEVELS = ["deep-valley", "valley", "flat", "peak", "critical-peak", "all"] as const;

/** Sums hours of a site, one month or all of them. Exported energy earns nothing and carries no carbon here. */
export function summarise(site: Site, hours: readonly HourOfSite[], month?: number): SiteSummary {
  const within = month === undefined ? hours : hours.filter(({ date }) => Number(date.slice(5, 7)) === month);
  const sum = (of: (hour: HourOfSite) => number): number => within.reduce((total, hour) => total + of(hour), 0);
  const count = (is: (hour: HourOfSite) => boolean): number => within.filter(is).length;
  const imported = (hour: HourOfSite): number => Math.max(0, hour.gridKw);
  const peakOf = (some: readonly HourOfSite[]): HourOfSite | undefined =>
    some.reduce<HourOfSite | undefined>((high, one) => (high && high.gridKw >= one.gridKw ? high : one), undefined);
  const peak = peakOf(within);
  const months = [...new Set(within.map(({ date }) => date.slice(0, 7)))];
  const use: Use = {
    hours: within.length,
    itKwh: sum(({ step }) => step.itKw),
    pduLossKwh: sum(({ step }) => step.pduLossKw),
    facilityKwh: sum(({ step }) => step.facilityKw),
    waterL: sum(({ step }) => step.waterL),
    carbonKg: sum(imported) * site.grid.carbon.factorKgPerKwh,
  };
  return {
    month,
    ...use,
    ...effectiveness(use, site.measurement.category),
    pvKwh: sum(({ pvKw }) => pvKw),
    coolingKwh: sum(({ step }) => step.coolingKw),
    upsLossKwh: sum(({ step }) => step.upsLossKw),
    distributionLossKwh: sum(({ step }) => step.distributionLossKw),
    otherKwh: sum(({ step }) => step.otherKw),
    peakKw: peak?.gridKw ?? 0,
    peakAt: peak ? `${peak.date} ${String(peak.hour).padStart(2, "0")}:00` : "",
    energyCostCny: sum((hour) => imported(hour) * hour.priceCnyPerKwh),
    demandCostCny:
      (site.grid.tariff.demandChargeCnyPerKw ?? 0) *
      months.reduce(
        (total, one) => total + Math.max(0, peakOf(within.filter(({ date }) => date.startsWith(one)))?.gridKw ?? 0),
        0,
      ),
    freeCoolingHours: count(({ step }) => step.plants.every(({ mode, heatKw }) => mode.kind === "free" || heatKw <= 0)),
    excessHeatHours: count(({ step }) => step.plants.some(({ excessHeatKw }) => excessHeatKw > 0)),
    halls: site.halls.map(({ id }, index) => {
      const it = sum(({ step }) => step.halls[index]?.itKw ?? 0);
      const all = sum(({ step }) => {
        const hall = step.halls[index];
        return hall ? hall.itKw + hall.pduLossKw + hall.upsLossKw + hall.coolingKw : 0;
      });
      return { hall: id, itKwh: it, ppue: it > 0 ? all / it : undefined };
    }),
    plants: site.plants.map(({ id }, index) => {
      const hoursIn = (kind: CoolingMode["kind"]): number =>
        count(({ step }) => step.plants[index]?.mode.kind === kind);
      return {
        plant: id,
        heatKwh: sum(({ step }) => step.plants[index]?.heatKw ?? 0),
        energyKwh: sum(({ step }) => step.plants[index]?.powerKw ?? 0),
        waterL: sum(({ step }) => step.plants[index]?.waterLPerH ?? 0),
        switches: count(({ step }) => step.plants[index]?.switched === true),
        hours: { mechanical: hoursIn("mechanical"), "partial-free": hoursIn("partial-free"), free: hoursIn("free") },
      };
    }),
    ups: site.ups.map(({ id }, index) => {
      const hoursIn = (kind: UpsMode["kind"]): number => count(({ step }) => step.ups[index]?.mode.kind === kind);
      return { ups: id, hours: { "double-conversion": hoursIn("double-conversion"), eco: hoursIn("eco") } };
    }),
    tariff: LEVELS.map((level) => {
      const at = within.filter((hour) => hour.level === level);
      return {
        level,
        hours: at.length,
        kwh: at.reduce((total, hour) => total + imported(hour), 0),
        costCny: at.reduce((total, hour) => total + imported(hour) * hour.priceCnyPerKwh, 0),
      };
    }).filter((one) => one.hours > 0),
  };
}
