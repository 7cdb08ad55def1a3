import { expect, it } from "vitest";
import { instance } from "../../../bench/plan/instance.ts";
import { boundSite, planSite } from "../../../src/coordinate/index.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { content, lingang } from "../site/content.ts";

const site = lingang();

it.each([1, 2, 3])("no plan costs less than what is proven, and the longer proof proves no less (seed %i)", (seed) => {
  const request = instance(site, content, seed, 24, 12);
  const plan = expectOk(planSite(request, 0));
  const bound = expectOk(boundSite(request))!;
  expect(plan.solver.bound!).toBeLessThanOrEqual(plan.cost.total);
  expect(bound).toBeLessThanOrEqual(plan.cost.total);
  expect(bound).toBeGreaterThanOrEqual(plan.solver.bound! * 0.999);
  expect(plan.solver.gap!).toBeCloseTo((plan.cost.total - plan.solver.bound!) / plan.cost.total, 9);
  expect(plan.solver.gap!).toBeLessThan(0.05);
});

it("says nothing of a bound that the proof does not reach", () => {
  const request = instance(site, content, 1, 24, 3);
  const dear = { ...request, objective: { ...request.objective, order: ["carbon" as const, "energy" as const] } };
  expect(expectOk(planSite(dear, 0)).solver.bound).toBeUndefined();
  expect(expectOk(boundSite(dear))).toBeUndefined();
});
