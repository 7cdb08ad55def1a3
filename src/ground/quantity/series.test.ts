import { describe, expect, it } from "vitest";
import { expectOk, type Result } from "../issue/index.ts";
import { Decimal } from "./decimal.ts";
import { quantity } from "./quantity.ts";
import {
  addSeries,
  convertSeries,
  divideSeries,
  multiplySeries,
  type Series,
  scaleSeries,
  series,
  subtractSeries,
  sumSeries,
  valueAt,
} from "./series.ts";
import { unitTableForTests } from "./unit-table-for-tests.ts";

const units = unitTableForTests();
const make = (unit: string, values: Record<string, string | undefined>, file = `${unit}.csv`): Series =>
  expectOk(
    series(
      Object.keys(values),
      Object.values(values).map((value) => (value === undefined ? undefined : new Decimal(value))),
      expectOk(units.parse(unit)),
      { file },
    ),
  );
const show = (result: Result<Series> | Series): string => {
  const s = "ok" in result ? expectOk(result) : result;
  return `${s.labels.map((label, index) => `${label}=${s.values[index]?.toFixed() ?? "?"}`).join(" ")} ${s.unit.id}`;
};
const codes = (result: Result<unknown>): string => (result.ok ? "" : result.issues.map((issue) => issue.code).join());

const energy = make("MWh", { SH: "100", HK: "110", SZ: undefined });
const more = make("kWh", { SZ: "7000", HK: "1000", SH: "500" });

describe("series", () => {
  it("are aligned by label, whatever the order, in the unit of the first", () => {
    expect(show(addSeries(energy, more))).toBe("SH=100.5 HK=111 SZ=? MWh");
    expect(show(subtractSeries(more, energy))).toBe("SZ=? HK=-109000 SH=-99500 kWh");
  });

  it("multiply and divide with their units, and stay missing where a part is missing", () => {
    const revenue = make("百萬元", { SH: "50", HK: "40", SZ: "20" });
    expect(show(divideSeries(energy, revenue))).toBe("SH=2 HK=2.75 SZ=? MWh/MCNY");
    expect(show(multiplySeries(energy, make("kgCO2/kWh", { SH: "0.5", HK: "0.5", SZ: "0.5" })))).toBe(
      "SH=50 HK=55 SZ=? MWh*kgCO2/kWh",
    );
    expect(show(scaleSeries(energy, quantity("2", expectOk(units.parse("ratio")))))).toBe("SH=200 HK=220 SZ=? MWh");
    expect(show(convertSeries(energy, expectOk(units.parse("GJ"))))).toBe("SH=360 HK=396 SZ=? GJ");
  });

  it("that do not fit are an issue that names the labels of both sides", () => {
    const result = addSeries(energy, make("kWh", { HK: "1", SZ: "1", BJ: "1" }));
    expect(result.ok ? [] : result.issues).toEqual([
      {
        code: "ALIGN-001",
        severity: "error",
        at: { file: "kWh.csv" },
        expected: "SH, HK, SZ",
        actual: "HK, SZ, BJ",
        values: { missing: "SH", surplus: "BJ", left: "MWh.csv", right: "kWh.csv" },
      },
    ]);
    const labels = Array.from({ length: 20 }, (_, index) => `s${index}`);
    const long = addSeries(make("kWh", Object.fromEntries(labels.map((label) => [label, "1"]))), make("kWh", {}));
    expect(long.ok ? "" : long.issues[0]?.values?.["missing"]).toContain("(20)");
  });

  it("refuse labels given twice, too few values, other dimensions, and zero below the line", () => {
    const mwh = expectOk(units.parse("MWh"));
    expect(codes(series(["a", "a"], [undefined, undefined], mwh))).toBe("ALIGN-001");
    expect(codes(series(["a", "b"], [undefined], mwh))).toBe("ALIGN-001");
    expect(codes(addSeries(energy, make("t", { SH: "1", HK: "1", SZ: "1" })))).toBe("UNIT-002");
    expect(codes(subtractSeries(energy, make("t", { SH: "1", HK: "1", SZ: "1" })))).toBe("UNIT-002");
    expect(codes(convertSeries(energy, expectOk(units.parse("t"))))).toBe("UNIT-002");
    expect(codes(divideSeries(energy, make("人", { SH: "0", HK: "5", SZ: "0" })))).toBe("UNIT-007,UNIT-007");
  });

  it("have no total while a value is missing, and say which", () => {
    const sum = sumSeries(energy);
    expect([sum.total, sum.ofPresent.value.toFixed(), sum.missing]).toEqual([undefined, "210", ["SZ"]]);
    expect(sumSeries(more).total?.value.toFixed()).toBe("8500");
    expect(sumSeries(make("kWh", {})).total?.value.toFixed()).toBe("0");
  });

  it("give the value under a label", () => {
    expect(valueAt(energy, "HK")?.value.toFixed()).toBe("110");
    expect([valueAt(energy, "SZ"), valueAt(energy, "1999")]).toEqual([undefined, undefined]);
  });
});
