import { describe, expect, it } from "vitest";
import { expectOk, type Issue } from "../../ground/issue/index.ts";
import { Decimal, parsePeriod, type Period, periodInstants } from "../../ground/quantity/index.ts";
import { unitTableForTests } from "../../ground/quantity/unit-table-for-tests.ts";
import type { Boundary } from "../boundary/index.ts";
import { type Factor, NO_PINS, type Pins } from "../factors/index.ts";
import { createCalculator } from "./calculator.ts";
import { type Catalogue, createCatalogue } from "./catalogue.ts";
import type { Activity, Indicator } from "./definition.ts";
import type { RecordGroup, RecordSource } from "./value.ts";

const units = unitTableForTests();
const text = (en: string) => ({ "zh-Hant": en, "zh-Hans": en, en });
const pack = { id: "test", version: "1.0.0", hash: "h", files: new Map() };

const activity = (id: string, unit: string, more: Partial<Activity> = {}): Activity => ({
  id,
  title: text(id),
  unit,
  measure: "flow",
  dimensions: {},
  cuts: [],
  occurrence: "continuous",
  ...more,
});
const indicator = (id: string, unit: string, formula: string, more: Partial<Indicator> = {}): Indicator => ({
  id,
  title: text(id),
  unit,
  precision: 2,
  dimensions: [],
  formula,
  methods: [],
  standards: [],
  ...more,
});
const factor = (id: string, kind: string, value: string, unit: string, more: Partial<Factor> = {}): Factor => ({
  id,
  kind,
  set: "a",
  title: text(id),
  match: {},
  region: "GLOBAL",
  value,
  unit,
  source: { title: "t", publisher: "p", locator: "l" },
  read: { what: "t", date: "2026-01-01" },
  status: "verified",
  licence: "facts",
  ...more,
});

const ACTIVITIES = [
  activity("fuel", "MWh", { dimensions: { fuel: ["gas", "diesel"] } }),
  activity("power", "MWh"),
  activity("staff", "person", {
    measure: "stock",
    dimensions: { gender: ["f", "m"], age: ["young", "old"] },
    cuts: ["gender", "age"],
  }),
  activity("left", "person", { dimensions: { gender: ["f", "m"] } }),
  activity("sales", "MCNY"),
];
const FACTORS = [
  factor("gas-co2", "co2", "56.1", "kgCO2/GJ", { match: { fuel: "gas" } }),
  factor("diesel-co2", "co2", "74.1", "kgCO2/GJ", { match: { fuel: "diesel" } }),
  factor("gas-co2-b", "co2", "55.539", "kgCO2/GJ", { match: { fuel: "gas" }, set: "b", status: "unverified" }),
  factor("grid-2022", "grid", "0.6", "kgCO2/kWh", { region: "CN", valid: { from: "2022-01-01", to: "2023-01-01" } }),
  factor("grid-2023", "grid", "0.5", "kgCO2/kWh", { region: "CN", valid: { from: "2023-01-01", to: "2024-01-01" } }),
  factor("gwp-co2", "gwp", "1", "kgCO2e/kgCO2", { match: { gas: "co2" } }),
];
const BOUNDARY: Boundary = {
  entity: { id: "e", name: text("e"), approach: "operational-control", fiscalYearStartMonth: 1 },
  sites: [
    { id: "one", name: text("one"), region: "CN", timeZone: "Asia/Shanghai", share: "1" },
    { id: "half", name: text("half"), region: "CN-SH", timeZone: "Asia/Shanghai", share: "0.5", from: "2024-01-01" },
  ],
};

function catalogue(indicators: readonly Indicator[]): ReturnType<typeof createCatalogue> {
  const sourced = new Map(indicators.map((item) => [item.id, { item, file: "test.yaml", pack }]));
  return createCatalogue({
    indicators: sourced,
    activities: new Map(ACTIVITIES.map((item) => [item.id, item])),
    factors: FACTORS,
    units,
  });
}

type Row = [
  activity: string,
  period: string,
  site: string,
  dims: Record<string, string>,
  baseSum: string,
  more?: Partial<RecordGroup>,
];

/** The time of one record that holds the whole of a period. */
function heldBy(period: Period, site: string) {
  const { start, end } = periodInstants(period, BOUNDARY.sites.find(({ id }) => id === site)?.timeZone ?? "UTC");
  const [fromMs, toMs] = [start.getTime(), end.getTime()];
  return { ms: toMs - fromMs, fromMs, toMs };
}

