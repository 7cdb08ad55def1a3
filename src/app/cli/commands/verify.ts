import type { Command } from "commander";
import { type MeteredAmount, pueName } from "../../../coordinate/index.ts";
import { fail, ok, type Result } from "../../../ground/issue/index.ts";
import { type Recorded, recordVerified } from "../../record-verified.ts";
import { type VerifiedRun, verifyRun } from "../../verify-run.ts";
import { spanSum, type VerifiedMonth, type VerifiedSite, verifySite } from "../../verify-site.ts";
import { EXIT, printIssues, renderIssues, table, type Terminal } from "../output.ts";
import { type CommonOptions, command, inWorkspace, orStop, runCommand } from "../run.ts";

/** What was saved, how sure that is, and by which method. */
function savingsWords(
  savings: VerifiedRun["savings"],
  fit: VerifiedRun["fit"],
  options: VerifiedRun["options"],
  terminal: Terminal,
): string[] {
  const half = (plusMinus: number | undefined, scale = 1): string =>
    plusMinus === undefined ? "?" : (plusMinus / scale).toFixed(scale === 1 ? 0 : 1);
  const mega = (value: number): string => (value / 1000).toFixed(1);
  const { energyKwh, costCny, demandCostCny, carbon } = savings;
  return [
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

function runInWords({ manifest, savings, fit, options, storage }: VerifiedRun, terminal: Terminal): string[] {
  const mega = (value: number): string => (value / 1000).toFixed(1);
  return [
    terminal.say("verify-run.head", { site: manifest.site, from: manifest.from, to: manifest.to }),
    ...savingsWords(savings, fit, options, terminal),
    terminal.say("verify-run.battery", {
      charged: mega(storage.chargedKwh),
      discharged: mega(storage.dischargedKwh),
      loss: mega(storage.lossKwh),
    }),
  ];
}

/** Shares of a month in which something is not metered, in words; nothing where all is. */
function missingWords({ missing, steps }: VerifiedMonth, terminal: Terminal): string {
  const lacking = Object.entries(missing).filter(([, count]) => count > 0);
  if (lacking.length === 0) return terminal.say("verify-site.nothing-missing");
  return lacking
    .map(([name, count]) => `${terminal.say(`verify-site.lack.${name}`)} ${((100 * count) / steps).toFixed(1)} %`)
    .join(", ");
}

const shown = (value: number | undefined, decimals: number, scale = 1): string =>
  value === undefined ? "–" : (value / scale).toFixed(decimals);

/** Facility ÷ IT, L water ÷ kWh IT; undefined where either is not metered. */
function ratiosOf({ amounts }: VerifiedMonth): {
  readonly pue: number | undefined;
  readonly wueLPerKwh: number | undefined;
} {
  const [facility, it, water] = (["facility", "it", "water"] as const).map((name) => spanSum(amounts[name]));
  const per = (amount: number | undefined): number | undefined =>
    amount === undefined || it === undefined || it <= 0 ? undefined : amount / it;
  return { pue: per(facility), wueLPerKwh: per(water === undefined ? undefined : 1000 * water) };
}

function siteInWords(verified: VerifiedSite, terminal: Terminal): string[] {
  const { site, months, savings, fit, options, closures, journal } = verified;
  const say = (id: string): string => terminal.say(`verify-site.column.${id}`);
  const sum = ({ amounts }: VerifiedMonth, name: MeteredAmount): string => shown(spanSum(amounts[name]), 2, 1000);
  const rows = months.map((month): string[] => {
    const { pue, wueLPerKwh } = ratiosOf(month);
    return [
      month.month,
      `${((100 * month.metered) / month.steps).toFixed(1)} %`,
      ...(["grid", "own", "it", "facility", "charged", "discharged"] as const).map((name) => sum(month, name)),
      shown(pue, 3),
      shown(wueLPerKwh, 2),
      shown(spanSum(month.amounts.free), 0),
    ];
  });
  const columns = [
    "month",
    "metered",
    "grid",
    "own",
    "it",
    "facility",
    "charged",
    "discharged",
    "pue",
    "wue",
    "free",
  ].map(say);
  const lines = [
    table([columns, ...rows], columns.map((_, i) => i).slice(1)),
    ...months.map((month) =>
      terminal.say("verify-site.missing", { month: month.month, what: missingWords(month, terminal) }),
    ),
    terminal.say("verify-site.pue", {
      name: pueName(
        months.reduce((hours, { metered }) => hours + metered / 4, 0),
        site.measurement.category,
      ),
    }),
    journal
      ? terminal.say("verify-site.journal", {
          states: String(journal.states),
          first: journal.first,
          last: journal.last,
        })
      : terminal.say("verify-site.no-journal"),
  ];
  const all = months.reduce((total, { steps }) => total + steps, 0);
  const comparable = months.reduce((total, { compared }) => total + compared, 0);
  lines.push(terminal.say("verify-site.compared", { share: ((100 * comparable) / Math.max(1, all)).toFixed(1) }));
  if (savings) lines.push(...savingsWords(savings, fit, options, terminal));
  for (const { meter, kwh, belowKwh, restKwh, allowedKwh } of closures)
    lines.push(
      terminal.say("verify-site.closure", {
        meter,
        above: shown(kwh, 2, 1000),
        below: shown(belowKwh, 2, 1000),
        rest: shown(restKwh, 2, 1000),
        allowed: shown(allowedKwh, 2, 1000),
      }),
    );
  return lines;
}

/** One month as JSON: kWh, m³, h, kg; null where nothing was metered. */
function monthJson(month: VerifiedMonth): object {
  const sums = (spans: Readonly<Record<string, Parameters<typeof spanSum>[0]>>): object =>
    Object.fromEntries(Object.entries(spans).map(([name, some]) => [name, spanSum(some) ?? null]));
  const { pue, wueLPerKwh } = ratiosOf(month);
  return {
    month: month.month,
    quarters: { all: month.steps, metered: month.metered, compared: month.compared, missing: month.missing },
    metered: sums(month.amounts),
    pue: pue ?? null,
    wueLPerKwh: wueLPerKwh ?? null,
    savedKwh: sums(month.saved),
    avoidedKg: spanSum(month.avoidedKg) ?? null,
  };
}

interface VerifyOptions extends CommonOptions {
  readonly run?: string;
  readonly site?: string;
  readonly from?: string;
  readonly to?: string;
  readonly record?: boolean;
  readonly reason?: string;
}

/** What is to be verified: a run folder, or a site in a time. @issues CHOICE-001, VERIFY-010 (a simulation is no record) */
function chosen({ run, site, from, to, record }: VerifyOptions): Result<{ readonly run: string } | SiteChoice> {
  if (run !== undefined && record) return fail({ code: "VERIFY-010", severity: "error", at: { file: run } });
  if (run !== undefined && site === undefined) return ok({ run });
  if (run === undefined && site !== undefined && from !== undefined && to !== undefined)
    return ok({ siteFile: site, from, to });
  return fail({
    code: "CHOICE-001",
    severity: "error",
    at: {},
    expected: "--run FOLDER, --site FILE --from DATE --to DATE",
    actual: [run && "--run", site && "--site", from && "--from", to && "--to"].filter(Boolean).join(" ") || "–",
  });
}

interface SiteChoice {
  readonly siteFile: string;
  readonly from: string;
  readonly to: string;
}

async function verifyRunFolder(options: CommonOptions, folder: string): Promise<void> {
  await runCommand(options, async (terminal) => {
    const verified = orStop(await verifyRun(folder));
    if (terminal.json) {
      const { manifest, ...rest } = verified;
      const { site, from, to, seed, files } = manifest;
      terminal.out(JSON.stringify({ site, from, to, seed, files, ...rest }));
    } else terminal.out(runInWords(verified, terminal).join("\n"));
    return EXIT.fine;
  });
}

function recordedWords({ unchanged, added, corrected, evidence }: Recorded, terminal: Terminal): string[] {
  return [
    ...(added ? [terminal.say("verify-site.added", { batch: String(added.batch), rows: String(added.rows) })] : []),
    ...(corrected ? [terminal.say("verify-site.corrected", { batch: String(corrected.batch) })] : []),
    terminal.say("verify-site.recorded", { unchanged: String(unchanged), evidence }),
  ];
}

const recordedJson = ({ unchanged, added, corrected, evidence }: Recorded): object => ({
  unchanged,
  added: added?.batch ?? null,
  corrected: corrected?.batch ?? null,
  evidence,
});

async function verifyRealSite(options: VerifyOptions, choice: SiteChoice): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const verified = orStop(await verifySite(workspace, choice));
    const recorded = options.record
      ? orStop(await recordVerified(workspace, choice.siteFile, verified, options.reason))
      : undefined;
    const { site, months, savings, fit, options: methods, closures, series, journal, issues } = verified;
    if (terminal.json)
      terminal.out(
        JSON.stringify({
          site: site.id,
          from: choice.from,
          to: choice.to,
          months: months.map(monthJson),
          savings: savings ?? null,
          fit: fit ?? null,
          options: methods,
          closures,
          series,
          journal: journal ?? null,
          ...(recorded ? { recorded: recordedJson(recorded) } : {}),
          issues: await renderIssues(terminal, issues),
        }),
      );
    else {
      terminal.out(siteInWords(verified, terminal).join("\n"));
      if (recorded) for (const line of recordedWords(recorded, terminal)) terminal.out(line);
      await printIssues(terminal, issues);
    }
    return issues.length > 0 ? EXIT.findings : EXIT.fine;
  });
}

async function verifyCommand(options: VerifyOptions): Promise<void> {
  const choice = chosen(options);
  if (!choice.ok) return runCommand(options, async () => orStop(choice));
  return "run" in choice.value ? verifyRunFolder(options, choice.value.run) : verifyRealSite(options, choice.value);
}

export function addVerifyCommand(program: Command): void {
  program.addCommand(
    command(
      "verify",
      "what a site used by its meters, and what its levers saved; of a real site, or of a run of simulate",
      "verify --site site.yaml --from 2026-03-01 --to 2026-04-01",
    )
      .option("--run <folder>", "run folder of simulate")
      .option("--site <file>", "site file (YAML) of a site with readings in the store")
      .option("--from <date>", "first local day")
      .option("--to <date>", "local day after the last")
      .option("--record", "of a site: submit what was metered and saved as records, month by month")
      .option("--reason <text>", "why records are corrected, where readings have changed")
      .action(verifyCommand),
  );
}
