import { ok, type Result } from "../../ground/issue/index.ts";
import { localDateOf, localHourOf } from "../../ground/quantity/index.ts";
import type {
  AllowedJobOrder,
  AllowedSetPoint,
  DevicePort,
  DeviceState,
  JobsPort,
  JobState,
  Measured,
  MeterPort,
} from "../act/index.ts";
import {
  coolingModeAllowed,
  type PlantState,
  type Site,
  type SiteBattery,
  type SiteStep,
  siteStep,
  uniform,
  upsModeAllowed,
  usualItKw,
  valueOn,
  type WeatherHour,
} from "../site/index.ts";
import { plainCoolingMode, plainUpsMode } from "../verify/index.ts";
import { type Lever, SIMULATED } from "./levers.ts";
import { BATCH_SHARE, meanBatchKw, type SubmittedJob } from "./simulated-jobs.ts";

interface Job extends SubmittedJob {
  beginAt: number;
  startedAt?: number;
  endedAt?: number;
}

/** What happened in one step, as meters would say. */
export interface SimulatedStep {
  readonly at: number;
  readonly date: string;
  readonly hour: number;
  readonly air: WeatherHour;
  readonly itKw: Readonly<Record<string, number>>;
  readonly jobsKw: number;
  /** Facility power without storage, as the meter shows it. */
  readonly facilityKw: number;
  readonly coolingKw: number;
  readonly upsLossKw: number;
  readonly waterL: number;
  readonly pvKw: number;
  readonly batteryKw: number;
  readonly storedKwh: number;
  readonly gridKw: number;
  readonly cooling: Readonly<Record<string, string>>;
  readonly ups: Readonly<Record<string, string>>;
  readonly freeCooling: boolean;
}

/** How much a real site differs from its model from step to step, as a share; it drifts, and does not jump. */
const ERROR = { spread: 0.015, memory: 0.97 } as const;
/** Likewise the load of the halls around its usual one. */
const LOAD = { spread: 0.03, memory: 0.98 } as const;

/** A number that wanders around 1. */
function wander(seed: number, { spread, memory }: { readonly spread: number; readonly memory: number }): () => number {
  const next = uniform(seed);
  let state = 0;
  return () => {
    const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    state = memory * state + Math.sqrt(1 - memory * memory) * spread * normal;
    return 1 + state;
  };
}

/**
 * A site with its own physics, which is not told by its model exactly: battery with its curves, plants and UPS with
 * interlocks, a scheduler that starts jobs in order of submission. What it is asked of lapses as on real devices.
 */
export class SimulatedSite {
  readonly site: Site;
  /** Of the power above idle, what jobs that may be moved take on average. */
  readonly batchShare: number;
  now: number;
  private readonly weather: (at: number) => WeatherHour;
  /** What waits or runs; and what is over. */
  private jobs: Job[] = [];
  private readonly over: Job[] = [];
  private readonly coming: SubmittedJob[];
  private readonly error: () => number;
  private readonly load: () => number;
  private loadNow = 1;
  private states: ReadonlyMap<string, PlantState> = new Map();
  private readonly stored = new Map<string, number>();
  private readonly power = new Map<string, number>();
  private readonly told = new Map<string, { readonly setPoint: AllowedSetPoint; readonly at: number }>();
  private readonly modes = new Map<string, { readonly mode: string; readonly since: number }>();
  private upsKw = new Map<string, number>();
  private gridKw: Measured | undefined;

  /**
   * @param coming jobs by time of submission
   * @param start  ms UTC
   */
  constructor(
    site: Site,
    weather: (at: number) => WeatherHour,
    coming: readonly SubmittedJob[],
    start: number,
    seed: number,
    batchShare = BATCH_SHARE,
  ) {
    this.site = site;
    this.batchShare = batchShare;
    this.weather = weather;
    this.coming = [...coming];
    this.now = start;
    this.error = wander(seed * 31 + 1, ERROR);
    this.load = wander(seed * 31 + 2, LOAD);
    for (const { id, energyKwh } of site.batteries) this.stored.set(id, energyKwh / 2);
    for (const ups of site.ups) this.modes.set(ups.id, { mode: plainUpsMode(ups).id, since: Number.NEGATIVE_INFINITY });
    for (const plant of site.plants)
      this.modes.set(plant.id, { mode: plainCoolingMode(plant, weather(start)).id, since: Number.NEGATIVE_INFINITY });
  }

