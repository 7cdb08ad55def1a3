import type { Command } from "commander";
import type { Site, SitePlan } from "../../../coordinate/index.ts";
import { handOver } from "../../hand-over.ts";
import { basisWords } from "../../plan-basis.ts";
import { type MadePlan, planFromFile } from "../../plan-site.ts";
import { actionWords, alarmWords, conflictWords, offerWords, type PlanClock, planClock } from "../../plan-words.ts";
import { writeHandOver } from "../../write-hand-over.ts";
import { EXIT, printIssues, renderIssues, table, type Terminal } from "../output.ts";
import { type CommonOptions, command, inWorkspaceIfThere, orStop, wholeNumber } from "../run.ts";

interface Options extends CommonOptions {
  readonly site: string;
  readonly from?: string;
  readonly hours: string;
  readonly with?: string;
  readonly live?: boolean;
  readonly weather?: string;
  readonly out?: string;
  readonly shift: string;
}

const whole = (amount: number): string => amount.toFixed(0);

function actionTable(plan: SitePlan, clock: PlanClock, terminal: Terminal): string {
  const say = (id: string): string => terminal.say(`plan.${id}`);
  return table(
    [
      [say("from"), say("to"), say("component"), say("detail"), say("saving"), "kg CO2"],
      ...plan.actions.map((one) => [
        clock.at(one.fromStep),
        clock.at(one.toStep),
        one.component,
        actionWords(one, clock, terminal.say),
        whole(one.savingCny),
        `${one.addedCarbonKg > 0 ? "+" : ""}${whole(one.addedCarbonKg)}`,
      ]),
    ],
    [4, 5],
  );
}

function alarmTable(plan: SitePlan, site: Site, clock: PlanClock, terminal: Terminal): string {
  const say = (id: string): string => terminal.say(`plan.${id}`);
  if (plan.alarms.length === 0) return say("no-alarms");
  return table([
    [say("from"), say("to"), say("severity"), say("component"), say("alarm")],
    ...plan.alarms.map((one) => [
      clock.at(one.step),
      clock.at(one.toStep),
      say(`severity.${one.severity}`),
      one.component,
      alarmWords(one, site, terminal.say),
    ]),
  ]);
}

async function planCommand(options: Options): Promise<void> {
  await inWorkspaceIfThere(options, async (workspace, terminal) => {
    const made = orStop(
      await planFromFile({
        siteFile: options.site,
        weatherFile: options.weather,
        withFile: options.with,
        from: options.from,
        hours: wholeNumber(options.hours, 1, 168),
        live: options.live === true,
        now: Date.now(),
        workspace,
      }),
    );
    const { plan, basis, warnings } = made;
    const shiftHours = orStop(wholeNumber(options.shift, 1, 24));
    const told = options.out === undefined ? undefined : await handOver(made, workspace, shiftHours, Date.now());
    const files = told && options.out ? await writeHandOver(options.out, told, terminal.words) : [];
    const code = plan.conflicts.length > 0 ? EXIT.findings : EXIT.fine;
    if (terminal.json) {
      terminal.out(JSON.stringify({ ...plan, basis, warnings: await renderIssues(terminal, warnings), files }));
      return code;
    }
    await printIssues(terminal, warnings);
    for (const line of inWords(made, terminal)) terminal.out(line);
    if (options.out) terminal.out(terminal.say("hand-over.written", { folder: options.out, files: files.join(", ") }));
    return code;
  });
}

function inWords({ plan, site, basis }: MadePlan, terminal: Terminal): string[] {
  const { cost, doNothing } = plan;
  const clock = planClock(plan, site.timeZone);
  const between = terminal.say("plan.list");
  return [
    terminal.say("plan.basis", { parts: basis.map((one) => basisWords(one, terminal.say)).join(between) }),
    terminal.say(`plan.status.${plan.solver.status}`, {
      plan: whole(cost.total),
      none: whole(doNothing.total),
      saving: whole(doNothing.total - cost.total),
      peak: whole(cost.peakKw),
    }),
    ...(plan.conflicts.length < plan.doNothingConflicts.length
      ? [terminal.say("plan.relieves", { count: String(plan.doNothingConflicts.length) })]
      : []),
    `\n${actionTable(plan, clock, terminal)}`,
    ...plan.offers.map((one) => offerWords(one, terminal.say)),
    `\n${terminal.say("plan.alarms")}\n${alarmTable(plan, site, clock, terminal)}`,
    ...plan.conflicts.map((one) => conflictWords(one, clock, terminal.say)),
  ];
}

export function addPlanCommand(program: Command): void {
  program.addCommand(
    command(
      "plan",
      "a plan of a site's battery, jobs, cooling and UPS, each action with its reason in money and carbon",
      "plan --site examples/lingang-aidc/site.yaml --from 2025-07-14T00:00+08:00 --hours 48",
    )
      .requiredOption("--site <file>", "site file (YAML)")
      .option("--from <instant>", "first instant, with its offset from UTC; now by default")
      .option("--hours <hours>", "hours that are planned, 1–168", "48")
      .option("--with <file>", "jobs, maintenance, offers, reserves and how things stand (YAML)")
      .option("--live", "read devices and scheduler of the site file for how things stand")
      .option("--weather <csv>", "hourly tdb and wb in °C from 1 January on; the site's climate by default")
      .option("--out <folder>", "write the hand-over to the next shift: a page in each language, and JSON")
      .option("--shift <hours>", "length of a shift on that page, 1–24", "8")
      .action(planCommand),
  );
}
