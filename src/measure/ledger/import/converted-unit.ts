import {
  combineDimensions,
  equalDimensions,
  makeUnit,
  parseQuantity,
  type Unit,
  type UnitTable,
} from "../../../ground/quantity/index.ts";

/** What an activity declares about amounts of another dimension: a cubic metre of water is a tonne, `1 t/m3`. */
export interface Conversion {
  readonly at: string;
}

/** A unit of another dimension with what makes it one of the activity's. */
export interface ConvertedUnit {
  /** Keeps the id under which the amount was entered; one of it is so much of the activity's base unit. */
  readonly unit: Unit;
  /** The declared conversion that was used, `1 t/m3`. */
  readonly at: string;
}

/**
 * Takes a unit of another dimension for an activity that declares how: only what is declared is converted, and the
 * result says by what.
 * @param wanted the activity's own unit
 * @returns undefined when the activity declares nothing that fits
 */
export function convertedUnit(
  unit: Unit,
  wanted: Unit,
  conversions: readonly Conversion[],
  units: UnitTable,
): ConvertedUnit | undefined {
  for (const { at } of conversions) {
    const density = parseQuantity(at, units, {});
    if (!density.ok) continue;
    const { value, unit: per } = density.value;
    if (!equalDimensions(combineDimensions(unit.dimensions, per.dimensions, 1), wanted.dimensions)) continue;
    const numerator = unit.numerator.times(value).times(per.numerator);
    const denominator = unit.denominator.times(per.denominator);
    return { unit: makeUnit(unit.id, wanted.dimensions, numerator, denominator), at };
  }
  return undefined;
}