  /** Jobs that are submitted by now stand in the queue. */
  arrive(): void {
    while (this.coming[0] && this.coming[0].submitAt <= this.now) {
      const job = this.coming.shift();
      if (job) this.jobs.push({ ...job, beginAt: job.submitAt });
    }
  }

  /** Load of the halls that no plan moves, around now, against the usual. */
  loadShare(): number {
    return this.loadNow;
  }

  /** Usual power of a hall at an hour without the jobs that may be moved, kW. */
  usualRigidKw(hall: string, hour: number): number {
    const own = this.site.halls.find(({ id }) => id === hall);
    if (!own) return 0;
    const batch = this.site.clusters
      .filter((cluster) => cluster.hall === hall)
      .reduce((sum, cluster) => sum + meanBatchKw(this.site, cluster, this.batchShare), 0);
    return usualItKw(own, hour) - batch;
  }

  /** Weather of an instant that has been; who asks for one to come learns nothing. */
  pastAir(at: number): WeatherHour | undefined {
    return at <= this.now ? this.weather(at) : undefined;
  }

  /** Lets one step pass. */
  pass(): SimulatedStep {
    const { stepS } = SIMULATED;
    const stepH = stepS / 3600;
    const at = this.now;
    const instant = new Date(at);
    const date = localDateOf(instant, this.site.timeZone);
    const hour = localHourOf(instant, this.site.timeZone);
    const air = this.weather(at);
    this.startJobs();
    this.loadNow = this.load();
    const itKw = new Map<string, number>();
    let jobsKw = 0;
    for (const hall of this.site.halls) {
      const moved = this.running()
        .filter(({ cluster }) => this.hallOf(cluster) === hall.id)
        .reduce((sum, job) => sum + job.accelerators * this.kwOf(job.cluster), 0);
      jobsKw += moved;
      itKw.set(hall.id, Math.min(hall.capacityKw, this.usualRigidKw(hall.id, hour) * this.loadNow + moved));
    }
    const step = this.physics(itKw, date, hour, air);
    const sun = this.site.pv.reduce((sum, pv) => sum + (pv.powerKw * pv.performance * air.sunWPerM2) / 1000, 0);
    const facilityKw = step.facilityKw * this.error();
    let batteryKw = 0;
    for (const battery of this.site.batteries) batteryKw += this.moveBattery(battery, stepH);
    const used = facilityKw + batteryKw;
    const pvKw = Math.min(sun, Math.max(0, used + this.site.grid.exportLimitKw));
    const gridKw = used - pvKw;
    this.now += stepS * 1000;
    this.gridKw = { value: gridKw, at: this.now };
    for (const job of this.jobs)
      if (job.startedAt !== undefined && job.endedAt === undefined && this.now - job.startedAt >= job.lengthS * 1000)
        job.endedAt = job.startedAt + job.lengthS * 1000;
    this.over.push(...this.jobs.filter(({ endedAt }) => endedAt !== undefined));
    this.jobs = this.jobs.filter(({ endedAt }) => endedAt === undefined);
    const modesOf = (list: readonly { readonly id: string }[]): Record<string, string> =>
      Object.fromEntries(list.map(({ id }) => [id, this.modes.get(id)?.mode ?? ""]));
    return {
      at,
      date,
      hour,
      air,
      itKw: Object.fromEntries(itKw),
      jobsKw,
      facilityKw,
      coolingKw: step.coolingKw,
      upsLossKw: step.upsLossKw,
      waterL: step.waterL,
      pvKw,
      batteryKw,
      storedKwh: [...this.stored.values()].reduce((sum, kwh) => sum + kwh, 0),
      gridKw,
      cooling: modesOf(this.site.plants),
      ups: modesOf(this.site.ups),
      freeCooling: step.plants.every(({ mode, heatKw }) => mode.kind === "free" || heatKw <= 0),
    };
  }

