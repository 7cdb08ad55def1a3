import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAmount } from "./amount.ts";

const at = { file: "water.csv", row: 3, column: "amount" };
const read = (text: string): string => {
  const result = parseAmount(text, at);
  return result.ok ? result.value.toFixed() : result.issues.map((issue) => issue.code).join();
};

describe("parseAmount", () => {
  it.each([
    ["0", "0"],
    ["-0", "0"],
    ["138.37", "138.37"],
    ["93,868.52", "93868.52"],
    ["1,234,567", "1234567"],
    ["1 234 567.8", "1234567.8"],
    ["1 234", "1234"],
    ["1'234.5", "1234.5"],
    ["１，２３４．５", "1234.5"],
    ["９６１５．８７", "9615.87"],
    ["\u22125", "-5"],
    ["－5", "-5"],
    ["–5.5", "-5.5"],
    ["- 5", "-5"],
    ["+5", "5"],
    ["(12)", "-12"],
    ["（12.50）", "-12.5"],
    ["( 1,200 )", "-1200"],
    [".5", "0.5"],
    ["-.5", "-0.5"],
    ["\ufeff42\u200b", "42"],
    ["  7\u00a0", "7"],
    ["1E-3", "0.001"],
    ["1.0000000000000001E-2", "0.010000000000000001"],
    ["007", "7"],
    ["12345678901234567890.123456789", "12345678901234567890.123456789"],
  ])("reads %j as %s", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ["", "AMOUNT-004"],
    ["  ", "AMOUNT-004"],
    ["-", "AMOUNT-004"],
    ["—", "AMOUNT-004"],
    ["/", "AMOUNT-004"],
    ["N/A", "AMOUNT-004"],
    ["不適用", "AMOUNT-004"],
    ["NaN", "AMOUNT-004"],
    ["1,23", "AMOUNT-002"],
    ["1.234,5", "AMOUNT-002"],
    ["1.234.567", "AMOUNT-002"],
    ["0,123", "AMOUNT-002"],
    ["1,2345", "AMOUNT-002"],
    ["12,34,567", "AMOUNT-002"],
    ["1 2", "AMOUNT-002"],
    ["1,234 567", "AMOUNT-002"],
    ["5.", "AMOUNT-002"],
    ["950 萬度", "AMOUNT-003"],
    ["382萬元", "AMOUNT-003"],
    ["84%", "AMOUNT-003"],
    ["HK$1,234", "AMOUNT-003"],
    ["¥12.5", "AMOUNT-003"],
    ["三十", "AMOUNT-001"],
    ["abc", "AMOUNT-001"],
    ["(-12)", "AMOUNT-001"],
    ["(12", "AMOUNT-001"],
    ["--5", "AMOUNT-001"],
    ["1e", "AMOUNT-003"],
    ["Infinity", "AMOUNT-001"],
    ["0x10", "AMOUNT-001"],
    ["5-10", "AMOUNT-001"],
    ["1e999", "AMOUNT-005"],
    ["1e-41", "AMOUNT-005"],
    ["1".repeat(41), "AMOUNT-005"],
  ])("asks back about %j: %s", (text, code) => {
    expect(read(text)).toBe(code);
  });

  it("says where and what", () => {
    expect(parseAmount("1,23", at)).toEqual({
      ok: false,
      issues: [{ code: "AMOUNT-002", severity: "error", at, actual: "1,23" }],
    });
  });

  it("never throws, and what it reads is finite", () => {
    const marks = fc.string({ unit: fc.constantFrom(..."0123456789.,-+()eE −，．０９' 萬%") });
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" }), marks), (text) => {
        const result = parseAmount(text);
        expect(result.ok ? result.value.isFinite() : result.issues.length === 1).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
