import { fail, type Issue, ok, type Result } from "../../../ground/issue/index.ts";
import type { PlanRequest } from "./plan-request.ts";

const MOST_STEPS = 168 * 60;

/** A step lasts a divisor of an hour, so that prices by the hour meet its edges. */
const STEP_MINUTES: readonly number[] = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60];

/**
 * Whether a plan can be asked for like this: every mistake at once.
 * @issues PLAN-001 (time), PLAN-002 (a forecast is short, missing or no number), PLAN-003 (a job), PLAN-004 (state,
 *         maintenance, offer or reserve names what is not there, or an impossible value)
 */
export function checkRequest(request: PlanRequest): Result<PlanRequest> {
  const issues: Issue[] = [];
  const { site, steps, stepMinutes, from, scenarios, state } = request;
  const add = (code: string, what: string, expected: string, actual: string): void =>
    void issues.push({ code, severity: "error", at: {}, expected, actual, values: { what } });
  if (!STEP_MINUTES.includes(stepMinutes)) add("PLAN-001", "stepMinutes", STEP_MINUTES.join(", "), String(stepMinutes));
  if (!Number.isInteger(steps) || steps < 1 || steps * stepMinutes > MOST_STEPS)
    add("PLAN-001", "steps", `1–${Math.floor(MOST_STEPS / stepMinutes)}`, String(steps));
  if (!Number.isFinite(from) || from % (stepMinutes * 60_000) !== 0)
    add(
      "PLAN-001",
      "from",
      `n × ${stepMinutes} min`,
      Number.isFinite(from) ? new Date(from).toISOString() : String(from),
    );
  const sum = scenarios.reduce((total, one) => total + one.probability, 0);
  if (scenarios.length === 0 || !(Math.abs(sum - 1) < 1e-6) || scenarios.some((one) => !(one.probability > 0)))
    add("PLAN-002", "probability", "Σ = 1, each > 0", String(sum));
  if (issues.length > 0) return fail(...issues);

  const series = (what: string, list: readonly number[] | undefined, least: number): void => {
    if (list === undefined || list.length < steps) add("PLAN-002", what, `≥ ${steps}`, String(list?.length ?? 0));
    else {
      const wrong = list.findIndex((value, step) => step < steps && !(Number.isFinite(value) && value >= least));
      if (wrong >= 0)
        add("PLAN-002", `${what}[${wrong}]`, Number.isFinite(least) ? `≥ ${least}` : "±", String(list[wrong]));
    }
  };
  for (const [index, one] of scenarios.entries()) {
    const name = (what: string): string => `scenario ${index + 1} ${what}`;
    series(name("price"), one.priceCnyPerKwh, Number.NEGATIVE_INFINITY);
    series(name("carbon"), one.carbonKgPerKwh, 0);
    series(name("dry bulb"), one.dryBulbC, -90);
    series(name("wet bulb"), one.wetBulbC, -90);
    for (const hall of site.halls) series(name(`IT ${hall.id}`), one.itKw.get(hall.id), 0);
    for (const pv of site.pv) series(name(`PV ${pv.id}`), one.pvKw.get(pv.id), 0);
  }

  const known = {
    battery: new Set(site.batteries.map(({ id }) => id)),
    plant: new Set(site.plants.map(({ id }) => id)),
    ups: new Set(site.ups.map(({ id }) => id)),
    cluster: new Set(site.clusters.map(({ id }) => id)),
    grid: new Set([""]),
  };
  const named = (what: string, id: string, ids: ReadonlySet<string>): void => {
    if (!ids.has(id)) add("PLAN-004", what, [...ids].join(", "), id);
  };
  for (const [id, kwh] of state.batteryKwh) {
    named("state.battery", id, known.battery);
    const most = site.batteries.find((one) => one.id === id)?.energyKwh ?? 0;
    if (!(kwh >= 0 && kwh <= most * (1 + 1e-9))) add("PLAN-004", `state.battery ${id}`, `0–${most} kWh`, String(kwh));
  }
  for (const [id, { mode }] of state.plants) {
    named("state.plant", id, known.plant);
    const plant = site.plants.find((one) => one.id === id);
    if (plant) named(`state.plant ${id}`, mode.id, new Set(plant.modes.map((one) => one.id)));
  }
  for (const [id, mode] of state.ups) {
    named("state.ups", id, known.ups);
    const ups = site.ups.find((one) => one.id === id);
    if (ups) named(`state.ups ${id}`, mode.id, new Set(ups.modes.map((one) => one.id)));
  }
  for (const [what, value] of [
    ["monthPeakKw", state.monthPeakKw],
    ["waterL", state.waterL],
    ["itKwh", state.itKwh],
  ] as const)
    if (!(Number.isFinite(value) && value >= 0)) add("PLAN-004", `state.${what}`, "≥ 0", String(value));
  for (const id of request.reserveKwh.keys()) named("reserve", id, known.battery);
  for (const one of request.maintenance) {
    named(`maintenance.${one.component}`, one.id, known[one.component]);
    if (!(one.availableShare >= 0 && one.availableShare <= 1) || !(one.fromStep < one.toStep))
      add(
        "PLAN-004",
        `maintenance ${one.id}`,
        "0–1, from < to",
        `${one.availableShare}, ${one.fromStep}–${one.toStep}`,
      );
  }
  for (const offer of request.offers)
    if (
      !(offer.reductionKw > 0 && offer.baselineKw >= offer.reductionKw && offer.paymentCny >= 0) ||
      !(offer.fromStep >= 0 && offer.fromStep < offer.toStep && offer.toStep <= steps)
    )
      add("PLAN-004", `offer ${offer.id}`, `0 < reduction ≤ baseline, 0 ≤ from < to ≤ ${steps}`, JSON.stringify(offer));
  checkJobs(request, add);
  return issues.length > 0 ? fail(...issues) : ok(request);
}