/** A source over typed-in groups, which counts how often it is asked. */
function source(rows: readonly Row[]): RecordSource & { calls: () => number } {
  let calls = 0;
  return {
    calls: () => calls,
    // What a series leaves open is told by the time it holds; here one hour at the end of the period, where it is less.
    async gaps(requests) {
      return requests.map(({ activity: id, period }) =>
        rows
          .filter(([of, label, , , , more]) => of === id && label === period.label && more?.times)
          .map(([, , site, dims]) => ({
            site,
            dims,
            spans: [[heldBy(period, site).toMs - 3_600_000, heldBy(period, site).toMs]] as const,
          })),
      );
    },
    async read(requests) {
      calls += 1;
      return requests.map((request) =>
        rows
          .filter(([id, period]) => id === request.activity && period === request.period.label)
          .map(([id, , site, dims, sum, more]) => ({
            activity: id,
            sites: [site],
            dims,
            units: BigInt(new Decimal(sum).times("1e9").toFixed()),
            count: 1,
            estimated: 0,
            derived: 0,
            straddling: 0,
            pending: 0,
            times: [{ sites: [site], held: heldBy(request.period, site) }],
            ...more,
          })),
      );
    },
  };
}

const year = (label: string) => expectOk(parsePeriod(label));

async function value(
  indicators: readonly Indicator[],
  rows: readonly Row[],
  id: string,
  more: { where?: Record<string, string>; method?: string; pins?: Pins; period?: string } = {},
) {
  const calculator = createCalculator(expectOk(catalogue(indicators)), BOUNDARY, more.pins ?? NO_PINS, source(rows));
  const request = {
    indicator: id,
    period: year(more.period ?? "2025"),
    ...(more.where ? { where: more.where } : {}),
    ...(more.method ? { method: more.method } : {}),
  };
  const [first] = expectOk(await calculator.values([request]));
  if (!first) throw new Error("no value");
  return first;
}

const SCOPE1 = indicator("scope1", "tCO2e", 'co2e(apply("fuel", "co2"))', { dimensions: ["fuel"] });
const FUELS: Row[] = [
  ["fuel", "2025", "one", { fuel: "gas" }, "1532700"],
  ["fuel", "2025", "one", { fuel: "diesel" }, "706968"],
];

