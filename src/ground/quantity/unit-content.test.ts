import { describe, expect, it } from "vitest";
import { expectOk, LANGUAGES } from "../issue/index.ts";
import { BASE_UNITS, parseDimensions } from "./dimensions.ts";
import { convert, quantity } from "./quantity.ts";
import { baseUnit, sameUnit } from "./unit.ts";
import { createUnitTable } from "./unit-table.ts";
import { unitDefinitionsForTests, unitTableForTests } from "./unit-table-for-tests.ts";

const definitions = unitDefinitionsForTests();
const units = unitTableForTests();

describe("content/units", () => {
  it("gives every unit its three symbols, its source, and spellings that lead to it", () => {
    const wrong: string[] = [];
    for (const definition of definitions) {
      if (!definition.source) wrong.push(`${definition.id} has no source`);
      for (const spelling of [
        definition.id,
        ...LANGUAGES.map((language) => definition.symbol[language]),
        ...definition.spellings,
      ]) {
        const unit = units.parse(spelling);
        if (!unit.ok || unit.value.id !== definition.id) wrong.push(`${definition.id}: ${spelling}`);
      }
      for (const spelling of definition.ambiguous ?? []) {
        const unit = units.parse(spelling);
        if (unit.ok || !unit.issues[0]?.expected?.includes(definition.id))
          wrong.push(`${definition.id}: ${spelling} is not asked back`);
      }
    }
    expect(definitions.length).toBeGreaterThan(90);
    expect(wrong).toEqual([]);
  });

  it("defines every base unit with factor 1, and uses every base dimension", () => {
    for (const [dimension, id] of Object.entries(BASE_UNITS)) {
      const unit = units.unit(id);
      expect(unit.dimensions).toEqual({ [dimension]: 1 });
      expect(sameUnit(unit, baseUnit(unit.dimensions))).toBe(true);
    }
  });

  it("knows no dimension that is not there", () => {
    expect(definitions.filter((definition) => !parseDimensions(definition.dimension))).toEqual([]);
  });

  // Independent of the file's factors: everyday amounts as textbooks give them.
  it.each([
    ["1", "kWh", "3.6", "MJ"],
    ["1", "MWh", "3.6", "GJ"],
    ["1", "GWh", "3600", "GJ"],
    ["1", "TWh", "3.6", "PJ"],
    ["1", "TJ", "1000", "GJ"],
    ["277.777777777777777777777777777777777777777777777777777777778", "kWh", "1", "GJ"],
    ["1", "tce", "29.3076", "GJ"],
    ["1", "tce", "8.141", "MWh"],
    ["1", "kgce", "7000", "kcal"],
    ["1", "toe", "41.868", "GJ"],
    ["1", "toe", "10", "Gcal"],
    ["1", "toe", "11.63", "MWh"],
    ["1", "MMBtu", "1055.05585262", "MJ"],
    ["1", "MW", "1000", "kW"],
    ["1", "W", "3600", "J/h"],
    ["1", "h", "60", "min"],
    ["1", "min", "60", "s"],
    ["1", "week", "168", "h"],
    ["1", "d", "1440", "min"],
    ["1", "t", "1000", "kg"],
    ["1", "kt", "1000", "t"],
    ["1", "Mt", "1000000", "t"],
    ["1", "short_ton", "2000", "lb"],
    ["1", "lb", "453.59237", "g"],
    ["1", "tCO2e", "1000", "kgCO2e"],
    ["1", "MtCO2e", "1000", "ktCO2e"],
    ["1", "kgCH4", "1000", "gCH4"],
    ["1", "m3", "1000", "L"],
    ["1", "ML", "1000", "kL"],
    ["1", "gal_us", "3785.411784", "mL"],
    ["1", "bbl", "42", "gal_us"],
    ["1", "ft3", "28.316846592", "L"],
    ["1", "ha", "10000", "m2"],
    ["1", "ha", "15", "mu"],
    ["1", "km2", "100", "ha"],
    ["1", "ft2", "0.09290304", "m2"],
    ["1", "km", "1000", "m"],
    ["1", "m", "100", "cm"],
    ["1", "tkm", "1", "t*km"],
    ["1", "hundredMCNY", "100", "MCNY"],
    ["1", "MCNY", "100", "wanCNY"],
    ["1", "wanCNY", "10", "kCNY"],
    ["382", "wanCNY", "3.82", "MCNY"],
    ["1", "ratio", "100", "percent"],
    ["1", "percent", "10", "permille"],
    ["1", "permille", "1000", "ppm"],
    ["40400", "PFLOPS", "40.4", "EFLOPS"],
    ["950", "萬度", "9500", "MWh"],
    ["35.36", "兆瓦時 / 百萬元收入", "353.6", "kWh/萬元"],
    ["0.5306", "kgCO2/kWh", "0.5306", "tCO2/MWh"],
    ["56.1", "kgCO2/GJ", "201.96", "kgCO2/MWh"],
  ])("%s %s is %s %s", (amount, from, expected, to) => {
    const converted = expectOk(convert(quantity(amount, expectOk(units.parse(from))), expectOk(units.parse(to))));
    expect(converted.value.toDecimalPlaces(40).toString()).toBe(expected);
  });

  it("writes units in the three languages", () => {
    const shown = (text: string): string[] =>
      LANGUAGES.map((language) => units.symbol(expectOk(units.parse(text)), language));
    expect(shown("MWh")).toEqual(["兆瓦時", "兆瓦时", "MWh"]);
    expect(shown("tCO2e/MCNY")).toEqual(["噸二氧化碳當量/百萬元", "吨二氧化碳当量/百万元", "tCO2e/RMB million"]);
    expect(shown("萬度")).toEqual(["萬千瓦時", "万千瓦时", "10,000 kWh"]);
    expect(shown("h/person")).toEqual(["小時/人", "小时/人", "h/person"]);
    expect(shown("kWh/(m2*h)")).toEqual(["千瓦時/(小時·平方米)", "千瓦时/(小时·平方米)", "kWh/(h·m²)"]);
    expect(shown("1/h")).toEqual(["1/小時", "1/小时", "1/h"]);
    expect(shown("2500*m")).toEqual(["2,500 米", "2,500 米", "2,500 m"]);
  });
});

