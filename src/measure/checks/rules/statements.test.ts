import { expect, it } from "vitest";
import { checkRows, claims, lines, type Row, relations, targets } from "../figures-for-tests.ts";
import { claimRule } from "./claim.ts";
import { required } from "./required.ts";
import { targetRule } from "./target.ts";

const title = { "zh-Hant": "甲", "zh-Hans": "甲", en: "A" };
const at = { where: "text", period: "2025" };

const all = claims({ kind: "all", id: "c", ...at, population: "suppliers", covered: "signed" });
const compulsory = claims({ kind: "all", id: "c", ...at, population: "staff", covered: "attendances" });
const sewage = claims({ kind: "attributed", id: "c", ...at, figure: "sewage", to: "domestic" });
const fell = claims({ kind: "trend", id: "c", ...at, figure: "carbon", direction: "fell" });
const rose = claims({ kind: "trend", id: "c", ...at, figure: "green.share", direction: "rose" });
const changed = claims({ kind: "basis-changed", id: "c", ...at, figures: ["rate{region=a}"] });
const plausible = relations({
  kind: "plausible",
  id: "p",
  use: "domestic",
  title,
  per: "staff",
  source: "a norm",
  most: [
    { value: "60", unit: "t/person" },
    { value: "60", unit: "m3/person" },
  ],
});

it.each([
  [
    "all, but 18 of 375",
    all,
    [
      ["signed", "2025", "18 firm"],
      ["suppliers", "2025", "375 firm"],
    ],
    ["warning CHECK-CLAIM-ALL signed 2025"],
  ],
  [
    "for all staff, but fewer attendances than staff",
    compulsory,
    [
      ["attendances", "2025", "> 2,100 attendance"],
      ["staff", "2025", "2,472 person"],
    ],
    ["warning CHECK-CLAIM-ALL attendances 2025"],
  ],
  [
    "silent: all of them",
    all,
    [
      ["signed", "2025", "375 firm"],
      ["suppliers", "2025", "375 firm"],
    ],
    [],
  ],
  [
    "silent: over 2,400 attendances of 2,472",
    compulsory,
    [
      ["attendances", "2025", "> 2,400 attendance"],
      ["staff", "2025", "2,472 person"],
    ],
    [],
  ],
  [
    "domestic sewage of 110 t a head",
    sewage,
    [
      ["sewage", "2025", "270,956 t"],
      ["staff", "2025", "2,472 person"],
    ],
    ["warning CHECK-CLAIM-USE sewage 2025"],
  ],
  [
    "domestic sewage of 90 m³ a head",
    sewage,
    [
      ["sewage", "2025", "9,000 m3"],
      ["staff", "2025", "100 person"],
    ],
    ["warning CHECK-CLAIM-USE sewage 2025"],
  ],
  [
    "silent: domestic sewage of 37 t a head",
    sewage,
    [
      ["sewage", "2025", "168,485 t"],
      ["staff", "2025", "4,531 person"],
    ],
    [],
  ],
  [
    "fell, but rose",
    fell,
    [
      ["carbon", "2024", "83,882.8 tCO2e"],
      ["carbon", "2025", "93,868.5 tCO2e"],
    ],
    ["error CHECK-CLAIM-TREND carbon 2025"],
  ],
  [
    "rose, but stayed within rounding",
    rose,
    [
      ["green.share", "2024", "5.4 %"],
      ["green.share", "2025", "5.4 %"],
    ],
    ["error CHECK-CLAIM-TREND green.share 2025"],
  ],
  [
    "silent: fell",
    fell,
    [
      ["carbon", "2024", "93,882.8 tCO2e"],
      ["carbon", "2025", "83,868.5 tCO2e"],
    ],
    [],
  ],
  ["silent: nothing to compare with", rose, [["green.share", "2025", "5.4 %"]], []],
  [
    "a basis that changed, with old figures beside it",
    changed,
    [
      ["rate{region=a}", "2024", "24.5 %"],
      ["rate{region=a}", "2025", "16.5 %"],
    ],
    ["notice CHECK-BASIS-CHANGED rate 2024"],
  ],
  [
    "a basis that changed, with dashes beside it",
    changed,
    [
      ["rate{region=a}", "2024", "- %"],
      ["rate{region=a}", "2025", "16.5 %"],
    ],
    ["notice CHECK-BASIS-CHANGED rate 2024"],
  ],
  ["silent: no earlier rows", changed, [["rate{region=a}", "2025", "16.5 %"]], []],
] as [string, ReturnType<typeof claims>, Row[], string[]][])("claim: %s", (_, said, rows, found) => {
  expect(lines(checkRows(rows, { claims: said, relations: plausible, rules: [claimRule] }))).toEqual(found);
});

