import type { Command } from "commander";
import type { NamedPlan, SitePlan } from "../../../coordinate/index.ts";
import { fail, type Issue, ok, type Result } from "../../../ground/issue/index.ts";
import type { ControlMode, ControlStep } from "../../control-loop.ts";
import { servePlanner } from "../../planner-process.ts";
import { releaseSite, runSiteLoop, runSiteWatchdog, stopSite } from "../../run-site-loop.ts";
import { decidePlan } from "../../site-journal.ts";
import { EXIT, printIssues, renderIssues, type Terminal } from "../output.ts";
import { type CommonOptions, command, inWorkspace, orStop, runCommand } from "../run.ts";

interface RunCommandOptions extends CommonOptions {
  readonly site?: string;
  readonly mode?: string;
  readonly plan?: string;
  readonly weather?: string;
  readonly once?: boolean;
}

interface SiteOptions extends CommonOptions {
  readonly site: string;
}

interface ReasonedOptions extends SiteOptions {
  readonly reason: string;
}

const MODES: readonly ControlMode[] = ["observe", "propose", "auto"];

/** A mode by its name. @issues CHOICE-001 */
function modeOf(text: string | undefined): Result<ControlMode> {
  const mode = MODES.find((one) => one === text);
  return mode
    ? ok(mode)
    : fail({ code: "CHOICE-001", severity: "error", at: {}, expected: MODES.join(", "), actual: text ?? "–" });
}

/** An option without which nothing can be done. @issues CHOICE-001 */
function needed(name: string, value: string | undefined): Result<string> {
  return value === undefined
    ? fail({ code: "CHOICE-001", severity: "error", at: {}, expected: name, actual: "–" })
    : ok(value);
}

const instant = (ms: number): string => new Date(ms).toISOString().replace(".000", "");
const kw = (value: number | undefined): string => (value === undefined ? "?" : value.toFixed(1));

/** One step as a line of plain words: `key=value`, easy to read and to search. */
function lineOf({ at, state, plan, made, safe, orders, taken, issues, without }: ControlStep): string {
  const failed = taken.filter((one) => !one.ok).map(({ target }) => target);
  const setPoints = orders.setPoints.map((one) =>
    one.kind === "mode"
      ? `${one.device}=${one.mode}`
      : `${one.device}=${kw(one.kind === "power" ? one.powerKw : one.limitKw)}kW`,
  );
  const jobs = orders.jobs.map((one) =>
    one.kind === "cap"
      ? `${one.cluster}:cap:${kw(one.powerKw)}kW`
      : `${one.job}:${one.kind}${"beginAt" in one ? `:${instant(one.beginAt)}` : ""}`,
  );
  const parts: readonly (readonly [string, string])[] = [
    ["plan", plan ?? "-"],
    ["made", made?.id ?? ""],
    ["safe", safe ?? ""],
    ["grid", `${kw(state.gridKw?.value)}kW`],
    ["set", setPoints.join(",")],
    ["jobs", jobs.join(",")],
    ["not-taken", failed.join(",")],
    ["without", without.join(",")],
    ["issues", [...new Set(issues.map(({ code, at: { path } }) => (path ? `${code}@${path}` : code)))].join(",")],
  ];
  return [instant(at), ...parts.filter(([, value]) => value !== "").map(([name, value]) => `${name}=${value}`)].join(
    " ",
  );
}

/** A plan that waits for approval, in words: what it saves, and each action. */
function proposalOf({ id, plan }: NamedPlan, terminal: Terminal): string[] {
  // A plan of a file may say nothing of costs.
  const { cost, doNothing, actions = [] } = plan as Partial<SitePlan>;
  if (!cost || !doNothing) return [];
  const at = (step: number): string => instant(plan.from + step * plan.stepMinutes * 60_000);
  return [
    terminal.say("run.proposal", {
      plan: id,
      from: at(0),
      to: at(plan.steps.length),
      saving: (doNothing.total - cost.total).toFixed(0),
      total: cost.total.toFixed(0),
      none: doNothing.total.toFixed(0),
    }),
    ...actions.map((one) =>
      terminal.say("run.proposal-action", {
        from: at(one.fromStep),
        to: at(one.toStep),
        component: one.component,
        what: terminal.say(`run.action.${one.action}`),
        saving: one.savingCny.toFixed(0),
        carbon: `${one.addedCarbonKg > 0 ? "+" : ""}${one.addedCarbonKg.toFixed(0)}`,
      }),
    ),
  ];
}

/** CNY that a plan saves against doing nothing; a plan of a file may not say it. */
function savesOf({ cost, doNothing }: Partial<SitePlan>): number | undefined {
  return cost && doNothing && doNothing.total - cost.total;
}

/** One step as a line of JSON. */
async function jsonOf(step: ControlStep, terminal: Terminal): Promise<string> {
  const { at, state, issues, made, ...rest } = step;
  const devices = Object.fromEntries(
    [...state.devices].map(([id, one]) => [
      id,
      { powerKw: one.powerKw?.value, storedKwh: one.storedKwh?.value, mode: one.mode?.mode },
    ]),
  );
  return JSON.stringify({
    at: instant(at),
    gridKw: state.gridKw?.value,
    devices,
    jobs: state.jobs?.size,
    ...rest,
    ...(made ? { made: made.id, saves: savesOf(made.plan) } : {}),
    orders: { setPoints: rest.orders.setPoints, jobs: rest.orders.jobs },
    issues: await renderIssues(terminal, issues),
  });
}

