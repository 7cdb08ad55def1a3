import type { Command } from "commander";
import type { PlanAction, SitePlan } from "../../../coordinate/index.ts";
import { planFromFile } from "../../plan-site.ts";
import { EXIT, table, type Terminal } from "../output.ts";
import { type CommonOptions, command, orStop, runCommand, wholeNumber } from "../run.ts";

interface Options extends CommonOptions {
  readonly site: string;
  readonly from: string;
  readonly hours: string;
  readonly weather?: string;
}

const whole = (amount: number): string => amount.toFixed(0);

function clockOf(plan: SitePlan, step: number): string {
  return `${new Date(plan.from + step * plan.stepMinutes * 60_000).toISOString().slice(5, 16).replace("T", " ")}Z`;
}

function actionTable(plan: SitePlan, terminal: Terminal): string {
  const say = (id: string): string => terminal.say(`plan.${id}`);
  const detail = ({ figures }: PlanAction): string => {
    const figure = (name: string, digits: number, per = 1): string =>
      (Number(figures[name] ?? 0) / per).toFixed(digits);
    if (figures.dischargeKwh !== undefined)
      return terminal.say(Number(figures.dischargeKwh) > 0 ? "plan.cycle" : "plan.fill", {
        charge: figure("chargeKwh", 1, 1000),
        low: figure("chargePrice", 2),
        discharge: figure("dischargeKwh", 1, 1000),
        high: figure("dischargePrice", 2),
        loss: figure("lossKwh", 1, 1000),
        kept: `${Number(figures.keptKwh) > 0 ? "+" : ""}${figure("keptKwh", 1, 1000)}`,
      });
    return terminal.say(figures.savedWaterL === undefined ? "plan.mode" : "plan.mode-water", {
      mode: String(figures.mode ?? ""),
      plain: String(figures.plainMode ?? ""),
      kwh: figure("savedKwh", 0),
      water: figure("savedWaterL", 0, 1000),
    });
  };
  return table(
    [
      [say("from"), say("to"), say("component"), say("detail"), say("saving"), "kg CO2"],
      ...plan.actions.map((one) => [
        clockOf(plan, one.fromStep),
        clockOf(plan, one.toStep),
        one.component,
        detail(one),
        whole(one.savingCny),
        `${one.addedCarbonKg > 0 ? "+" : ""}${whole(one.addedCarbonKg)}`,
      ]),
    ],
    [4, 5],
  );
}

async function planCommand(options: Options): Promise<void> {
  await runCommand(options, async (terminal) => {
    const hours = orStop(wholeNumber(options.hours, 1, 168));
    const plan = orStop(
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
    terminal.out(`\n${actionTable(plan, terminal)}`);
    for (const one of plan.conflicts)
      terminal.out(
        terminal.say("plan.conflict", {
          limit: terminal.say(`plan.limit.${one.limit}`),
          component: one.component,
          from: clockOf(plan, one.fromStep),
          to: clockOf(plan, one.toStep),
          actual: one.actual.toFixed(1),
          allowed: one.allowed.toFixed(1),
          unit: one.unit,
        }),
      );
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
