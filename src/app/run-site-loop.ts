import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  type AllowedSetPoint,
  answers,
  type Control,
  envelopeOf,
  lockSite,
  LostSite,
  MONEY_OBJECTIVE,
  readPlan,
  runWatchdog,
  safeOrders,
  sendOrders,
  type Site,
  type SiteLock,
  type SitePlan,
  type Taken,
} from "../coordinate/index.ts";
import { fail, type Issue, ok, type Result } from "../ground/issue/index.ts";
import {
  type ControlMemory,
  type ControlMode,
  type ControlPorts,
  type ControlStep,
  controlStep,
  NO_MEMORY,
} from "./control-loop.ts";
import { feedReadings } from "./feed-readings.ts";
import { livePlanning, type LivePlanning } from "./live-planning.ts";
import { plannerProcess } from "./planner-process.ts";
import { openSensedSite } from "./sense-site.ts";
import { connectSite, type SiteConnections, watchdogSocket } from "./site-connections.ts";
import { type LoadedSite, loadSite, weatherOf } from "./site-file.ts";
import { demandOf, isSafeSince, recordControl, setStop, siteJournal, stopOf } from "./site-journal.ts";
import { modelNow, type Workspace } from "./workspace.ts";
import { isStoreAway } from "./store-away.ts";

export interface RunOptions {
  readonly siteFile: string;
  readonly mode: ControlMode;
  /** A plan that was made elsewhere, instead of planning. */
  readonly planFile: string | undefined;
  /** Weather that stands in where none is measured, instead of the site's climate. */
  readonly weatherFile: string | undefined;
  /** The program that makes forecasts and plans beside this one. */
  readonly program: string;
  /** One step, then the end; what it set stays until its revert time. */
  readonly once: boolean;
  readonly onStep: (step: ControlStep) => void;
  /** What happens beside the steps: the lock lost and found, the store away. */
  readonly onEvent: (what: string, body: object) => void;
  /** Ends the run; the safe state is written last. */
  readonly signal: AbortSignal;
}

interface LoadedControl {
  readonly loaded: LoadedSite;
  readonly site: Site;
  readonly control: Control;
}

/**
 * A site file that says how it is run.
 * @issues FILE-001, SITE-…; ACT-036 (it does not say how)
 */
async function loadControl(siteFile: string): Promise<Result<LoadedControl>> {
  const loaded = await loadSite(siteFile);
  if (!loaded.ok) return loaded;
  const { site } = loaded.value;
  return site.control
    ? ok({ loaded: loaded.value, site, control: site.control })
    : fail({ code: "ACT-036", severity: "error", at: { file: siteFile }, actual: site.id });
}

const now = (): number => Date.now();
const monotonicMs = (): number => performance.now();

/**
 * Runs a site: takes its lock, reads what is true, and steps until it is told to end. Whoever finds the lock gone stops
 * acting at once and tries to have it back; devices then revert by themselves.
 * @issues those of `loadControl`; ACTOR-001; ACT-031 (another runs it); ACT-034, ACT-035 (the plan file)
 */
