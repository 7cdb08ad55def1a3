import type { JobOrder as PlannedJob, SitePlan } from "../plan/site/site-plan.ts";
import type { EnvelopeLimits } from "./limits.ts";
import type { JobOrder, Orders, SetPoint } from "./order.ts";
import { planEnd, stepInForce } from "./plan-in-force.ts";
import type { JobState, SiteState } from "./state.ts";

/** Begin times nearer than this are the same. */
const SAME_MS = 2000;

/**
 * What a plan wants now: a set-point for every connected device, and an order for each job that is not already as the
 * plan has it. Nothing where the plan is not in force.
 */
export function ordersOfPlan(plan: SitePlan, state: SiteState, limits: EnvelopeLimits): Orders {
  const now = stepInForce(plan, state.at);
  if (!now) return { setPoints: [], jobs: [] };
  const { step, index } = now;
  const generators = [...limits.devices].filter(([, own]) => own.kind === "generator");
  const rated = generators.reduce((sum, [, own]) => sum + (own.kind === "generator" ? own.powerKw : 0), 0);
  const setPoints = [...limits.devices].flatMap(([device, own]): SetPoint[] => {
    if (own.kind === "battery") {
      const powerKw = step.batteryKw[device];
      return powerKw === undefined ? [] : [{ kind: "power", device, powerKw }];
    }
    if (own.kind === "generator") {
      // What is not curtailed is not limited: the sun may be brighter than forecast.
      const limitKw = step.curtailedKw > 0 ? (step.pvKw * own.powerKw) / rated : own.powerKw;
      return [{ kind: "limit", device, limitKw }];
    }
    const mode = step.cooling[device] ?? step.ups[device];
    return mode === undefined ? [] : [{ kind: "mode", device, mode }];
  });
  const jobs = [...(state.jobs?.values() ?? [])].flatMap((job) => jobOrder(job, plan, index, state.at));
  return { setPoints, jobs: [...jobs, ...capOrders(plan, index, state, limits)] };
}

function jobOrder(job: JobState, plan: SitePlan, index: number, now: number): JobOrder[] {
  // A job that the plan does not know is not touched.
  if (!plan.jobs.some((one) => one.job === job.id)) return [];
  const own = plan.orders.filter((one) => one.job === job.id && one.order !== "cap");
  const instantOf = (step: number): number => plan.from + step * plan.stepMinutes * 60_000;
  const last = own.filter(({ step }) => step <= index).at(-1);
  const begins = (order: PlannedJob): boolean => order.order === "start" || order.order === "resume";
  const next = own.find((order) => order.step > index && begins(order));
  const beginAt = next ? instantOf(next.step) : planEnd(plan);
  if (job.phase === "running") return last?.order === "suspend" ? [{ kind: "requeue", job: job.id, beginAt }] : [];
  if (last && begins(last)) return job.beginAt > now + SAME_MS ? [{ kind: "release", job: job.id }] : [];
  return Math.abs(job.beginAt - beginAt) > SAME_MS ? [{ kind: "defer", job: job.id, beginAt }] : [];
}

/** A cluster's cap: what it takes idle and what the plan lets its jobs take, where the plan caps one of them. */
function capOrders(plan: SitePlan, index: number, state: SiteState, limits: EnvelopeLimits): JobOrder[] {
  return [...limits.clusters].flatMap(([cluster, { idleKw, fullKw, accelerators }]): JobOrder[] => {
    let capped = false;
    let powerKw = idleKw;
    for (const job of state.jobs?.values() ?? []) {
      const last = plan.orders.filter((one) => one.job === job.id && one.step <= index).at(-1);
      if (last?.cluster !== cluster) continue;
      if (last.powerShare > 0 && last.powerShare < 1) capped = true;
      powerKw += ((fullKw - idleKw) / accelerators) * job.accelerators * last.powerShare;
    }
    return capped ? [{ kind: "cap", cluster, powerKw }] : [];
  });
}
