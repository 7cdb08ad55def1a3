import { fail, type Issue, ok, type Result, type Where } from "../../ground/issue/index.ts";
import { convertValue, Decimal, sameDimension, type Unit, type UnitTable } from "../../ground/quantity/index.ts";

/** What a series measures, which decides how it is resampled. */
export const SERIES_KINDS = [
  "power",
  "energy-counter",
  "energy-interval",
  "temperature",
  "price",
  "carbon",
  "state",
] as const;

export type SeriesKind = (typeof SERIES_KINDS)[number];

/** What a series is. It never changes once there are readings: another meaning is another series. */
export interface SeriesDefinition {
  /** Dotted, `hall.east.it`. */
  readonly id: string;
  readonly kind: SeriesKind;
  /** Unit in which readings are kept; °C of a temperature. */
  readonly unit: string;
  /** Milliseconds from one reading to the next when all is well; of interval energy, the length of its interval. */
  readonly everyMs: number;
  /** Milliseconds for which a value holds at most, and over which a counter's difference may be spread. */
  readonly holdMs: number;
  /** Value at which a counter starts again from 0. */
  readonly rollover: number | undefined;
}

const LONGEST_HOLD_MS = 86_400_000;
const CELSIUS = "°C";

/** How long a value holds where nobody says it: some intervals of a held value, one of interval energy, a day of a counter. */
export function defaultHoldMs(kind: SeriesKind, everyMs: number): number {
  if (kind === "energy-counter") return LONGEST_HOLD_MS;
  return Math.min(LONGEST_HOLD_MS, kind === "energy-interval" ? everyMs : 5 * everyMs);
}

const UNIT_OF: Readonly<Partial<Record<SeriesKind, string>>> = {
  power: "kW",
  "energy-counter": "kWh",
  "energy-interval": "kWh",
};

/** Whether a unit measures what the kind says; otherwise an example of one that does. */
function unfitting(kind: SeriesKind, unit: Unit, units: UnitTable): string | undefined {
  const like = UNIT_OF[kind];
  if (like !== undefined) return sameDimension(unit, units.unit(like)) ? undefined : like;
  if (kind === "state") return undefined;
  const { energy, ...above } = unit.dimensions;
  const names = Object.entries(above);
  const per = energy === -1 && names.length === 1 && names[0]?.[1] === 1 ? (names[0]?.[0] ?? "") : "";
  if (kind === "price") return per.startsWith("money_") ? undefined : "CNY/kWh";
  return per === "mass_co2" || per === "mass_co2e" ? undefined : "kgCO2/kWh";
}

/** How amounts of a unit become amounts of a series, `value × times`. */
export interface Conversion {
  readonly unit: string;
  readonly times: number;
}

/**
 * Reads the unit of a series.
 * @returns its id
 * @issues UNIT-001, UNIT-003; SENSE-001 (a unit that does not measure what the kind says)
 */
export function readSeriesUnit(kind: SeriesKind, text: string, units: UnitTable, at: Where): Result<string> {
  if (kind === "temperature")
    return /^(°C|℃|degC)$/.test(text.trim())
      ? ok(CELSIUS)
      : fail({ code: "SENSE-001", severity: "error", at, expected: CELSIUS, actual: text, values: { kind } });
  const unit = units.parse(text, at);
  if (!unit.ok) return unit;
  const expected = unfitting(kind, unit.value, units);
  return expected === undefined
    ? ok(unit.value.id)
    : fail({ code: "SENSE-001", severity: "error", at, expected, actual: text, values: { kind } });
}

/**
 * How readings in the unit of a source become readings of a series.
 * @issues UNIT-001, UNIT-003; SENSE-002 (the two units do not measure the same: both are named)
 */
export function conversionTo(
  definition: SeriesDefinition,
  sourceUnit: string,
  units: UnitTable,
  at: Where,
): Result<Conversion> {
  const wrong = (): Result<never> =>
    fail({
      code: "SENSE-002",
      severity: "error",
      at,
      expected: definition.unit,
      actual: sourceUnit,
      values: { series: definition.id },
    });
  if (definition.unit === CELSIUS)
    return /^(°C|℃|degC)$/.test(sourceUnit.trim()) ? ok({ unit: CELSIUS, times: 1 }) : wrong();
  const from = units.parse(sourceUnit, at);
  if (!from.ok) return from;
  const to = units.unit(definition.unit);
  if (!sameDimension(from.value, to)) return wrong();
  return ok({ unit: from.value.id, times: convertValue(new Decimal(1), from.value, to).toNumber() });
}

/** Every field in which two definitions of one series differ. */
export function differences(known: SeriesDefinition, asked: SeriesDefinition, at: Where): Issue[] {
  const fields = ["kind", "unit", "everyMs", "holdMs", "rollover"] as const;
  return fields
    .filter((field) => known[field] !== asked[field])
    .map((field) => ({
      code: "SENSE-003",
      severity: "error",
      at,
      expected: String(known[field] ?? "–"),
      actual: String(asked[field] ?? "–"),
      values: { series: known.id, field: field.replace("Ms", "") },
    }));
}
