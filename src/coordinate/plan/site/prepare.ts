import { localDateOf, localHourOf } from "../../../ground/quantity/index.ts";
import { type Cluster, type Site, type SiteBattery, valueOn } from "../../site/index.ts";
import { OBJECTIVE_PARTS, type ObjectivePart, type PlanJob, type PlanRequest } from "./plan-request.ts";
import { SiteLoad } from "./site-load.ts";

/** A power limit that a job may run at on a cluster. */
export interface Level {
  /** Share of full power. */
  readonly share: number;
  /** kW that one accelerator takes on top of its idle power. */
  readonly addKw: number;
  /** Work per hour against full power. */
  readonly speed: number;
}

export interface ClusterPlan {
  readonly cluster: Cluster;
  readonly hall: number;
  /** [T] accelerators in service. */
  readonly capacity: Float64Array;
  readonly levels: readonly Level[];
}

/** A cluster that a job may run on, with its pace there. */
export interface Place {
  readonly cluster: number;
  /** Work per hour at full power. */
  readonly pace: number;
}

export interface JobPlan {
  readonly job: PlanJob;
  readonly places: readonly Place[];
  /** First step in which it may run. */
  readonly earliest: number;
  /** Step before which it should end; T or more when the deadline lies beyond the plan or there is none. */
  readonly due: number;
  readonly suspendable: boolean;
  readonly suspendCny: number;
  readonly lostH: number;
  readonly tardinessCnyPerH: number;
}

export interface BatteryPlan {
  readonly battery: SiteBattery;
  readonly startKwh: number;
  /** [T] power in service, kW. */
  readonly powerKw: Float64Array;
  readonly floorKwh: number;
  readonly ceilingKwh: number;
  readonly endKwh: number;
}

/** What a request comes to, laid out by step. */
export interface Prepared {
  readonly request: PlanRequest;
  readonly site: Site;
  readonly steps: number;
  readonly stepH: number;
  /** [T] which of the plan's local months a step lies in, from 0. */
  readonly monthOf: Uint8Array;
  readonly months: number;
  /** [T] most that may be drawn, kW. */
  readonly limitKw: Float64Array;
  readonly weight: Readonly<Record<ObjectivePart, number>>;
  /** One a scenario. */
  readonly loads: readonly SiteLoad[];
  /** [scenarios][T] weighed cost of a kWh from the grid: energy and carbon. */
  readonly priceOf: readonly Float64Array[];
  /** [T] its mean over the scenarios. */
  readonly price: Float64Array;
  /** [scenarios][halls][T] rigid IT power, kW. */
  readonly rigidKw: readonly (readonly Float64Array[])[];
  /** [scenarios][T] what PV could deliver, kW. */
  readonly pvKw: readonly Float64Array[];
  readonly probability: readonly number[];
  readonly clusters: readonly ClusterPlan[];
  readonly jobs: readonly JobPlan[];
  readonly batteries: readonly BatteryPlan[];
  /** [halls][T] most IT power, kW, with what its UPS can feed. */
  readonly hallKw: readonly Float64Array[];
  /** [plants][T] heat that it can carry, kW. */
  readonly plantKw: readonly Float64Array[];
  /** [ups][T] whether only double conversion is allowed. */
  readonly upsSafe: readonly Uint8Array[];
  /** [steps] local clock. */
  readonly month: Uint8Array;
  readonly hour: Uint8Array;
}

function weights(order: readonly ObjectivePart[] | undefined): Record<ObjectivePart, number> {
  const of = (part: ObjectivePart): number => {
    if (!order) return 1;
    const rank = order.indexOf(part);
    return 1000 ** -(rank < 0 ? order.length : rank);
  };
  return Object.fromEntries(OBJECTIVE_PARTS.map((part) => [part, of(part)])) as Record<ObjectivePart, number>;
}

/** Lowest power limit that is used, as a share of full power: below it accelerators behave unpredictably. */
const LOWEST_SHARE = 0.5;

function levelsOf({ powerCap, fullKw, idleKw }: Cluster): Level[] {
  const shares = [1, ...powerCap.x.filter((share) => share >= LOWEST_SHARE && share < 1).reverse()];
  return shares
    .map((share) => ({ share, addKw: fullKw * share - idleKw, speed: share === 1 ? 1 : valueOn(powerCap, share) }))
    .filter(({ addKw, speed }) => addKw >= 0 && speed > 0);
}