describe("values", () => {
  it("multiplies each fuel by its own factor and weighs the gas", async () => {
    const result = await value([SCOPE1], FUELS, "scope1");
    expect(result.amount?.value.toString()).toBe("138.3707988");
    expect(result.status).toBe("complete");
    expect(JSON.stringify(result.lineage)).toContain("gas-co2");
    expect(JSON.stringify(result.lineage)).toContain("diesel-co2");
  });

  it("breaks down by a dimension, and by a site", async () => {
    expect((await value([SCOPE1], FUELS, "scope1", { where: { fuel: "diesel" } })).amount?.value.toString()).toBe(
      "52.3863288",
    );
    expect((await value([SCOPE1], FUELS, "scope1", { where: { site: "half" } })).status).toBe("missing");
  });

  it("takes the pinned set, and says that a factor is unverified", async () => {
    const pins: Pins = { factors: [{ kind: "co2", set: "b" }], methods: {} };
    const result = await value([SCOPE1], FUELS.slice(0, 1), "scope1", { pins });
    expect(result.amount?.value.toString()).toBe("85.1246253");
    expect(result.caveats).toContainEqual({ kind: "factor-unverified", detail: "gas-co2-b", count: 1 });
  });

  it("brings carbon dioxide of one site and equivalents of another to equivalents before it adds them", async () => {
    const [gas, hk] = [factor("cn", "mix", "0.5", "kgCO2/kWh"), factor("hk", "mix", "0.6", "kgCO2e/kWh")];
    const factors = [
      { ...gas, match: { grid: "cn" } },
      { ...hk, match: { grid: "hk" } },
      factor("weigh", "gwp", "1", "kgCO2e/kgCO2", { match: { gas: "co2" } }),
    ];
    const use = activity("use", "kWh", { dimensions: { grid: ["cn", "hk"] } });
    const made = createCatalogue({
      indicators: new Map([
        ["mixed", { item: indicator("mixed", "kgCO2e", 'co2e(apply("use", "mix"))'), file: "f", pack }],
      ]),
      activities: new Map([["use", use]]),
      factors,
      units,
    });
    const rows: Row[] = [
      ["use", "2025", "one", { grid: "cn" }, "3600"],
      ["use", "2025", "one", { grid: "hk" }, "7200"],
    ];
    const calculator = createCalculator(expectOk(made), BOUNDARY, NO_PINS, source(rows));
    const [result] = expectOk(await calculator.values([{ indicator: "mixed", period: year("2025") }]));
    expect(result?.amount?.value.toString()).toBe("1700");
    const bare = createCatalogue({
      indicators: new Map([["bare", { item: indicator("bare", "kgCO2e", 'apply("use", "mix")'), file: "f", pack }]]),
      activities: new Map([["use", use]]),
      factors,
      units,
    });
    expect(bare.ok ? [] : bare.issues.map((issue) => issue.code)).toContain("FORMULA-004");
  });

  it("uses the latest factor that has begun and says when it is of other years", async () => {
    const scope2 = indicator("scope2", "tCO2e", 'co2e(apply("power", "grid"))');
    const result = await value([scope2], [["power", "2025", "one", {}, "3600"]], "scope2");
    expect(result.amount?.value.toString()).toBe("0.5");
    expect(result.caveats).toContainEqual({ kind: "factor-of-other-years", detail: "grid-2023", count: 1 });
  });

  it("counts a site by its share and only inside the boundary", async () => {
    const energy = indicator("energy", "MWh", 'sum("power")');
    const rows = (period: string): Row[] => [
      ["power", period, "one", {}, "3600"],
      ["power", period, "half", {}, "3600"],
    ];
    expect((await value([energy], rows("2025"), "energy")).amount?.value.toString()).toBe("1.5");
    const before = await value([energy], rows("2023"), "energy", { period: "2023" });
    expect(before.amount?.value.toString()).toBe("1");
    expect(before.caveats).toContainEqual({ kind: "site-outside-boundary", detail: "power", count: 1 });
  });

  it("never adds two cuts of the same total", async () => {
    const headcount = indicator("headcount", "person", 'closing("staff")', { dimensions: ["gender", "age"] });
    const rows: Row[] = [
      ["staff", "2025", "one", { gender: "f" }, "4"],
      ["staff", "2025", "one", { gender: "m" }, "6"],
      ["staff", "2025", "one", { age: "young" }, "7"],
      ["staff", "2025", "one", { age: "old" }, "3"],
    ];
    expect((await value([headcount], rows, "headcount")).amount?.value.toString()).toBe("10");
    expect((await value([headcount], rows, "headcount", { where: { age: "old" } })).amount?.value.toString()).toBe("3");
  });

  it("keeps numerator and denominator of a ratio and aggregates from them", async () => {
    const rate = indicator("rate", "percent", 'sum("left") / (sum("left") + closing("staff"))', {
      dimensions: ["gender"],
    });
    const rows: Row[] = [
      ["left", "2025", "one", { gender: "f" }, "98"],
      ["left", "2025", "one", { gender: "m" }, "292"],
      ["staff", "2025", "one", { gender: "f" }, "788"],
      ["staff", "2025", "one", { gender: "m" }, "1684"],
    ];
    const total = await value([rate], rows, "rate");
    expect(total.amount?.value.toFixed(2)).toBe("13.63");
    expect(total.parts?.numerator.value.toString()).toBe("390");
    expect(total.parts?.denominator.value.toString()).toBe("2862");
    expect((await value([rate], rows, "rate", { where: { gender: "f" } })).amount?.value.toFixed(2)).toBe("11.06");
  });

  it("passes missing on with the list of what is missing, never as zero", async () => {
    const total = indicator("total", "MWh", 'sum("fuel") + sum("power")');
    const result = await value([total], FUELS, "total");
    expect(result.status).toBe("missing");
    expect(result.amount).toBeUndefined();
    expect(result.missing).toEqual([
      { kind: "records", activity: "power", indicator: "total", period: "2025", where: {} },
    ]);
  });

  it("says when a denominator is zero", async () => {
    const intensity = indicator("intensity", "MWh/MCNY", 'sum("power") / sum("sales")');
    const rows: Row[] = [
      ["power", "2025", "one", {}, "3600"],
      ["sales", "2025", "one", {}, "0"],
    ];
    expect((await value([intensity], rows, "intensity")).missing[0]?.kind).toBe("division-by-zero");
  });

  it("shows what is not approved and what straddles the period", async () => {
    const energy = indicator("energy", "MWh", 'sum("power")');
    expect((await value([energy], [["power", "2025", "one", {}, "36", { pending: 1 }]], "energy")).status).toBe(
      "preliminary",
    );
    expect((await value([energy], [["power", "2025", "one", {}, "36", { straddling: 1 }]], "energy")).status).toBe(
      "partial",
    );
  });

  it("says which site lacks which time, and which site had records before and has none now", async () => {
    const energy = indicator("energy", "MWh", 'sum("power")');
    const whole = heldBy(year("2025"), "one");
    const toMs = whole.toMs - 3_600_000;
    const short = { ...whole, ms: whole.ms - 3_600_000, toMs };
    const rows: Row[] = [
      ["power", "2025", "one", {}, "36", { times: [{ sites: ["one"], held: short }] }],
      ["power", "2024", "half", {}, "9"],
    ];
    const found = await value([energy], rows, "energy");
    expect([found.status, found.amount?.value.toFixed()]).toEqual(["partial", "0.01"]);
    expect(found.caveats).toEqual([
      {
        kind: "incomplete",
        detail: "power",
        count: 2,
        open: [
          { site: "one", where: {}, spans: ["2025-12-31 23:00 – 2026-01-01 00:00"], more: 0 },
          { site: "half", where: {}, spans: ["2025-01-01 – 2025-12-31"], more: 0 },
        ],
      },
    ]);
  });

  it("refuses what the definition does not have", async () => {
    const calculator = createCalculator(expectOk(catalogue([SCOPE1])), BOUNDARY, NO_PINS, source(FUELS));
    const requests = [
      { indicator: "nothing", period: year("2025") },
      { indicator: "scope1", period: year("2025"), where: { gender: "f" } },
      { indicator: "scope1", period: year("2025"), method: "other" },
    ];
    const result = await calculator.values(requests);
    expect(result.ok ? [] : result.issues.map((issue) => issue.code)).toEqual([
      "INDICATOR-001",
      "INDICATOR-002",
      "INDICATOR-003",
    ]);
  });

  it("reads the ledger once for many values and again only for what changed", async () => {
    const energy = indicator("energy", "MWh", 'sum("power")');
    const both = indicator("both", "MWh", 'ref("energy") + sum("fuel")');
    const records = source([...FUELS, ["power", "2025", "one", {}, "3600"]]);
    const calculator = createCalculator(expectOk(catalogue([SCOPE1, energy, both])), BOUNDARY, NO_PINS, records);
    const requests = ["scope1", "energy", "both"].map((id) => ({ indicator: id, period: year("2025") }));
    await calculator.values(requests);
    expect([records.calls(), calculator.evaluations()]).toEqual([1, 3]);
    expect(calculator.invalidate(["power"])).toEqual(["energy", "both"]);
    await calculator.values(requests);
    expect([records.calls(), calculator.evaluations()]).toEqual([2, 5]);
  });
});

