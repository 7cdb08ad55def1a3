import { meterOf, seriesOf, sourceOf } from "./build-series.ts";
import type { Component } from "./component.ts";
import { controlOf } from "./control.ts";
import type { DayKind } from "./ranges.ts";
import type {
  Cluster,
  CoolingPlant,
  Grid,
  Hall,
  Pv,
  Site,
  SiteBattery,
  Tariff,
  TariffLevel,
  Ups,
  Water,
  Workload,
} from "./site.ts";

/** The tariff that its component describes. */
export const buildTariff = (c: Component): Tariff => ({
  kind: c.text("kind") as Tariff["kind"],
  year: c.number("year"),
  energyPriceCnyPerKwh: c.number("energyPrice"),
  fixedPartCnyPerKwh: c.number("fixedPart"),
  demandChargeCnyPerKw: c.numberOr("demandCharge"),
  demandIntervalH: c.number("demandInterval"),
  series: c.textOr("series"),
  periods: c.components("periods").map((p) => ({
    id: p.text("id"),
    level: p.text("level") as TariffLevel,
    months: p.numbers("months"),
    days: p.texts("days") as readonly DayKind[],
    hours: p.numbers("hours"),
    multiplier: p.number("multiplier"),
  })),
  holidays: new Set(c.values.has("holidays") ? c.texts("holidays") : []),
  workingWeekends: new Set(c.values.has("workingWeekends") ? c.texts("workingWeekends") : []),
});

const gridOf = (c: Component): Grid => ({
  importLimitKw: c.number("importLimit"),
  exportLimitKw: c.number("exportLimit"),
  contractedDemandKw: c.numberOr("contractedDemand"),
  distributionLoss: c.number("distributionLoss"),
  tariff: buildTariff(c.component("tariff")),
  carbon: { factorKgPerKwh: c.component("carbon").number("factor"), series: c.component("carbon").textOr("series") },
  greenContracts: c.components("greenContracts").map((g) => ({
    id: g.text("id"),
    kind: g.text("kind") as "physical" | "certificates",
    energyKwhPerYear: g.number("energy"),
    premiumCnyPerKwh: g.number("premium"),
  })),
});

const waterOf = (c: Component): Water => ({
  wueLimitLPerKwh: c.numberOr("wueLimit"),
  treatment: c.text("treatment") as Water["treatment"],
  priceCnyPerM3: c.number("price"),
  excessPriceCnyPerM3: c.number("excessPrice"),
  storageM3: c.number("storage"),
});

const pvOf = (c: Component): Pv => ({
  id: c.text("id"),
  powerKw: c.number("power"),
  performance: c.number("performance"),
  series: c.textOr("series"),
});

const batteryOf = (c: Component): SiteBattery => ({
  id: c.text("id"),
  powerKw: c.number("power"),
  energyKwh: c.number("energy"),
  chargeEfficiency: c.curve("chargeEfficiency"),
  dischargeEfficiency: c.curve("dischargeEfficiency"),
  lowest: c.number("lowest"),
  highest: c.number("highest"),
  reserveKwh: c.number("reserve"),
  standbyKw: c.number("standby"),
  wearCnyPerKwh: c.number("wear"),
});

const plantOf = (c: Component): CoolingPlant => ({
  id: c.text("id"),
  loop: c.text("loop") as CoolingPlant["loop"],
  capacityKw: c.number("capacity"),
  distribution: c.number("distribution"),
  dwellH: c.number("dwell"),
  switchingCostCny: c.number("switchingCost"),
  modes: c.components("modes").map((m) => ({
    id: m.text("id"),
    kind: m.text("kind") as "mechanical" | "partial-free" | "free",
    temperature: m.text("temperature") as "wet-bulb" | "dry-bulb",
    atMostC: m.numberOr("atMost"),
    atLeastC: m.numberOr("atLeast"),
    cop: m.curve("cop"),
    partLoad: m.curve("partLoad"),
    water: m.curve("water"),
  })),
});

const upsOf = (c: Component): Ups => ({
  id: c.text("id"),
  capacityKw: c.number("capacity"),
  modes: c.components("modes").map((m) => ({
    id: m.text("id"),
    kind: m.text("kind") as "double-conversion" | "eco",
    efficiency: m.curve("efficiency"),
    months: m.numbers("months"),
    hours: m.numbers("hours"),
    loadAtLeast: m.number("loadAtLeast"),
    loadAtMost: m.number("loadAtMost"),
  })),
});

const hallOf = (c: Component): Hall => ({
  id: c.text("id"),
  capacityKw: c.number("capacity"),
  loadKw: c.number("load"),
  profile: c.curve("profile"),
  ups: c.text("ups"),
  pduLoss: c.number("pduLoss"),
  airPlant: c.text("airPlant"),
  liquidPlant: c.textOr("liquidPlant"),
  liquidShare: c.number("liquidShare"),
  series: c.textOr("series"),
});

const workloadOf = (c: Component): Workload => ({
  id: c.text("id"),
  class: c.text("class") as Workload["class"],
  quality: c.numberOr("quality"),
  suspendable: c.flag("suspendable"),
  suspendCostCny: c.number("suspendCost"),
  checkpointH: c.numberOr("checkpoint"),
  gang: c.flag("gang"),
  deadlineH: c.numberOr("deadline"),
  tardinessCnyPerH: c.number("tardiness"),
});

const clusterOf = (c: Component): Cluster => ({
  id: c.text("id"),
  hall: c.text("hall"),
  vendor: c.text("vendor"),
  count: c.number("count"),
  idleKw: c.number("idlePower"),
  fullKw: c.number("fullPower"),
  speed: c.map("speed"),
  powerCap: c.curve("powerCap"),
});

/** The site that a checked file describes: names and units as the code uses them. */
export function buildSite(c: Component): Site {
  const water = c.componentOr("water");
  const measurement = c.component("measurement");
  const control = c.componentOr("control");
  const weather = c.componentOr("weather");
  return {
    id: c.text("id"),
    name: c.text("name"),
    timeZone: c.text("timeZone"),
    latitude: c.numberOr("latitude"),
    longitude: c.numberOr("longitude"),
    climate: c.textOr("climate"),
    weather: weather && { dryBulb: weather.text("dryBulb"), wetBulb: weather.text("wetBulb") },
    measurement: {
      category: Number(measurement.text("category")) as 1 | 2 | 3,
      storageLosses: measurement.text("storageLosses") as "facility" | "outside",
    },
    grid: gridOf(c.component("grid")),
    water: water && waterOf(water),
    otherKw: c.number("other"),
    pv: c.components("pv").map(pvOf),
    batteries: c.components("batteries").map(batteryOf),
    plants: c.components("plants").map(plantOf),
    ups: c.components("ups").map(upsOf),
    halls: c.components("halls").map(hallOf),
    workloads: c.components("workloads").map(workloadOf),
    clusters: c.components("clusters").map(clusterOf),
    control: control && controlOf(control),
    sources: c.components("sources").map(sourceOf),
    series: c.components("series").map(seriesOf),
    meters: c.components("meters").map(meterOf),
  };
}