type Add = (code: string, what: string, expected: string, actual: string) => void;

function checkJobs({ jobs, site }: PlanRequest, add: Add): void {
  const ids = new Set<string>();
  for (const job of jobs) {
    const what = `job ${job.id}`;
    if (ids.has(job.id)) add("PLAN-003", what, "id ≠", job.id);
    ids.add(job.id);
    const workload = site.workloads.find(({ id }) => id === job.workload);
    if (!workload || workload.class === "serving")
      add(
        "PLAN-003",
        `${what} workload`,
        site.workloads
          .filter((one) => one.class !== "serving")
          .map(({ id }) => id)
          .join(", "),
        job.workload,
      );
    const clusters = job.clusters.map((id) => site.clusters.find((one) => one.id === id));
    if (clusters.length === 0 || clusters.some((one) => one === undefined))
      add("PLAN-003", `${what} clusters`, site.clusters.map(({ id }) => id).join(", "), job.clusters.join(", "));
    const able = clusters.filter((one) => (one?.speed.get(job.workload) ?? 0) > 0);
    const first = clusters[0];
    if (workload && first && (job.state === "waiting" ? able.length === 0 : (first.speed.get(job.workload) ?? 0) <= 0))
      add("PLAN-003", `${what} clusters`, `speed ${job.workload} > 0`, job.clusters.join(", "));
    const most = Math.max(0, ...clusters.map((one) => one?.count ?? 0));
    if (!(Number.isInteger(job.accelerators) && job.accelerators > 0 && job.accelerators <= most))
      add("PLAN-003", `${what} accelerators`, `1–${most}`, String(job.accelerators));
    if (!(Number.isFinite(job.remainingH) && job.remainingH > 0))
      add("PLAN-003", `${what} remainingH`, "> 0 h", String(job.remainingH));
    if (!Number.isFinite(job.earliestStart) || (job.deadline !== undefined && !Number.isFinite(job.deadline)))
      add("PLAN-003", `${what} times`, "2025-01-01T00:00:00Z", `${job.earliestStart}, ${job.deadline ?? "–"}`);
  }
}
