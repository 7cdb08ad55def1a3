/** Exponents of base dimensions, zero exponents left out: `{ mass_co2e: 1, energy: -1 }`; `{}` is a pure number. */
export type Dimensions = Readonly<Record<string, number>>;

/**
 * The base dimensions and the unit in which each is stored. The base units are chosen so that everyday units convert to
 * them by decimals that end (1 kWh = 3.6 MJ). Gases are dimensions of their own: a tonne of methane is not a tonne of CO2e.
 */
export const BASE_UNITS: Readonly<Record<string, string>> = {
  energy: "MJ",
  time: "h",
  mass: "kg",
  mass_co2: "kgCO2",
  mass_ch4: "kgCH4",
  mass_n2o: "kgN2O",
  mass_sf6: "kgSF6",
  mass_nf3: "kgNF3",
  mass_co2e: "kgCO2e",
  volume: "m3",
  volume_normal: "Nm3",
  area: "m2",
  length: "m",
  money_cny: "CNY",
  money_hkd: "HKD",
  money_usd: "USD",
  money_eur: "EUR",
  money_gbp: "GBP",
  money_sgd: "SGD",
  money_jpy: "JPY",
  money_mop: "MOP",
  money_twd: "TWD",
  person: "person",
  fte: "fte",
  attendance: "attendance",
  workday: "workday",
  item: "item",
  compute: "PFLOPS",
};

/** The dimensions of a · b (`sign` 1) or of a ÷ b (`sign` −1). */
export function combineDimensions(a: Dimensions, b: Dimensions, sign: 1 | -1): Dimensions {
  const combined: Record<string, number> = { ...a };
  for (const [dimension, exponent] of Object.entries(b)) {
    const sum = (combined[dimension] ?? 0) + sign * exponent;
    if (sum === 0) delete combined[dimension];
    else combined[dimension] = sum;
  }
  return combined;
}

/** True when both have the same exponents. */
export function equalDimensions(a: Dimensions, b: Dimensions): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** Writes factors with exponents in one line, `a*b^2/(c*d)`; `empty` stands for none at all. */
export function powersText(powers: readonly (readonly [string, number])[], empty: string): string {
  const side = (entries: readonly (readonly [string, number])[]): string[] =>
    entries.map(([name, exponent]) => (Math.abs(exponent) === 1 ? name : `${name}^${Math.abs(exponent)}`));
  const above = side(powers.filter(([, exponent]) => exponent > 0));
  const below = side(powers.filter(([, exponent]) => exponent < 0));
  if (above.length + below.length === 0) return empty;
  const denominator = below.length > 1 ? `/(${below.join("*")})` : below.length === 1 ? `/${below[0]}` : "";
  return `${above.length > 0 ? above.join("*") : "1"}${denominator}`;
}

/** Reads what `powersText` writes; undefined when it is something else. */
export function readPowers(text: string, name: RegExp): Map<string, number> | undefined {
  const match = /^([^/()]+)(?:\/(?:([^/()*]+)|\(([^/()]+)\)))?$/.exec(text);
  if (!match) return undefined;
  const powers = new Map<string, number>();
  for (const [side, sign] of [
    [match[1], 1],
    [match[2] ?? match[3], -1],
  ] as const) {
    for (const factor of side === undefined ? [] : side.split("*")) {
      const [base = "", exponent = "1", ...rest] = factor.split("^");
      if (!name.test(base) || !/^[1-9]\d{0,2}$/.test(exponent) || rest.length > 0) return undefined;
      powers.set(base, (powers.get(base) ?? 0) + sign * Number(exponent));
    }
  }
  return powers;
}

/** Reads `energy`, `energy/time`, `mass_co2e/(energy*person)`, `dimensionless`; undefined for anything else. */
export function parseDimensions(text: string): Dimensions | undefined {
  const powers = readPowers(text.replaceAll(/\s/g, ""), /^(?:1|[a-z][a-z0-9_]*)$/);
  if (!powers) return undefined;
  powers.delete("1");
  powers.delete("dimensionless");
  const names = [...powers.keys()];
  if (!names.every((name) => Object.hasOwn(BASE_UNITS, name))) return undefined;
  return Object.fromEntries([...powers].filter(([, exponent]) => exponent !== 0));
}

/** `mass_co2e/energy`; a pure number is `dimensionless`. */
export function dimensionsText(dimensions: Dimensions): string {
  return powersText(sorted(Object.entries(dimensions)), "dimensionless");
}

/** The base unit of dimensions, `kgCO2e/MJ`; of a pure number `ratio`. */
export function baseUnitId(dimensions: Dimensions): string {
  const powers = Object.entries(dimensions).map(([name, exponent]) => [BASE_UNITS[name] ?? name, exponent] as const);
  return powersText(sorted(powers), "ratio");
}

/** In an order that depends on the names alone, numbers first. */
export function sorted(powers: readonly (readonly [string, number])[]): (readonly [string, number])[] {
  return [...powers].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