  /** Jobs that ended, or should have; `leftKwh` is what accelerators still take for those that did not. */
  outcome(): {
    readonly done: number;
    readonly left: number;
    readonly leftKwh: number;
    readonly late: number;
    readonly meanWaitH: number;
  } {
    const done = this.over;
    const late = [...done, ...this.jobs].filter(({ endedAt, deadlineAt }) => (endedAt ?? this.now) > deadlineAt);
    const waits = done.map(({ startedAt, submitAt }) => ((startedAt ?? submitAt) - submitAt) / 3_600_000);
    return {
      done: done.length,
      left: this.jobs.length,
      leftKwh: this.jobs.reduce((sum, job) => {
        const ranS = job.startedAt === undefined ? 0 : (this.now - job.startedAt) / 1000;
        return sum + job.accelerators * this.kwOf(job.cluster) * (Math.max(0, job.lengthS - ranS) / 3600);
      }, 0),
      late: late.length,
      meanWaitH: waits.length > 0 ? waits.reduce((sum, one) => sum + one, 0) / waits.length : 0,
    };
  }

  /** Ports of the devices whose lever is moved. */
  devices(levers: ReadonlySet<Lever>): ReadonlyMap<string, DevicePort> {
    const ports = new Map<string, DevicePort>();
    if (levers.has("battery"))
      for (const { id } of this.site.batteries)
        ports.set(
          id,
          this.port(id, () => this.batteryState(id)),
        );
    if (levers.has("cooling"))
      for (const { id } of this.site.plants)
        ports.set(
          id,
          this.port(id, () => this.modeState(id)),
        );
    if (levers.has("ups"))
      for (const { id } of this.site.ups)
        ports.set(
          id,
          this.port(id, () => this.modeState(id)),
        );
    return ports;
  }

  meter(): MeterPort {
    return {
      read: async (): Promise<Result<Measured>> => ok(this.gridKw ?? { value: 0, at: this.now }),
      close: async () => {},
    };
  }

  scheduler(): JobsPort {
    return {
      read: async (): Promise<Result<ReadonlyMap<string, JobState>>> =>
        ok(new Map(this.jobs.map((job) => [job.id, this.jobState(job)]))),
      write: async (order: AllowedJobOrder): Promise<Result<void>> => {
        const job = order.kind === "cap" ? undefined : this.jobs.find(({ id }) => id === order.job);
        if (!job) return ok(undefined);
        if (order.kind === "release") job.beginAt = this.now;
        else if (order.kind === "defer") job.beginAt = order.beginAt;
        return ok(undefined);
      },
    };
  }

  /** Modes that rules and air allow now. */
  allowedModes(device: string): readonly string[] | undefined {
    const plant = this.site.plants.find(({ id }) => id === device);
    if (plant)
      return plant.modes.filter((mode) => coolingModeAllowed(mode, this.weather(this.now))).map(({ id }) => id);
    const ups = this.site.ups.find(({ id }) => id === device);
    if (!ups) return undefined;
    const instant = new Date(this.now);
    const month = Number(localDateOf(instant, this.site.timeZone).slice(5, 7));
    const hour = localHourOf(instant, this.site.timeZone);
    const outputKw = this.upsKw.get(ups.id) ?? 0;
    return ups.modes.filter((mode) => upsModeAllowed(ups, mode, outputKw, month, hour)).map(({ id }) => id);
  }

  private running(): Job[] {
    return this.jobs.filter(({ startedAt }) => startedAt !== undefined);
  }

  private hallOf(cluster: string): string | undefined {
    return this.site.clusters.find(({ id }) => id === cluster)?.hall;
  }

  private kwOf(cluster: string): number {
    const own = this.site.clusters.find(({ id }) => id === cluster);
    return own ? own.fullKw - own.idleKw : 0;
  }

  /** What waits and may begin, begins in order of submission where there is room. */
  private startJobs(): void {
    for (const cluster of this.site.clusters) {
      let free =
        cluster.count -
        this.running()
          .filter((job) => job.cluster === cluster.id)
          .reduce((sum, job) => sum + job.accelerators, 0);
      for (const job of this.jobs) {
        if (job.cluster !== cluster.id || job.startedAt !== undefined || job.beginAt > this.now) continue;
        if (job.accelerators > free) continue;
        job.startedAt = this.now;
        free -= job.accelerators;
      }
    }
  }

