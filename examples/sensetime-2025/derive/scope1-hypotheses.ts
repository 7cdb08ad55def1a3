import { Decimal } from "../../../src/ground/quantity/index.ts";
import { holds as inside, type Interval, minus, printed, sum, times } from "./interval.ts";

export const FUELS = ["natural-gas", "diesel", "motor-gasoline", "lpg"] as const;
export type Fuel = (typeof FUELS)[number];

/** CO2 per fuel, kg/GJ on the net heating value, written as carbon content × oxidation × 44/12 where that is its origin. */
export interface FactorSet {
  readonly id: string;
  readonly co2: Readonly<Record<Fuel, Decimal>>;
}

const co2Of = (carbonTonnesPerTj: string, oxidation: string): Decimal =>
  new Decimal(carbonTonnesPerTj).times(oxidation).times(44).div(12);

const carbonSet = (
  id: string,
  carbon: readonly [string, string, string, string],
  oxidation: readonly [string, string, string, string],
): FactorSet => ({
  id,
  co2: Object.fromEntries(
    FUELS.map((fuel, index) => [fuel, co2Of(carbon[index] ?? "0", oxidation[index] ?? "0")]),
  ) as Record<Fuel, Decimal>,
});

const CHINESE_CARBON = ["15.3", "20.2", "18.9", "17.2"] as const;

/** Published sets; the carbon contents are those of the 1996 and 2006 international and the 2013–2015 Chinese guidelines. */
export const FACTOR_SETS: readonly FactorSet[] = [
  {
    id: "ipcc-2006",
    co2: {
      "natural-gas": new Decimal("56.1"),
      diesel: new Decimal("74.1"),
      "motor-gasoline": new Decimal("69.3"),
      lpg: new Decimal("63.1"),
    },
  },
  carbonSet("ipcc-1996-oxidised", CHINESE_CARBON, ["0.995", "0.99", "0.99", "0.99"]),
  carbonSet("ndrc-defaults", CHINESE_CARBON, ["0.99", "0.98", "0.98", "0.99"]),
  carbonSet("ndrc-carbon-fully-oxidised", CHINESE_CARBON, ["1", "1", "1", "1"]),
];

/** Methane and nitrous oxide, kg/TJ: stationary, commercial and institutional; motor gasoline as in road vehicles with early catalysts. */
const CH4: Readonly<Record<Fuel, string>> = { "natural-gas": "5", diesel: "10", "motor-gasoline": "25", lpg: "5" };
const N2O: Readonly<Record<Fuel, string>> = { "natural-gas": "0.1", diesel: "0.6", "motor-gasoline": "8", lpg: "0.1" };

export const GASES = [
  { id: "co2", ch4: "0", n2o: "0" },
  { id: "co2-ch4-n2o-ar5", ch4: "28", n2o: "265" },
  { id: "co2-ch4-n2o-ar6", ch4: "27.9", n2o: "273" },
] as const;

/**
 * How the energy that the report prints relates to the energy that the factor was applied to. The report converts by
 * GB/T 2589-2020; emissions may have been worked out from the same fuel with the heating values of another guideline.
 */
export const HEATING_VALUES: readonly { readonly id: string; readonly ratio: Readonly<Record<Fuel, Decimal>> }[] = [
  {
    id: "as-printed",
    ratio: {
      "natural-gas": new Decimal(1),
      diesel: new Decimal(1),
      "motor-gasoline": new Decimal(1),
      lpg: new Decimal(1),
    },
  },
  {
    id: "ndrc-2013",
    ratio: {
      "natural-gas": new Decimal("38.931").div("38.979"),
      diesel: new Decimal("43.33").div("42.705"),
      "motor-gasoline": new Decimal("44.80").div("43.124"),
      lpg: new Decimal("47.31").div("50.242"),
    },
  },
  {
    id: "gbt-2589-2008",
    ratio: {
      "natural-gas": new Decimal("38.931").div("38.979"),
      diesel: new Decimal("42.652").div("42.705"),
      "motor-gasoline": new Decimal("43.070").div("43.124"),
      lpg: new Decimal("50.179").div("50.242"),
    },
  },
  {
    id: "printed-gross",
    ratio: {
      "natural-gas": new Decimal("0.9"),
      diesel: new Decimal("0.95"),
      "motor-gasoline": new Decimal("0.95"),
      lpg: new Decimal("0.92"),
    },
  },
];

/** Printed figures of a year. Energies in MWh, scope 1 in tCO2e. */
export interface ScopeOneYear {
  readonly period: string;
  readonly gas: string;
  readonly diesel: string;
  readonly renewable?: string;
  readonly direct: string;
  readonly scope1: string;
}