export async function runSiteLoop(
  workspace: Workspace,
  options: RunOptions,
): Promise<Result<{ readonly steps: number }>> {
  const { mode, once, onStep, onEvent, signal } = options;
  const loaded = await loadControl(options.siteFile);
  if (!loaded.ok) return loaded;
  const { site, control } = loaded.value;
  const allowed = await mayRun(workspace, site, mode);
  if (!allowed.ok) return allowed;
  const first = await lockSite(workspace.store, site.id);
  if (!first.ok) return first;
  let lock: SiteLock | undefined = first.value;
  const planning = await planningOf(workspace, loaded.value, options, async (forecasts) => {
    onEvent("forecast.made", { forecasts });
    if (lock) await recordControl(workspace, site.id, lock, "forecast.made", { forecasts });
  });
  if (!planning.ok) {
    await lock.release();
    return planning;
  }
  const watchdog = await watchdogOf(workspace, options.siteFile, site, control, mode);
  const connected = await connectSite(site, control, now, watchdog);
  if (!connected.ok) return connected;
  const connections = connected.value;

  let memory = await memoryAtStart(workspace, site);
  let steps = 0;
  try {
    await recordControl(workspace, site.id, lock, "run.started", {
      mode,
      site: site.id,
      file: resolve(options.siteFile),
    });
    while (!signal.aborted) {
      const begun = monotonicMs();
      try {
        lock ??= await lockAgain(workspace, site, onEvent);
        if (lock) {
          const ports: ControlPorts = {
            ...connections,
            ...planning.value.ports,
            clock: { now, monotonicMs },
            journal: siteJournal(workspace, site.id, lock, mode),
          };
          const done = await controlStep(ports, { site, control, mode, objective: MONEY_OBJECTIVE }, memory);
          memory = done.memory;
          steps += 1;
          onStep(done.step);
        }
      } catch (problem) {
        if (!(problem instanceof LostSite) && !isStoreAway(problem)) throw problem;
        // Nothing is sent: another may be acting. What the devices hold ends by itself.
        onEvent(problem instanceof LostSite ? "lock.lost" : "store.away", { problem: String(problem) });
        if (problem instanceof LostSite || lock?.held() === false) {
          // A session that is gone is still counted among those that are open.
          await lock?.release();
          lock = undefined;
          memory = forgetful(memory);
        }
      }
      if (once) break;
      await untilNext(workspace, site, begun + control.stepS * 1000, signal);
    }
    if (!once && lock) await leaveSafe(workspace, site, control, connections, lock, mode);
    return ok({ steps });
  } finally {
    await planning.value.close();
    await connections.close();
    await lock?.release();
  }
}

/** A controller that starts remembers nothing but the month's demand: the rest is read. */
async function memoryAtStart(workspace: Workspace, site: Site): Promise<ControlMemory> {
  const demand = await demandOf(workspace, site.id);
  return demand ? { ...NO_MEMORY, demand } : NO_MEMORY;
}

function forgetful({ demand }: ControlMemory): ControlMemory {
  return demand ? { ...NO_MEMORY, demand } : NO_MEMORY;
}

/** Where plans come from, and what has to be ended with it. */
interface Planning {
  readonly ports: Pick<ControlPorts, "forecast" | "plan">;
  close(): Promise<void>;
}

/**
 * Plans of a file, or of a planner in a process of its own with forecasts from the readings of the store, which the sources
 * of the site file go on filling.
 * @issues those of `readPlanFile`, `weatherOf`, `openSensedSite`; SENSE-003
 */
async function planningOf(
  workspace: Workspace,
  { loaded, site, control }: LoadedControl,
  { planFile, siteFile, weatherFile, program, onEvent }: RunOptions,
  onForecast: LivePlanning["onForecast"],
): Promise<Result<Planning>> {
  if (planFile !== undefined) {
    const plan = await readPlanFile(planFile, site);
    if (!plan.ok) return plan;
    return ok({
      ports: { forecast: async () => ok({ scenarios: [], issues: [] }), plan: async () => plan },
      async close() {},
    });
  }
  const weather = await weatherOf(loaded, siteFile, weatherFile);
  if (!weather.ok) return weather;
  const sensed = await openSensedSite(workspace, siteFile);
  if (!sensed.ok) return sensed;
  const planner = plannerProcess({ program, limitMs: control.planLimitS * 1000 });
  const ended = new AbortController();
  const feeding = feedReadings(workspace, sensed.value, Math.max(1, control.stepS), onEvent, ended.signal);
  // A fault of the feed must not be lost, nor end the loop: what the store no longer learns is foretold as usual.
  const fed = feeding.catch((problem: unknown) => onEvent("sources.ended", { problem: String(problem) }));
  return ok({
    ports: livePlanning(site, control.planStepMinutes, {
      sensed: sensed.value,
      weather: weather.value,
      planner,
      onForecast,
    }),
    async close() {
      planner.close();
      ended.abort();
      await fed;
      await sensed.value.telemetry.close();
    },
  });
}