describe("createUnitTable", () => {
  const text = (word: string) => ({ "zh-Hant": word, "zh-Hans": word, en: word });
  it("reports everything wrong in the definitions at once", () => {
    const result = createUnitTable([
      { id: "a", dimension: "energy", factor: "1", symbol: text("a"), spellings: ["alpha"] },
      { id: "b", dimension: "energie", factor: "0", symbol: text("b"), spellings: [] },
      { id: "c d", dimension: "mass", factor: "1/0", symbol: text("c"), spellings: [] },
      { id: "e", dimension: "mass", factor: "2", symbol: text("e"), spellings: ["ＡＬＰＨＡ", "al pha"] },
      { id: "a", dimension: "energy", factor: "1", symbol: text("a"), spellings: [] },
    ]);
    expect(result.ok ? [] : result.issues.map((issue) => `${issue.code} ${issue.at.path} ${issue.actual}`)).toEqual([
      "UNIT-005 a a",
      "UNIT-006 b.dimension energie",
      "UNIT-006 b.factor 0",
      "UNIT-006 c d.id c d",
      "UNIT-006 c d.factor 1/0",
      "UNIT-005 e.spellings e",
    ]);
  });

  it("throws for an id that nobody defined, and makes composed ones", () => {
    expect(() => units.unit("furlong")).toThrow("no unit furlong");
    expect(() => units.unit("兆瓦時")).toThrow();
    expect(units.unit("kgCO2e/(MWh*h)").dimensions).toEqual({ mass_co2e: 1, energy: -1, time: -1 });
  });
});
