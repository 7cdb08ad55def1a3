import { mkdirSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { compare } from "./compare.ts";
import type { Task } from "./contenders/task.ts";
import { finished, medianOf, type Outcome, type RowsResult } from "./results.ts";
import { type Emissions, writeRows } from "./rows.ts";
import { type Contender, type Measured, runContender } from "./run-contender.ts";

export const PEERS = ["impact-framework", "cloud-carbon-footprint", "bare-scan"] as const;

export interface RowsPlan {
  readonly rows: number;
  readonly peers: readonly Contender[];
  /** Candela alone, on rows too many for the others: one run, and the columnar engine only. */
  readonly alone: boolean;
  readonly bench: string;
  readonly out: string;
  readonly temporary: string;
}

const RUNS = 3;
/** What takes longer than this is measured once. */
const SHORT_SECONDS = 30;

/** Measures every contender on one set of rows, one after the other, and holds their figures against the exact ones. */
export async function measureRows(plan: RowsPlan): Promise<RowsResult> {
  const folder = join(plan.temporary, `rows-${plan.rows}`);
  console.error(`\n${plan.rows} rows`);
  const exact = await writeRows(folder, plan.rows, { framework: plan.peers.includes("impact-framework") });
  const session = new Session(plan, folder, exact);
  try {
    await measureCandela(session, plan.alone);
    for (const peer of plan.peers) await session.measure(peer, peer, {}, RUNS);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return session.result();
}

async function measureCandela(session: Session, alone: boolean): Promise<void> {
  const phase = (name: NonNullable<Task["phase"]>, more: Partial<Task> = {}): Partial<Task> => ({
    phase: name,
    data: session.data,
    ...more,
  });
  // Every run imports into a store of its own; the last one stays.
  await session.measure("candela import", "candela", phase("import"), alone ? 1 : RUNS, () => session.emptyData());
  if (!session.has("candela import")) return;
  await session.measure("candela mirror", "candela", phase("mirror", { engine: "columnar" }), 1);
  await session.measure("candela columnar", "candela", phase("compute", { engine: "columnar" }), RUNS);
  if (!alone) await session.measure("candela postgres", "candela", phase("compute", { engine: "postgres" }), RUNS);
  await session.measure("candela trace", "candela", phase("trace", { engine: "columnar" }), 1);
  await session.measure("candela verify", "candela", phase("verify"), 1);
  if (!alone) await session.measure("copy limits", "candela", phase("copy-limits"), RUNS);
  await session.emptyData();
}

/** What is gathered while one set of rows is measured. */
class Session {
  readonly data: string;
  readonly #plan: RowsPlan;
  readonly #folder: string;
  readonly #exact: Emissions;
  readonly #outcomes: Record<string, Outcome> = {};
  readonly #differences: string[] = [];
  readonly #fileMb: number;
  #compared = 0;

  constructor(plan: RowsPlan, folder: string, exact: Emissions) {
    this.#plan = plan;
    this.#folder = folder;
    this.#exact = exact;
    this.data = join(plan.temporary, "data");
    this.#fileMb = statSync(join(folder, "records.csv")).size / 1e6;
  }

  has(name: string): boolean {
    return finished(this.#outcomes[name]);
  }

  async emptyData(): Promise<void> {
    await rm(this.data, { recursive: true, force: true });
    mkdirSync(this.data, { mode: 0o755 });
  }

  /** Runs a contender a few times, fewer when it takes long, and keeps the median. */
  async measure(
    name: string,
    contender: Contender,
    more: Partial<Task>,
    runs: number,
    before: () => Promise<void> = async () => {},
  ): Promise<void> {
    const { rows: count, bench, out } = this.#plan;
    const measured: Measured[] = [];
    for (let run = 1; run <= runs; run += 1) {
      await before();
      const started = performance.now();
      const outcome = await runContender(out, contender, { rows: this.#folder, count, bench, ...more });
      if ("unfinished" in outcome) {
        console.error(`  ${name}: ${outcome.unfinished}`);
        this.#outcomes[name] = { unfinished: String(outcome.unfinished) };
        return;
      }
      measured.push(outcome);
      const taken = (performance.now() - started) / 1000;
      const said = Object.entries(outcome.seconds).map(([phase, seconds]) => `${phase} ${seconds.toFixed(3)}`);
      console.error(`  ${name} ${run}: ${said.join(", ")} s; ${outcome.peakMb.toFixed(0)} MiB`);
      if (taken > SHORT_SECONDS) break;
    }
    this.#outcomes[name] = medianOf(measured);
    for (const outcome of measured) {
      this.#differences.push(...(outcome.differences ?? []));
      if (outcome.total === undefined) continue;
      const { compared, differences } = compare(name, outcome, this.#exact);
      this.#compared += compared;
      this.#differences.push(...differences);
    }
  }

  result(): RowsResult {
    return {
      rows: this.#plan.rows,
      days: Object.keys(this.#exact.byDay).length,
      fileMb: this.#fileMb,
      exactTotalKg: this.#exact.total,
      outcomes: this.#outcomes,
      differences: this.#differences,
      compared: this.#compared,
    };
  }
}
