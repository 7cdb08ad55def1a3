import { join } from "node:path";
import { computeValues, type Opened, openCalculator } from "../../../src/app/compute-values.ts";
import { importFile } from "../../../src/app/import-file.ts";
import { traceRecords } from "../../../src/app/trace-records.ts";
import { adoptPacks, openWorkspace, setBoundary, type Workspace } from "../../../src/app/workspace.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { verifyJournal } from "../../../src/ground/journal/index.ts";
import type { Store } from "../../../src/ground/store/index.ts";
import {
  closeReaders,
  createCalculator,
  type IndicatorValue,
  type LineageNode,
  ledgerVerifier,
} from "../../../src/measure/index.ts";
import { daysOf, sites } from "../rows.ts";
import { benchContent, INDICATOR } from "./bench-content.ts";
import { copyLimits } from "./copy-limits.ts";
import { Phases } from "./phases.ts";
import { taskOf } from "./task.ts";

const REPEATS = 3;
const phases = new Phases();
const task = taskOf();
const { data = "", engine = "columnar" } = task;

/** A new store with the bench's content, then one file: read, checked, written, sealed and committed. */
async function measureImport(workspace: Workspace): Promise<object> {
  const { pack, boundary } = benchContent();
  expectOk(await adoptPacks(workspace, [pack]));
  await setBoundary(workspace, boundary);
  const imported = expectOk(await phases.time("import", () => importFile(workspace, join(task.rows, "records.csv"))));
  if (imported.submitted?.rows !== task.count) {
    throw new Error(
      `${imported.submitted?.rows} of ${task.count} rows: ${JSON.stringify(imported.issues.slice(0, 3))}`,
    );
  }
  return { issues: imported.counts };
}

interface Sums {
  readonly total: string;
  readonly byDay: Readonly<Record<string, string>>;
}

const days = daysOf(task.count);
const whole = `${days[0]}..${days.at(-1)}`;
/** The whole time, then every day. */
const periods = [whole, ...days.slice(0, -1)];

function sumsOf(values: readonly IndicatorValue[]): Sums {
  const exact = values.map(({ amount }) => amount?.value.toFixed() ?? "missing");
  return { total: exact[0] ?? "", byDay: Object.fromEntries(exact.slice(1).map((kg, day) => [days[day] ?? "", kg])) };
}

/** As a user asks: definitions loaded, what counts found out, values computed with their lineage. */
async function ask(workspace: Workspace): Promise<Sums> {
  const { values } = expectOk(await computeValues(workspace, { indicators: [INDICATOR], periods, engine }));
  return sumsOf(values);
}

/** A calculator that remembers nothing, over what is open: its values come from the stored ledger each time. */
async function compute(opened: Opened, texts: readonly string[]): Promise<Sums> {
  const { state, source } = opened;
  const calculator = createCalculator(state.model.catalogue, state.boundary, state.pins, source);
  const asked = texts.map((text) => ({ indicator: INDICATOR, period: expectOk(opened.period(text)) }));
  return sumsOf(expectOk(await calculator.values(asked)));
}

/** First in this process, as a command does it, then again and again, as a running service does. */
async function measureCompute(workspace: Workspace): Promise<Sums> {
  const first = await phases.time("first", () => ask(workspace));
  const opened = expectOk(await openCalculator(workspace, { engine }));
  const sums = [first];
  for (let repeat = 1; repeat <= REPEATS; repeat += 1) {
    await phases.time(`total ${repeat}`, () => compute(opened, [whole]));
    sums.push(await phases.time(`total and by day ${repeat}`, () => compute(opened, periods)));
  }
  await phases.time("remembered", () => ask(workspace));
  if (new Set(sums.map((each) => JSON.stringify(each))).size !== 1)
    throw new Error("the same question had two answers");
  return first;
}

/** Region of the factor that each leaf of records is multiplied by, by the leaf's id. */
function regionsByLeaf(node: LineageNode, into = new Map<string, string>()): Map<string, string> {
  const factor = node.children.find(({ kind }) => kind === "factor");
  const records = node.children.find(({ kind }) => kind === "records");
  if (factor && records) into.set(records.id, factor.detail.region ?? "");
  for (const child of node.children) regionsByLeaf(child, into);
  return into;
}

/** From a figure to the first page of the records behind each of its factors; records of other regions are told. */
async function measureTrace(workspace: Workspace): Promise<object> {
  const request = { indicators: [INDICATOR], periods: [whole], engine };
  const { values, state } = expectOk(await computeValues(workspace, request));
  const value = values[0];
  if (!value) throw new Error("no value to trace");
  const leaves = await phases.time("trace first", async () =>
    expectOk(await traceRecords(workspace, value, state, { limit: 20 })),
  );
  for (let repeat = 1; repeat <= REPEATS; repeat += 1) {
    await phases.time(`trace ${repeat}`, () => traceRecords(workspace, value, state, { limit: 20 }));
  }
  const regionOf = new Map(sites.map(({ id, region }) => [id, region]));
  const wanted = regionsByLeaf(value.lineage);
  const strays = leaves.filter(({ node, rows }) => rows.some(({ site }) => regionOf.get(site) !== wanted.get(node)));
  return {
    leaves: leaves.length,
    records: leaves.reduce((sum, leaf) => sum + leaf.rows.length, 0),
    differences: strays.map(({ node }) => `trace, ${node}: shows records of regions other than its factor's`),
  };
}

/** Every chain and digest recomputed from the stored rows. */
async function measureVerify(workspace: Workspace): Promise<object> {
  const result = await phases.time("verify", () =>
    verifyJournal<Store>(workspace.store, { verifiers: [ledgerVerifier] }),
  );
  if (result.issues.length > 0) throw new Error(`the store does not verify: ${JSON.stringify(result.issues[0])}`);
  return { verified: result.extraChecked };
}

async function measure(workspace: Workspace): Promise<object> {
  switch (task.phase) {
    case "import":
      return measureImport(workspace);
    case "mirror":
      return phases.time("mirror", () => ask(workspace));
    case "compute":
      return measureCompute(workspace);
    case "trace":
      return measureTrace(workspace);
    case "verify":
      return measureVerify(workspace);
    case "copy-limits":
      return copyLimits(workspace.store, task.count, phases);
    default:
      throw new Error("no phase was asked for");
  }
}

const workspace = expectOk(await phases.time("open", () => openWorkspace({ folder: data })));
const result = await measure(workspace);
await closeReaders(workspace.store);
await workspace.close();
phases.report(result);
