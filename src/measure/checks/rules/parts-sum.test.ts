import { expect, it } from "vitest";
import { checkRows, lines, type Row, relations } from "../figures-for-tests.ts";
import { partsSum } from "./parts-sum.ts";

const energy = relations({ kind: "sum", id: "e", total: "energy.all", parts: ["energy.gas", "energy.power"] });
const staff = relations({ kind: "breakdown", id: "s", indicator: "staff", by: ["gender", "grade"] });

const cases: [name: string, rows: Row[], found: string[]][] = [
  [
    "a total short of its parts by more than their rounding",
    [
      ["energy.all", "2025", "100.4 MWh"],
      ["energy.gas", "2025", "60.0 MWh"],
      ["energy.power", "2025", "40.0 MWh"],
    ],
    ["error CHECK-PARTS-SUM energy.all 2025"],
  ],
  [
    "a headcount one above its parts: counts have no rounding",
    [
      ["staff", "2025", "101 person"],
      ["staff{gender=m}", "2025", "60 person"],
      ["staff{gender=f}", "2025", "40 person"],
    ],
    ["error CHECK-PARTS-SUM staff 2025"],
  ],
  [
    "parts in other units, one of them printed in the wrong one",
    [
      ["energy.all", "2025", "460.0 MWh"],
      ["energy.gas", "2025", "216 MJ"],
      ["energy.power", "2025", "400 MWh"],
    ],
    ["error CHECK-SCALE-SLIP energy.gas 2025"],
  ],
  [
    "parts that alone exceed a total whose other part is not printed",
    [
      ["energy.all", "2025", "50.0 MWh"],
      ["energy.gas", "2025", "60.0 MWh"],
    ],
    ["error CHECK-PARTS-SUM energy.all 2025"],
  ],
  [
    "a cut within a cut",
    [
      ["staff{grade=a}", "2025", "50 person"],
      ["staff{grade=a,gender=m}", "2025", "30 person"],
      ["staff{grade=a,gender=f}", "2025", "10 person"],
    ],
    ["error CHECK-PARTS-SUM staff 2025"],
  ],
  [
    "silent: a difference that rounding of three numbers explains (0.14 ≤ 3 × 0.05)",
    [
      ["energy.all", "2025", "100.1 MWh"],
      ["energy.gas", "2025", "60.0 MWh"],
      ["energy.power", "2025", "40.0 MWh"],
    ],
    [],
  ],
  [
    "silent: the same amounts in other units",
    [
      ["energy.all", "2025", "0.46 GWh"],
      ["energy.gas", "2025", "216 GJ"],
      ["energy.power", "2025", "400 MWh"],
    ],
    [],
  ],
  [
    "silent: one member of a cut whose others are not printed",
    [
      ["staff", "2025", "9 person"],
      ["staff{gender=f}", "2025", "1 person"],
    ],
    [],
  ],
  [
    "silent: a dash that stands for nothing",
    [
      ["energy.all", "2025", "60.0 MWh"],
      ["energy.gas", "2025", "60.0 MWh"],
      ["energy.power", "2025", "- MWh"],
    ],
    [],
  ],
];

it.each(cases)("%s", (_, rows, found) => {
  const report = checkRows(rows, { relations: [...energy, ...staff], rules: [partsSum] });
  expect(lines(report)).toEqual(found);
  expect(report.checked["parts-sum"]).toBeGreaterThan(0);
});

it("names the dash as the likely cause and merges years and tables", () => {
  const rows: Row[] = ["2024", "2025"].flatMap((year): Row[] => [
    ["energy.all", year, "96.2 MWh"],
    ["energy.all", year, "96.2 MWh", { place: "annex" }],
    ["energy.gas", year, "60.0 MWh"],
    ["energy.power", year, "- MWh"],
  ]);
  const { findings } = checkRows(rows, { relations: energy, rules: [partsSum] });
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({
    causeCode: "CHECK-CAUSE-PART-DASH",
    periods: ["2025", "2024"],
    expected: "60.0 MWh",
    actual: "96.2 MWh",
    difference: "+36.2 MWh",
    places: [{ place: "annex" }, { place: "table" }],
  });
});
