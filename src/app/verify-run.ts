import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  counterfactualStep,
  type IpmvpChoice,
  ipmvpOption,
  type ModelFit,
  modelFit,
  monthShares,
  type OutsideAir,
  type Savings,
  savingsOf,
  type Site,
  type StorageAccount,
  type VerifiedStep,
} from "../coordinate/index.ts";
import { ok, type Result } from "../ground/issue/index.ts";
import { readRunFolder, type RunManifest } from "./run-folder.ts";
import { loadSite } from "./site-file.ts";

/** What is verified of a run: of all its levers together, against a counterfactual of the same demand and weather. */
export interface VerifiedRun {
  readonly manifest: RunManifest;
  readonly savings: Savings;
  readonly fit: ModelFit | undefined;
  readonly options: readonly IpmvpChoice[];
  readonly storage: StorageAccount;
}

/** Class 0.5 S, as a main meter has. */
const METER_ACCURACY = 0.005;
const CONFIDENCE = 0.9;

interface MeasuredStep {
  readonly month: number;
  readonly monthText: string;
  readonly hour: number;
  readonly air: OutsideAir;
  readonly itKw: ReadonlyMap<string, number>;
  readonly cooling: ReadonlyMap<string, string>;
  readonly ups: ReadonlyMap<string, string>;
  readonly number: (column: string) => number;
}

function readSteps(text: string): MeasuredStep[] {
  const [head = "", ...lines] = text.trimEnd().split("\n");
  const columns = head.split(",");
  const group = (prefix: string): [string, number][] =>
    columns.flatMap((name, i): [string, number][] => (name.startsWith(prefix) ? [[name.slice(prefix.length), i]] : []));
  const [halls, plants, ups] = [group("it_kw:"), group("cooling:"), group("ups:")];
  return lines.map((line) => {
    const cells = line.split(",");
    const text = (name: string): string => cells[columns.indexOf(name)] ?? "";
    const number = (name: string): number => Number(text(name));
    const named = (list: readonly [string, number][]): Map<string, string> =>
      new Map(list.map(([id, i]) => [id, cells[i] ?? ""]));
    return {
      month: Number(text("date").slice(5, 7)),
      monthText: text("date").slice(0, 7),
      hour: number("hour"),
      air: { dryBulbC: number("dry_bulb_c"), wetBulbC: number("wet_bulb_c") },
      itKw: new Map(halls.map(([id, i]) => [id, Number(cells[i])])),
      cooling: named(plants),
      ups: named(ups),
      number,
    };
  });
}

const STEP_H = 0.25;

function hoursByMonth(steps: readonly MeasuredStep[]): ReadonlyMap<string, number> {
  const hours = new Map<string, number>();
  for (const { monthText } of steps) hours.set(monthText, (hours.get(monthText) ?? 0) + STEP_H);
  return hours;
}

/** Facility power of the model: levers standing still, one of them as it ran, all as they ran. */
function modelled(site: Site, step: MeasuredStep): Record<"plain" | "cooling" | "ups" | "ran", number> {
  const conditions = { month: step.month, hour: step.hour, stepH: STEP_H, air: step.air, itKw: step.itKw };
  const modeOf = <M extends { readonly id: string }>(
    list: readonly { readonly id: string; readonly modes: readonly M[] }[],
    ran: ReadonlyMap<string, string>,
  ): Map<string, M> =>
    new Map(
      list.flatMap(({ id, modes }): [string, M][] => {
        const mode = modes.find((one) => one.id === ran.get(id));
        return mode ? [[id, mode]] : [];
      }),
    );
  const ran = { cooling: modeOf(site.plants, step.cooling), ups: modeOf(site.ups, step.ups) };
  const kw = (cooling: boolean, ups: boolean): number =>
    counterfactualStep(site, conditions, ran, { cooling, ups }).facilityKw;
  return { plain: kw(false, false), cooling: kw(true, false), ups: kw(false, true), ran: kw(true, true) };
}

/**
 * Verifies a run folder: its files are as they were written, the model fits what was metered, and what was saved against
 * the levers standing still, with the same compute demand and weather.
 * @issues those of `readRunFolder`, `loadSite`
 */
export async function verifyRun(folder: string): Promise<Result<VerifiedRun>> {
  const manifest = await readRunFolder(folder);
  if (!manifest.ok) return manifest;
  const loaded = await loadSite(join(folder, "site.yaml"));
  if (!loaded.ok) return loaded;
  const { site } = loaded.value;
  const run = manifest.value.runs.at(-1);
  if (!run) throw new Error("a run folder without runs");
  const steps = readSteps(await readFile(join(folder, run.file), "utf8"));
  const models = steps.map((step) => modelled(site, step));
  const byHour = (numbers: readonly number[]): number[] =>
    Array.from(
      { length: Math.floor(numbers.length * STEP_H) },
      (_, hour) => numbers.slice(hour / STEP_H, (hour + 1) / STEP_H).reduce((sum, one) => sum + one, 0) * STEP_H,
    );
  const measured = steps.map(({ number }) => number("facility_kw"));
  const fit = modelFit(byHour(measured), byHour(models.map(({ ran }) => ran)), 1, "hourly");
  const verified = steps.map((step, i): VerifiedStep => {
    const baselineFacilityKw = models[i]?.plain ?? 0;
    return {
      stepH: STEP_H,
      baselineFacilityKw,
      facilityKw: measured[i] ?? 0,
      baselineGridKw: baselineFacilityKw - step.number("pv_kw"),
      gridKw: step.number("grid_kw"),
      priceCnyPerKwh: step.number("price_cny_per_kwh"),
      carbonKgPerKwh: step.number("carbon_kg_per_kwh"),
      month: step.monthText,
    };
  });
  const savings = savingsOf(verified, {
    confidence: CONFIDENCE,
    meterAccuracy: METER_ACCURACY,
    fit,
    monthShare: monthShares(hoursByMonth(steps)),
    demandChargeCnyPerKw: site.grid.tariff.demandChargeCnyPerKw ?? 0,
    annualFactorKgPerKwh: site.grid.carbon.factorKgPerKwh,
  });
  const sum = (of: (model: ReturnType<typeof modelled>) => number): number =>
    models.reduce((total, model) => total + STEP_H * of(model), 0);
  const savingKwh = {
    battery: -run.summary.storage.lossKwh,
    jobs: 0,
    cooling: sum(({ plain, cooling }) => plain - cooling),
    ups: sum(({ plain, ups }) => plain - ups),
  };
  const options = run.levers.map((measure) =>
    ipmvpOption({
      measure,
      savingKwh: savingKwh[measure],
      siteKwh: run.summary.gridKwh,
      // Storage, plants and UPS have meters of their own; moved jobs are seen by the whole site alone.
      subMeter: measure === "jobs" ? "none" : "energy",
      calibratedModel: fit?.calibrated ?? false,
      wholeSite: measure === "jobs",
    }),
  );
  return ok({ manifest: manifest.value, savings, fit, options, storage: run.summary.storage });
}
