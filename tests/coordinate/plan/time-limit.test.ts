import { expect, it } from "vitest";
import { instance } from "../../../bench/plan/instance.ts";
import { planSite } from "../../../src/coordinate/index.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { content, lingang } from "../site/content.ts";

const request = instance(lingang(), content, 1);
const clock = { monotonicMs: () => performance.now() };

it("hands out doing nothing when time is up before anything is tried, and says so", () => {
  const plan = expectOk(planSite(request, 0, { ...clock, limitMs: 0.001 }));
  expect(plan.solver).toMatchObject({ status: "do-nothing", timeLimit: true, reproducible: false, bound: undefined });
  expect(plan.cost).toEqual(plan.doNothing);
  expect(plan.actions).toEqual([]);
});

it("hands out the best plan found when time is up on the way, and says so", () => {
  // Time is up at the first question after the first round's answers were held against the limits.
  let asked = 0;
  const plan = expectOk(planSite(request, 0, { monotonicMs: () => (asked++ < 2 ? 0 : 1000), limitMs: 1000 }));
  expect(plan.solver).toMatchObject({ status: "feasible", timeLimit: true, reproducible: false });
  expect(plan.cost.total).toBeLessThan(plan.doNothing.total);
  expect(plan.conflicts).toEqual([]);
});

it("says that no time ran out where none did", () => {
  const small = instance(lingang(), content, 1, 24, 5);
  expect(expectOk(planSite(small, 0, { ...clock, limitMs: 1e9 })).solver).toMatchObject({
    timeLimit: false,
    reproducible: true,
  });
  expect(expectOk(planSite(small, 0)).solver).toMatchObject({ timeLimit: false, reproducible: true });
});
