import { expect, it } from "vitest";
import { checkRows, lines, type Row, relations } from "../figures-for-tests.ts";
import { ALL_GASES, recomputed } from "./recomputed.ts";

const ledger = { origin: "recomputed", place: "ledger" } as const;
const gases = { ...ledger, variant: ALL_GASES };
const otherYear = { ...ledger, variant: "CHECK-CAUSE-FACTOR-YEAR" };
const known = relations(
  { kind: "sum", id: "s", total: "carbon", parts: ["scope1", "scope2"] },
  { kind: "mean", id: "m", indicator: "hours", by: ["gender"], weights: [{ indicator: "staff", at: "closing" }] },
);

const cases: [name: string, rows: Row[], found: string[], cause?: string][] = [
  [
    "beyond rounding, a little",
    [
      ["scope2", "2025", "93,730.15 tCO2e"],
      ["scope2", "2025", "93,765.48 tCO2e", ledger],
    ],
    ["notice CHECK-RECOMPUTED scope2 2025"],
    "CHECK-CAUSE-SMALL-REMAINDER",
  ],
  [
    "more",
    [
      ["paper", "2025", "124.0 t"],
      ["paper", "2025", "127.5 t", ledger],
    ],
    ["warning CHECK-RECOMPUTED paper 2025"],
    "CHECK-CAUSE-METHOD-OR-INPUT",
  ],
  [
    "far off",
    [
      ["paper", "2025", "124.0 t"],
      ["paper", "2025", "187.5 t", ledger],
    ],
    ["error CHECK-RECOMPUTED paper 2025"],
    "CHECK-CAUSE-METHOD-OR-INPUT",
  ],
  [
    "a factor of another year fits",
    [
      ["scope2", "2025", "83,660.4 tCO2e"],
      ["scope2", "2025", "82,761.0 tCO2e", ledger],
      ["scope2", "2025", "83,660.38 tCO2e", otherYear],
    ],
    ["warning CHECK-RECOMPUTED scope2 2025"],
    "CHECK-CAUSE-FACTOR-YEAR",
  ],
  [
    "a method that fits one year only",
    [
      ["scope1", "2025", "138.37 tCO2e"],
      ["scope1", "2025", "138.3708 tCO2e", ledger],
      ["scope1", "2024", "222.4 tCO2e"],
      ["scope1", "2024", "216.19 tCO2e", ledger],
    ],
    ["warning CHECK-RECOMPUTED scope1 2024"],
    "CHECK-CAUSE-METHOD-CHANGED",
  ],
  [
    "only carbon dioxide",
    [
      ["scope1", "2025", "138.37 tCO2e"],
      ["scope1", "2025", "138.3708 tCO2e", ledger],
      ["scope1", "2025", "138.63 tCO2e", gases],
    ],
    ["warning CHECK-GAS-COVERAGE scope1 2025"],
    "CHECK-CAUSE-GAS-LEFT-OUT",
  ],
  [
    "a part is told, not the total that it is in",
    [
      ["scope1", "2025", "222.4 tCO2e"],
      ["scope1", "2025", "216.2 tCO2e", ledger],
      ["carbon", "2025", "83,882.8 tCO2e"],
      ["carbon", "2025", "83,876.6 tCO2e", ledger],
    ],
    ["warning CHECK-RECOMPUTED scope1 2025"],
    "CHECK-CAUSE-METHOD-OR-INPUT",
  ],
  [
    "silent: within rounding",
    [
      ["scope1", "2025", "138.37 tCO2e"],
      ["scope1", "2025", "138.3708 tCO2e", ledger],
    ],
    [],
  ],
  [
    "silent: all gases, and no difference",
    [
      ["scope1", "2025", "138 tCO2e"],
      ["scope1", "2025", "137.9 tCO2e", ledger],
      ["scope1", "2025", "138.2 tCO2e", gases],
    ],
    [],
  ],
  [
    "silent: a mean whose parts are printed too, and leave room for both",
    [
      ["hours", "2025", "12.6 h/person"],
      ["hours{gender=m}", "2025", "12.8 h/person"],
      ["hours{gender=f}", "2025", "12.3 h/person"],
      ["hours", "2025", "12.67 h/person", ledger],
    ],
    [],
  ],
  [
    "silent: fewer digits in another unit",
    [
      ["power", "2025", "9.6 GWh"],
      ["power", "2025", "9,615.87 MWh", ledger],
    ],
    [],
  ],
];

it.each(cases)("%s", (_, rows, found, cause) => {
  const report = checkRows(rows, { relations: known, rules: [recomputed] });
  expect(lines(report)).toEqual(found);
  expect(report.findings[0]?.causeCode).toBe(cause);
  expect(report.checked.recomputed).toBeGreaterThan(0);
});
