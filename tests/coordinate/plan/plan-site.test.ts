import { expect, it } from "vitest";
import { type PlanRequest, planSite, siteStep } from "../../../src/coordinate/index.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { localHourOf } from "../../../src/ground/quantity/index.ts";
import { instance } from "../../../bench/plan/instance.ts";
import { content, lingang } from "../site/content.ts";

const site = lingang();
const instances: readonly PlanRequest[] = [1, 2, 3, 4, 5, 6].map((seed) => instance(site, content, seed, 48, 40));

it.each(instances.map((request, index) => [index + 1, request] as const))(
  "a plan keeps every limit, costs no more than doing nothing and loses no deadline (seed %i)",
  (_, request) => {
    const plan = expectOk(planSite(request, 0));
    expect(plan.conflicts).toEqual([]);
    expect(plan.cost.total).toBeLessThanOrEqual(plan.doNothing.total);
    for (const [index, job] of plan.jobs.entries())
      if (plan.doNothingJobs[index]?.lateH === 0) expect(job.lateH).toBe(0);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    expect(planSite(request, 0)).toEqual({ ok: true, value: plan });
  },
);

it("energy balances at every step, by the site's own step", () => {
  const request: PlanRequest = { ...(instances[0] as PlanRequest), jobs: [] };
  const plan = expectOk(planSite(request, 0));
  const scenario = request.scenarios[0]!;
  let before: Parameters<typeof siteStep>[2];
  for (const [step, one] of plan.steps.entries()) {
    const at = new Date(one.at);
    const own = siteStep(
      site,
      {
        month: Number(new Intl.DateTimeFormat("en", { timeZone: site.timeZone, month: "numeric" }).format(at)),
        hour: localHourOf(at, site.timeZone),
        stepH: 0.25,
        air: { dryBulbC: scenario.dryBulbC[step]!, wetBulbC: scenario.wetBulbC[step]! },
        itKw: new Map([...scenario.itKw].map(([hall, kw]) => [hall, kw[step]!])),
      },
      before,
      {
        cooling: new Map(site.plants.map((p) => [p.id, p.modes.find(({ id }) => id === one.cooling[p.id])!])),
        ups: new Map(site.ups.map((u) => [u.id, u.modes.find(({ id }) => id === one.ups[u.id])!])),
      },
    );
    before = own.states;
    expect(one.facilityKw).toBeCloseTo(own.facilityKw, 6);
    expect(one.gridKw).toBeCloseTo(own.facilityKw + one.batteryKw.storage! - one.pvKw, 6);
  }
});

it("names the limit that the load alone breaks", () => {
  const request = instances[0] as PlanRequest;
  const small = { ...site, grid: { ...site.grid, importLimitKw: 5000 } };
  const plan = expectOk(planSite({ ...request, site: small }, 0));
  expect(plan.solver.status).toBe("infeasible");
  expect(plan.conflicts.map(({ limit }) => limit)).toContain("import-limit");
});

it("does not reject what saves because of a limit that is broken without a plan as well", () => {
  const request: PlanRequest = { ...(instances[0] as PlanRequest), jobs: [] };
  const small = { ...site, grid: { ...site.grid, importLimitKw: 5000 } };
  const plan = expectOk(planSite({ ...request, site: small }, 0));
  expect(plan.cost.total).toBeLessThan(plan.doNothing.total);
  expect(plan.steps.some(({ ups }) => ups["ups-east"] === "eco")).toBe(true);
});
