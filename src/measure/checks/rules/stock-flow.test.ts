import { expect, it } from "vitest";
import { checkRows, lines, type Row, relations } from "../figures-for-tests.ts";
import { stockFlow } from "./stock-flow.ts";

const known = relations(
  { kind: "stock-flow", id: "staff", stock: "staff", leftRate: "turnover", by: ["gender"] },
  { kind: "stock-flow", id: "rooms", stock: "rooms", joined: "rooms.opened", left: "rooms.closed" },
  { kind: "stock-flow", id: "members", stock: "members", left: "members.left", boundary: "members.sold" },
);

const cases: [name: string, rows: Row[], found: string[]][] = [
  [
    "a fall by more than all who left, joiners unknown",
    [
      ["staff", "2024", "3,756 person"],
      ["staff", "2025", "2,472 person"],
      ["turnover", "2025", "13.63 %"],
    ],
    ["warning CHECK-STOCK-FLOW staff 2025"],
  ],
  [
    "flows that are all known and do not tally",
    [
      ["rooms", "2024", "1,200 item"],
      ["rooms.opened", "2025", "150 item"],
      ["rooms.closed", "2025", "20 item"],
      ["rooms", "2025", "1,310 item"],
    ],
    ["error CHECK-STOCK-FLOW rooms 2025"],
  ],
  [
    "one part of a whole that tallies",
    [
      ["staff", "2024", "1,000 person"],
      ["staff", "2025", "950 person"],
      ["turnover", "2025", "10.0 %"],
      ["staff{gender=f}", "2024", "500 person"],
      ["staff{gender=f}", "2025", "300 person"],
      ["turnover{gender=f}", "2025", "10.0 %"],
    ],
    ["warning CHECK-STOCK-FLOW staff 2025"],
  ],
  [
    "silent: joiners may explain a rise",
    [
      ["staff", "2024", "2,000 person"],
      ["staff", "2025", "2,900 person"],
      ["turnover", "2025", "13.63 %"],
    ],
    [],
  ],
  [
    "silent: a fall that leavers explain under one of the usual definitions",
    [
      ["staff", "2024", "2,862 person"],
      ["staff", "2025", "2,472 person"],
      ["turnover", "2025", "13.63 %"],
    ],
    [],
  ],
  [
    "silent: opening + joined − left = closing",
    [
      ["rooms", "2024", "1,200 item"],
      ["rooms.opened", "2025", "150 item"],
      ["rooms.closed", "2025", "20 item"],
      ["rooms", "2025", "1,330 item"],
    ],
    [],
  ],
  [
    "silent: a sale that is disclosed",
    [
      ["members", "2024", "900 person"],
      ["members.left", "2025", "100 person"],
      ["members.sold", "2025", "-300 person"],
      ["members", "2025", "520 person"],
    ],
    [],
  ],
];

it.each(cases)("%s", (_, rows, found) => {
  const report = checkRows(rows, { relations: known, rules: [stockFlow] });
  expect(lines(report)).toEqual(found);
  expect(report.checked["stock-flow"]).toBeGreaterThan(0);
});

it("says how many could have left at most", () => {
  const [finding] = checkRows(cases[0]?.[1] ?? [], { relations: known, rules: [stockFlow] }).findings;
  expect(finding).toMatchObject({ expected: "≥ 3244 person", actual: "2472 person", difference: "-772 person" });
});
