import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import {
  EMPTY_PLAN_FILE,
  highsSolver,
  type JobState,
  type MaintenanceWindow,
  type PlanFile,
  type PlanJob,
  type PlanRequest,
  type PlanScenario,
  planSite,
  readJobs,
  readPlanFile,
  requestPlan,
  type Site,
  siteForecaster,
  type SitePlan,
  type SiteState,
  senseSite,
  type ToldForecast,
  usualScenario,
  type WeatherHour,
} from "../coordinate/index.ts";
import { fail, type Issue, ok, type Result } from "../ground/issue/index.ts";
import { localDateOf } from "../ground/quantity/index.ts";
import { livePlanning } from "./live-planning.ts";
import { type BasisPart, basisOf } from "./plan-basis.ts";
import { openSensedSite } from "./sense-site.ts";
import { connectSite } from "./site-connections.ts";
import { type LoadedSite, loadSite, shippedSiteContent, weatherOf } from "./site-file.ts";
import { demandOf } from "./site-journal.ts";
import { sitePlanner } from "./site-planner.ts";
import type { Workspace } from "./workspace.ts";

const STEP_MINUTES = 15;
const STEP_MS = STEP_MINUTES * 60_000;
const HOUR_MS = 3_600_000;
const MOST_HOURS = 168;

export interface PlanInput {
  readonly siteFile: string;
  readonly weatherFile: string | undefined;
  /** What the plan is told beside the site file. */
  readonly withFile: string | undefined;
  /** An instant with its offset from UTC; the quarter of an hour that is under way by default. */
  readonly from: string | undefined;
  readonly hours: Result<number>;
  /** Whether devices and scheduler are read for how things stand. */
  readonly live: boolean;
  /** ms UTC. */
  readonly now: number;
  /** Whose readings are foretold from; without one everything is as usual. */
  readonly workspace: Workspace | undefined;
}

/** A plan with the site that it is of and with all that it rests on. */
export interface MadePlan {
  readonly plan: SitePlan;
  readonly site: Site;
  readonly basis: readonly BasisPart[];
  readonly maintenance: readonly MaintenanceWindow[];
  readonly jobs: readonly PlanJob[];
  /** What devices and scheduler said, where they were asked. */
  readonly state: SiteState | undefined;
  /** What could not be read or foretold, or lies outside the plan. */
  readonly warnings: readonly Issue[];
}

interface Steps {
  readonly from: number;
  readonly stepMinutes: number;
  readonly steps: number;
}

/**
 * A plan of a site: load, weather, prices and carbon foretold from the readings of the store where it has them, else as usual;
 * jobs, maintenance, offers and the state of things as a file tells them, or as devices and scheduler say.
 * @issues those of `loadSite`, `weatherOf`, `readPlanFile`, `planSite`, all at once; PLAN-001 (not an instant on a quarter of an
 *         hour); ACT-036 (`live` without a control section)
 */
