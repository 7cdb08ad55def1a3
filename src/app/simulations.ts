import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import type { Lever, NamedPlan, SitePlan } from "../coordinate/index.ts";
import { fail, type Issue, ok, type Result } from "../ground/issue/index.ts";
import { PACKAGE_FOLDER } from "./package-folder.ts";
import { type RunManifest, readRunFolder, runName } from "./run-folder.ts";
import type { WhatIf } from "./simulate-site.ts";
import type { Workspace } from "./workspace.ts";

/** What a simulation is asked for. */
export interface SimulationRequest {
  readonly site: string;
  readonly file: string;
  /** Local dates; the last one is not included. */
  readonly from: string;
  readonly to: string;
  readonly levers: readonly Lever[];
  readonly seed: number;
  readonly replanMinutes: number;
  readonly whatIf: WhatIf;
}

const simulationFolder = (workspace: Workspace): string => join(workspace.store.folder, "simulations");

/**
 * Simulates in a process of its own: a server goes on answering meanwhile. A run that was cut off is begun again and comes
 * to the same.
 * @issues those of `candela simulate`
 */
export async function simulateApart(
  workspace: Workspace,
  id: string,
  request: SimulationRequest,
  progress: (text: string) => void,
): Promise<Result<{ readonly simulation: string }>> {
  const folder = join(simulationFolder(workspace), id);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { file, from, to, levers, seed, replanMinutes, whatIf } = request;
  const asked = ["--site", file, "--from", from, "--to", to, "--levers", levers.join(","), "--seed", String(seed)];
  const supposed = [
    ...["--battery-scale", String(whatIf.batteryScale), "--carbon-price", String(whatIf.carbonCnyPerKg)],
    ...["--job-share", String(whatIf.jobShare)],
  ];
  const args = ["simulate", ...asked, "--replan", String(replanMinutes), ...supposed, "--out", folder, "--json"];
  const child = spawn(process.execPath, [join(PACKAGE_FOLDER, "bin/candela.mjs"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  createInterface({ input: child.stderr }).on("line", (line) => progress(line.trim()));
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  const code = await new Promise<number | null>((resolve) => {
    child.on("error", () => resolve(null));
    child.on("close", resolve);
  });
  if (code === 0) return ok({ simulation: id });
  await rm(folder, { recursive: true, force: true });
  const { issues = [] } = answerOf(out);
  return fail(
    ...(issues.length > 0
      ? issues
      : [{ code: "JOB-002", severity: "error" as const, at: {}, actual: `simulate: ${code}` }]),
  );
}

function answerOf(out: string): { readonly issues?: readonly Issue[] } {
  try {
    return JSON.parse(out) as { issues?: readonly Issue[] };
  } catch {
    return {};
  }
}

/** A simulation that was made here. */
export interface MadeSimulation {
  readonly id: string;
  readonly manifest: RunManifest;
}

/** Those whose files are all there, the latest first. */
export async function madeSimulations(workspace: Workspace): Promise<readonly MadeSimulation[]> {
  const folder = simulationFolder(workspace);
  const ids = (await readdir(folder).catch(() => [])).sort().reverse();
  const found = await Promise.all(
    ids.map(async (id): Promise<MadeSimulation[]> => {
      const text = await readFile(join(folder, id, "run.json"), "utf8").catch(() => undefined);
      return text === undefined ? [] : [{ id, manifest: JSON.parse(text) as RunManifest }];
    }),
  );
  return found.flat();
}

const ID = /^[\w-]{1,60}$/;

/** @issues SIMULATION-001 (there is none of that name); VERIFY-007 (a file was changed) */
export async function madeSimulation(workspace: Workspace, id: string): Promise<Result<MadeSimulation>> {
  const folder = join(simulationFolder(workspace), id);
  const there = ID.test(id) && (await readdir(folder).catch(() => undefined)) !== undefined;
  if (!there) return fail({ code: "SIMULATION-001", severity: "error", at: {}, actual: id });
  const manifest = await readRunFolder(folder);
  return manifest.ok ? ok({ id, manifest: manifest.value }) : manifest;
}

/** Steps of a run between two instants, ms UTC: a column by its name in the table of steps. */
export async function simulatedSteps(
  workspace: Workspace,
  id: string,
  levers: readonly Lever[],
  from: number,
  to: number,
): Promise<readonly Readonly<Record<string, string>>[]> {
  const file = join(simulationFolder(workspace), id, `steps-${runName(levers)}.csv`);
  const [head = "", ...lines] = (await readFile(file, "utf8")).trimEnd().split("\n");
  const names = head.split(",");
  return lines.flatMap((line) => {
    const at = Date.parse(line.slice(0, line.indexOf(",")));
    if (at < from || at >= to) return [];
    const cells = line.split(",");
    return [Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ""]))];
  });
}

const MADE_AT = /"madeAt":(\d+)/;

/** Plans of a run that were made between two instants, in order; a plan is parsed only when it is wanted. */
export async function simulatedPlans(
  workspace: Workspace,
  id: string,
  levers: readonly Lever[],
  from: number,
  to: number,
): Promise<readonly SitePlan[]> {
  const file = join(simulationFolder(workspace), id, `plans-${runName(levers)}.jsonl.gz`);
  if (levers.length === 0) return [];
  const plans: SitePlan[] = [];
  for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) })) {
    const at = Number(MADE_AT.exec(line.slice(0, 200))?.[1]);
    if (at >= to) break;
    if (at >= from) plans.push((JSON.parse(line) as NamedPlan).plan);
  }
  return plans;
}
