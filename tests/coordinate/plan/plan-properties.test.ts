import fc from "fast-check";
import { expect, it } from "vitest";
import { instance } from "../../../bench/plan/instance.ts";
import { type PlanRequest, planSite } from "../../../src/coordinate/index.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { content, lingang } from "../site/content.ts";

const site = lingang();
const TOTAL_CNY = 1e-6;

const requests: fc.Arbitrary<PlanRequest> = fc
  .record({
    seed: fc.integer({ min: 1, max: 500 }),
    jobs: fc.integer({ min: 0, max: 15 }),
    storedShare: fc.double({ min: 0.1, max: 1, noNaN: true }),
    monthPeakKw: fc.integer({ min: 0, max: 26_000 }),
    importKw: fc.integer({ min: 12_000, max: 40_000 }),
    batteryShare: fc.constantFrom(0, 0.5, 1),
    second: fc.boolean(),
    offered: fc.boolean(),
  })
  .map(({ seed, jobs, storedShare, monthPeakKw, importKw, batteryShare, second, offered }) => {
    const own = instance({ ...site, grid: { ...site.grid, importLimitKw: importKw } }, content, seed, 24, jobs);
    const [one] = own.scenarios;
    const warmer = {
      ...one!,
      itKw: new Map([...one!.itKw].map(([hall, kw]) => [hall, kw.map((value) => value * 1.03)])),
      wetBulbC: one!.wetBulbC.map((value) => value + 1),
      dryBulbC: one!.dryBulbC.map((value) => value + 1),
    };
    return {
      ...own,
      scenarios: second
        ? [
            { ...one!, probability: 0.7 },
            { ...warmer, probability: 0.3 },
          ]
        : own.scenarios,
      state: { ...own.state, monthPeakKw, batteryKwh: new Map([["storage", storedShare * 36_000]]) },
      maintenance: [
        ...own.maintenance,
        { component: "battery" as const, id: "storage", fromStep: 8, toStep: 60, availableShare: batteryShare },
      ],
      offers: offered
        ? [{ id: "evening", fromStep: 40, toStep: 48, baselineKw: 20_000, reductionKw: 3000, paymentCny: 20_000 }]
        : [],
    };
  });

it("no plan breaks a limit that doing nothing keeps, none costs more, and its energy adds up", () => {
  fc.assert(
    fc.property(requests, (request) => {
      const plan = expectOk(planSite(request, 0));
      const battery = site.batteries[0]!;
      const before = request.state.batteryKwh.get("storage")!;
      const floor = Math.min(before, Math.max(battery.reserveKwh, battery.lowest * battery.energyKwh));
      let stored = before;
      for (const [step, one] of plan.steps.entries()) {
        const kw = one.batteryKw.storage!;
        const [share] = request.maintenance.filter(
          ({ component, fromStep, toStep }) => component === "battery" && step >= fromStep && step < toStep,
        );
        expect(Math.abs(kw)).toBeLessThanOrEqual(battery.powerKw * (share?.availableShare ?? 1) + 0.01);
        expect(one.batteryKwh.storage!).toBeGreaterThanOrEqual(floor - 0.01);
        expect(one.batteryKwh.storage!).toBeLessThanOrEqual(battery.energyKwh + 0.01);
        // A battery never gives back more than it took, and loses at most a quarter either way.
        const change = one.batteryKwh.storage! - stored;
        expect(change).toBeLessThanOrEqual(kw * 0.25 + 1e-6);
        expect(change).toBeGreaterThanOrEqual(Math.min(kw * 0.25 * 0.75, (kw * 0.25) / 0.75) - 1e-6);
        stored = one.batteryKwh.storage!;
        expect(one.gridKw).toBeCloseTo(one.facilityKw + kw - one.pvKw, 6);
      }
      const keeps = plan.conflicts.length === 0;
      if (keeps) expect(stored).toBeGreaterThanOrEqual(Math.min(before, battery.energyKwh) - 1);
      if (plan.solver.status !== "infeasible") {
        expect(keeps).toBe(true);
        expect(Math.max(...plan.steps.map(({ gridKw }) => gridKw))).toBeLessThanOrEqual(
          Math.min(request.site.grid.importLimitKw, site.grid.contractedDemandKw!) + 0.5,
        );
        expect(plan.jobs.every(({ lateH }, index) => lateH === 0 || plan.doNothingJobs[index]!.lateH > 0)).toBe(true);
      } else expect(plan.conflicts.length).toBeGreaterThan(0);
      if (plan.solver.status === "feasible" || plan.solver.status === "do-nothing") {
        const relieved = plan.cost.total > plan.doNothing.total + TOTAL_CNY;
        // Only a plan that keeps a limit which doing nothing breaks may cost more.
        if (relieved)
          expect(plan.doNothing.peakKw).toBeGreaterThan(
            Math.min(request.site.grid.importLimitKw, site.grid.contractedDemandKw!),
          );
      }
    }),
    { numRuns: 25, seed: 7 },
  );
});
