import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readFileSync } from "node:fs";
import { expectOk, issueCatalogue, type IssueTexts, LANGUAGES, renderIssue, type Where } from "../issue/index.ts";
import { Decimal } from "./decimal.ts";
import {
  add,
  compare,
  convert,
  convertByDensity,
  divide,
  multiply,
  type Quantity,
  quantity,
  subtract,
} from "./quantity.ts";
import { formatQuantity, parseQuantity, waterDensity } from "./quantity-text.ts";
import { sameDimension, type Unit } from "./unit.ts";
import { unitTableForTests } from "./unit-table-for-tests.ts";

const units = unitTableForTests();
const unit = (text: string): Unit => expectOk(units.parse(text));
const q = (text: string, at?: Where): Quantity => expectOk(parseQuantity(text, units, at));
const show = (quantity: Quantity): string => `${quantity.value.toFixed()} ${quantity.unit.id}`;

const catalogue = issueCatalogue([
  parse(readFileSync(new URL("../../../content/locales/issues/quantity.yaml", import.meta.url), "utf8")) as Record<
    string,
    IssueTexts
  >,
]);

describe("arithmetic", () => {
  it("keeps the unit of the first", () => {
    expect(show(expectOk(add(q("1 MWh"), q("500 kWh"))))).toBe("1.5 MWh");
    expect(show(expectOk(subtract(q("1 tCO2e"), q("1 kgCO2e"))))).toBe("0.999 tCO2e");
    expect(show(expectOk(add(q("3.82 百萬元"), q("1 萬元"))))).toBe("3.83 MCNY");
  });

  it("multiplies and divides units along", () => {
    expect(show(multiply(q("425.75 MWh"), q("56.1 kgCO2/GJ")))).toBe("23884.575 MWh*kgCO2/GJ");
    expect(show(expectOk(convert(multiply(q("425.75 MWh"), q("56.1 kgCO2/GJ")), unit("tCO2"))))).toBe("85.98447 tCO2");
    expect(show(expectOk(divide(q("10 tCO2e"), q("4 百萬元"))))).toBe("2.5 tCO2e/MCNY");
    expect(show(expectOk(divide(q("5 kWh"), q("5 kWh"))))).toBe("1 ratio");
  });

  it("computes scope 1 of two fuels to the last digit", () => {
    const factor = q("56.1 kgCO2/GJ");
    const gas = multiply(q("425.75 MWh"), factor);
    const diesel = multiply(q("196.38 MWh"), q("74.1 kgCO2/GJ"));
    expect(expectOk(convert(expectOk(add(gas, diesel)), unit("tCO2"))).value.toFixed(2)).toBe("138.37");
  });

  it("compares across units", () => {
    expect(
      [compare(q("1 MWh"), q("1000 kWh")), compare(q("1 h"), q("61 min")), compare(q("1 亩"), q("666 m2"))].map(
        (result) => expectOk(result),
      ),
    ).toEqual([0, -1, 1]);
    expect(compare(q("1 h"), q("1 kg")).ok).toBe(false);
  });

  it("adding and taking away again changes nothing", () => {
    const energies = units.all().filter((of) => sameDimension(of, unit("MJ")) && of.denominator.eq(1));
    const amount = fc.integer({ min: -1e9, max: 1e9 }).map((value) => new Decimal(value).div(1000));
    fc.assert(
      fc.property(amount, fc.constantFrom(...energies), amount, (a, of, b) => {
        const base = unit("MJ");
        const [left, right] = [quantity(a, base), quantity(b, of)];
        expect(expectOk(subtract(expectOk(add(left, right)), right)).value.eq(a)).toBe(true);
        expect(expectOk(add(left, right)).value.eq(expectOk(convert(right, base)).value.plus(a))).toBe(true);
      }),
    );
  });

  it("throws for what is no amount", () => {
    expect(() => quantity("abc", unit("kg"))).toThrow();
    expect(() => quantity(Number.NaN, unit("kg"))).toThrow("not an amount");
  });
});

describe("units that do not fit", () => {
  const water = { file: "water.csv", row: 3, column: "amount" };
  const wanted = { file: "indicators/water.yaml", path: "unit" };

  it("are an issue that names both sides and where each came from", () => {
    const result = convert(q("317,522.04 噸", water), unit("m3"), wanted);
    expect(result.ok ? [] : result.issues).toEqual([
      {
        code: "UNIT-002",
        severity: "error",
        at: water,
        expected: "m3",
        actual: "t",
        values: {
          expectedDimension: "volume",
          expectedBase: "m3",
          expectedAt: "indicators/water.yaml › unit",
          actualDimension: "mass",
          actualBase: "kg",
          actualAt: "water.csv › 3 › amount",
        },
      },
    ]);
  });

  it("reads well in three languages", () => {
    const result = add(q("1 MWh", wanted), q("1 tCO2e", water));
    const rendered = result.ok ? [] : result.issues.map((issue) => renderIssue(issue, catalogue));
    expect(rendered[0]?.message).toEqual({
      "zh-Hant":
        "單位不相容：tCO2e（量綱 mass_co2e，以 kgCO2e 計；來自 water.csv › 3 › amount）不能換算為 MWh（量綱 energy，以 MJ 計；來自 indicators/water.yaml › unit）。",
      "zh-Hans":
        "单位不相容：tCO2e（量纲 mass_co2e，以 kgCO2e 计；来自 water.csv › 3 › amount）不能换算为 MWh（量纲 energy，以 MJ 计；来自 indicators/water.yaml › unit）。",
      en: "Units do not fit: tCO2e (dimension mass_co2e, counted in kgCO2e; from water.csv › 3 › amount) cannot become MWh (dimension energy, counted in MJ; from indicators/water.yaml › unit).",
    });
  });

  it.each([
    ["kWh", "kW"],
    ["tCO2", "tCO2e"],
    ["tCH4", "tCO2e"],
    ["t", "tCO2e"],
    ["元", "港元"],
    ["人", "人次"],
    ["天", "日曆天"],
    ["m3", "Nm3"],
    ["tCO2e", "tCO2e/百萬元"],
    ["%", "人"],
  ])("%s never becomes %s silently", (from, to) => {
    const result = convert(quantity(1, unit(from)), unit(to));
    expect(result.ok ? "" : result.issues[0]?.code).toBe("UNIT-002");
  });

  it("a division by zero names both sides", () => {
    const result = divide(q("5 tCO2e", water), q("0 百萬元", wanted));
    expect(result.ok ? [] : result.issues).toEqual([
      {
        code: "UNIT-007",
        severity: "error",
        at: wanted,
        expected: "≠ 0 MCNY",
        actual: "0 MCNY",
        values: {
          numerator: "5 tCO2e",
          numeratorAt: "water.csv › 3 › amount",
          denominatorAt: "indicators/water.yaml › unit",
        },
      },
    ]);
  });
});