export async function planFromFile(input: PlanInput): Promise<Result<MadePlan>> {
  const { now, workspace } = input;
  const read = await readInputs(input);
  if (!read.ok) return read;
  const { loaded, weather, time, given, traced } = read.value;
  const { site } = loaded;
  const warnings = [...read.value.warnings];
  const live = input.live ? await readLive(site, input.siteFile, now) : ok(undefined);
  if (!live.ok) return live;
  warnings.push(...(live.value?.issues ?? []));
  const state = live.value?.state;
  const jobs = [...traced, ...given.jobs];

  const expected = await expectedOf(input, loaded, weather, time, state, jobs);
  if (!expected.ok) return expected;
  warnings.push(...expected.value.issues);
  const scenarios = expected.value.scenarios.map((one) => withRigid(one, given.rigidKw, time.steps));
  const basis = { site, stepMinutes: STEP_MINUTES, steps: time.steps, objective: given.objective };
  const sensed = requestPlan(
    { ...basis, monthPeakKw: 0, without: new Set() },
    state ?? { at: time.from, devices: new Map() },
    scenarios,
  );
  const peak = await knownPeak(workspace, site, time.from, given);
  const readIds = new Set(sensed.jobs.map(({ id }) => id));
  const request: PlanRequest = {
    ...sensed,
    from: time.from,
    jobs: [...sensed.jobs, ...jobs.filter(({ id }) => !readIds.has(id))],
    maintenance: given.maintenance,
    offers: given.offers,
    reserveKwh: given.reserveKwh,
    state: {
      ...sensed.state,
      batteryKwh: new Map([
        ...site.batteries.map(({ id, energyKwh }) => [id, energyKwh / 2] as const),
        ...sensed.state.batteryKwh,
        ...given.batteryKwh,
      ]),
      monthPeakKw: peak?.kw ?? 0,
      waterL: given.waterL,
      itKwh: given.itKwh,
    },
  };
  const plan = peak ? sitePlanner(await highsSolver())(request, now) : planWithUnknownPeak(request, now);
  if (!plan.ok) return plan;
  return ok({
    plan: plan.value,
    site,
    basis: basisOf({
      ...{ site, given, forecasts: expected.value.forecasts },
      readBatteries: new Set(sensed.state.batteryKwh.keys()),
      peak: peak?.source ?? "assumed",
      readJobs: sensed.jobs.length,
      givenJobs: request.jobs.length - sensed.jobs.length,
    }),
    maintenance: given.maintenance,
    jobs: request.jobs,
    state,
    warnings,
  });
}

/** Some days do not pay for a whole month's peak: without a reading, the month has had the one that comes without a plan. */
function planWithUnknownPeak(request: PlanRequest, now: number): Result<SitePlan> {
  const plain = planSite({ ...request, offers: [] }, now);
  if (!plain.ok) return plain;
  return planSite({ ...request, state: { ...request.state, monthPeakKw: plain.value.doNothing.peakKw } }, now);
}

interface Inputs {
  readonly loaded: LoadedSite;
  readonly weather: readonly WeatherHour[];
  readonly time: Steps;
  readonly given: PlanFile;
  /** Jobs of the traces that are named. */
  readonly traced: readonly PlanJob[];
  readonly warnings: readonly Issue[];
}

