import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { EXAMPLE_FOLDER, exampleRows } from "../../../examples/sensetime-2025/read-example.ts";
import { closingSchema } from "../../../examples/sensetime-2025/schemas.ts";
import { shippedPack } from "../../../src/app/package-folder.ts";
import { indexById, readItems } from "../../../src/ground/content/index.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import {
  createUnitTable,
  Decimal,
  parsePeriod,
  type Period,
  periodInstants,
  roundTo,
  type UnitTable,
} from "../../../src/ground/quantity/index.ts";
import { boundarySchema } from "../../../src/measure/boundary/index.ts";
import { type Factor, factorSchema, pinsSchema } from "../../../src/measure/factors/index.ts";
import {
  type Activity,
  activitySchema,
  type Calculator,
  createCalculator,
  createCatalogue,
  type Indicator,
  indicatorSchema,
  type RecordGroup,
  type RecordRequest,
} from "../../../src/measure/indicators/index.ts";
import { HAND_FIGURES } from "./hand-figures.ts";

const closing = closingSchema.parse(parse(readFileSync(`${EXAMPLE_FOLDER}/closing.yaml`, "utf8")));
const reported = exampleRows("reported.csv");
const records = exampleRows("records.csv");

type Where = Readonly<Record<string, string>>;
const sameWhere = (a: Where, b: Where): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([key, value]) => b[key] === value);

interface ClosingCell {
  readonly indicator: string;
  readonly where: Where;
  readonly place: string;
  readonly period: string;
  readonly reported: string;
  readonly computed?: string | undefined;
  readonly status: string;
  readonly allowance?: string | undefined;
}

const cells: ClosingCell[] = closing.rows.flatMap(({ indicator, where, place, years }) =>
  Object.entries(years).map(([period, year]) => ({ indicator, where, place, period, ...year })),
);

/** The climate table prints its intensity per ten thousand yuan; the figure itself is per million. */
const perPlace = (cell: ClosingCell, value: Decimal): Decimal =>
  cell.place === "climate-emissions-table" && cell.indicator === "ghg.scope1-2.per-revenue" ? value.div(100) : value;

const atPrint = (cell: ClosingCell, value: Decimal): string => {
  const places = (cell.computed ?? "").split(".")[1]?.length ?? 0;
  return roundTo(perPlace(cell, value), places).toFixed(places);
};

/** Every record of the example holds the whole of its period. */
function heldBy(period: Period) {
  const { start, end } = periodInstants(period, "Asia/Shanghai");
  const [fromMs, toMs] = [start.getTime(), end.getTime()];
  return { ms: toMs - fromMs, fromMs, toMs };
}

describe("closing.yaml against hand arithmetic", () => {
  it("has every printed row of its tables, and prints it as the source does", () => {
    const printed = reported.filter((row) => closing.places.includes(row.cells.where ?? ""));
    const keys = (indicator: string, where: Where, place: string, period: string): string =>
      [indicator, JSON.stringify(Object.entries(where).sort()), place, period].join("|");
    const expected = new Map(
      printed.map(({ cells: row, dims }) => [
        keys(row.indicator ?? "", dims, row.where ?? "", row.period ?? ""),
        row.value || "-",
      ]),
    );
    const actual = new Map(
      cells.map((cell) => [keys(cell.indicator, cell.where, cell.place, cell.period), cell.reported]),
    );
    console.log(`closing table: ${actual.size} cells of ${closing.rows.length} rows`);
    expect(actual.size).toBeGreaterThan(200);
    expect(actual).toEqual(expected);
  });

  it("computes every value that it gives", () => {
    const given = cells.filter((cell) => cell.computed !== undefined);
    const wrong = given.flatMap((cell) => {
      const hand = HAND_FIGURES.find(
        ({ indicator, where = {} }) => indicator === cell.indicator && sameWhere(where, cell.where),
      );
      const value = hand?.values[cell.period];
      if (value === undefined) return [`${cell.indicator} ${cell.period}: no hand figure`];
      // A hair above, so that a half that a double cannot hold rounds as the exact one does.
      const shown = atPrint(cell, new Decimal(value.toPrecision(14)));
      return shown === cell.computed
        ? []
        : [`${cell.indicator} ${JSON.stringify(cell.where)} ${cell.period}: ${shown}, not ${cell.computed}`];
    });
    expect(given.length).toBeGreaterThan(200);
    expect(wrong).toEqual([]);
  });

  it("says of each cell what its value and records allow", () => {
    const wrong = cells.flatMap((cell) => {
      const { status, reported: print, computed, allowance = "0" } = cell;
      const equal =
        computed !== undefined &&
        print !== "-" &&
        new Decimal(print).minus(computed).abs().lte(new Decimal(allowance).times(2));
      const fits =
        status === "not-reported"
          ? print === "-"
          : status === "unexplained"
            ? computed !== undefined && !equal
            : status === "reported-only"
              ? true
              : equal;
      return fits ? [] : [`${cell.indicator} ${cell.place} ${cell.period}: ${status} with ${print} and ${computed}`];
    });
    expect(wrong).toEqual([]);
    const counts = Object.fromEntries(
      [...new Set(cells.map((cell) => cell.status))]
        .sort()
        .map((status) => [status, cells.filter((cell) => cell.status === status).length]),
    );
    console.log(`closing table: ${JSON.stringify(counts)}`);
  });

  it("counts nothing as recomputed that rests on a derived record", () => {
    const derived = new Set(
      records
        .filter(({ cells: row }) => row.basis === "derived")
        .map(({ cells: row }) => `${row.activity} ${row.period}`),
    );
    expect([...derived].filter((key) => key.startsWith("revenue.recognised")).length).toBe(3);
    const resting = cells.filter(
      (cell) => cell.status === "recomputed" && /per-revenue|turnover|training/.test(cell.indicator),
    );
    expect(resting).toEqual([]);
  });
});

