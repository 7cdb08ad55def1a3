export { holdsWhole, needsGaps } from "./coverage.ts";
export { type Calculator, createCalculator, type ValueRequest } from "./calculator.ts";
export {
  activitiesOf,
  type Catalogue,
  type CatalogueContent,
  type CatalogueEntry,
  createCatalogue,
  referencesOf,
} from "./catalogue.ts";
export { type Activity, activitySchema, type Indicator, indicatorSchema } from "./definition.ts";
export { type Filter, type Formula, nodesOf, parseFormula } from "./formula.ts";
export { isHandedThrough, type Printed, type Reconciliation, reconcile, type Verdict } from "./reconcile.ts";
export type {
  Caveat,
  IndicatorValue,
  LineageNode,
  Missing,
  RecordGroup,
  RecordRequest,
  RecordSource,
  SeriesGaps,
  SitesHeld,
  TimeHeld,
  ValueStatus,
} from "./value.ts";