/** Everything that a person wrote, with all that is wrong with any of it. */
async function readInputs(input: PlanInput): Promise<Result<Inputs>> {
  const issues: Issue[] = [];
  const take = <T>(result: Result<T>): T | undefined => {
    if (result.ok) return result.value;
    issues.push(...result.issues);
    return undefined;
  };
  const hours = take(input.hours);
  const from = take(startOf(input));
  const time = { from: from ?? 0, stepMinutes: STEP_MINUTES, steps: ((hours ?? MOST_HOURS) * 60) / STEP_MINUTES };
  const loaded = take(await loadSite(input.siteFile));
  const weather = loaded && take(await weatherOf(loaded, input.siteFile, input.weatherFile));
  const told = take(await readWith(input.withFile, loaded, time));
  const traced = told && loaded ? take(await readTraces(told.given, loaded.site, input.withFile ?? "", time.from)) : [];
  // Without its own hours a plan has no time outside of which anything could lie.
  const timed = hours !== undefined && from !== undefined;
  if (issues.length > 0 || !loaded || !weather || !told || !traced)
    return fail(...issues.filter(({ severity }) => timed || severity === "error"));
  return ok({ loaded, weather, time, given: told.given, traced, warnings: told.warnings });
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/;

/** @issues PLAN-001 */
function startOf({ from, now }: PlanInput): Result<number> {
  if (from === undefined) return ok(Math.floor(now / STEP_MS) * STEP_MS);
  const instant = INSTANT.test(from) ? Date.parse(from) : Number.NaN;
  return instant % STEP_MS === 0
    ? ok(instant)
    : fail({
        ...{ code: "PLAN-001", severity: "error", at: {} },
        ...{ expected: "2025-07-14T00:00+08:00", actual: from, values: { what: "--from" } },
      });
}

async function readWith(
  file: string | undefined,
  loaded: LoadedSite | undefined,
  time: Steps,
): Promise<Result<{ readonly given: PlanFile; readonly warnings: readonly Issue[] }>> {
  if (file === undefined) return ok({ given: EMPTY_PLAN_FILE, warnings: [] });
  const content = loaded ? ok(loaded.content) : await shippedSiteContent();
  if (!content.ok) return content;
  const text = await textOf(file);
  return text.ok ? readPlanFile(text.value, file, content.value, loaded?.site, time) : text;
}

async function textOf(file: string, at = { file }): Promise<Result<string>> {
  try {
    return ok(await readFile(file, "utf8"));
  } catch (problem) {
    const actual = (problem as NodeJS.ErrnoException).code ?? String(problem);
    return fail({ code: "FILE-001", severity: "error", at, actual });
  }
}

/** Jobs of the traces that a file names; the first of each arrives when the plan begins. */
async function readTraces(
  given: PlanFile,
  site: Site,
  withFile: string,
  from: number,
): Promise<Result<readonly PlanJob[]>> {
  const jobs: PlanJob[] = [];
  const issues: Issue[] = [];
  for (const [number, { file, at, workload, clusters, count }] of given.traces.entries()) {
    const path = resolve(dirname(withFile), file);
    const text = await textOf(path, { ...at, file: path });
    const read = text.ok ? readJobs({ name: path, text: text.value }, count) : text;
    if (!read.ok) {
      issues.push(...read.issues);
      continue;
    }
    const most = Math.max(0, ...clusters.map((id) => site.clusters.find((one) => one.id === id)?.count ?? 0));
    const deadlineH = site.workloads.find(({ id }) => id === workload)?.deadlineH;
    for (const [index, { arrivalH, lengthH, cpus }] of read.value.jobs.entries()) {
      const earliestStart = from + arrivalH * HOUR_MS;
      const id = `trace-${number + 1}-${index + 1}`;
      if (cpus > most)
        issues.push({
          ...{ code: "PLAN-003", severity: "error", at: { file: path }, expected: `1–${most}`, actual: String(cpus) },
          values: { what: `${id} accelerators` },
        });
      jobs.push({
        ...{ id, workload, clusters, accelerators: cpus, remainingH: lengthH, state: "waiting", earliestStart },
        deadline: deadlineH === undefined ? undefined : earliestStart + deadlineH * HOUR_MS,
      });
    }
  }
  return issues.length > 0 ? fail(...issues) : ok(jobs);
}

/** What devices and scheduler say now. What does not answer is absent, and said. */
async function readLive(
  site: Site,
  siteFile: string,
  now: number,
): Promise<Result<{ readonly state: SiteState; readonly issues: readonly Issue[] }>> {
  if (!site.control) return fail({ code: "ACT-036", severity: "error", at: { file: siteFile }, actual: site.id });
  const connected = await connectSite(site, site.control, () => now, undefined);
  if (!connected.ok) return connected;
  try {
    const { state, issues } = await senseSite(connected.value, now, new Map());
    return ok({ state, issues: issues.map((one) => ({ ...one, severity: "warning" })) });
  } finally {
    await connected.value.close();
  }
}

interface Expected {
  readonly scenarios: readonly PlanScenario[];
  readonly forecasts: readonly ToldForecast[];
  readonly issues: readonly Issue[];
}

/**
 * What is expected of the steps of a plan, by the code that `candela run` plans with. It is foretold at the begin of the plan, or
 * now when that lies ahead.
 */
async function expectedOf(
  input: PlanInput,
  { site }: LoadedSite,
  weather: readonly WeatherHour[],
  time: Steps,
  state: SiteState | undefined,
  given: readonly PlanJob[],
): Promise<Result<Expected>> {
  const { workspace, now, siteFile } = input;
  const jobs = new Map([...given.flatMap(jobState), ...(state?.jobs ?? [])]);
  const expect = siteForecaster();
  const usual = usualScenario(site, weather, time);
  if (!workspace) return ok(expect({ site, usual, ...time, sensed: [], jobs: [...jobs.values()] }));
  const sensed = await openSensedSite(workspace, siteFile);
  if (!sensed.ok) return sensed;
  const forecasts: ToldForecast[] = [];
  const issuedAt = Math.floor(Math.min(now, time.from) / STEP_MS) * STEP_MS;
  const ahead = (time.from - issuedAt) / STEP_MS;
  try {
    const { forecast } = livePlanning(site, STEP_MINUTES, {
      ...{ sensed: sensed.value, weather },
      planner: {
        expect: async (request) => ok(expect(request)),
        plan: async (request, at) => planSite(request, at),
        close() {},
      },
      onForecast: async (told) => void forecasts.push(...told),
    });
    const expected = await forecast({ at: issuedAt, devices: new Map(), jobs }, ahead + time.steps);
    if (!expected.ok) return expected;
    const { scenarios, issues } = expected.value;
    return ok({ scenarios: scenarios.map((one) => from(one, ahead)), forecasts, issues });
  } finally {
    await sensed.value.telemetry.close();
  }
}

/** A running job as a scheduler would tell it: its power is in the load that is measured. */
function jobState(job: PlanJob): [string, JobState][] {
  const cluster = job.clusters[0];
  if (job.state !== "running" || cluster === undefined) return [];
  const { id, workload, accelerators, remainingH } = job;
  const remainingS = remainingH * 3600;
  return [
    [
      id,
      {
        ...{ id, workload, cluster, accelerators, remainingS, limitS: remainingS, phase: "running", held: false },
        ...{ beginAt: 0, deferrable: true, suspendable: true },
      },
    ],
  ];
}

/** A scenario from a later step on. */
function from(one: PlanScenario, step: number): PlanScenario {
  if (step === 0) return one;
  const later = (list: readonly number[]): readonly number[] => list.slice(step);
  const each = (lists: ReadonlyMap<string, readonly number[]>): ReadonlyMap<string, readonly number[]> =>
    new Map([...lists].map(([id, list]) => [id, later(list)]));
  return {
    probability: one.probability,
    priceCnyPerKwh: later(one.priceCnyPerKwh),
    carbonKgPerKwh: later(one.carbonKgPerKwh),
    pvKw: each(one.pvKw),
    dryBulbC: later(one.dryBulbC),
    wetBulbC: later(one.wetBulbC),
    itKw: each(one.itKw),
  };
}

/** A scenario with the load that a person gave for some halls. */
function withRigid(one: PlanScenario, rigidKw: ReadonlyMap<string, number>, steps: number): PlanScenario {
  if (rigidKw.size === 0) return one;
  const given = [...rigidKw].map(([hall, kw]) => [hall, Array.from({ length: steps }, () => kw)] as const);
  return { ...one, itKw: new Map([...one.itKw, ...given]) };
}

/** Highest demand of the month in which a plan begins, where a person or the journal of `candela run` tells it. */
async function knownPeak(
  workspace: Workspace | undefined,
  site: Site,
  from: number,
  given: PlanFile,
): Promise<{ readonly kw: number; readonly source: "given" | "journal" } | undefined> {
  if (given.monthPeakKw !== undefined) return { kw: given.monthPeakKw, source: "given" };
  const demand = workspace && (await demandOf(workspace, site.id));
  const month = localDateOf(new Date(from), site.timeZone).slice(0, 7);
  return demand?.month === month ? { kw: demand.peakKw, source: "journal" } : undefined;
}
