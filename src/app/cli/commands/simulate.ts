import type { Command } from "commander";
import { type Lever, LEVERS } from "../../../coordinate/index.ts";
import { fail, ok, type Result } from "../../../ground/issue/index.ts";
import { makeFolder, planKeeper, writeRunFolder } from "../../run-folder.ts";
import { simulateSite } from "../../simulate-site.ts";
import { summaryRows } from "../../simulation-page.ts";
import { type VerifiedRun, verifyRun } from "../../verify-run.ts";
import { EXIT, table, type Terminal } from "../output.ts";
import { type CommonOptions, command, orStop, runCommand, wholeNumber } from "../run.ts";

interface SimulateOptions extends CommonOptions {
  readonly site: string;
  readonly from: string;
  readonly to: string;
  readonly levers: string;
  readonly out?: string;
  readonly seed: string;
  readonly replan: string;
  readonly weather?: string;
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

function inWords({ manifest, savings, fit, options, storage }: VerifiedRun, terminal: Terminal): string[] {
  const half = (plusMinus: number | undefined, scale = 1): string =>
    plusMinus === undefined ? "?" : (plusMinus / scale).toFixed(scale === 1 ? 0 : 1);
  const mega = (value: number): string => (value / 1000).toFixed(1);
  const { energyKwh, costCny, demandCostCny, carbon } = savings;
  return [
    terminal.say("verify-run.head", { site: manifest.site, from: manifest.from, to: manifest.to }),
    terminal.say("verify-run.energy", { value: mega(energyKwh.value), half: half(energyKwh.plusMinus, 1000) }),
    terminal.say("verify-run.cost", {
      value: costCny.value.toFixed(0),
      half: half(costCny.plusMinus),
      demand: demandCostCny.toFixed(0),
    }),
    terminal.say("verify-run.inventory", { value: mega(carbon.inventoryChangeKg) }),
    terminal.say("verify-run.shifting"),
    terminal.say("verify-run.avoided", {
      value: mega(carbon.avoidedKg.value),
      half: half(carbon.avoidedKg.plusMinus, 1000),
    }),
    terminal.say("verify-run.battery", {
      charged: mega(storage.chargedKwh),
      discharged: mega(storage.dischargedKwh),
      loss: mega(storage.lossKwh),
    }),
    ...(fit
      ? [
          terminal.say("verify-run.model", {
            cv: (100 * fit.cvRmse).toFixed(2),
            nmbe: (100 * fit.nmbe).toFixed(2),
            verdict: terminal.say(fit.calibrated ? "verify-run.calibrated" : "verify-run.not-calibrated"),
          }),
        ]
      : []),
    ...options.map(({ measure, option, reason }) =>
      terminal.say("verify-run.option", {
        measure: terminal.say(`simulate.lever.${measure}`),
        option,
        reason: terminal.say(`verify-run.reason.${reason}`),
      }),
    ),
  ];
}

async function verifyCommand(options: CommonOptions & { readonly run: string }): Promise<void> {
  await runCommand(options, async (terminal) => {
    const verified = orStop(await verifyRun(options.run));
    if (terminal.json) {
      const { manifest, ...rest } = verified;
      const { site, from, to, seed, files } = manifest;
      terminal.out(JSON.stringify({ site, from, to, seed, files, ...rest }));
    } else terminal.out(inWords(verified, terminal).join("\n"));
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
      .action(simulateCommand),
  );
  program.addCommand(
    command("verify", "what the levers of a run saved, with uncertainty and by which method", "verify --run april")
      .requiredOption("--run <folder>", "run folder of simulate")
      .action(verifyCommand),
  );
}