/** Lays a checked request out by step. */
export function prepare(request: PlanRequest): Prepared {
  const { site, steps, stepMinutes, scenarios, state, objective } = request;
  const stepMs = stepMinutes * 60_000;
  const fill = (value: number): Float64Array => new Float64Array(steps).fill(value);
  const month = new Uint8Array(steps);
  const hour = new Uint8Array(steps);
  const monthOf = new Uint8Array(steps);
  let months = 0;
  for (let step = 0, before = ""; step < steps; step++) {
    const at = new Date(request.from + step * stepMs);
    const name = localDateOf(at, site.timeZone).slice(0, 7);
    if (name !== before) months++;
    before = name;
    monthOf[step] = months - 1;
    month[step] = Number(name.slice(5));
    hour[step] = localHourOf(at, site.timeZone);
  }
  const share = (component: string, id: string): Float64Array => {
    const left = fill(1);
    for (const one of request.maintenance)
      if (one.component === component && one.id === id)
        for (let step = Math.max(0, one.fromStep); step < Math.min(steps, one.toStep); step++)
          left[step] = Math.min(left[step] ?? 1, one.availableShare);
    return left;
  };
  const weight = weights(objective.order);
  const importKw = Math.min(site.grid.importLimitKw, site.grid.contractedDemandKw ?? Number.POSITIVE_INFINITY);
  const priceOf = scenarios.map((scenario) =>
    Float64Array.from(
      { length: steps },
      (_, step) =>
        weight.energy * (scenario.priceCnyPerKwh[step] ?? Number.NaN) +
        weight.carbon * objective.carbonCnyPerKg * (scenario.carbonKgPerKwh[step] ?? Number.NaN),
    ),
  );
  const price = fill(0);
  for (const [s, scenario] of scenarios.entries())
    for (let step = 0; step < steps; step++)
      price[step] = (price[step] ?? 0) + scenario.probability * (priceOf[s]?.[step] ?? 0);

  const hallIndex = new Map(site.halls.map((hall, index) => [hall.id, index]));
  const clusters = site.clusters.map((cluster) => ({
    cluster,
    hall: hallIndex.get(cluster.hall) ?? -1,
    capacity: share("cluster", cluster.id).map((left) => Math.floor(cluster.count * left + 1e-9)),
    levels: levelsOf(cluster),
  }));
  const clusterIndex = new Map(clusters.map((one, index) => [one.cluster.id, index]));
  const stepOf = (instant: number, round: (x: number) => number): number => round((instant - request.from) / stepMs);
  const jobs = request.jobs.map((job): JobPlan => {
    const workload = site.workloads.find(({ id }) => id === job.workload);
    const places = job.clusters.map((id): Place => {
      const cluster = clusterIndex.get(id) ?? -1;
      return { cluster, pace: clusters[cluster]?.cluster.speed.get(job.workload) ?? 0 };
    });
    return {
      job,
      places: job.state === "waiting" ? places.filter(({ pace }) => pace > 0) : places.slice(0, 1),
      earliest: job.state === "running" ? 0 : Math.max(0, stepOf(job.earliestStart, Math.ceil)),
      due: job.deadline === undefined ? Number.POSITIVE_INFINITY : stepOf(job.deadline, Math.floor),
      suspendable: workload?.suspendable ?? false,
      suspendCny: workload?.suspendCostCny ?? 0,
      lostH: job.lostAtSuspendH ?? (workload?.checkpointH ?? 0) / 2,
      tardinessCnyPerH: weight.tardiness * objective.tardinessWeight * (workload?.tardinessCnyPerH ?? 0),
    };
  });
  const batteries = site.batteries.map((battery): BatteryPlan => {
    const ceilingKwh = battery.highest * battery.energyKwh;
    const wanted = Math.min(
      ceilingKwh,
      Math.max(battery.lowest * battery.energyKwh, battery.reserveKwh, request.reserveKwh.get(battery.id) ?? 0),
    );
    const startKwh = state.batteryKwh.get(battery.id) ?? wanted;
    return {
      battery,
      startKwh,
      powerKw: share("battery", battery.id).map((left) => left * battery.powerKw),
      // A battery that is below its reserve only fills; one that is above its ceiling only empties.
      floorKwh: Math.min(wanted, startKwh),
      ceilingKwh: Math.max(ceilingKwh, startKwh),
      endKwh: Math.min(ceilingKwh, Math.max(wanted, startKwh)),
    };
  });
  const upsKw = (id: string): number => {
    const one = site.ups.find((ups) => ups.id === id);
    const fed = site.halls.filter((hall) => hall.ups === id);
    const all = fed.reduce((sum, hall) => sum + hall.capacityKw / (1 - hall.pduLoss), 0);
    return one && all > one.capacityKw ? one.capacityKw / all : 1;
  };
  return {
    request,
    site,
    steps,
    stepH: stepMinutes / 60,
    monthOf,
    months,
    limitKw: share("grid", "").map((left) => left * importKw),
    weight,
    loads: scenarios.map(({ dryBulbC, wetBulbC }) => new SiteLoad(site, { steps, dryBulbC, wetBulbC, month, hour })),
    priceOf,
    price,
    rigidKw: scenarios.map(({ itKw }) => site.halls.map((hall) => Float64Array.from(itKw.get(hall.id) ?? fill(0)))),
    pvKw: scenarios.map(({ pvKw }) =>
      Float64Array.from({ length: steps }, (_, step) =>
        site.pv.reduce((sum, { id }) => sum + (pvKw.get(id)?.[step] ?? 0), 0),
      ),
    ),
    probability: scenarios.map(({ probability }) => probability),
    clusters,
    jobs,
    batteries,
    // Halls that share a UPS which cannot feed them all share its power by their capacities.
    hallKw: site.halls.map((hall) => fill(hall.capacityKw * upsKw(hall.ups))),
    plantKw: site.plants.map((plant) => share("plant", plant.id).map((left) => left * plant.capacityKw)),
    upsSafe: site.ups.map((ups) => Uint8Array.from(share("ups", ups.id), (left) => (left < 1 ? 1 : 0))),
    month,
    hour,
  };
}
