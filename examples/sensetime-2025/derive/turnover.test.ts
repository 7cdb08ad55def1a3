import { expect, it } from "vitest";
import { exampleRows, printedFigure } from "../read-example.ts";
import {
  DEFINITIONS,
  type DefinitionId,
  nearestSolution,
  type RateRow,
  solutions,
  wholeLeavers,
  type Year,
} from "./turnover.ts";

const TABLE = "kpi-appendix";
const CUTS = { gender: ["male", "female"], age: ["under-30", "30-50", "over-50"], region: ["china", "other"] } as const;

function rowOf(period: string, dims: Readonly<Record<string, string>>): RateRow | undefined {
  const rate = printedFigure("people.turnover-rate", period, TABLE, dims);
  const closing = printedFigure("people.headcount", period, TABLE, dims);
  const opening = printedFigure("people.headcount", String(Number(period) - 1), TABLE, dims);
  if (!rate || !closing) return undefined;
  return {
    row: Object.values(dims)[0] ?? "total",
    rate,
    closing: Number(closing),
    ...(opening ? { opening: Number(opening) } : {}),
  };
}

function yearOf(period: string): Year {
  const total = rowOf(period, {});
  if (!total) throw new Error(`no total for ${period}`);
  const cuts = Object.entries(CUTS).map(([cut, members]) =>
    members.flatMap((member) => rowOf(period, { [cut]: member }) ?? []),
  );
  const complete = cuts.filter((rows, index) => rows.length === Object.values(CUTS)[index]?.length);
  return { total, cuts: complete, alone: cuts.filter((rows) => !complete.includes(rows)).flat() };
}

it.each<[string, DefinitionId, number]>([
  ["2025", "leavers-over-leavers-and-closing", 1],
  ["2025", "leavers-over-closing", 0],
  ["2025", "leavers-over-average", 0],
  ["2025", "leavers-over-opening", 0],
  ["2024", "leavers-over-leavers-and-closing", 1],
  ["2023", "leavers-over-leavers-and-closing", 5],
])("%s under %s: %i sets of whole numbers give every printed rate", (period, definition, count) => {
  expect(solutions(definition, yearOf(period)).length).toBe(count);
});

it("leaves one definition that reproduces all three years", () => {
  const years = ["2025", "2024", "2023"].map(yearOf);
  const surviving = (Object.keys(DEFINITIONS) as DefinitionId[]).filter((definition) =>
    years.every((year) => solutions(definition, year).length > 0),
  );
  expect(surviving).toEqual(["leavers-over-leavers-and-closing"]);
});

it("finds no whole number of men in 2025 who left for leavers ÷ closing headcount", () => {
  expect(wholeLeavers("leavers-over-closing", { row: "male", rate: "14.78", closing: 1684 })).toEqual([]);
});

it.each([
  ["2025", { total: 390, male: 292, female: 98, "under-30": 123, "30-50": 264, "over-50": 3, china: 362, other: 28 }],
  ["2024", { total: 543, male: 399, female: 144, "under-30": 205, "30-50": 335, "over-50": 3, other: 23 }],
  ["2023", { total: 564, male: 408, female: 156, "under-30": 217, "30-50": 346, "over-50": 1, other: 66 }],
])("records the leavers of %s as derived", (period, expected) => {
  expect(nearestSolution("leavers-over-leavers-and-closing", yearOf(period))).toEqual(expected);
  const records = exampleRows("records.csv").filter(
    ({ cells }) => cells.activity === "workforce.leavers" && cells.period === period,
  );
  expect(records.every(({ cells }) => cells.basis === "derived")).toBe(true);
  const recorded = Object.fromEntries(
    records.map(({ cells, dims }) => [Object.values(dims)[0] ?? "", Number(cells.amount)]),
  );
  const { total, ...parts } = expected;
  expect(recorded).toMatchObject(parts);
  for (const members of Object.values(CUTS)) {
    expect(members.reduce((sum, member) => sum + (recorded[member] ?? 0), 0)).toBe(total);
  }
});
