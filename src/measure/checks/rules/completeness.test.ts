import { describe, expect, it } from "vitest";
import { bandsForTests, checkRows, lines, type Row } from "../figures-for-tests.ts";
import type { Incomplete } from "../incomplete.ts";
import { completeness } from "./completeness.ts";

const open = [{ site: "hall", where: {}, spans: ["2025-10-01 – 2025-12-31"], more: 0 }];
const lacking = (indicator: string, more: Partial<Incomplete> = {}): Incomplete => ({
  indicator,
  period: "2025",
  kind: "incomplete",
  activity: "electricity.purchased",
  count: 1,
  open,
  ...more,
});

const found = (incomplete: readonly Incomplete[], values = 40) =>
  checkRows([], { rules: [completeness], completeness: { values, incomplete } });

it("says once what records leave open, with every value that it concerns, and how many it looked at", () => {
  const report = found([lacking("ghg.scope2.location"), lacking("energy.indirect")]);
  expect(lines(report)).toEqual(["warning CHECK-INCOMPLETE energy.indirect+ghg.scope2.location 2025"]);
  expect(report.findings[0]?.message.en).toMatch(
    /in 2025 electricity\.purchased lacks hall 2025-10-01 – 2025-12-31; this concerns/,
  );
  expect(report.checked).toEqual({ completeness: 40 });
});

it("tells apart what lacks other time, other activities, or other periods", () => {
  const other = [{ site: "office", where: {}, spans: ["2025-01-01 – 2025-12-31"], more: 0 }];
  const report = found([
    lacking("energy.indirect"),
    lacking("energy.total", { open: other }),
    lacking("water.total", { activity: "water.withdrawal" }),
    lacking("energy.indirect", { period: "2024" }),
  ]);
  expect(report.findings).toHaveLength(4);
});

it.each<[Partial<Incomplete>, string, string]>([
  [{ kind: "straddling", count: 3, open: [] }, "CHECK-CAUSE-STRADDLING", "records across the period's bounds: 3"],
  [
    { kind: "absent", count: 0, open: [], before: "2024" },
    "CHECK-CAUSE-NO-RECORDS",
    "every record, while there are some of 2024",
  ],
])("names the cause of %o", (more, cause, words) => {
  const [finding] = found([lacking("energy.indirect", more)]).findings;
  expect(finding?.causeCode).toBe(cause);
  expect(finding?.message.en).toContain(words);
});

it("tells six series at most, and how many more there are", () => {
  const many = Array.from({ length: 9 }, (_, index) => ({
    site: `site-${index}`,
    where: {},
    spans: ["2025-02-01"],
    more: 0,
  }));
  const [finding] = found([lacking("energy.indirect", { open: many })]).findings;
  expect(finding?.message.en).toContain("site-5 2025-02-01, +3");
});

it("stays silent where nothing lacks", () => {
  expect(found([]).findings).toEqual([]);
});

describe("what is computed from an activity that jumps", () => {
  const computed = (activities: readonly string[]): { activities: readonly string[]; place: string } => ({
    activities,
    place: "ledger",
  });
  const electricity = computed(["electricity.purchased"]);
  const both = computed(["electricity.purchased", "fuel.combustion"]);
  const jumping = (more: [{ place: string }, { place: string }]): Row[] => [
    ["energy.indirect", "2024", "1,000.0 MWh", more[0]],
    ["energy.indirect", "2025", "4,000.0 MWh", more[0]],
    ["ghg.scope1-2", "2024", "600.0 tCO2e", more[1]],
    ["ghg.scope1-2", "2025", "2,300.0 tCO2e", more[1]],
  ];

  it("is told with the activity, once", () => {
    const report = checkRows(jumping([electricity, both]), { relations: bandsForTests });
    expect(lines(report)).toEqual(["warning CHECK-JUMP energy.indirect+ghg.scope1-2 2025+2024"]);
    expect(report.findings[0]?.message.en).toMatch(/^energy\.indirect jumps: 1,000\.0 MWh in 2024, 4,000\.0 MWh/);
  });

  it("is told by itself where it rests on something else, or where sources printed it", () => {
    const water = computed(["water.withdrawal"]);
    for (const rows of [jumping([electricity, water]), jumping([{ place: "table" }, { place: "table" }])])
      expect(checkRows(rows, { relations: bandsForTests }).findings).toHaveLength(2);
  });
});
