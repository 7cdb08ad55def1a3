export { type Climate } from "./climate.ts";
export {
  type Attribute,
  type ComponentDefinition,
  createSiteContent,
  type EquipmentCurve,
  type SiteContent,
  type SiteContentTexts,
} from "./component-table.ts";
export type { Connection, Control, Scheduler } from "./control.ts";
export {
  bestCoolingMode,
  type CoolingEffort,
  coolingEffort,
  coolingModeAllowed,
  nextCoolingMode,
  type OutsideAir,
  type PlantState,
} from "./cooling.ts";
export { type Curve, valueOn } from "./curve.ts";
export { type Effectiveness, effectiveness, pueName, type Use } from "./effectiveness.ts";
export { generatedYear, uniform } from "./generated-year.ts";
export { DAY_KINDS, type DayKind } from "./ranges.ts";
export { readSite } from "./read-site.ts";
export { type HourOfSite, runSite, type SiteSummary, summarise, usualItKw } from "./run-site.ts";
export type {
  Cluster,
  CoolingMode,
  CoolingPlant,
  GreenContract,
  Grid,
  Hall,
  Pv,
  Site,
  SiteBattery,
  SiteMeter,
  SiteSeries,
  SiteSource,
  Tariff,
  TariffLevel,
  TariffPeriod,
  Ups,
  UpsMode,
  Water,
  Workload,
} from "./site.ts";
export {
  type Conditions,
  type HallStep,
  type ModeChoice,
  type PlantStep,
  type SiteStep,
  siteStep,
  type UpsStep,
} from "./site-step.ts";
export { dayKindOf, energyPriceAt, type LocalHour, tariffPeriod } from "./tariff.ts";
export { bestUpsMode, upsLossKw, upsModeAllowed } from "./ups.ts";
export { readWeather, type WeatherHour } from "./weather.ts";
