import type { Command } from "commander";
import { BATCH_SHARE, type Lever, LEVERS } from "../../../coordinate/index.ts";
import { fail, ok, type Result } from "../../../ground/issue/index.ts";
import { makeFolder, planKeeper, writeRunFolder } from "../../run-folder.ts";
import { simulateSite } from "../../simulate-site.ts";
import { summaryRows } from "../../simulation-page.ts";
import { EXIT, table } from "../output.ts";
import { type CommonOptions, command, orStop, decimalNumber, runCommand, wholeNumber } from "../run.ts";

interface SimulateOptions extends CommonOptions {
  readonly site: string;
  readonly from: string;
  readonly to: string;
  readonly levers: string;
  readonly out?: string;
  readonly seed: string;
  readonly replan: string;
  readonly weather?: string;
  readonly batteryScale: string;
  readonly carbonPrice: string;
  readonly jobShare: string;
}

/** @issues VERIFY-006 (not a lever) */
function leversOf(text: string): Result<readonly Lever[]> {
  const named = [...new Set(text.split(",").map((name) => name.trim()))];
  const levers = named.flatMap((name) => LEVERS.filter((lever) => lever === name));
  const unknown = named.filter((name) => !LEVERS.some((lever) => lever === name));
  return unknown.length > 0
    ? fail(
        ...unknown.map((actual) => ({
          code: "VERIFY-006",
          severity: "error" as const,
          at: {},
          expected: LEVERS.join(", "),
          actual,
        })),
      )
    : ok(levers);
}

async function simulateCommand(options: SimulateOptions): Promise<void> {
  await runCommand(options, async (terminal) => {
    const folder = options.out ?? `run-${options.from}-${options.to}`;
    const request = {
      siteFile: options.site,
      weatherFile: options.weather,
      from: options.from,
      to: options.to,
      levers: orStop(leversOf(options.levers)),
      seed: orStop(wholeNumber(options.seed, 0, 1_000_000)),
      replanS: 60 * orStop(wholeNumber(options.replan, 15, 1440)),
      whatIf: {
        batteryScale: orStop(decimalNumber(options.batteryScale, 0, 20)),
        carbonCnyPerKg: orStop(decimalNumber(options.carbonPrice, 0, 100)),
        jobShare: orStop(decimalNumber(options.jobShare, 0, 1)),
      },
    };
    await makeFolder(folder);
    const plans = planKeeper(folder);
    const simulation = await simulateSite(request, {
      progress: (levers, date) => terminal.progress(`${levers.join("+") || "–"}  ${date}`),
      plan: plans.plan,
    });
    const planFiles = await plans.close();
    const manifest = await writeRunFolder(folder, orStop(simulation), planFiles, terminal.words);
    if (terminal.json) {
      terminal.out(JSON.stringify({ folder, ...manifest }));
      return EXIT.fine;
    }
    const rows = summaryRows(orStop(simulation), (id) => terminal.say(id));
    terminal.out(table(rows, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
    terminal.out(terminal.say("simulate.note"));
    terminal.out(terminal.say("simulate.written", { folder, files: String(Object.keys(manifest.files).length + 1) }));
    return EXIT.fine;
  });
}

export function addSimulateCommands(program: Command): void {
  program.addCommand(
    command(
      "simulate",
      "runs a site by the code that runs a real one, against simulated devices; writes a run folder",
      "simulate --site examples/lingang-aidc/site.yaml --from 2025-04-01 --to 2025-05-01 --out april",
    )
      .requiredOption("--site <file>", "site file (YAML)")
      .requiredOption("--from <date>", "first local day")
      .requiredOption("--to <date>", "local day after the last")
      .option("--levers <names>", "battery, jobs, cooling, ups", LEVERS.join(","))
      .option("--out <folder>", "run folder; run-FROM-TO by default")
      .option("--seed <number>", "of jobs, load and how the site differs from its model", "1")
      .option("--replan <minutes>", "time from plan to plan", "60")
      .option("--weather <csv>", "hourly tdb and wb in °C from 1 January on; the site's climate by default")
      .option("--battery-scale <factor>", "what if: power and energy of every battery times this, 0–20", "1")
      .option("--carbon-price <price>", "what if: CNY that plans are to pay per kg of CO2, 0–100", "0")
      .option(
        "--job-share <share>",
        "what if: share of the power above idle that movable jobs take, 0–1",
        String(BATCH_SHARE),
      )
      .action(simulateCommand),
  );
}
