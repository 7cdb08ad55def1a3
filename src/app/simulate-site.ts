import {
  BATCH_SHARE,
  highsSolver,
  type Lever,
  MONEY_OBJECTIVE,
  type NamedPlan,
  outlook,
  type RunSummary,
  SIMULATED,
  simulatedControl,
  simulatedJobs,
  SimulatedSite,
  type SimulatedStep,
  type Site,
  siteWith,
  type SitePlan,
  type Solver,
  summariseRun,
  type WeatherHour,
} from "../coordinate/index.ts";
import { fail, ok, type Result } from "../ground/issue/index.ts";
import { localDateOf, localHourOf, periodInstants } from "../ground/quantity/index.ts";
import { type ControlJournal, type ControlMemory, type ControlPorts, controlStep, NO_MEMORY } from "./control-loop.ts";
import { loadSite, weatherOf } from "./site-file.ts";
import { sitePlanner } from "./site-planner.ts";

export interface SimulateRequest {
  readonly siteFile: string;
  readonly weatherFile: string | undefined;
  /** Local dates; the last one is not included. */
  readonly from: string;
  readonly to: string;
  readonly levers: readonly Lever[];
  readonly seed: number;
  readonly replanS: number;
  /** How the site is taken to differ from its file. */
  readonly whatIf: WhatIf;
}

/** A site as it might be. */
export interface WhatIf {
  /** Power and energy of every battery, times this. */
  readonly batteryScale: number;
  /** What plans are to pay for a kilogram of CO2, beside the bill. */
  readonly carbonCnyPerKg: number;
  /** Of the power above idle, what jobs that may be moved take. */
  readonly jobShare: number;
}

/** A site as its file says. */
export const AS_IT_IS: WhatIf = { batteryScale: 1, carbonCnyPerKg: 0, jobShare: BATCH_SHARE };

function withBatteries(site: Site, scale: number): Site {
  const batteries = site.batteries.map((one) => ({
    ...one,
    powerKw: one.powerKw * scale,
    energyKwh: one.energyKwh * scale,
    reserveKwh: one.reserveKwh * scale,
    standbyKw: one.standbyKw * scale,
  }));
  return { ...site, batteries };
}

/** A site run once with some of its levers moved. */
export interface SimulatedRun {
  readonly levers: readonly Lever[];
  readonly steps: readonly SimulatedStep[];
  /** How many plans were made. */
  readonly plans: number;
  readonly summary: RunSummary;
  readonly jobs: ReturnType<SimulatedSite["outcome"]>;
  /** How often what was not right: code → times. */
  readonly issues: Readonly<Record<string, number>>;
}

export interface Simulation {
  readonly site: Site;
  readonly request: SimulateRequest;
  /** Doing nothing first, then each lever alone, then all together. */
  readonly runs: readonly SimulatedRun[];
}

/** What is told while it runs: each day as it begins, each plan as it is made. */
export interface SimulationWatch {
  readonly progress: (levers: readonly Lever[], date: string) => void;
  readonly plan: (levers: readonly Lever[], plan: NamedPlan) => void;
}

const STEP_MS = SIMULATED.stepS * 1000;
const HOUR_MS = 3_600_000;

/**
 * Runs a site by the code that runs a real one, against simulated devices: doing nothing, each lever alone, and together.
 * The same request gives the same runs.
 * @issues those of `loadSite`, `weatherOf`; PERIOD-… ; VERIFY-005 (a time that ends before it begins, or longer than a year)
 */
export async function simulateSite(request: SimulateRequest, watch: SimulationWatch): Promise<Result<Simulation>> {
  const loaded = await loadSite(request.siteFile);
  if (!loaded.ok) return loaded;
  const weather = await weatherOf(loaded.value, request.siteFile, request.weatherFile);
  if (!weather.ok) return weather;
  const site = withBatteries(loaded.value.site, request.whatIf.batteryScale);
  const span = spanOf(request, site);
  if (!span.ok) return span;
  const solver = await highsSolver();
  const sets: (readonly Lever[])[] = [[], ...request.levers.map((lever) => [lever])];
  if (request.levers.length > 1) sets.push(request.levers);
  const runs: SimulatedRun[] = [];
  for (const levers of sets)
    runs.push(await simulateRun(site, weather.value, span.value, levers, request, solver, watch));
  return ok({ site, request, runs });
}