  /** Modes as they were told, held by interlocks; then the model of the site. */
  private physics(itKw: ReadonlyMap<string, number>, date: string, hour: number, air: WeatherHour): SiteStep {
    const { stepS } = SIMULATED;
    const change = (id: string, mode: string): void => {
      if (this.modes.get(id)?.mode !== mode) this.modes.set(id, { mode, since: this.now });
    };
    for (const plant of this.site.plants) {
      const wanted = plant.modes.find(({ id }) => id === this.wantedMode(plant.id));
      change(plant.id, (wanted && coolingModeAllowed(wanted, air) ? wanted : plainCoolingMode(plant, air)).id);
    }
    for (const ups of this.site.ups) {
      const wanted = ups.modes.find(({ id }) => id === this.wantedMode(ups.id));
      change(ups.id, (wanted ?? plainUpsMode(ups)).id);
    }
    const named = <M extends { readonly id: string }>(of: {
      readonly id: string;
      readonly modes: readonly M[];
    }): [string, M][] => {
      const mode = of.modes.find(({ id }) => id === this.modes.get(of.id)?.mode);
      return mode ? [[of.id, mode]] : [];
    };
    const step = siteStep(
      this.site,
      { month: Number(date.slice(5, 7)), hour, stepH: stepS / 3600, air, itKw },
      this.states,
      { cooling: new Map(this.site.plants.flatMap(named)), ups: new Map(this.site.ups.flatMap(named)) },
    );
    this.states = step.states;
    this.upsKw = new Map(step.ups.map(({ ups, outputKw }) => [ups, outputKw]));
    return step;
  }

  private wantedMode(id: string): string | undefined {
    const told = this.told.get(id);
    return told?.setPoint.kind === "mode" && this.now - told.at < told.setPoint.revertAfterS * 1000
      ? told.setPoint.mode
      : undefined;
  }

  /** Power at the meter over a step; what the cells cannot take or give is not moved. */
  private moveBattery(battery: SiteBattery, stepH: number): number {
    const told = this.told.get(battery.id);
    const lasts = told && this.now - told.at < told.setPoint.revertAfterS * 1000;
    const asked = lasts && told.setPoint.kind === "power" ? told.setPoint.powerKw : 0;
    const stored = this.stored.get(battery.id) ?? 0;
    const share = Math.abs(asked) / battery.powerKw;
    const [into, out] = [valueOn(battery.chargeEfficiency, share), valueOn(battery.dischargeEfficiency, share)];
    const most = (battery.highest * battery.energyKwh - stored) / into / stepH;
    const least = (Math.max(0, stored - battery.lowest * battery.energyKwh) * out) / stepH;
    const kw = Math.max(-least, Math.min(most, asked));
    this.stored.set(battery.id, stored + stepH * (kw > 0 ? kw * into : kw / out));
    this.power.set(battery.id, kw);
    return kw;
  }

  private port(id: string, read: () => DeviceState): DevicePort {
    return {
      read: async (): Promise<Result<DeviceState>> => ok(read()),
      write: async (setPoint: AllowedSetPoint): Promise<Result<void>> => {
        this.told.set(id, { setPoint, at: this.now });
        return ok(undefined);
      },
      close: async () => {},
    };
  }

  private batteryState(id: string): DeviceState {
    const at = this.now;
    return {
      powerKw: { value: this.power.get(id) ?? 0, at },
      storedKwh: { value: this.stored.get(id) ?? 0, at },
    };
  }

  private modeState(id: string): DeviceState {
    const known = this.modes.get(id);
    return known ? { mode: { mode: known.mode, at: this.now }, changedAt: known.since } : {};
  }

  private jobState(job: Job): JobState {
    const ranS = job.startedAt === undefined ? 0 : (this.now - job.startedAt) / 1000;
    return {
      id: job.id,
      workload: job.workload,
      cluster: job.cluster,
      accelerators: job.accelerators,
      phase: job.startedAt === undefined ? "pending" : "running",
      held: false,
      beginAt: job.beginAt,
      ...(job.startedAt === undefined ? {} : { startedAt: job.startedAt }),
      remainingS: Math.max(0, job.lengthS - ranS),
      limitS: job.lengthS,
      deadlineAt: job.deadlineAt,
      deferrable: true,
      // A batch job of this simulation writes no checkpoint: once begun, it runs to its end.
      suspendable: false,
    };
  }
}
