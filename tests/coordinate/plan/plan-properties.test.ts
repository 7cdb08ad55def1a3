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
    outOf: fc.constantFrom("nothing", "cluster", "plant", "ups", "grid"),
    leftShare: fc.constantFrom(0, 0.5, 0.8),
    reserveKwh: fc.constantFrom(0, 9000, 30_000),
    water: fc.constantFrom("hard", "priced", "none"),
    wueLimitLPerKwh: fc.double({ min: 0.6, max: 2.4, noNaN: true }),
  })
  .map((draw) => {
    const { seed, jobs, storedShare, monthPeakKw, importKw, batteryShare, second, offered } = draw;
    const water = { ...site.water!, wueLimitLPerKwh: draw.wueLimitLPerKwh, excessPriceCnyPerM3: 40 };
    const own = instance(
      {
        ...site,
        grid: { ...site.grid, importLimitKw: importKw },
        water: draw.water === "none" ? undefined : { ...water, treatment: draw.water === "hard" ? "hard" : "priced" },
      },
      content,
      seed,
      24,
      jobs,
    );
    const out = { cluster: "liquid-training", plant: "chilled-water", ups: "ups-east", grid: "" };
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
        ...(draw.outOf === "nothing"
          ? []
          : [
              {
                component: draw.outOf as keyof typeof out,
                id: out[draw.outOf as keyof typeof out],
                ...{ fromStep: 20, toStep: 44, availableShare: draw.leftShare },
              },
            ]),
      ],
      offers: offered
        ? [
            { id: "evening", fromStep: 40, toStep: 48, baselineKw: 20_000, reductionKw: 3000, paymentCny: 20_000 },
            { id: "noon", fromStep: 12, toStep: 20, baselineKw: 19_000, reductionKw: 500, paymentCny: 300 },
          ]
        : [],
      reserveKwh: new Map([["storage", draw.reserveKwh]]),
    };
  });

/** Share of a component that maintenance leaves in a step. */
function leftOf({ maintenance }: PlanRequest, what: PlanRequest["maintenance"][number]["component"], step: number) {
  return Math.min(
    1,
    ...maintenance
      .filter(({ component, fromStep, toStep }) => component === what && step >= fromStep && step < toStep)
      .map(({ availableShare }) => availableShare),
  );
}

it("no plan breaks a limit that doing nothing keeps, none costs more, and its energy adds up", () => {
  fc.assert(
    fc.property(requests, (request) => {
      const plan = expectOk(planSite(request, 0));
      const battery = site.batteries[0]!;
      const before = request.state.batteryKwh.get("storage")!;
      const floor = Math.min(
        before,
        Math.max(battery.reserveKwh, battery.lowest * battery.energyKwh, request.reserveKwh.get("storage")!),
      );
      let stored = before;
      for (const [step, one] of plan.steps.entries()) {
        const kw = one.batteryKw.storage!;
        expect(Math.abs(kw)).toBeLessThanOrEqual(battery.powerKw * leftOf(request, "battery", step) + 0.01);
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
        const connectedKw = Math.min(request.site.grid.importLimitKw, site.grid.contractedDemandKw!);
        for (const [step, { gridKw, ups }] of plan.steps.entries()) {
          expect(gridKw).toBeLessThanOrEqual(connectedKw * leftOf(request, "grid", step) + 0.5);
          if (leftOf(request, "ups", step) < 1) expect(ups["ups-east"]).toBe("online");
        }
        const { water } = request.site;
        if (water?.treatment === "hard")
          expect(plan.cost.waterL / plan.cost.itKwh).toBeLessThanOrEqual(water.wueLimitLPerKwh! * (1 + 1e-6));
        expect(plan.jobs.every(({ lateH }, index) => lateH === 0 || plan.doNothingJobs[index]!.lateH > 0)).toBe(true);
      } else expect(plan.conflicts.length).toBeGreaterThan(0);
      // Only a plan that keeps a limit which doing nothing breaks may cost more.
      if (plan.cost.total > plan.doNothing.total + TOTAL_CNY) expect(plan.doNothingConflicts).not.toEqual([]);
      expect(plan.offers.map(({ offer }) => offer)).toEqual(request.offers.map(({ id }) => id));
      for (const { offer: id, accepted, reason, paymentCny, costCny } of plan.offers) {
        const offer = request.offers.find((one) => one.id === id)!;
        expect(plan.accepted.includes(id)).toBe(accepted);
        expect(accepted).toBe(reason === "pays");
        if (reason === "costs-more") expect(costCny!).toBeGreaterThanOrEqual(paymentCny - TOTAL_CNY);
        for (const { gridKw } of accepted ? plan.steps.slice(offer.fromStep, offer.toStep) : [])
          expect(gridKw).toBeLessThanOrEqual(offer.baselineKw - offer.reductionKw + 0.5);
      }
      for (const { step, toStep, actual, allowed } of plan.alarms) {
        expect(step >= 0 && step < toStep && toStep <= request.steps).toBe(true);
        expect(Number.isFinite(actual) && Number.isFinite(allowed)).toBe(true);
      }
    }),
    { numRuns: 25, seed: 7 },
  );
});
