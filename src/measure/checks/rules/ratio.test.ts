import { expect, it } from "vitest";
import { checkRows, lines, type Row, relations } from "../figures-for-tests.ts";
import { ratio } from "./ratio.ts";

const known = relations(
  { kind: "ratio", id: "intensity", ratio: "energy.per-revenue", numerator: ["energy"], denominator: ["revenue"] },
  {
    kind: "ratio",
    id: "share",
    ratio: "green.share",
    numerator: ["green"],
    denominator: ["green", "grey"],
    scopes: ["site"],
    mistaken: [{ cause: "CHECK-CAUSE-DENOMINATOR", denominator: ["grey"] }],
  },
  { kind: "ratio", id: "signed", ratio: "signed.share", numerator: ["signed"], denominator: ["to-sign"] },
);

const cases: [name: string, rows: Row[], found: string[]][] = [
  [
    "an intensity that its parts do not give",
    [
      ["energy", "2025", "177,338 MWh"],
      ["revenue", "2025", "5,015 MCNY"],
      ["energy.per-revenue", "2025", "35.46 MWh/MCNY"],
    ],
    ["error CHECK-RATIO energy.per-revenue 2025"],
  ],
  [
    "the right digits under 萬元 for 百萬元",
    [
      ["energy", "2025", "177,338 MWh"],
      ["revenue", "2025", "5,015 MCNY"],
      ["energy.per-revenue", "2025", "35.36 MWh/wanCNY"],
    ],
    ["error CHECK-UNIT-SLIP energy.per-revenue 2025"],
  ],
  [
    "a share by document",
    [
      ["signed{doc=a}", "2025", "18 firm"],
      ["to-sign{doc=a}", "2025", "20 firm"],
      ["signed.share{doc=a}", "2025", "100 %"],
    ],
    ["error CHECK-RATIO signed.share 2025"],
  ],
  [
    "a share in the text that only a wrong denominator gives",
    [
      ["green", "2025", "9,615.87 MWh"],
      ["grey", "2025", "167,100.07 MWh"],
      ["green.share{site=x}", "2025", "~ 5.8 %", { place: "text" }],
    ],
    ["warning CHECK-RATIO green.share 2025"],
  ],
  [
    "silent: an intensity within the rounding of all three",
    [
      ["energy", "2025", "177,338 MWh"],
      ["revenue", "2025", "5,015 MCNY"],
      ["energy.per-revenue", "2025", "35.36 MWh/MCNY"],
    ],
    [],
  ],
  [
    "silent: the same intensity per 萬元, printed as such",
    [
      ["energy", "2025", "177,338 MWh"],
      ["revenue", "2025", "5,015 MCNY"],
      ["energy.per-revenue", "2025", "0.354 MWh/wanCNY"],
    ],
    [],
  ],
  [
    "silent: a nearly stated share",
    [
      ["green", "2025", "9,615.87 MWh"],
      ["grey", "2025", "167,100.07 MWh"],
      ["green.share", "2025", "~ 5.4 %"],
    ],
    [],
  ],
];

it.each(cases)("%s", (_, rows, found) => {
  const report = checkRows(rows, { relations: known, rules: [ratio] });
  expect(lines(report)).toEqual(found);
  expect(report.checked["ratio"]).toBeGreaterThan(0);
});

it("names the wrong denominator", () => {
  const { findings } = checkRows(cases[3]?.[1] ?? [], { relations: known, rules: [ratio] });
  expect(findings[0]).toMatchObject({ causeCode: "CHECK-CAUSE-DENOMINATOR", expected: "5.44%", actual: "≈ 5.8%" });
});

const names = ["energy", "water", "waste", "paper"];
const shared = relations(
  ...names.map((name) => ({
    kind: "ratio" as const,
    id: `${name}.i`,
    ratio: `${name}.intensity`,
    numerator: [name],
    denominator: ["revenue"],
  })),
);
const rows = (intensity: string): Row[] => [
  ["energy", "2025", "1,000.0 MWh"],
  ["energy.intensity", "2025", "2.00 MWh/MCNY"],
  ["water", "2025", "2,500 t"],
  ["water.intensity", "2025", "5.00 t/MCNY"],
  ["waste", "2025", "600.0 t"],
  ["waste.intensity", "2025", "1.20 t/MCNY"],
  ["paper", "2025", "115.9 t"],
  ["paper.intensity", "2025", intensity],
];

it.each([
  [
    "an outlier among ratios that share an unknown denominator",
    "333.00 kg/MCNY",
    ["error CHECK-RATIO paper.intensity 2025"],
  ],
  ["a unit slip among them", "231.80 t/MCNY", ["error CHECK-UNIT-SLIP paper.intensity 2025"]],
  ["silent: all imply one denominator", "231.80 kg/MCNY", []],
])("%s", (_, intensity, found) => {
  expect(lines(checkRows(rows(intensity), { relations: shared, rules: [ratio] }))).toEqual(found);
});
