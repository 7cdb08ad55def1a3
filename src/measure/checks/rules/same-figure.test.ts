import { expect, it } from "vitest";
import { checkRows, lines, type Row } from "../figures-for-tests.ts";
import { sameFigure } from "./same-figure.ts";

const other = (place: string) => ({ place });

const cases: [name: string, rows: Row[], found: string[]][] = [
  [
    "two tables that differ",
    [
      ["water", "2025", "317,522 t"],
      ["water", "2025", "317,252 t", other("annex")],
    ],
    ["error CHECK-SAME-FIGURE water 2025"],
  ],
  [
    "a number in the text that no rounding explains",
    [
      ["staff", "2025", "2,472 person"],
      ["staff", "2025", "> 2,500 person", other("text")],
    ],
    ["notice CHECK-SAME-FIGURE staff 2025"],
  ],
  [
    "the same digits under another unit",
    [
      ["intensity", "2025", "18.72 tCO2e/MCNY"],
      ["intensity", "2025", "18.72 tCO2e/wanCNY", other("annex")],
    ],
    ["error CHECK-UNIT-SLIP intensity 2025"],
  ],
  [
    "a figure that last year's report printed differently",
    [
      ["water", "2024", "290,489 t", { where: { place: "table", edition: "2025" } }],
      ["water", "2024", "285,000 t", { where: { place: "table", edition: "2024" } }],
    ],
    ["warning CHECK-RESTATED water 2024"],
  ],
  [
    "a text that gives nearly the whole for a part",
    [
      ["green", "2025", "9,615.87 MWh"],
      ["green{site=x}", "2025", "≥ 9,500 MWh", other("text")],
    ],
    ["notice CHECK-SCOPE green 2025"],
  ],
  [
    "units that cannot be compared",
    [
      ["gas", "2025", "10 MWh"],
      ["gas", "2025", "10 t", other("annex")],
    ],
    ["error CHECK-SAME-FIGURE gas 2025"],
  ],
  [
    "silent: over 40,400 in three places, once without the word",
    [
      ["compute", "2025", "40,400 PFLOPS", other("highlights")],
      ["compute", "2025", "> 40,400 PFLOPS", other("text-a")],
      ["compute", "2025", "> 40,400 PFLOPS", other("text-b")],
    ],
    [],
  ],
  [
    "silent: another unit and fewer digits",
    [
      ["power", "2025", "9,615.87 MWh"],
      ["power", "2025", "9.6 GWh", other("text")],
    ],
    [],
  ],
  [
    "silent: no more than, and exactly",
    [
      ["pue", "2025", "1.265 ratio"],
      ["pue", "2025", "≤ 1.265 ratio", other("text")],
    ],
    [],
  ],
  [
    "silent: nearly 2,500",
    [
      ["staff", "2025", "2,472 person"],
      ["staff", "2025", "~ 2,500 person", other("text")],
    ],
    [],
  ],
  [
    "silent: a site that is much smaller than the group",
    [
      ["green", "2025", "9,615.87 MWh"],
      ["green{site=x}", "2025", "> 4,000 MWh", other("text")],
    ],
    [],
  ],
];

it.each(cases)("%s", (_, rows, found) => {
  const report = checkRows(rows, { rules: [sameFigure] });
  expect(lines(report)).toEqual(found);
  expect(report.checked["same-figure"]).toBeGreaterThan(0);
});
