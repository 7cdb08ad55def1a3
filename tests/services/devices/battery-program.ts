import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createSunspecModels } from "../../../src/coordinate/index.ts";
import { createPack } from "../../../src/ground/content/index.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { type BatteryOptions, type Fault, serveBattery } from "./sunspec-battery.ts";

/**
 * The test battery as a process of its own: says `port N`, takes `fault NAME`, `load KW` and `pass SECONDS` (of the
 * device's clock) line by line (answering `done`), and leaves when its input ends. Its arguments: the folder of model definitions, and its options as JSON.
 */
const [folder = "", options = "{}"] = process.argv.slice(2);
const files = readdirSync(folder).map(
  (name) => [`devices/sunspec/${name}`, readFileSync(`${folder}/${name}`, "utf8")] as const,
);
const models = expectOk(createSunspecModels([expectOk(createPack("test", "1.0.0", new Map(files)))]));
const served = await serveBattery(models, JSON.parse(options) as Partial<BatteryOptions>);
process.stdout.write(`port ${served.port}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const [verb, value = ""] = line.split(" ");
  if (verb === "fault") served.device.fault = value as Fault;
  if (verb === "load") served.device.load(Number(value));
  if (verb === "pass") served.pass(Number(value));
  process.stdout.write(`done ${line}\n`);
}
process.exit(0);
