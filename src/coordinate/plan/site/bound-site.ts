import { ok, type Result } from "../../../ground/issue/index.ts";
import { checkRequest } from "./check-request.ts";
import { canBeBounded, lowerBound } from "./lower-bound.ts";
import type { PlanRequest } from "./plan-request.ts";
import { prepare } from "./prepare.ts";
import { raisePrices } from "./price-ascent.ts";
import { searchPlan } from "./search.ts";

const ROUNDS = 4;
const ASCENTS = [150, 300, 300];

/**
 * The most that can be proven of a request: no plan that keeps its limits and duties costs less, CNY. Takes minutes.
 * @returns undefined where the proof does not reach: several futures, export, offers, an order of objectives
 * @issues PLAN-001 … PLAN-004
 */
export function boundSite(request: PlanRequest): Result<number | undefined> {
  const checked = checkRequest(request);
  if (!checked.ok) return checked;
  const prepared = prepare(request);
  if (!canBeBounded(prepared)) return ok(undefined);
  const { best, without, prices: first } = searchPlan(prepared, { rounds: ROUNDS, ascents: ASCENTS[0] ?? 1 });
  let prices = first;
  let bound = lowerBound(prepared, { without, near: best, prices, effort: "thorough" });
  for (const rounds of ASCENTS.slice(1)) {
    const risen = raisePrices(prepared, {
      net: best.net,
      duties: without.owed,
      unfinishedCnyPerH: without.yardstick.unfinishedCnyPerH,
      prices,
      jobsKw: best.decision.occupancy.jobsKw,
      rounds,
    });
    prices = risen.prices;
    bound = Math.max(bound, lowerBound(prepared, { without, near: best, prices, effort: "thorough" }));
  }
  return ok(bound);
}
