import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectOk, ok, type Result } from "../issue/index.ts";
import { AMOUNT_SCALE, scaledAmount, scaledAmountByDecimals } from "./scaled-amount.ts";
import { quotientUnit, type Unit } from "./unit.ts";
import { unitTableForTests } from "./unit-table-for-tests.ts";

const units = unitTableForTests();
const unit = (text: string): Unit => expectOk(units.parse(text));
const show = (result: Result<string>): string =>
  result.ok ? result.value : result.issues.map((issue) => issue.code).join();

describe("scaledAmount", () => {
  it.each([
    ["138.37", "tCO2e", "138370.000000000"],
    ["9615.87", "MWh", "34617132.000000000"],
    ["950", "萬度", "34200000.000000000"],
    ["0", "MWh", "0.000000000"],
    ["-0", "MWh", "0.000000000"],
    ["-0.00", "kg", "0.000000000"],
    ["-12.5", "t", "-12500.000000000"],
    ["0.000000001", "kg", "0.000000001"],
    ["-0.000000001", "kg", "-0.000000001"],
    ["0.000000000001", "t", "0.000000001"],
    ["30", "min", "0.500000000"],
    ["9", "min", "0.150000000"],
    ["3", "畝", "2000.000000000"],
    ["1,234.5", "kg", "1234.500000000"],
    ["１２", "kg", "12.000000000"],
    ["(12)", "kg", "-12.000000000"],
    ["1e3", "kg", "1000.000000000"],
    [".5", "kg", "0.500000000"],
    ["007", "kg", "7.000000000"],
    ["9007199254740993", "kg", "9007199254740993.000000000"],
    ["99999999999999999999999999999", "kg", "99999999999999999999999999999.000000000"],
    ["99999999999999999999999999999.999999999", "kg", "99999999999999999999999999999.999999999"],
    ["18.72", "tCO2e/百萬元收入", "0.018720000"],
    ["0.5306", "kgCO2/kWh", "UNIT-004"],
    ["10", "min", "UNIT-004"],
    ["0.0000000001", "kg", "UNIT-004"],
    ["1", "J/百萬元", "UNIT-004"],
    ["100000000000000000000000000000", "kg", "UNIT-008"],
    ["-100000000000000000000000000", "t", "UNIT-008"],
    ["", "kg", "AMOUNT-004"],
    ["-", "kg", "AMOUNT-004"],
    ["1,23", "kg", "AMOUNT-002"],
    ["1.2.3", "kg", "AMOUNT-002"],
    ["12 kg", "kg", "AMOUNT-003"],
  ])("%s %s is %s", (text, name, expected) => {
    expect(show(scaledAmount(text, unit(name), AMOUNT_SCALE))).toBe(expected);
  });

  const anyUnit = fc.oneof(
    fc.constantFrom(...units.all()),
    fc.tuple(fc.constantFrom(...units.all()), fc.constantFrom(...units.all())).map(([a, b]) => quotientUnit(a, b)),
  );
  const digits = (longest: number) =>
    fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 1, maxLength: longest });
  const plain = fc
    .tuple(fc.constantFrom("", "-"), digits(30), fc.option(digits(12), { nil: undefined }))
    .map(([sign, whole, part]) => `${sign}${whole}${part === undefined ? "" : `.${part}`}`);
  const edges = fc.constantFrom(
    "9007199254740991",
    "9007199254740992",
    "9007199.254740993",
    "-9007199254.740992",
    "4503599627.370497",
  );
  const dirty = fc.string({ unit: fc.constantFrom(..."0123456789.,-+e() "), maxLength: 14 });

  it("the fast way agrees with the decimal library on everything", () => {
    let exact = 0;
    fc.assert(
      fc.property(fc.oneof(plain, edges, dirty), anyUnit, (text, of) => {
        const fast = scaledAmount(text, of);
        expect(fast).toEqual(scaledAmountByDecimals(text, of));
        if (fast.ok) exact += 1;
      }),
      { numRuns: 5000 },
    );
    expect(exact).toBeGreaterThan(1000);
  });

  it("names the place it was given", () => {
    const at = { file: "fuel.csv", row: 7, column: "amount" };
    expect(scaledAmount("10", unit("min"), 9, at)).toEqual({
      ok: false,
      issues: [{ code: "UNIT-004", severity: "error", at, expected: "9", actual: "10 min" }],
    });
    expect(scaledAmount("10", unit("h"), 9, at)).toEqual(ok("10.000000000"));
  });
});
