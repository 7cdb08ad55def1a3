import { describe, expect, it } from "vitest";
import type { PlanScenario } from "../plan/site/plan-request.ts";
import type { Site } from "../site/index.ts";
import { type ExpectRequest, siteForecaster } from "./expected-site.ts";
import type { JobState } from "./state.ts";

const HOUR = 3_600_000;
const FROM = Date.UTC(2025, 6, 14, 16);
const DAYS = 28;

const SITE = {
  pv: [],
  halls: [{ id: "hall", capacityKw: 900 }],
  clusters: [{ id: "gpus", hall: "hall", idleKw: 0.2, fullKw: 1.2 }],
} as unknown as Site;

const usual = (steps: number): PlanScenario => ({
  probability: 1,
  priceCnyPerKwh: Array(steps).fill(0.6),
  carbonKgPerKwh: Array(steps).fill(0.5),
  pvKw: new Map(),
  dryBulbC: Array(steps).fill(25),
  wetBulbC: Array(steps).fill(20),
  itKw: new Map([["hall", Array(steps).fill(300)]]),
});

/** By day 700, by night 500 kW, in hours of UTC. */
const load = (hour: number): number => ((((FROM / HOUR + hour) % 24) + 24) % 24 < 12 ? 500 : 700);
const history = (value: (hour: number) => number) => ({
  values: Float64Array.from({ length: DAYS * 24 }, (_, i) => value(i - DAYS * 24)),
  stepMinutes: 60,
  firstInstant: new Date(FROM - DAYS * 24 * HOUR),
});

function expected(more: Partial<ExpectRequest>) {
  const steps = 24 * 4;
  return siteForecaster()({
    site: SITE,
    usual: usual(steps),
    from: FROM,
    stepMinutes: 15,
    steps,
    sensed: [{ series: "hall.it", of: { kind: "hall", id: "hall" }, history: history(load) }],
    jobs: [],
    ...more,
  });
}

const hallKw = ({ scenarios }: ReturnType<typeof expected>, scenario: number): readonly number[] =>
  scenarios[scenario]?.itKw.get("hall") ?? [];

describe("what is expected of a site", () => {
  it("follows its readings, in a low, a middle and a high path that weigh one together", () => {
    const told = expected({});
    expect(told.issues).toEqual([]);
    expect(told.scenarios.map(({ probability }) => probability)).toEqual([0.3, 0.4, 0.3]);
    const middle = hallKw(told, 1);
    const off = middle.map((kw, step) => Math.abs(kw - load(Math.floor(step / 4))));
    expect(off.reduce((sum, one) => sum + one, 0) / off.length).toBeLessThan(30);
    for (const [step, kw] of middle.entries()) {
      expect(hallKw(told, 0)[step]).toBeLessThanOrEqual(kw);
      expect(hallKw(told, 2)[step]).toBeGreaterThanOrEqual(kw);
    }
    // What is not measured is as usual in all of them.
    expect(told.scenarios.map(({ dryBulbC }) => dryBulbC[5])).toEqual([25, 25, 25]);
  });

  it("is the usual, and says so, where readings lack or ended hours ago", () => {
    for (const [value, actual] of [
      [(hour: number) => (hour < -10 ? Number.NaN : load(hour)), "10 h"],
      [(hour: number) => (hour >= -5 ? Number.NaN : load(hour)), "−5 h"],
    ] as const) {
      const told = expected({
        sensed: [{ series: "hall.it", of: { kind: "hall", id: "hall" }, history: history(value) }],
      });
      expect(told.issues).toMatchObject([{ code: "ACT-038", severity: "warning", actual }]);
      expect(told.scenarios).toHaveLength(1);
      expect(new Set(hallKw(told, 0))).toEqual(new Set([300]));
    }
  });

  it("leaves out the power of running jobs that the plan moves, less and less as others come", () => {
    const job = { cluster: "gpus", accelerators: 100, phase: "running", deferrable: true, held: false } as JobState;
    const others: JobState[] = [
      { ...job, phase: "pending" },
      { ...job, deferrable: false },
      { ...job, held: true },
    ];
    const whole = hallKw(expected({}), 1);
    const left = hallKw(expected({ jobs: [job, ...others] }), 1);
    const off = (step: number): number => (whole[step] ?? 0) - (left[step] ?? 0);
    expect([off(0), off(8), off(16), off(40)].map((kw) => Math.round(kw))).toEqual([100, 50, 0, 0]);
  });

  it("learns nothing from hours that have not come", () => {
    const known = history(load);
    const longer = {
      ...known,
      values: Float64Array.from([...known.values, ...Array<number>(48).fill(9e9)]),
    };
    const poisoned = expected({
      sensed: [{ series: "hall.it", of: { kind: "hall", id: "hall" }, history: longer }],
    });
    expect(poisoned.scenarios).toEqual(expected({}).scenarios);
  });
});