describe("water by mass", () => {
  const density = waterDensity(units);
  it("becomes a volume only by a density that is stated", () => {
    expect(show(expectOk(convertByDensity(q("317,522.04 噸"), density, unit("m3"))))).toBe("317522.04 m3");
    expect(show(expectOk(convertByDensity(q("2 m3"), density, unit("t"))))).toBe("2 t");
    expect(show(expectOk(convertByDensity(q("1 升"), q("0.84 kg/L"), unit("kg"))))).toBe("0.84 kg");
  });
  it("does not turn anything else into anything", () => {
    expect(convertByDensity(q("1 kWh"), density, unit("m3")).ok).toBe(false);
    expect(convertByDensity(q("1 t"), density, unit("kg")).ok).toBe(false);
    expect(convertByDensity(q("1 t"), q("0 kg/m3"), unit("m3")).ok).toBe(false);
  });
});

describe("parseQuantity and formatQuantity", () => {
  it.each([
    ["3.6 MJ/kWh", "3.6 MJ/kWh"],
    ["950 萬度", "950 10000*kWh"],
    ["9,615.87MWh", "9615.87 MWh"],
    ["人民幣382萬元", "382 wanCNY"],
    ["HK$1,234.5", "1234.5 HKD"],
    ["HK$ 1.2 million", "1.2 MHKD"],
    ["US$5", "5 USD"],
    ["84%", "84 percent"],
    ["−5 ℃", "AMOUNT"],
    ["101,789.73tCO₂e", "101789.73 tCO2e"],
    ["40,400 petaflops", "40400 PFLOPS"],
    ["94 萬 kWh", "94 10000*kWh"],
    ["12", "12 ratio"],
    ["0.5", "0.5 ratio"],
    ["(12) t", "-12 t"],
    ["1e3 kg", "1000 kg"],
    ["5 m3", "5 m3"],
  ])("%s is %s", (text, expected) => {
    const result = parseQuantity(text, units);
    expect(result.ok ? show(result.value) : "AMOUNT").toBe(expected);
  });

  it.each([
    ["", "AMOUNT-001"],
    ["kWh", "AMOUNT-001"],
    ["1,23 kWh", "AMOUNT-002"],
    ["1 foo", "UNIT-001"],
    ["1,23 foo", "AMOUNT-002,UNIT-001"],
    ["5 mWh", "UNIT-003"],
  ])("%j is asked back: %s", (text, codes) => {
    const result = parseQuantity(text, units);
    expect(result.ok ? "" : result.issues.map((issue) => issue.code).join()).toBe(codes);
  });

  it.each([
    ["93868.52 tCO2e", 2, "93,868.52 噸二氧化碳當量", "93,868.52 tCO2e"],
    ["13.63 %", 2, "13.63%", "13.63%"],
    ["18.724 tCO2e/MCNY", 2, "18.72 噸二氧化碳當量/百萬元", "18.72 tCO2e/RMB million"],
    ["2472 人", 0, "2,472 人", "2,472 persons"],
  ])("%s with %i decimals", (text, decimals, hant, en) => {
    expect([
      formatQuantity(q(text), decimals, units, "zh-Hant"),
      formatQuantity(q(text), decimals, units, "en"),
    ]).toEqual([hant, en]);
  });

  it("reads back what it prints, in every language", () => {
    const amount = fc
      .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(6))
      .map(([digits, places]) => new Decimal(`${digits}e-${places}`));
    const asked = new Set(
      units
        .all()
        .filter((of) => LANGUAGES.some((language) => !units.parse(units.symbol(of, language)).ok))
        .map((of) => of.id),
    );
    expect([...asked]).toEqual([]);
    fc.assert(
      fc.property(amount, fc.constantFrom(...units.all()), fc.constantFrom(...LANGUAGES), (value, of, language) => {
        const printed = formatQuantity(quantity(value, of), 6, units, language);
        const read = parseQuantity(printed, units);
        expect(read.ok ? show(read.value) : printed).toBe(show(quantity(value, of)));
      }),
    );
  });
  it("never throws", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" })), (text) => void parseQuantity(text, units)),
    );
  });
});