describe("definitions that cannot be right are refused when loaded", () => {
  const codes = (result: { ok: boolean; issues?: readonly Issue[] }): string[] =>
    (result.issues ?? []).map((issue) => issue.code);
  it.each<[why: string, formula: string, unit: string, code: string]>([
    ["not a formula", "sum(", "MWh", "FORMULA-001"],
    ["an operator it does not have", 'sum("power") ^ 2', "MWh", "FORMULA-002"],
    ["a function it does not have", 'average("power")', "MWh", "FORMULA-002"],
    ["a float that was typed in", 'sum("power") * 0.5', "MWh", "FORMULA-002"],
    ["an unknown activity", 'sum("steam")', "MWh", "FORMULA-003"],
    ["an unknown factor kind", 'apply("fuel", "co3")', "tCO2", "FORMULA-003"],
    ["an unknown indicator", 'ref("nothing")', "MWh", "FORMULA-003"],
    ["energy plus money", 'sum("power") + sum("sales")', "MWh", "FORMULA-004"],
    ["two gases added", 'apply("fuel", "co2") + co2e(apply("fuel", "co2"))', "tCO2", "FORMULA-004"],
    ["a stock summed", 'sum("staff")', "person", "FORMULA-005"],
    ["a flow read as a stock", 'closing("power")', "MWh", "FORMULA-005"],
    ["a member that does not exist", 'sum("fuel", "fuel=coal")', "MWh", "FORMULA-006"],
    ["energy weighed as a gas", 'co2e(sum("power"))', "tCO2e", "FORMULA-007"],
    ["a unit that does not fit", 'sum("power")', "tCO2e", "FORMULA-009"],
    ["CO2 called CO2e", 'apply("fuel", "co2")', "tCO2e", "FORMULA-009"],
  ])("%s", (_, formula, unit, code) => {
    expect(codes(catalogue([indicator("x", unit, formula)]))).toContain(code);
  });

  it("a circle, with its path", () => {
    const result = catalogue([
      indicator("a", "MWh", 'ref("b")'),
      indicator("b", "MWh", 'ref("c")'),
      indicator("c", "MWh", 'ref("a")'),
    ]);
    expect(result.ok ? [] : result.issues.map((issue) => issue.actual)).toEqual(["a → b → c → a"]);
  });

  it("all of them at once", () => {
    expect(codes(catalogue([indicator("a", "MWh", "sum("), indicator("b", "tCO2e", 'sum("power")')])).sort()).toEqual([
      "FORMULA-001",
      "FORMULA-009",
    ]);
  });
});

describe("the order of computation", () => {
  it("puts every indicator after what it rests on", () => {
    const made: Catalogue = expectOk(
      catalogue([
        indicator("top", "MWh", 'ref("mid") + ref("low")'),
        indicator("mid", "MWh", 'ref("low")'),
        indicator("low", "MWh", 'sum("power")'),
      ]),
    );
    expect(made.order).toEqual(["low", "mid", "top"]);
  });
});
