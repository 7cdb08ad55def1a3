import fc from "fast-check";
import { expect, it } from "vitest";
import { cellText, type NumberForm, numberForm, plainNumber } from "./number-form.ts";

const FORMATS: readonly [string, NumberForm][] = [
  ["General", "number"],
  ["0.00", "number"],
  ["#,##0", "number"],
  ["#,##0.00;[Red]-#,##0.00", "number"],
  ["0.0%", "percent"],
  ["#,##0,", "scaled"],
  ['#,##0.0,,"M"', "scaled"],
  ["yyyy-mm-dd", "day"],
  ["d/m/yyyy", "day"],
  ['yyyy"年"m"月"d"日"', "day"],
  ["[$-404]e/m/d", "day"],
  ["mmm-yy", "month"],
  ["yyyy/m", "month"],
  ['yyyy"年"m"月"', "month"],
  ["yyyy", "year"],
  ["hh:mm", "time"],
  ["[h]:mm:ss", "time"],
  ["mm:ss", "time"],
  ["yyyy-mm-dd hh:mm", "moment"],
  ['0.00" kWh"', "number"],
  ["0\\d", "number"],
];

it.each(FORMATS)("%s is a %s", (code, form) => {
  expect(numberForm(200, code)).toBe(form);
});

const TEXTS: readonly [string, NumberForm, boolean, string][] = [
  ["45717", "day", false, "2025-03-01"],
  ["44255", "day", true, "2025-03-01"],
  ["45717.5", "day", false, "2025-03-01T12:00"],
  ["45717.333333333336", "moment", false, "2025-03-01T08:00"],
  ["45717.99999999", "moment", false, "2025-03-02"],
  ["45717", "month", false, "2025-03"],
  ["45720", "month", false, "2025-03-04"],
  ["45717", "year", false, "2025"],
  ["12", "day", false, "12"],
  ["0.125", "percent", false, "12.5%"],
  ["1E3", "number", false, "1000"],
  ["1.2345E-7", "number", false, "0.00000012345"],
  ["-0.30000000000000004", "number", false, "-0.3"],
  ["1234.5599999999999", "number", false, "1234.56"],
  ["100000000000000000000", "number", false, "100000000000000000000"],
  ["0", "number", false, "0"],
  ["1e400", "number", false, "1e400"],
  ["x", "day", false, "x"],
];

it.each(TEXTS)("%s as %s is shown (1904: %s) as %s", (raw, form, from1904, expected) => {
  expect(cellText(raw, form, from1904)).toBe(expected);
});

it("shows the digits of a spreadsheet: fifteen, of the same value", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e20, max: 1e20 }), (value) => {
      const text = plainNumber(String(value));
      if (Math.abs(value) > 1e-30) {
        expect(text).toMatch(/^-?\d+(?:\.\d+)?$/);
        expect(Number(text)).toBe(Number(value.toPrecision(15)));
      }
    }),
    { numRuns: 2000 },
  );
});
