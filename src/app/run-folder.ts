import { createHash } from "node:crypto";
import { createWriteStream, type WriteStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { finished } from "node:stream/promises";
import { createGzip, type Gzip } from "node:zlib";
import { energyPriceAt, type Lever, type NamedPlan, type SimulatedStep, type Site } from "../coordinate/index.ts";
import { fail, type Issue, ok, type Result } from "../ground/issue/index.ts";
import { simulationChart } from "./charts/simulation-chart.ts";
import type { InterfaceTexts } from "./interface-texts.ts";
import { VERSION } from "./package-folder.ts";
import type { SimulatedRun, Simulation, WhatIf } from "./simulate-site.ts";
import { simulationPage } from "./simulation-page.ts";

/** What a run folder says of itself; the hashes are of its files. */
export interface RunManifest {
  readonly version: string;
  readonly site: string;
  readonly from: string;
  readonly to: string;
  readonly seed: number;
  readonly replanS: number;
  readonly weather: string;
  /** How the site was taken to differ from its file. */
  readonly whatIf: WhatIf;
  /** Plans are limited by work and not by wall clock. */
  readonly reproducible: true;
  readonly runs: readonly (Omit<SimulatedRun, "steps"> & { readonly file: string })[];
  readonly files: Readonly<Record<string, string>>;
}

export function runName(levers: readonly Lever[]): string {
  return levers.length === 0 ? "nothing" : levers.join("-");
}

const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Steps as a table: instants UTC, power kW, water L; halls' IT power and modes by their names. */
function stepsCsv(site: Site, steps: readonly SimulatedStep[]): string {
  const halls = site.halls.map(({ id }) => id);
  const plants = site.plants.map(({ id }) => id);
  const ups = site.ups.map(({ id }) => id);
  const head = [
    "at,date,hour,dry_bulb_c,wet_bulb_c,facility_kw,cooling_kw,ups_loss_kw,jobs_kw,pv_kw,battery_kw,stored_kwh,grid_kw,water_l,price_cny_per_kwh,carbon_kg_per_kwh",
    ...halls.map((id) => `it_kw:${id}`),
    ...plants.map((id) => `cooling:${id}`),
    ...ups.map((id) => `ups:${id}`),
  ].join(",");
  const number = (value: number): string => String(Number(value.toFixed(4)));
  const rows = steps.map((one) =>
    [
      new Date(one.at).toISOString(),
      one.date,
      one.hour,
      ...[
        one.air.dryBulbC,
        one.air.wetBulbC,
        one.facilityKw,
        one.coolingKw,
        one.upsLossKw,
        one.jobsKw,
        one.pvKw,
        one.batteryKw,
        one.storedKwh,
        one.gridKw,
        one.waterL,
        energyPriceAt(site.grid.tariff, one),
        site.grid.carbon.factorKgPerKwh,
      ].map(number),
      ...halls.map((id) => number(one.itKw[id] ?? 0)),
      ...plants.map((id) => one.cooling[id] ?? ""),
      ...ups.map((id) => one.ups[id] ?? ""),
    ].join(","),
  );
  return `${[head, ...rows].join("\n")}\n`;
}

/** Keeps the plans of each run as they are made, one a line. */
export function planKeeper(folder: string): {
  readonly plan: (levers: readonly Lever[], plan: NamedPlan) => void;
  readonly close: () => Promise<readonly string[]>;
} {
  const open = new Map<string, { readonly gzip: Gzip; readonly file: WriteStream }>();
  return {
    plan: (levers, plan) => {
      const name = `plans-${runName(levers)}.jsonl.gz`;
      let one = open.get(name);
      if (!one) {
        one = { gzip: createGzip(), file: createWriteStream(join(folder, name)) };
        one.gzip.pipe(one.file);
        open.set(name, one);
      }
      one.gzip.write(`${JSON.stringify(plan)}\n`);
    },
    close: async () => {
      for (const { gzip, file } of open.values()) {
        gzip.end();
        await finished(file);
      }
      return [...open.keys()];
    },
  };
}

/** Writes a simulation into its folder: inputs, steps of each run, a page with pictures, and hashes of all of it. */
export async function writeRunFolder(
  folder: string,
  simulation: Simulation,
  planFiles: readonly string[],
  words: InterfaceTexts,
): Promise<RunManifest> {
  const { site, request, runs } = simulation;
  const files: Record<string, string> = {};
  const keep = async (name: string, bytes: string | Uint8Array): Promise<void> => {
    await writeFile(join(folder, name), bytes);
    files[name] = sha256(bytes);
  };
  await keep("site.yaml", await readFile(request.siteFile));
  if (request.weatherFile !== undefined) await keep("weather.csv", await readFile(request.weatherFile));
  for (const name of planFiles) files[name] = sha256(await readFile(join(folder, name)));
  for (const run of runs) await keep(`steps-${runName(run.levers)}.csv`, stepsCsv(site, run.steps));
  const charts = new Map<string, string>();
  const together = runs.at(-1);
  for (const language of ["zh-Hant", "zh-Hans", "en"] as const)
    charts.set(language, together ? await simulationChart(site, together.steps, language) : "");
  await keep("index.html", simulationPage(simulation, charts, words));
  const manifest: RunManifest = {
    version: VERSION,
    site: site.id,
    from: request.from,
    to: request.to,
    seed: request.seed,
    replanS: request.replanS,
    weather: request.weatherFile === undefined ? `climate ${site.climate ?? ""}` : basename(request.weatherFile),
    whatIf: request.whatIf,
    reproducible: true,
    runs: runs.map(({ steps: _steps, ...run }) => ({ ...run, file: `steps-${runName(run.levers)}.csv` })),
    files,
  };
  await writeFile(join(folder, "run.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return manifest;
}

export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
}

/**
 * A run folder whose files are as they were written.
 * @issues FILE-001; VERIFY-007 (a file was changed, or is missing)
 */
export async function readRunFolder(folder: string): Promise<Result<RunManifest>> {
  let manifest: RunManifest;
  const file = join(folder, "run.json");
  try {
    manifest = JSON.parse(await readFile(file, "utf8")) as RunManifest;
  } catch (problem) {
    const actual = (problem as NodeJS.ErrnoException).code ?? String(problem);
    return fail({ code: "FILE-001", severity: "error", at: { file }, actual });
  }
  const issues: Issue[] = [];
  for (const [name, expected] of Object.entries(manifest.files ?? {})) {
    const actual = await readFile(join(folder, name)).then(sha256, () => "–");
    if (actual !== expected)
      issues.push({ code: "VERIFY-007", severity: "error", at: { file: join(folder, name) }, expected, actual });
  }
  if (!Array.isArray(manifest.runs) || manifest.runs.length === 0)
    issues.push({ code: "VERIFY-007", severity: "error", at: { file }, expected: "runs", actual: "–" });
  return issues.length > 0 ? fail(...issues) : ok(manifest);
}