const GJ_PER_MWH = new Decimal("3.6");

/** Energy in the direct total beyond its listed parts, MWh; zero when they close. */
export function unlistedEnergy(year: ScopeOneYear): Interval {
  const listed = sum(
    printed(year.gas),
    printed(year.diesel),
    year.renewable ? printed(year.renewable) : { low: new Decimal(0), high: new Decimal(0) },
  );
  const gap = minus(printed(year.direct), listed);
  const closes = gap.low.lte(0) && gap.high.gte(0);
  return closes ? { low: new Decimal(0), high: new Decimal(0) } : gap;
}

/** A hypothesis and what it gives for each year. */
export interface HypothesisRow {
  /** Factor set of natural gas, of diesel, and of the missing input. */
  readonly gasFactor: string;
  readonly dieselFactor: string;
  readonly gases: string;
  readonly heatingValues: string;
  readonly missing: string;
  readonly missingFactor: string;
  /** Years whose printed scope 1 lies within what the rounding of the inputs allows. */
  readonly explains: readonly string[];
  /** Years whose printed scope 1 is met by the printed inputs themselves, to the last digit shown. */
  readonly exact: readonly string[];
  /** Tonnes, from the printed inputs. */
  readonly computed: Readonly<Record<string, Decimal>>;
}

function factorOf(set: FactorSet, gases: (typeof GASES)[number], fuel: Fuel): Decimal {
  const others = new Decimal(CH4[fuel]).times(gases.ch4).plus(new Decimal(N2O[fuel]).times(gases.n2o)).div(1000);
  return set.co2[fuel].plus(others);
}

/** Tonnes: MWh × 3.6 GJ/MWh × kg/GJ ÷ 1000. */
function emission(energy: Interval, kgPerGj: Decimal): Interval {
  return times(energy, GJ_PER_MWH.times(kgPerGj).div(1000));
}

interface Combination {
  readonly gas: FactorSet;
  readonly diesel: FactorSet;
  readonly gases: (typeof GASES)[number];
  readonly heating: (typeof HEATING_VALUES)[number];
  readonly missing: { readonly fuel: Fuel; readonly set: FactorSet } | undefined;
}

/** All combinations: each fuel's factor may come from another set; nothing is tuned. */
function combinations(): Combination[] {
  const missing = [undefined, ...FUELS.flatMap((fuel) => FACTOR_SETS.map((set) => ({ fuel, set })))];
  return FACTOR_SETS.flatMap((gas) =>
    FACTOR_SETS.flatMap((diesel) =>
      GASES.flatMap((gases) =>
        HEATING_VALUES.flatMap((heating) => missing.map((input) => ({ gas, diesel, gases, heating, missing: input }))),
      ),
    ),
  );
}

function resultOf(
  combination: Combination,
  year: ScopeOneYear,
): { computed: Decimal; explains: boolean; exact: boolean } {
  const { heating, gases } = combination;
  const part = (energy: Interval, set: FactorSet, fuel: Fuel): Interval =>
    emission(times(energy, heating.ratio[fuel]), factorOf(set, gases, fuel));
  const parts = [
    part(printed(year.gas), combination.gas, "natural-gas"),
    part(printed(year.diesel), combination.diesel, "diesel"),
  ];
  const { missing } = combination;
  if (missing) parts.push(part(unlistedEnergy(year), missing.set, missing.fuel));
  const total = sum(...parts);
  const target = printed(year.scope1);
  const computed = total.low.plus(total.high).div(2);
  return {
    computed,
    explains: total.low.lt(target.high) && target.low.lt(total.high),
    exact: inside(target, computed),
  };
}

/** What every combination of factor sets, gases, heating values and missing input gives for each year. */
export function searchScopeOne(years: readonly ScopeOneYear[]): HypothesisRow[] {
  return combinations().map((combination) => {
    const results = years.map((year) => ({ period: year.period, ...resultOf(combination, year) }));
    return {
      gasFactor: combination.gas.id,
      dieselFactor: combination.diesel.id,
      gases: combination.gases.id,
      heatingValues: combination.heating.id,
      missing: combination.missing?.fuel ?? "none",
      missingFactor: combination.missing?.set.id ?? "none",
      explains: results.filter((result) => result.explains).map((result) => result.period),
      exact: results.filter((result) => result.exact).map((result) => result.period),
      computed: Object.fromEntries(results.map((result) => [result.period, result.computed])),
    };
  });
}
