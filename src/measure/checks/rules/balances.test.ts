import { expect, it } from "vitest";
import { checkRows, lines, type Row, relations } from "../figures-for-tests.ts";
import { bound } from "./bound.ts";
import { waterBalance } from "./water-balance.ts";

const limits = relations(
  { kind: "bound", id: "b", lesser: "course", greater: "trained", cause: "CHECK-CAUSE-SUBSET", severity: "warning" },
  { kind: "bound", id: "d", lesser: "sewage", greater: "withdrawn", cause: "CHECK-CAUSE-IMPOSSIBLE" },
);
const shares = relations(
  { kind: "limits", id: "l", indicators: ["trained"], least: "0", most: "100", unit: "percent" },
  { kind: "limits", id: "p", indicators: ["pue"], least: "1", unit: "ratio" },
);

it.each([
  ["a share above everyone", [["trained", "2025", "920 %"]], ["error CHECK-LIMITS trained 2025"]],
  ["a share by gender, as a ratio", [["trained{gender=f}", "2025", "8.4 ratio"]], ["error CHECK-LIMITS trained 2025"]],
  ["a PUE below one", [["pue", "2025", "0.265 ratio"]], ["error CHECK-LIMITS pue 2025"]],
  ["silent: everyone", [["trained", "2025", "100 %"]], []],
  ["silent: a PUE of one as far as digits tell", [["pue", "2025", "1.0 ratio"]], []],
] as [string, Row[], string[]][])("limits: %s", (_, rows, found) => {
  expect(lines(checkRows(rows, { relations: shares, rules: [bound] }))).toEqual(found);
});

const water = relations(
  { kind: "water-balance", id: "w", consumption: "used", discharge: "sewage", share: "0.5" },
  {
    kind: "water-balance",
    id: "v",
    consumption: "consumed",
    discharge: "sewage",
    withdrawal: "withdrawn",
    share: "0.5",
  },
);

it.each([
  [
    "more trained in one course than trained",
    limits,
    [
      ["course", "2025", "100 %"],
      ["trained", "2025", "84 %"],
    ],
    ["warning CHECK-BOUND trained+course 2025"],
  ],
  [
    "more discharged than withdrawn",
    limits,
    [
      ["sewage", "2025", "105 t"],
      ["withdrawn", "2025", "100 t"],
    ],
    ["error CHECK-BOUND withdrawn+sewage 2025"],
  ],
  [
    "silent: as many",
    limits,
    [
      ["course", "2025", "84 %"],
      ["trained", "2025", "83.6 %"],
    ],
    [],
  ],
  [
    "most of the consumption is discharged",
    water,
    [
      ["used", "2025", "317,522 t"],
      ["sewage", "2025", "270,956 t"],
    ],
    ["warning CHECK-WITHDRAWAL used 2025"],
  ],
  [
    "consumption equals withdrawal",
    water,
    [
      ["consumed", "2025", "100 m3"],
      ["withdrawn", "2025", "100 m3"],
      ["sewage", "2025", "30 m3"],
    ],
    ["warning CHECK-WITHDRAWAL consumed 2025"],
  ],
  [
    "consumption that does not balance",
    water,
    [
      ["consumed", "2025", "50 m3"],
      ["withdrawn", "2025", "100 m3"],
      ["sewage", "2025", "30 m3"],
    ],
    ["error CHECK-WATER-BALANCE consumed 2025"],
  ],
  [
    "silent: consumption that balances",
    water,
    [
      ["consumed", "2025", "70 m3"],
      ["withdrawn", "2025", "100 m3"],
      ["sewage", "2025", "30 m3"],
    ],
    [],
  ],
  [
    "silent: a brewery that keeps most of its water",
    water,
    [
      ["used", "2025", "1,000 m3"],
      ["sewage", "2025", "300 m3"],
    ],
    [],
  ],
] as [string, ReturnType<typeof relations>, Row[], string[]][])("balance: %s", (_, obeyed, rows, found) => {
  expect(lines(checkRows(rows, { relations: obeyed, rules: [bound, waterBalance] }))).toEqual(found);
});
