import { expect, it } from "vitest";
import { checkRows, lines, type Row, relations } from "../figures-for-tests.ts";
import { classification } from "./classification.ts";
import { driver } from "./driver.ts";
import { identical } from "./identical.ts";
import { jump } from "./jump.ts";
import { scaleSlip } from "./scale-slip.ts";
import { steadyRatio } from "./steady-ratio.ts";

/** One figure over the years 2023, 2024 and 2025. */
const years = (name: string, unit: string, ...values: readonly string[]): Row[] =>
  values.map((value, index) => [name, String(2023 + index), `${value} ${unit}`]);

const cut = (name: string, unit: string, parts: Record<string, readonly string[]>): Row[] =>
  Object.entries(parts).flatMap(([part, values]) =>
    years(part === "all" ? name : `${name}{part=${part}}`, unit, ...values),
  );

const known = relations(
  { kind: "breakdown", id: "staff", indicator: "staff", by: ["part"] },
  { kind: "sum", id: "all", total: "energy", parts: ["direct", "indirect"] },
  { kind: "sum", id: "direct", total: "direct", parts: ["gas", "green"] },
  { kind: "breakdown", id: "waste", indicator: "waste", by: ["part"] },
  {
    kind: "steady-ratio",
    id: "discharge",
    title: { "zh-Hant": "排放比", "zh-Hans": "排放比", en: "Discharge by use" },
    numerator: ["sewage"],
    denominator: ["water"],
    drift: "0.10",
    assumed: "0.002",
    cause: "CHECK-CAUSE-ESTIMATED-RATE",
    severity: "warning",
  },
  {
    kind: "steady-ratio",
    id: "factor",
    title: { "zh-Hant": "因子", "zh-Hans": "因子", en: "Factor" },
    numerator: ["carbon"],
    denominator: ["power"],
    drift: "0.03",
    cause: "CHECK-CAUSE-FACTOR-YEAR",
    severity: "notice",
  },
  { kind: "driver", id: "lost", indicator: "lost", driver: "staff", band: "1.5", adverse: "rise" },
  { kind: "driver", id: "laundry", indicator: "laundry", driver: "nights", band: "1.4" },
);

const ofChoice = relations({ kind: "volatile", id: "v", indicators: ["gifts"] });

const rules = { identical, jump, scaleSlip, classification, steadyRatio, driver };

