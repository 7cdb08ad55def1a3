import { expect, it } from "vitest";
import { Decimal } from "../../../src/ground/quantity/index.ts";
import { exampleRows, printedFigure } from "../read-example.ts";
import { holds, type Interval } from "./interval.ts";
import { type Intensity, middleToOneDecimal, revenueInterval } from "./revenue.ts";

const TABLE = "kpi-appendix";
/** Amount, its intensity, scale. */
const INTENSITIES: readonly (readonly [string, string, number])[] = [
  ["ghg.scope1-2", "ghg.scope1-2.per-revenue", 1],
  ["energy.total", "energy.per-revenue", 1],
  ["water.total", "water.per-revenue", 1],
  ["wastewater.total", "wastewater.per-revenue", 1],
  ["packaging.total", "packaging.per-revenue", 1000],
  ["waste.non-hazardous", "waste.non-hazardous.per-revenue", 1],
];

function intensitiesOf(period: string): Intensity[] {
  return INTENSITIES.map(([amount, intensity, scale]) => ({
    amount: printedFigure(amount, period, TABLE) ?? "",
    intensity: printedFigure(intensity, period, TABLE) ?? "",
    scale,
  }));
}

const four = (interval: Interval | undefined): string => `${interval?.low.toFixed(4)}..${interval?.high.toFixed(4)}`;

it.each([
  ["2025", "5014.5077..5014.9577", "5014.7"],
  ["2024", "3771.8555..3772.3187", "3772.1"],
  ["2023", "3405.4624..3405.9119", "3405.7"],
])(
  "finds the revenue of %s that all six intensities agree on, and the record lies in it",
  (period, expected, value) => {
    const interval = revenueInterval(intensitiesOf(period));
    expect(four(interval)).toBe(expected);
    if (!interval) throw new Error("no interval");
    expect(middleToOneDecimal(interval)?.toString()).toBe(value);
    const record = exampleRows("records.csv").find(
      ({ cells }) => cells.activity === "revenue.recognised" && cells.period === period,
    );
    expect(record?.cells.amount).toBe(value);
    expect(record?.cells.basis).toBe("derived");
    expect(record?.cells.note).toContain(expected.replace("..", " to "));
    expect(holds(interval, new Decimal(record?.cells.amount ?? 0))).toBe(true);
  },
);

it("finds none when one intensity is in another unit", () => {
  const [first, ...rest] = intensitiesOf("2025");
  if (!first) throw new Error("no intensities");
  expect(revenueInterval([{ ...first, scale: 100 }, ...rest])).toBeUndefined();
});