const pue = (value: string, says: "reached" | "nothing" = "nothing", period = "2025") =>
  targets({ id: "t", where: "text", period, figure: "pue", goal: "at-most", value, unit: "ratio", says });
const recycled = targets({
  id: "t",
  where: "text",
  period: "2025",
  figure: "recycled",
  goal: "at-least",
  value: "60",
  unit: "percent",
});
const peak = targets({ id: "t", where: "text", period: "2025", figure: "carbon", goal: "peak" });

it.each([
  ["missed", pue("1.28"), [["pue", "2025", "1.301 ratio"]], ["warning CHECK-TARGET-MISSED pue 2025"]],
  [
    "called reached, and missed",
    pue("1.28", "reached"),
    [["pue", "2025", "1.301 ratio"]],
    ["error CHECK-TARGET-MISSED pue 2025"],
  ],
  ["too little", recycled, [["recycled", "2025", "52 %"]], ["warning CHECK-TARGET-MISSED recycled 2025"]],
  ["no result", pue("1.28"), [["energy", "2025", "1 MWh"]], ["warning CHECK-TARGET-NO-RESULT pue 2025"]],
  [
    "a peak while emissions rise",
    peak,
    [
      ["carbon", "2024", "83,882.8 tCO2e"],
      ["carbon", "2025", "93,868.5 tCO2e"],
    ],
    ["warning CHECK-TARGET-PEAK carbon 2025"],
  ],
  ["silent: reached", pue("1.28", "reached"), [["pue{site=x}", "2025", "1.265 ratio"]], []],
  ["silent: reached, by less than rounding tells", pue("1.28"), [["pue", "2025", "1.3 ratio"]], []],
  ["silent: not yet due", pue("1.20", "nothing", "2030"), [["pue", "2025", "1.265 ratio"]], []],
  [
    "silent: emissions fall",
    peak,
    [
      ["carbon", "2024", "93,882.8 tCO2e"],
      ["carbon", "2025", "83,868.5 tCO2e"],
    ],
    [],
  ],
] as [string, ReturnType<typeof targets>, Row[], string[]][])("target: %s", (_, set, rows, found) => {
  expect(lines(checkRows(rows, { targets: set, rules: [targetRule] }))).toEqual(found);
});

const asked = relations(
  { kind: "required", id: "r", requirement: "std:1", title, indicators: ["hazardous"] },
  { kind: "required", id: "q", requirement: "std:2", title, indicators: ["scope3"], form: "table" },
  {
    kind: "members",
    id: "m",
    requirement: "std:3",
    indicator: "scope3",
    dimension: "category",
    members: ["1", "2", "3"],
  },
);
const text = { place: "text" };
const given: Row[] = [
  ["hazardous", "2025", "0.4 t"],
  ["scope3", "2025", "31 tCO2e"],
];
const index = (says: "reported" | "nothing" | "explained" | "negative-statement") =>
  claims({ kind: "index", id: "i", ...at, requirement: "std:1", says });
const covers = claims({
  kind: "covers",
  id: "c",
  ...at,
  indicator: "scope3",
  dimension: "category",
  members: ["1", "3"],
});

it.each([
  ["nothing given", [], [["scope3", "2025", "31 tCO2e"]], ["warning CHECK-REQUIRED hazardous 2025"]],
  [
    "a dash",
    [],
    [
      ["hazardous", "2025", "- t"],
      ["scope3", "2025", "31 tCO2e"],
    ],
    ["warning CHECK-REQUIRED hazardous 2025"],
  ],
  [
    "an index that points nowhere",
    index("reported"),
    [["scope3", "2025", "31 tCO2e"]],
    ["warning CHECK-REQUIRED hazardous 2025"],
  ],
  [
    "only in the text",
    [],
    [
      ["hazardous", "2025", "0.4 t"],
      ["scope3", "2025", "31 tCO2e", text],
    ],
    ["warning CHECK-TEXT-ONLY scope3 2025"],
  ],
  ["a category left open", covers, given, ["notice CHECK-MEMBERS scope3 2025"]],
  ["silent: given", [], given, []],
  [
    "silent: zero is given too",
    [],
    [
      ["hazardous", "2025", "0 t"],
      ["scope3", "2025", "31 tCO2e"],
    ],
    [],
  ],
  ["silent: explained", index("explained"), [["scope3", "2025", "31 tCO2e"]], []],
  ["silent: denied in words", index("negative-statement"), [["scope3", "2025", "31 tCO2e"]], []],
] as [string, ReturnType<typeof claims>, Row[], string[]][])("required: %s", (_, said, rows, found) => {
  expect(lines(checkRows(rows, { claims: said, relations: asked, rules: [required] }))).toEqual(found);
});
