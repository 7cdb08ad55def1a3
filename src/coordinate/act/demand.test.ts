import { describe, expect, it } from "vitest";
import { type Demand, type DemandRules, followDemand } from "./demand.ts";

const MINUTE = 60_000;
/** 31 July 2025, 23:00 in Shanghai. */
const START = Date.UTC(2025, 6, 31, 15);

const RULES: DemandRules = { timeZone: "Asia/Shanghai", intervalH: 0.25, staleS: 120, plannedKw: () => undefined };

/** Readings a minute apart, from the first minute on; `undefined` where the meter was silent. */
function follow(kw: readonly (number | undefined)[], rules: Partial<DemandRules> = {}, from = START): Demand {
  let demand: Demand | undefined;
  for (const [minute, value] of [0, ...kw].entries()) {
    const at = from + minute * MINUTE;
    demand = followDemand(demand, value === undefined ? undefined : { value, at }, at, { ...RULES, ...rules });
  }
  if (!demand) throw new Error("no reading");
  return demand;
}

const minutes = (count: number, value: number | undefined): (number | undefined)[] => Array(count).fill(value);

describe("demand", () => {
  it("is the mean of an interval, not its highest reading", () => {
    expect(follow([...minutes(14, 100), 1600]).peakKw).toBeCloseTo(200, 9);
  });

  it("counts an interval once it is over", () => {
    expect(follow(minutes(14, 100)).peakKw).toBe(0);
    expect(follow(minutes(15, 100)).peakKw).toBe(100);
  });

  it("is the mean of what is known where the meter was silent, and nothing where that is less than half", () => {
    expect(follow([...minutes(8, 100), ...minutes(7, undefined), ...minutes(15, 50)]).peakKw).toBe(100);
    expect(follow([...minutes(7, 100), ...minutes(8, undefined), ...minutes(15, 50)]).peakKw).toBe(50);
  });

  it("begins anew with the local month, on the last interval of the old one too", () => {
    const july = follow(minutes(60, 900));
    expect([july.month, july.peakKw]).toEqual(["2025-08", 0]);
    const august = follow([...minutes(60, 900), ...minutes(15, 300)]);
    expect([august.month, august.peakKw]).toEqual(["2025-08", 300]);
  });

  it("leaves the margin by which demand went above its plan, which fades by a tenth in a day", () => {
    const plannedKw = (at: number): number => (at < START + 15 * MINUTE ? 80 : 500);
    expect(follow(minutes(15, 100), { plannedKw }).marginKw).toBeCloseTo(20, 9);
    expect(follow(minutes(15 + 1440, 100), { plannedKw }).marginKw).toBeCloseTo(18, 9);
  });

  it("takes a reading that comes twice once", () => {
    let demand = follow(minutes(10, 100));
    const at = START + 10 * MINUTE;
    demand = followDemand(demand, { value: 900, at }, at + 1000, RULES);
    demand = followDemand(demand, { value: 100, at: START + 15 * MINUTE }, START + 15 * MINUTE, {
      ...RULES,
      staleS: 600,
    });
    expect(demand.peakKw).toBe(100);
  });
});
