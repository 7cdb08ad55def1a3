import type { Maintenance, PlanJob, PlanObjective, PlanRequest, PlanScenario } from "../plan/site/plan-request.ts";
import type { Site } from "../site/index.ts";
import type { JobState, SiteState } from "./state.ts";

/** What a plan rests on besides the state of the site. */
export interface PlanBasis {
  readonly site: Site;
  readonly stepMinutes: number;
  readonly steps: number;
  readonly objective: PlanObjective;
  /** Highest demand of the local month so far, kW. */
  readonly monthPeakKw: number;
  /** Devices that are left out: not connected, silent, doubted or disobedient. */
  readonly without: ReadonlySet<string>;
}

/**
 * The request for a plan from now on: what is stored and in which mode by what the devices say, jobs by what the
 * scheduler says, and without the levers that cannot be moved.
 * @returns from the step that is under way
 */
export function requestPlan(basis: PlanBasis, state: SiteState, scenarios: readonly PlanScenario[]): PlanRequest {
  const { site, stepMinutes, steps, without } = basis;
  const stepMs = stepMinutes * 60_000;
  const from = Math.floor(state.at / stepMs) * stepMs;
  const batteryKwh = new Map<string, number>();
  for (const { id } of site.batteries) {
    const stored = state.devices.get(id)?.storedKwh;
    if (stored) batteryKwh.set(id, stored.value);
  }
  const heldH = (id: string): number => {
    const since = state.devices.get(id)?.changedAt;
    return since === undefined ? 0 : Math.max(0, (state.at - since) / 3_600_000);
  };
  const modeOf = (id: string): string | undefined => state.devices.get(id)?.mode?.mode;
  const out = (component: Maintenance["component"], id: string): Maintenance[] =>
    without.has(id) ? [{ component, id, fromStep: 0, toStep: steps, availableShare: 0 }] : [];
  return {
    site,
    from,
    stepMinutes,
    steps,
    scenarios,
    objective: basis.objective,
    state: {
      batteryKwh,
      plants: new Map(
        site.plants.flatMap((plant) => {
          const mode = plant.modes.find(({ id }) => id === modeOf(plant.id));
          return mode ? [[plant.id, { mode, heldH: heldH(plant.id) }] as const] : [];
        }),
      ),
      ups: new Map(
        site.ups.flatMap((ups) => {
          const mode = ups.modes.find(({ id }) => id === modeOf(ups.id));
          return mode ? [[ups.id, mode] as const] : [];
        }),
      ),
      monthPeakKw: basis.monthPeakKw,
      greenUsedKwh: new Map(),
      waterL: 0,
      itKwh: 0,
    },
    jobs: without.has("jobs") ? [] : [...(state.jobs?.values() ?? [])].flatMap((job) => planJob(job, basis)),
    // A plant that is left out still cools, in the mode that it chooses; a UPS stays in double conversion.
    maintenance: [
      ...site.batteries.flatMap(({ id }) => out("battery", id)),
      ...site.ups.flatMap(({ id }) => out("ups", id)),
    ],
    offers: [],
    reserveKwh: new Map(),
  };

  function planJob(job: JobState, { site: at }: PlanBasis): PlanJob[] {
    const cluster = at.clusters.find(({ id }) => id === job.cluster);
    const workload = at.workloads.find(({ id }) => id === job.workload);
    // What a person holds, what is rigid and what the site file does not know runs as it does, in the forecast of IT power.
    if (!cluster || !workload || job.held || !job.deferrable) return [];
    const speed = cluster.speed.get(workload.id) ?? 1;
    return [
      {
        id: job.id,
        workload: job.workload,
        clusters: [job.cluster],
        accelerators: job.accelerators,
        remainingH: (job.remainingS / 3600) * speed,
        state: job.phase === "running" ? "running" : job.startedAt === undefined ? "waiting" : "suspended",
        earliestStart: state.at,
        deadline: job.deadlineAt,
      },
    ];
  }
}