/** Aborts when the process is asked to end. */
function endAsked(): AbortSignal {
  const asked = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => asked.abort());
  return asked.signal;
}

async function runAction(options: RunCommandOptions): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const mode = orStop(modeOf(options.mode));
    const siteFile = orStop(needed("--site FILE", options.site));
    let said = Promise.resolve();
    let last: readonly Issue[] = [];
    const ran = await runSiteLoop(workspace, {
      siteFile,
      mode,
      planFile: options.plan,
      weatherFile: options.weather,
      program: process.argv[1] ?? "",
      once: options.once === true,
      signal: endAsked(),
      onStep(step) {
        last = step.issues;
        said = said.then(async () => {
          terminal.out(terminal.json ? await jsonOf(step, terminal) : lineOf(step));
          if (mode === "propose" && step.made && !terminal.json)
            for (const line of proposalOf(step.made, terminal)) terminal.out(line);
        });
      },
      onEvent: (what, body) => terminal.progress(`${new Date().toISOString()} ${what} ${JSON.stringify(body)}`),
    });
    await said;
    orStop(ran);
    if (options.once && !terminal.json) await printIssues(terminal, last);
    return options.once && last.length > 0 ? EXIT.findings : EXIT.fine;
  });
}

function decideAction(decision: "approved" | "rejected") {
  return async (plan: string, options: CommonOptions & { readonly reason?: string }): Promise<void> => {
    await inWorkspace(options, async (workspace, terminal) => {
      const { site, position } = orStop(await decidePlan(workspace, plan, decision, options.reason));
      terminal.out(
        terminal.json
          ? JSON.stringify({ plan, site, decision, position: String(position) })
          : terminal.say(`run.${decision}`, { plan, site }),
      );
      return EXIT.fine;
    });
  };
}

async function stopAction(options: ReasonedOptions): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const { by, taken, issues } = orStop(await stopSite(workspace, options.site, options.reason));
    const safe = taken.every((one) => one.ok);
    if (terminal.json) terminal.out(JSON.stringify({ by, taken, issues: await renderIssues(terminal, issues) }));
    else {
      await printIssues(terminal, issues);
      terminal.out(terminal.say(`run.stopped.${by}`, { devices: taken.map(({ target }) => target).join(", ") }));
    }
    return safe ? EXIT.fine : EXIT.findings;
  });
}

async function releaseAction(options: ReasonedOptions): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const position = orStop(await releaseSite(workspace, options.site, options.reason));
    terminal.out(terminal.json ? JSON.stringify({ position: String(position) }) : terminal.say("run.released"));
    return EXIT.fine;
  });
}

async function plannerAction(options: CommonOptions): Promise<void> {
  await runCommand(options, async () => {
    orStop(await servePlanner());
    return EXIT.fine;
  });
}

async function watchdogAction(options: SiteOptions): Promise<void> {
  await runCommand(options, async (terminal) => {
    const log = (what: string, body: object): void =>
      terminal.out(JSON.stringify({ at: new Date().toISOString(), pid: process.pid, what, ...body }));
    orStop(await runSiteWatchdog(options.site, options.data, log));
    return EXIT.fine;
  });
}

export function addRunCommand(program: Command): void {
  const run = command(
    "run",
    "run a site: read, forecast, plan, act inside the safety envelope, read back, write all of it down",
    "run --site site.yaml --mode propose",
  )
    .enablePositionalOptions()
    .option("--site <file>", "site file (YAML) with a control section")
    .option("--mode <mode>", "observe: nothing is sent; propose: only approved plans; auto")
    .option("--plan <file>", "plan (JSON) that is acted on instead of planning")
    .option("--weather <csv>", "hourly tdb and wb in °C that stand in for weather that is not measured")
    .option("--once", "one step, then end; what was set reverts by itself")
    .action(runAction);
  run.addCommand(
    command(
      "approve",
      "approve a proposed plan; another person than the one who proposed it",
      "run approve plan-0123456789ab --as mei",
    )
      .argument("<plan>", "the plan's name")
      .option("--reason <text>", "why")
      .action(decideAction("approved")),
  );
  run.addCommand(
    command("reject", "reject a proposed plan", "run reject plan-0123456789ab --reason 'maintenance tonight' --as mei")
      .argument("<plan>", "the plan's name")
      .option("--reason <text>", "why")
      .action(decideAction("rejected")),
  );
  run.addCommand(
    command(
      "stop",
      "kill switch: the safe state at once, until a person releases it",
      "run stop --site site.yaml --reason smoke",
    )
      .requiredOption("--site <file>", "site file (YAML)")
      .requiredOption("--reason <text>", "why")
      .action(stopAction),
  );
  run.addCommand(
    command("release", "let a stopped site run again", "run release --site site.yaml --reason 'all clear'")
      .requiredOption("--site <file>", "site file (YAML)")
      .requiredOption("--reason <text>", "why")
      .action(releaseAction),
  );
  run.addCommand(
    command(
      "watchdog",
      "bring devices without a revert timer back to their safe value when the controller is silent; started by run when needed",
      "run watchdog --site site.yaml",
    )
      .requiredOption("--site <file>", "site file (YAML)")
      .action(watchdogAction),
  );
  run.addCommand(
    command(
      "planner",
      "make the forecasts and plans of run in a process that can be ended when it takes too long; started by run",
      "run planner",
    ).action(plannerAction),
  );
  program.addCommand(run);
}