/** Rights to do what a mode does. @issues ACTOR-001 */
async function mayRun(workspace: Workspace, site: Site, mode: ControlMode): Promise<Result<void>> {
  const model = await modelNow(workspace);
  if (!model.ok) return model;
  const issues = (mode === "observe" ? ["plan.propose"] : ["plan.propose", "order.send"]).flatMap((action): Issue[] => {
    const may = model.value.rights.may(workspace.actor, action, { kind: "site", id: site.id });
    return may === true ? [] : [may];
  });
  return issues.length > 0 ? fail(...issues) : ok(undefined);
}

async function readPlanFile(file: string, site: Site): Promise<Result<SitePlan>> {
  try {
    return readPlan(await readFile(file, "utf8"), file, site.id);
  } catch (problem) {
    return fail({
      code: "FILE-001",
      severity: "error",
      at: { file },
      actual: (problem as NodeJS.ErrnoException).code ?? "",
    });
  }
}

async function lockAgain(
  workspace: Workspace,
  site: Site,
  onEvent: RunOptions["onEvent"],
): Promise<SiteLock | undefined> {
  const again = await lockSite(workspace.store, site.id);
  if (!again.ok) return undefined;
  onEvent("lock.taken", { token: String(again.value.token) });
  return again.value;
}

const LOOK_MS = 500;

/** Waits for the next step; a stop, a release or the end of the run comes before it. */
async function untilNext(workspace: Workspace, site: Site, until: number, signal: AbortSignal): Promise<void> {
  const stopped = await stopOf(workspace, site.id).catch(() => undefined);
  for (;;) {
    const left = until - monotonicMs();
    if (left <= 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, Math.min(left, LOOK_MS));
      signal.addEventListener("abort", end);
    });
    const present = await stopOf(workspace, site.id).catch(() => stopped);
    if ((present === undefined) !== (stopped === undefined)) return;
  }
}

/**
 * Sends set-points until every device has taken them or `INSIST_MS` are over: for the last word that devices hear, which no
 * later step says again.
 * @returns what was taken in the end, and what was wrong with the rest
 */
