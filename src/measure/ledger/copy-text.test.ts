import fc from "fast-check";
import { expect, it } from "vitest";
import { copyField, copyNullable, timestampText } from "./copy-text.ts";

it.each([
  ["1970-01-01T00:00:00.000Z", "1970-01-01 00:00:00"],
  ["1969-12-31T23:59:59.999Z", "1969-12-31 23:59:59.999"],
  ["2025-03-09T16:05:07.000Z", "2025-03-09 16:05:07"],
  ["2024-02-29T12:00:00.120Z", "2024-02-29 12:00:00.12"],
  ["2999-12-31T23:59:59.001Z", "2999-12-31 23:59:59.001"],
])("prints %s as the server does", (instant, expected) => {
  expect(timestampText(Date.parse(instant))).toBe(expected);
});

it("agrees with the calendar for any instant", () => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(3000, 0, 1) }), (ms) => {
      const iso = new Date(ms).toISOString().replace("T", " ").replace("Z", "");
      expect(timestampText(ms)).toBe(iso.replace(/\.000$/, "").replace(/(\.\d*?)0+$/, "$1"));
    }),
  );
});

it("leaves a plain text as it is and escapes what COPY escapes", () => {
  expect(copyField("950 萬度, 'x' \"y\"")).toBe("950 萬度, 'x' \"y\"");
  expect(copyField("a\tb\nc\rd\\e\bf\fg\vh")).toBe("a\\tb\\nc\\rd\\\\e\\bf\\fg\\vh");
  expect([copyNullable(null), copyNullable(undefined), copyNullable(""), copyNullable("\\N")]).toEqual([
    "\\N",
    "\\N",
    "",
    "\\\\N",
  ]);
});