interface Span {
  readonly start: number;
  readonly end: number;
}

const MOST_DAYS = 366;

/** Instants of whole local days of a site. @issues VERIFY-005 */
export function spanOf({ from, to }: Pick<SimulateRequest, "from" | "to">, site: Site): Result<Span> {
  const day = /^\d{4}-\d{2}-\d{2}$/;
  const time = (text: string): number => (day.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN);
  const days = (time(to) - time(from)) / (24 * HOUR_MS);
  if (!(days >= 1 && days <= MOST_DAYS))
    return fail({
      code: "VERIFY-005",
      severity: "error",
      at: {},
      expected: `1–${MOST_DAYS}`,
      actual: `${from} … ${to}`,
    });
  const { start, end } = periodInstants({ start: from, end: to, label: from }, site.timeZone);
  return ok({ start: start.getTime(), end: end.getTime() });
}

/** Hour of a year of weather that stands for an instant, by the local clock. */
function weatherAt(site: Site, weather: readonly WeatherHour[]): (at: number) => WeatherHour {
  const known = new Map<number, WeatherHour>();
  return (at) => {
    const hourAt = Math.floor(at / HOUR_MS) * HOUR_MS;
    const before = known.get(hourAt);
    if (before) return before;
    const date = localDateOf(new Date(hourAt), site.timeZone);
    const day = (Date.parse(`${date}T00:00:00Z`) - Date.parse(`${date.slice(0, 4)}-01-01T00:00:00Z`)) / (24 * HOUR_MS);
    const index = day * 24 + localHourOf(new Date(hourAt), site.timeZone);
    const air = weather[index % weather.length];
    if (!air) throw new Error("no weather");
    known.set(hourAt, air);
    return air;
  };
}

async function simulateRun(
  whole: Site,
  weather: readonly WeatherHour[],
  { start, end }: Span,
  levers: readonly Lever[],
  { seed, replanS, whatIf }: SimulateRequest,
  solver: Solver,
  { progress, plan: keepPlan }: SimulationWatch,
): Promise<SimulatedRun> {
  const moved = new Set(levers);
  const site = siteWith(whole, moved);
  const { jobShare, carbonCnyPerKg } = whatIf;
  const coming = simulatedJobs(site, start, end, seed, jobShare);
  const world = new SimulatedSite(site, weatherAt(site, weather), coming, start, seed, jobShare);
  const objective = { ...MONEY_OBJECTIVE, carbonCnyPerKg };
  const control = simulatedControl(site, moved, replanS);
  let plans = 0;
  const issues: Record<string, number> = {};
  const jobsKnown = moved.has("jobs");
  const planner = sitePlanner(solver);
  const ports: ControlPorts = {
    devices: world.devices(moved),
    meter: world.meter(),
    jobs: jobsKnown ? world.scheduler() : undefined,
    allowedModes: (device) => world.allowedModes(device),
    clock: { now: () => world.now, monotonicMs: () => world.now - start },
    forecast: async (_state, steps) => ok({ scenarios: [outlook(world, steps, STEP_MS, jobsKnown)], issues: [] }),
    plan: async (request) => planner(request, world.now),
    journal: memoryJournal((plan) => {
      plans += 1;
      const named = { id: String(plans), plan };
      keepPlan(levers, named);
      return named;
    }),
  };
  const steps: SimulatedStep[] = [];
  let memory: ControlMemory = NO_MEMORY;
  let date = "";
  while (world.now < end) {
    world.arrive();
    const today = localDateOf(new Date(world.now), site.timeZone);
    if (today !== date) progress(levers, today);
    date = today;
    if (levers.length > 0) {
      const settings = { site, control, mode: "auto" as const, objective };
      const done = await controlStep(ports, settings, memory);
      memory = done.memory;
      for (const { code } of done.step.issues) issues[code] = (issues[code] ?? 0) + 1;
    }
    steps.push(world.pass());
  }
  const jobs = world.outcome();
  return { levers, steps, plans, summary: summariseRun(site, steps, jobs.leftKwh), jobs, issues };
}

/** Plans of a run, named in order; nobody stops it. */
function memoryJournal(keep: (plan: SitePlan) => NamedPlan): ControlJournal {
  return {
    stopped: async () => undefined,
    propose: async (plan: SitePlan) => keep(plan),
    approved: async () => undefined,
    decision: async () => "approved",
    record: async () => {},
  };
}
