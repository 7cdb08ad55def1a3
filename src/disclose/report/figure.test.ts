import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectOk, textOf } from "../../ground/issue/index.ts";
import { anchorOf, createFigure, figureKey } from "./figure.ts";
import type { BoundValue, ReportedValue } from "./model.ts";

const same = (text: string) => textOf(() => text);
const bound = (value: string, precision: number, reported?: ReportedValue): BoundValue => ({
  indicator: "x",
  title: same("x"),
  period: "2025",
  value,
  unit: same("t"),
  precision,
  status: "complete",
  missing: [],
  ...(reported ? { reported } : {}),
  lineage: { id: "x", kind: "indicator", label: same("x"), detail: {}, children: [] },
});
const figure = (...of: Parameters<typeof bound>) => expectOk(createFigure(bound(...of), undefined));

describe("rounding, once, at display", () => {
  it.each([
    ["138.36997680", 2, "138.37", "138.37"],
    ["0.445", 2, "0.45", "0.45"],
    // Rounded from the exact value: by way of three places it would have become 0.45.
    ["0.4449", 2, "0.44", "0.44"],
    ["1234567.5", 0, "1234568", "1,234,568"],
    ["-0.004", 2, "0.00", "0.00"],
    ["-1234.565", 2, "-1234.57", "-1,234.57"],
    ["0", 2, "0.00", "0.00"],
    ["99999999999999999999.995", 2, "100000000000000000000.00", "100,000,000,000,000,000,000.00"],
  ])("%s to %i places is %s", (value, precision, rounded, display) => {
    expect(figure(value, precision)).toMatchObject({
      value,
      rounded,
      display: { "zh-Hant": display, "zh-Hans": display, en: display },
    });
  });

  it("shows the same digits in every language, and they read back as the rounded value", () => {
    const decimal = fc
      .tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.nat(999_999))
      .map(([whole, part]) => `${whole}.${String(part).padStart(6, "0")}`);
    fc.assert(
      fc.property(decimal, fc.nat(6), (value, precision) => {
        const { rounded, display } = figure(value, precision);
        for (const text of Object.values(display ?? {})) expect(text.replaceAll(",", "")).toBe(rounded);
      }),
    );
  });
});

describe("beside what the source printed", () => {
  it.each<[string, string, ReportedValue, boolean]>([
    ["equal at the places printed", "83882.84", { value: "83882.8", decimals: 1, place: "t" }, false],
    ["another number at the places printed", "83882.86", { value: "83882.8", decimals: 1, place: "t" }, true],
    [
      "equal, though printed with more places than are shown here",
      "83882.80",
      { value: "83882.800", decimals: 3, place: "t" },
      false,
    ],
    [
      "in another unit, told by who compared",
      "9500",
      { value: "950", decimals: 0, place: "t", unit: same("10 MWh"), differs: false },
      false,
    ],
  ])("%s", (_, value, reported, differs) => {
    expect(figure(value, 1, reported).reported?.differs).toBe(differs);
  });

  it("prints the source's own places and unit", () => {
    expect(figure("1", 1, { value: "1234.50", decimals: 2, place: "t", unit: same("kg") }).reported?.display.en).toBe(
      "1,234.50 kg",
    );
  });
});

it("names a figure the same whatever the order of its conditions, and no two figures alike", () => {
  expect(figureKey("a.b", "2025", { y: "2", x: "1" })).toBe(figureKey("a.b", "2025", { x: "1", y: "2" }));
  const anchors = [
    "a.b@2025",
    "a-b@2025",
    "a.b[x=1]@2025",
    "a.b[x=1,y=2]@2025",
    "a.b[x=<30]@2025",
    "a.b[x=>30]@2025",
  ].map((key) => anchorOf("lineage", key));
  expect(new Set(anchors).size).toBe(anchors.length);
  for (const anchor of anchors) expect(anchor).toMatch(/^[\p{L}\p{N}._-]+$/u);
});
