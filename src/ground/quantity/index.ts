export { parseAmount } from "./amount.ts";
export { Decimal, formatNumber, roundTo } from "./decimal.ts";
export {
  BASE_UNITS,
  baseUnitId,
  combineDimensions,
  type Dimensions,
  dimensionsText,
  equalDimensions,
  parseDimensions,
} from "./dimensions.ts";
export { addDays, dateNumber } from "./local-date.ts";
export {
  contains,
  containsDate,
  daysOf,
  eachDay,
  type FiscalCalendar,
  fiscalYearPeriod,
  monthsOf,
  overlaps,
  type Period,
  periodOf,
  previousPeriod,
  samePeriod,
  yearPeriod,
} from "./period.ts";
export { parsePeriod } from "./period-text.ts";
export {
  add,
  compare,
  convert,
  convertByDensity,
  convertValue,
  divide,
  multiply,
  type Quantity,
  quantity,
  subtract,
} from "./quantity.ts";
export { formatQuantity, parseQuantity, waterDensity } from "./quantity-text.ts";
export { AMOUNT_SCALE, decimalOfUnits, scaledAmount } from "./scaled-amount.ts";
export {
  addSeries,
  convertSeries,
  divideSeries,
  multiplySeries,
  type Series,
  scaleSeries,
  type SeriesSum,
  series,
  subtractSeries,
  sumSeries,
  valueAt,
} from "./series.ts";
export { checkTimeZone, hoursOf, instantsOfWallClock, localDateOf, localHourOf, periodInstants } from "./time-zone.ts";
export { baseUnit, makeUnit, productUnit, quotientUnit, RATIO, sameDimension, sameUnit, type Unit } from "./unit.ts";
export type { UnitDefinition } from "./unit-definition.ts";
export { createUnitTable, type UnitTable } from "./unit-table.ts";
