import { describe, expect, it } from "vitest";
import { Decimal, quantity } from "../../ground/quantity/index.ts";
import { unitTableForTests } from "../../ground/quantity/unit-table-for-tests.ts";
import { reconcile, type Verdict } from "./reconcile.ts";
import type { Caveat, IndicatorValue, LineageNode } from "./value.ts";

const units = unitTableForTests();
const label = { "zh-Hant": "x", "zh-Hans": "x", en: "x" };
const leaf = (records: string): LineageNode => ({
  id: "x/0",
  kind: "records",
  label,
  detail: { records },
  children: [],
});
const factor: LineageNode = { id: "x/1", kind: "factor", label, detail: {}, children: [] };

function value(amount: string | undefined, children: LineageNode[], caveats: Caveat[] = []): IndicatorValue {
  return {
    indicator: "x",
    method: "default",
    period: { start: "2025-01-01", end: "2026-01-01", label: "2025" },
    where: {},
    status: amount === undefined ? "missing" : "complete",
    ...(amount === undefined ? {} : { amount: quantity(amount, units.unit("MWh")) }),
    missing: [],
    caveats,
    activities: [],
    lineage: { id: "x", kind: "indicator", label, detail: {}, children },
  };
}

const printed = (text: string, unit = "MWh") => ({
  value: new Decimal(text),
  unit: units.unit(unit),
  decimals: text.split(".")[1]?.length ?? 0,
});
const DERIVED: Caveat = { kind: "derived", detail: "sales", count: 1 };

describe("a printed figure against the recomputed one", () => {
  it.each<
    [
      why: string,
      amount: string | undefined,
      children: LineageNode[],
      caveats: Caveat[],
      print: [string, string?],
      verdict: Verdict,
    ]
  >([
    ["two records that round to it", "138.3708", [leaf("1"), leaf("1")], [], ["138.37"], "recomputed"],
    ["a record and a factor", "138.3708", [leaf("1"), factor], [], ["138.37"], "recomputed"],
    ["one leaf of several records", "10", [leaf("2")], [], ["10"], "recomputed"],
    ["one record handed through proves nothing", "138.37", [leaf("1")], [], ["138.37"], "reported-only"],
    ["it rests on a derived figure", "35.364", [leaf("1"), leaf("1")], [DERIVED], ["35.36"], "consistent"],
    ["off by one in the last digit", "138.3808", [leaf("1"), leaf("1")], [], ["138.37"], "unexplained"],
    ["exactly half a digit off still rounds to it", "138.375", [leaf("1"), leaf("1")], [], ["138.37"], "recomputed"],
    ["the same in another unit", "9500", [leaf("2")], [], ["9500000", "kWh"], "recomputed"],
    ["nothing was computed", undefined, [leaf("0")], [], ["5"], "reported-only"],
  ])("%s", (_, amount, children, caveats, [text, unit], verdict) => {
    expect(reconcile(value(amount, children, caveats), printed(text, unit)).verdict).toBe(verdict);
  });

  it("gives the difference in the printed unit, and relative to what was printed", () => {
    const result = reconcile(value("101", [leaf("2")]), printed("100000", "kWh"));
    expect([result.difference?.toFixed(), result.relative?.toFixed()]).toEqual(["1000", "0.01"]);
    expect(reconcile(value("1", [leaf("2")]), printed("0")).relative).toBeUndefined();
  });
});
