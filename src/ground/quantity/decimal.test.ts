import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAmount } from "./amount.ts";
import { Decimal, formatNumber, roundTo } from "./decimal.ts";

describe("formatNumber", () => {
  it.each([
    ["93868.52", 2, "93,868.52"],
    ["93868.525", 2, "93,868.53"],
    ["-93868.525", 2, "-93,868.53"],
    ["0.005", 2, "0.01"],
    ["-0.004", 2, "0.00"],
    ["999.995", 2, "1,000.00"],
    ["1000000", 0, "1,000,000"],
    ["999", 0, "999"],
    ["0", 3, "0.000"],
    ["12.5", 0, "13"],
    ["123456789012345678901234567890.5", 1, "123,456,789,012,345,678,901,234,567,890.5"],
    ["0.0000000001", 10, "0.0000000001"],
  ])("prints %s with %i decimals as %s", (value, decimals, expected) => {
    expect(formatNumber(new Decimal(value), decimals, "zh-Hant")).toBe(expected);
  });

  it("reads back what it prints", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), fc.nat(8), (digits, decimals) => {
        const value = new Decimal(digits.toString()).div(new Decimal(10).pow(decimals));
        const read = parseAmount(formatNumber(value, decimals, "en"));
        expect(read.ok && read.value.eq(value)).toBe(true);
      }),
    );
  });
});

describe("Decimal", () => {
  it("adds and multiplies without a float in between", () => {
    expect(new Decimal("0.1").plus("0.2").toString()).toBe("0.3");
    expect(new Decimal("425.75").times("3.6").times("56.1").toString()).toBe("85984.47");
  });

  it("never writes exponents", () => {
    expect(new Decimal("1e40").toString()).toHaveLength(41);
    expect(new Decimal("1e-12").toString()).toBe("0.000000000001");
  });

  it("rounds halves away from zero, once", () => {
    expect([2.5, 3.5, -2.5, 2.4999].map((value) => roundTo(new Decimal(value), 0).toString())).toEqual([
      "3",
      "4",
      "-3",
      "2",
    ]);
  });
});
