import type { Command } from "commander";
import type { SitePlan } from "../../../coordinate/index.ts";
import { planFromFile } from "../../plan-site.ts";
import { actionWords, alarmWords, conflictWords, offerWords, type PlanClock, planClock } from "../../plan-words.ts";
import { EXIT, table, type Terminal } from "../output.ts";
import { type CommonOptions, command, orStop, runCommand, wholeNumber } from "../run.ts";

interface Options extends CommonOptions {
  readonly site: string;
  readonly from: string;
  readonly hours: string;
  readonly weather?: string;
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

function alarmTable(plan: SitePlan, clock: PlanClock, terminal: Terminal): string {
  const say = (id: string): string => terminal.say(`plan.${id}`);
  if (plan.alarms.length === 0) return say("no-alarms");
  return table([
    [say("from"), say("to"), say("severity"), say("component"), say("alarm")],
    ...plan.alarms.map((one) => [
      clock.at(one.step),
      clock.at(one.toStep),
      say(`severity.${one.severity}`),
      one.component,
      alarmWords(one, clock, terminal.say),
    ]),
  ]);
}

async function planCommand(options: Options): Promise<void> {
  await runCommand(options, async (terminal) => {
    const hours = orStop(wholeNumber(options.hours, 1, 168));
    const { plan, site } = orStop(
      await planFromFile({
        siteFile: options.site,
        weatherFile: options.weather,
        from: options.from,
        hours,
        now: Date.now(),
      }),
    );
    const code = plan.conflicts.length > 0 ? EXIT.findings : EXIT.fine;
    if (terminal.json) {
      terminal.out(JSON.stringify(plan));
      return code;
    }
    const { cost, doNothing } = plan;
    terminal.out(terminal.say("plan.assumed"));
    terminal.out(
      terminal.say(`plan.status.${plan.solver.status}`, {
        plan: whole(cost.total),
        none: whole(doNothing.total),
        saving: whole(doNothing.total - cost.total),
        peak: whole(cost.peakKw),
      }),
    );
    const clock = planClock(plan, site.timeZone);
    terminal.out(`\n${actionTable(plan, clock, terminal)}`);
    for (const one of plan.offers) terminal.out(offerWords(one, terminal.say));
    terminal.out(`\n${terminal.say("plan.alarms")}\n${alarmTable(plan, clock, terminal)}`);
    for (const one of plan.conflicts) terminal.out(conflictWords(one, clock, terminal.say));
    return code;
  });
}

export function addPlanCommand(program: Command): void {
  program.addCommand(
    command(
      "plan",
      "a plan of a site's battery, cooling and UPS, each action with its reason in money and carbon",
      "plan --site examples/lingang-aidc/site.yaml --from 2025-07-14T00:00+08:00 --hours 48",
    )
      .requiredOption("--site <file>", "site file (YAML)")
      .requiredOption("--from <instant>", "first instant, with its offset from UTC")
      .option("--hours <hours>", "hours that are planned, 1–168", "48")
      .option("--weather <csv>", "hourly tdb and wb in °C from 1 January on; the site's climate by default")
      .action(planCommand),
  );
}