describe("closing.yaml against the engine", () => {
  let calculator: Calculator;

  beforeAll(async () => {
    const pack = await shippedPack();
    const unitItems = readItems(
      [pack],
      "units",
      z.array(
        z.looseObject({
          id: z.string(),
          dimension: z.string(),
          factor: z.string(),
          symbol: z.strictObject({ "zh-Hant": z.string(), "zh-Hans": z.string(), en: z.string() }),
          spellings: z.array(z.string()),
        }),
      ),
    );
    const units: UnitTable = expectOk(createUnitTable(expectOk(unitItems).map(({ item }) => item)));
    const indicators = expectOk(
      indexById(expectOk(readItems<Indicator>([pack], "indicators", z.array(indicatorSchema)))),
    );
    const activityItems = expectOk(readItems<Activity>([pack], "activities", z.array(activitySchema)));
    const activities = new Map(activityItems.map(({ item }) => [item.id, item]));
    const factors = expectOk(readItems<Factor>([pack], "factors", z.array(factorSchema))).map(({ item }) => item);
    const catalogue = expectOk(createCatalogue({ indicators, activities, factors, units }));
    const load = (name: string): unknown => parse(readFileSync(`${EXAMPLE_FOLDER}/${name}`, "utf8"));
    /** The records as groups of one, straight from the file. */
    const groupsOf = (request: RecordRequest): RecordGroup[] =>
      records
        .filter(({ cells: row }) => row.activity === request.activity && row.period === request.period.label)
        .map(({ cells: row, dims }) => {
          const unit = expectOk(units.parse(row.unit ?? "", {}));
          const sum = new Decimal(row.amount ?? 0).times(unit.numerator).div(unit.denominator);
          const counted = (basis: string): number => (row.basis === basis ? 1 : 0);
          return {
            activity: request.activity,
            sites: [row.site ?? ""],
            dims,
            units: BigInt(sum.times("1e9").toFixed()),
            count: 1,
            estimated: counted("estimated"),
            derived: counted("derived"),
            straddling: 0,
            pending: 0,
            times: [{ sites: [row.site ?? ""], held: heldBy(request.period) }],
          };
        });
    calculator = createCalculator(
      catalogue,
      boundarySchema.parse(load("boundary.yaml")),
      pinsSchema.parse(load("pins.yaml")),
      {
        read: (requests) => Promise.resolve(requests.map(groupsOf)),
        gaps: (requests) => Promise.resolve(requests.map(() => [])),
      },
    );
  });

  it("gives every value of the closing table, and none where the table has none", async () => {
    const requests = cells.map((cell) => ({
      indicator: cell.indicator,
      period: expectOk(parsePeriod(cell.period)),
      where: cell.where,
    }));
    const values = expectOk(await calculator.values(requests));
    const wrong = cells.flatMap((cell, index) => {
      const amount = values[index]?.amount;
      const shown = amount && atPrint(cell, amount.value);
      return shown === cell.computed
        ? []
        : [`${cell.indicator} ${JSON.stringify(cell.where)} ${cell.period}: ${shown}, not ${cell.computed}`];
    });
    expect(values.length).toBe(cells.length);
    expect(wrong).toEqual([]);
  });

  it.each([
    ["138.37", "2025", undefined],
    ["138.94", "2025", "full-gas"],
    ["216.19", "2024", undefined],
    ["220.86", "2023", undefined],
  ])("gives scope 1 as %s t in %s under %s", async (expected, period, method) => {
    const [value] = expectOk(
      await calculator.values([
        { indicator: "ghg.scope1", period: expectOk(parsePeriod(period)), ...(method ? { method } : {}) },
      ]),
    );
    expect(value?.amount?.value.toFixed(2)).toBe(expected);
  });

  it.each([
    ["leavers-over-leavers-and-closing", "2025", "13.63"],
    ["leavers-over-closing", "2025", "15.78"],
    ["leavers-over-average", "2025", "12.52"],
    ["leavers-over-closing", "2024", "14.46"],
    ["leavers-over-average", "2024", "13.10"],
    ["leavers-over-closing", "2023", "12.45"],
    ["leavers-over-average", "2023", undefined],
  ])("shows turnover by %s in %s as %s %%", async (method, period, expected) => {
    const [value] = expectOk(
      await calculator.values([{ indicator: "people.turnover-rate", period: expectOk(parsePeriod(period)), method }]),
    );
    expect(value?.amount?.value.toFixed(2)).toBe(expected);
  });
});
