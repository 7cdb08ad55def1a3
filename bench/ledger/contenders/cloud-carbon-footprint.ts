import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { factors, sites } from "../rows.ts";
import { Phases } from "./phases.ts";
import { taskOf } from "./task.ts";

interface Estimate {
  readonly timestamp: Date;
  readonly kilowattHours: number;
  readonly co2e: number;
  readonly usesAverageCPUConstant: boolean;
}

/** What is used of the package. */
interface CloudCarbonFootprint {
  estimateCo2(kilowattHours: number, region: string, factors: Readonly<Record<string, number>>): number;
  aggregateEstimatesByDay(estimates: readonly Estimate[]): Record<string, Estimate>;
}

/*
 * Cloud Carbon Footprint: `estimateCo2` on every reading, then `aggregateEstimatesByDay`, which goes over the estimates once. (The
 * package's other way to days, `appendOrAccumulateEstimatesByDay`, searches the list of results for every row.) It has no reader
 * of files of its own, so ours lays the readings into objects, outside of what is compared.
 */
const { rows, bench } = taskOf();
const core = createRequire(join(bench, "package.json"))("@cloud-carbon-footprint/core") as CloudCarbonFootprint;
const regionOf = new Map(sites.map(({ id, region }) => [id, region]));
const factorOf = Object.fromEntries(factors.map(({ region, tenThousandths }) => [region, tenThousandths / 10_000]));
const phases = new Phases();

const readings = await phases.time("read", async () => {
  const read: { timestamp: Date; kilowattHours: number; region: string }[] = [];
  let header = true;
  for await (const line of createInterface({ input: createReadStream(join(rows, "records.csv")) })) {
    const [, site = "", start = "", , amount] = line.split(",");
    if (!header)
      read.push({
        timestamp: new Date(`${start}Z`),
        kilowattHours: Number(amount),
        region: regionOf.get(site) ?? "Unknown",
      });
    header = false;
  }
  return read;
});

const days = await phases.time("compute", () => {
  const estimates = readings.map(({ timestamp, kilowattHours, region }) => ({
    timestamp,
    kilowattHours,
    co2e: core.estimateCo2(kilowattHours, region, factorOf),
    usesAverageCPUConstant: false,
  }));
  return core.aggregateEstimatesByDay(estimates);
});

const byDay = Object.fromEntries(Object.entries(days).map(([day, { co2e }]) => [day, co2e]));
phases.report({ total: Object.values(byDay).reduce((sum, kg) => sum + kg, 0), byDay });