const cases: [rule: keyof typeof rules, name: string, rows: Row[], found: string[]][] = [
  [
    "identical",
    "four digits twice",
    years("waste", "t", "646.8", "646.8", "607.00"),
    ["warning CHECK-IDENTICAL waste 2024+2023"],
  ],
  [
    "identical",
    "the same in another unit",
    [
      ["gas", "2024", "1,234 kWh"],
      ["gas", "2025", "1.234 MWh"],
    ],
    ["warning CHECK-IDENTICAL gas 2025+2024"],
  ],
  [
    "identical",
    "silent: a count, a zero, few digits, a share, an area",
    [
      ...years("staff", "person", "1,025", "1,025"),
      ...years("spills", "t", "0", "0"),
      ...years("paper", "t", "25", "25"),
      ...years("share", "%", "98.76", "98.76"),
      ...years("floor", "m2", "12,345", "12,345"),
      ...years("gas", "MWh", "1,234", "1,235"),
    ],
    [],
  ],
  [
    "jump",
    "a part that doubles while the whole shrinks",
    cut("staff", "person", {
      all: ["4,531", "3,756", "2,472"],
      a: ["4,310", "3,685", "2,330"],
      b: ["221", "71", "142"],
    }),
    ["warning CHECK-JUMP staff 2025+2024+2023"],
  ],
  [
    "jump",
    "a total that triples",
    years("waste", "t", "110.0", "118.0", "402.0"),
    ["warning CHECK-JUMP waste 2025+2024"],
  ],
  [
    "jump",
    "silent: everything more than doubles together",
    ["water", "power", "gas", "paper", "waste", "food"].flatMap((name, index) =>
      years(name, "t", "1,000", String(2050 + 30 * index)),
    ),
    [],
  ],
  [
    "jump",
    "silent: a small share of the whole",
    cut("waste", "t", { all: ["10,000", "10,200"], a: ["9,980", "10,150"], b: ["20", "50"] }),
    [],
  ],
  ["jump", "silent: small counts", cut("staff", "person", { all: ["60", "58"], a: ["50", "37"], b: ["10", "21"] }), []],
  ["jump", "silent: donations are free", years("gifts", "wanCNY", "90", "253", "982"), []],
  [
    "scaleSlip",
    "a year printed in the wrong unit",
    years("water", "m3", "187,206", "290.5", "317,522"),
    ["error CHECK-SCALE-SLIP water 2024"],
  ],
  [
    "scaleSlip",
    "a last year a hundred times too large",
    years("paper", "t", "142.0", "124.0", "11,590"),
    ["error CHECK-SCALE-SLIP paper 2025"],
  ],
  [
    "scaleSlip",
    "an intensity ten times too large in the middle",
    years("intensity", "t/MCNY", "54.97", "770.1", "63.32"),
    ["error CHECK-SCALE-SLIP intensity 2024"],
  ],
  ["scaleSlip", "silent: a real tenfold rise that stays", years("green", "MWh", "1,054.1", "10,238.0", "11,902.0"), []],
  ["scaleSlip", "silent: small numbers", years("cases", "incident", "1", "100", "1"), []],
  [
    "classification",
    "a new part that makes the total jump",
    [
      ...years("energy", "MWh", "132,555.5", "157,030.2", "177,338.07"),
      ...years("direct", "MWh", "1,078.2", "1,017.9", "10,238.00"),
      ...years("indirect", "MWh", "131,477.3", "156,012.3", "167,100.07"),
      ...years("gas", "MWh", "1,078.2", "1,017.9", "622.13"),
      ...years("green", "MWh", "-", "-", "9,615.87"),
    ],
    ["warning CHECK-CLASSIFICATION direct+green 2025"],
  ],
  [
    "classification",
    "a new kind of waste",
    cut("waste", "t", {
      all: ["200.0", "210.0", "780.0"],
      food: ["200.0", "210.0", "205.0"],
      rubble: ["0.0", "0.0", "575.0"],
    }),
    ["warning CHECK-CLASSIFICATION waste 2025"],
  ],
  [
    "classification",
    "silent: a new part that is small",
    cut("waste", "t", {
      all: ["200.0", "210.0", "225.0"],
      food: ["200.0", "210.0", "205.0"],
      glass: ["-", "-", "20.0"],
    }),
    [],
  ],
  [
    "classification",
    "silent: growth of what was there",
    cut("waste", "t", { all: ["200.0", "500.0"], food: ["150.0", "420.0"], glass: ["50.0", "80.0"] }),
    [],
  ],
  [
    "steadyRatio",
    "an assumed share that is left",
    [
      ...years("sewage", "t", "168,485.3", "261,440.5", "270,956.60"),
      ...years("water", "t", "187,205.9", "290,489.5", "317,522.04"),
    ],
    ["warning CHECK-STEADY-RATIO sewage 2025+2024+2023"],
  ],
  [
    "steadyRatio",
    "a factor that drifts",
    [
      ...years("carbon", "tCO2e", "55,635", "53,637", "53,041"),
      ...years("power", "MWh", "100,000", "100,000", "100,000"),
    ],
    ["notice CHECK-STEADY-RATIO carbon 2025+2024+2023"],
  ],
  [
    "steadyRatio",
    "silent: measured discharge that varies",
    [...years("sewage", "t", "880", "901", "893"), ...years("water", "t", "1,000", "1,010", "990")],
    [],
  ],
  [
    "steadyRatio",
    "silent: a factor that stays",
    [...years("carbon", "tCO2e", "530.6", "583.7", "561.0"), ...years("power", "MWh", "1,000", "1,100", "1,057")],
    [],
  ],
  [
    "driver",
    "lost days rise while staff falls",
    [...years("lost", "workday", "265", "269", "300"), ...years("staff", "person", "4,531", "3,756", "2,472")],
    ["notice CHECK-DRIVER lost 2025+2024"],
  ],
  [
    "driver",
    "laundry without guests",
    [...years("laundry", "t", "900", "910", "1,400"), ...years("nights", "item", "300,000", "310,000", "290,000")],
    ["notice CHECK-DRIVER laundry 2025+2024"],
  ],
  [
    "driver",
    "silent: both move together",
    [...years("laundry", "t", "900", "450"), ...years("nights", "item", "300,000", "160,000")],
    [],
  ],
  [
    "driver",
    "silent: fewer lost days",
    [...years("lost", "workday", "300", "90"), ...years("staff", "person", "1,000", "1,000")],
    [],
  ],
  [
    "driver",
    "silent: a few days",
    [...years("lost", "workday", "6", "14"), ...years("staff", "person", "1,000", "1,000")],
    [],
  ],
];

it.each(cases)("%s: %s", (rule, _, rows, found) => {
  const report = checkRows(rows, { relations: [...known, ...ofChoice], rules: [rules[rule]] });
  expect(lines(report)).toEqual(found);
});
