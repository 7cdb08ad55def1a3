import {
  energyPriceAt,
  monthPeakKw,
  type PlanAlarm,
  type PlanRequest,
  planSite,
  type SitePlan,
  type Solver,
} from "../coordinate/index.ts";
import { ok, type Result } from "../ground/issue/index.ts";
import { localDateOf, localHourOf } from "../ground/quantity/index.ts";

const HOUR_MS = 3_600_000;

/** The site's own power by hour of a plan, what the sun gives taken off, kW. */
function loadOf(plan: SitePlan): number[] {
  const sums = new Map<number, { kw: number; steps: number }>();
  for (const { at, facilityKw, pvKw } of plan.steps) {
    const hour = Math.floor((at - plan.from) / HOUR_MS);
    const sum = sums.get(hour) ?? { kw: 0, steps: 0 };
    sums.set(hour, { kw: sum.kw + facilityKw - pvKw, steps: sum.steps + 1 });
  }
  return [...sums.values()].map(({ kw, steps }) => kw / steps);
}

/** How high the demand of the rest of the month is worth going, by the load of a plan and the tariff. */
function worthKw(request: PlanRequest, plan: SitePlan, solver: Solver): number {
  const { site, from, state, maintenance } = request;
  const local = (at: number): { date: string; hour: number } => ({
    date: localDateOf(new Date(at), site.timeZone),
    hour: localHourOf(new Date(at), site.timeZone),
  });
  const month = local(from).date.slice(0, 7);
  const price: number[] = [];
  for (let at = from; ; at += HOUR_MS) {
    const hour = local(at);
    if (!hour.date.startsWith(month)) break;
    price.push(energyPriceAt(site.grid.tariff, hour));
  }
  const out = maintenance.some(({ component, availableShare }) => component === "battery" && availableShare === 0);
  return monthPeakKw(site, loadOf(plan), price, state.monthPeakKw, !out, solver);
}

/** A demand that is worth its charge for the rest of the month is still a higher one, and people are told. */
function withPeakTold(plan: SitePlan, knownKw: number): SitePlan {
  const step = plan.steps.findIndex(({ gridKw }) => gridKw > knownKw + 1);
  if (knownKw <= 0 || step < 0) return plan;
  const actual = Math.max(...plan.steps.map(({ gridKw }) => gridKw));
  const told = plan.alarms.filter(({ alarm }) => alarm !== "new-peak");
  const alarm: PlanAlarm = {
    ...{ alarm: "new-peak", severity: "notice", component: plan.site, step, toStep: plan.steps.length },
    ...{ actual, allowed: knownKw, unit: "kW" },
  };
  return { ...plan, alarms: [...told, alarm].sort((a, b) => a.step - b.step) };
}

/**
 * Makes the plans of one site one after another. A plan of a day or two cannot weigh a charge for a whole month: each local
 * day the rest of the month is weighed first, and up to the demand that it is worth no plan of that day pays for demand.
 * The same for a real site and a simulated one.
 * @issues PLAN-001 … PLAN-004
 */
export function sitePlanner(solver: Solver): (request: PlanRequest, now: number) => Result<SitePlan> {
  let weighed: { readonly date: string; readonly kw: number } | undefined;
  return (request, now) => {
    const date = localDateOf(new Date(request.from), request.site.timeZone);
    const charged = request.site.grid.tariff.demandChargeCnyPerKw !== undefined;
    if (charged && weighed?.date !== date) {
      const first = planSite(request, now);
      if (!first.ok) return first;
      weighed = { date, kw: worthKw(request, first.value, solver) };
    }
    const known = request.state.monthPeakKw;
    const upTo = Math.max(known, weighed?.kw ?? 0);
    const plan = planSite({ ...request, state: { ...request.state, monthPeakKw: upTo } }, now);
    return plan.ok && upTo > known ? ok(withPeakTold(plan.value, known)) : plan;
  };
}
