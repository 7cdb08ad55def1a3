import { expect, it } from "vitest";
import { Decimal } from "../../../ground/quantity/index.ts";
import { checkRows, lines, type Row, relations } from "../figures-for-tests.ts";
import { impliedShare } from "./implied-share.ts";
import { weightedMean, weightedMeanRule } from "./weighted-mean.ts";

const mean = relations(
  {
    kind: "mean",
    id: "hours",
    indicator: "hours",
    by: ["gender", "grade"],
    weights: [
      { indicator: "staff", at: "closing" },
      { indicator: "staff", at: "average" },
    ],
  },
  { kind: "mean", id: "rate", indicator: "rate", by: ["site"], weights: [{ indicator: "rooms", at: "closing" }] },
);

const staff: Row[] = [
  ["staff{gender=m}", "2025", "750 person"],
  ["staff{gender=f}", "2025", "250 person"],
];
const hours = (total: string, m: string, f: string, year = "2025"): Row[] => [
  ["hours", year, `${total} h/person`],
  ["hours{gender=m}", year, `${m} h/person`],
  ["hours{gender=f}", year, `${f} h/person`],
];
const rooms: Row[] = [
  ["rooms{site=a}", "2025", "300 item"],
  ["rooms{site=b}", "2025", "100 item"],
];
const rate = (total: string, a: string, b: string): Row[] => [
  ["rate", "2025", `${total} %`],
  ["rate{site=a}", "2025", `${a} %`],
  ["rate{site=b}", "2025", `${b} %`],
];

const cases: [name: string, rows: Row[], found: string[]][] = [
  ["a plain average", [...staff, ...hours("15.0", "20.0", "10.0")], ["error CHECK-WEIGHTED-MEAN hours 2025"]],
  ["a mean off its weights", [...rooms, ...rate("60.0", "80.0", "50.0")], ["error CHECK-WEIGHTED-MEAN rate 2025"]],
  ["a share outside its parts", [...rooms, ...rate("89", "75", "87")], ["error CHECK-BETWEEN-PARTS rate 2025"]],
  [
    "hours outside their parts, weights unknown",
    hours("21.7", "20.0", "10.0"),
    ["error CHECK-BETWEEN-PARTS hours 2025"],
  ],
  ["silent: the weighted mean", [...staff, ...hours("17.5", "20.0", "10.0")], []],
  [
    "silent: a plain average where the weights are equal",
    [["rooms{site=a}", "2025", "7 item"], ["rooms{site=b}", "2025", "7 item"], ...rate("65", "80", "50")],
    [],
  ],
  ["silent: rounding of whole percents", [...rooms, ...rate("84", "85", "83")], []],
  ["silent: no weights, between the parts", hours("14.0", "20.0", "10.0"), []],
  [
    "silent: a part that is a dash",
    [
      ["hours", "2025", "30.0 h/person"],
      ["hours{gender=m}", "2025", "20.0 h/person"],
      ["hours{gender=f}", "2025", "- h/person"],
    ],
    [],
  ],
];

it.each(cases)("%s", (_, rows, found) => {
  expect(lines(checkRows(rows, { relations: mean, rules: [weightedMeanRule] }))).toEqual(found);
});

it("takes 15.60, 11.90 and 13.80 for numbers of one decimal and finds their plain average", () => {
  const rows: Row[] = [
    ["staff{gender=m}", "2025", "1,684 person"],
    ["staff{gender=f}", "2025", "788 person"],
    ...hours("13.80", "15.60", "11.90"),
  ];
  const { findings } = checkRows(rows, { relations: mean, rules: [weightedMeanRule] });
  expect(findings[0]).toMatchObject({
    causeCode: "CHECK-CAUSE-PLAIN-AVERAGE",
    actual: "13.80 h/person",
    expected: "14.37–14.47 h/person",
  });
});

const grades = (year: string, total: string, a: string, b: string): Row[] => [
  ["hours", year, `${total} h/person`],
  ["hours{grade=managers}", year, `${a} h/person`],
  ["hours{grade=others}", year, `${b} h/person`],
];

it.each([
  [
    "a share of managers that goes from 8 % to 75 %",
    [...grades("2024", "12.6", "17.3", "12.2"), ...grades("2025", "12.3", "12.8", "10.8")],
    ["warning CHECK-IMPLIED-SHARE hours 2025+2024"],
  ],
  [
    "silent: a share that holds",
    [...grades("2024", "12.6", "17.3", "12.2"), ...grades("2025", "11.0", "12.8", "10.8")],
    [],
  ],
  [
    "silent: parts too close to say",
    [...grades("2024", "12.2", "12.3", "12.2"), ...grades("2025", "12.3", "12.3", "12.2")],
    [],
  ],
] as [string, Row[], string[]][])("%s", (_, rows, found) => {
  expect(lines(checkRows(rows, { relations: mean, rules: [weightedMeanRule] }))).toEqual(found);
});

const around = (value: string, room = "0.05") => ({
  low: new Decimal(value).minus(room),
  high: new Decimal(value).plus(room),
});

it("knows all shares that a total of two parts leaves open", () => {
  const shares = impliedShare(around("12.3"), around("12.8"), around("10.8"));
  expect([shares?.low.toFixed(2), shares?.high.toFixed(2)]).toEqual(["0.70", "0.80"]);
  expect(impliedShare(around("15"), around("12.8"), around("10.8"))).toBeUndefined();
});

it("knows all means that values and weights of intervals can have", () => {
  const mean = weightedMean([around("10", "0"), around("20", "0")], [around("2", "1"), around("2", "1")]);
  expect([mean?.low.toFixed(2), mean?.high.toFixed(2)]).toEqual(["12.50", "17.50"]);
});