async function insistOn(
  connections: SiteConnections,
  setPoints: readonly AllowedSetPoint[],
): Promise<{ readonly taken: readonly Taken[]; readonly issues: readonly Issue[] }> {
  const end = monotonicMs() + INSIST_MS;
  const done: Taken[] = [];
  for (let left = setPoints; ; ) {
    const { taken, issues } = await sendOrders(connections, { setPoints: left, jobs: [] });
    const refused = new Set(taken.filter((one) => !one.ok).map(({ target }) => target));
    done.push(...taken.filter((one) => one.ok));
    if (refused.size === 0 || monotonicMs() >= end)
      return { taken: [...done, ...taken.filter((one) => !one.ok)], issues };
    left = left.filter(({ device }) => refused.has(device));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const INSIST_MS = 5000;

/** The last thing that a run which was told to end does. */
async function leaveSafe(
  workspace: Workspace,
  site: Site,
  control: Control,
  connections: SiteConnections,
  lock: SiteLock,
  mode: ControlMode,
): Promise<void> {
  const setPoints = mode === "observe" ? [] : safeOrders(envelopeOf(site, control));
  try {
    await recordControl(workspace, site.id, lock, "run.ending", { setPoints });
    const { taken, issues } = await insistOn(connections, setPoints);
    await recordControl(workspace, site.id, lock, "run.ended", { taken, issues });
  } catch (problem) {
    if (!(problem instanceof LostSite) && !isStoreAway(problem)) throw problem;
  }
}

/** Socket of the watchdog that a site needs; it is started when none answers. */
async function watchdogOf(
  workspace: Workspace,
  siteFile: string,
  site: Site,
  control: Control,
  mode: ControlMode,
): Promise<string | undefined> {
  if (mode === "observe" || !control.connections.some(({ revertBy }) => revertBy === "watchdog")) return undefined;
  const { folder } = workspace.store;
  const socket = watchdogSocket(folder, site.id);
  if (await answers(socket)) return socket;
  const log = openSync(join(folder, `watchdog-${site.id}.log`), "a");
  const args = ["run", "watchdog", "--site", siteFile, "--data", folder];
  // A group of its own: what ends this process must not end the watchdog.
  const child = spawn(process.execPath, [process.argv[1] ?? "", ...args], {
    detached: true,
    stdio: ["ignore", log, log],
  });
  child.unref();
  for (let i = 0; i < 100 && !(await answers(socket)); i++) await new Promise((resolve) => setTimeout(resolve, 100));
  return socket;
}

/**
 * Runs the watchdog of a site until it is not needed any more.
 * @issues those of `loadControl`; ACT-037 (another one runs)
 */
export async function runSiteWatchdog(
  siteFile: string,
  dataFolder: string,
  log: (what: string, body: object) => void,
): Promise<Result<void>> {
  const loaded = await loadControl(siteFile);
  if (!loaded.ok) return loaded;
  const { site, control } = loaded.value;
  const connected = await connectSite(site, control, now, undefined);
  if (!connected.ok) return connected;
  const { devices, close } = connected.value;
  const watched = new Set(
    control.connections.filter(({ revertBy }) => revertBy === "watchdog").map(({ device }) => device),
  );
  const safe = safeOrders(envelopeOf(site, control)).filter(({ device }) => watched.has(device));
  try {
    await runWatchdog({
      socket: watchdogSocket(dataFolder, site.id),
      devices: new Map(
        safe.map((setPoint) => [
          setPoint.device,
          async () => (await devices.get(setPoint.device)?.write(setPoint)) ?? ok(undefined),
        ]),
      ),
      firstLeaseS: control.revertS,
      lingerS: control.revertS * 4,
      monotonicMs,
      log,
    });
    return ok(undefined);
  } catch (problem) {
    return fail({ code: "ACT-037", severity: "error", at: { file: siteFile }, actual: String(problem) });
  } finally {
    await close();
  }
}

/** Longest that a stop waits for the one who runs the site. */
const ANSWER_MS = 8000;

/**
 * Stops a site: from now on, until a person releases it, nothing but the safe state is sent. Whoever runs the site takes
 * the safe state; where nobody answers, it is written from here.
 * @returns who wrote the safe state, and what was taken
 * @issues those of `loadControl`; ACTOR-001
 */
export async function stopSite(
  workspace: Workspace,
  siteFile: string,
  reason: string,
): Promise<
  Result<{ readonly by: "controller" | "here"; readonly taken: readonly Taken[]; readonly issues: readonly Issue[] }>
> {
  const loaded = await loadControl(siteFile);
  if (!loaded.ok) return loaded;
  const { site, control } = loaded.value;
  const stopped = await setStop(workspace, site.id, "run.stopped", reason);
  if (!stopped.ok) return stopped;
  const lock = await lockSite(workspace.store, site.id);
  if (!lock.ok) {
    for (const end = monotonicMs() + ANSWER_MS; monotonicMs() < end; ) {
      if (await isSafeSince(workspace, site.id, stopped.value)) return ok({ by: "controller", taken: [], issues: [] });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const connected = await connectSite(site, control, now, undefined);
  if (!connected.ok) return connected;
  try {
    const { taken, issues } = await insistOn(connected.value, safeOrders(envelopeOf(site, control)));
    if (lock.ok) await recordControl(workspace, site.id, lock.value, "run.made-safe", { taken, issues });
    return ok({ by: "here", taken, issues });
  } finally {
    await connected.value.close();
    if (lock.ok) await lock.value.release();
  }
}

/** Lets a stopped site run again. @issues those of `loadControl`; ACTOR-001 */
export async function releaseSite(workspace: Workspace, siteFile: string, reason: string): Promise<Result<bigint>> {
  const loaded = await loadControl(siteFile);
  return loaded.ok ? setStop(workspace, loaded.value.site.id, "run.released", reason) : loaded;
}
