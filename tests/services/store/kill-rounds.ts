import path from "node:path";
import { expect } from "vitest";
import { journalMigrations, verifyJournal } from "../../../src/ground/journal/index.ts";
import { openStore } from "../../../src/ground/store/index.ts";
import { type Program, startProgram } from "./program.ts";
import { homeOf, kill, scratch, serverProcesses } from "./scratch.ts";

const WRITERS = 2;
const ACKNOWLEDGED_BETWEEN_KILLS = 15;

/**
 * Two processes write to one store and say what was acknowledged, while one process after the other is killed: the
 * postmaster, a backend, a helper of the server (WAL writer, checkpointer …), or a writer, which is then replaced.
 * Afterwards everything acknowledged is there and the journal verifies.
 */
export async function killRounds(kills: number, seed: number): Promise<void> {
  const folder = path.join(scratch(), "data");
  const random = mulberry32(seed);
  const all: Program[] = [];
  let started = 0;
  const start = async (): Promise<Program> => {
    started += 1;
    const program = await startProgram("worker", [folder, `writer-${started}`]);
    all.push(program);
    await program.heard("open");
    program.tell("loop");
    return program;
  };
  try {
    const writers = await Promise.all(Array.from({ length: WRITERS }, start));
    const killed: string[] = [];
    for (let round = 0; round < kills; round += 1) {
      await heardFromEach(writers);
      const server = await serverProcesses(homeOf(folder));
      const victims = [...server, ...writers.map((writer) => ({ pid: writer.process.pid as number, title: "writer" }))];
      const chosen = choose(victims, round, random);
      killed.push(chosen.map(({ title }) => title.replace(/^\/\S*\/postgres -D .*/, "postmaster")).join(" + "));
      for (const { pid } of chosen) kill(pid);
      for (const [index, writer] of writers.entries()) {
        if (!chosen.some(({ pid }) => pid === writer.process.pid)) continue;
        await writer.finish();
        writers[index] = await start();
      }
    }
    await heardFromEach(writers);
    for (const writer of writers) writer.tell("stop");
    expect(await Promise.all(writers.map((writer) => writer.finish()))).toEqual(writers.map(() => 0));
    // The last one out has stopped the server.
    expect(await serverProcesses(homeOf(folder))).toEqual([]);
    await checkAcknowledged(folder, all);
    const said = all.flatMap(({ lines }) => lines);
    const count = (start: string): number => said.filter((line) => line.startsWith(start)).length;
    console.log(
      `seed ${seed}: ${killed.length} kills, ${count("ack")} acknowledged, ${count("kept")} documents, ${count("lost")} not acknowledged\n  ${killed.join("\n  ")}`,
    );
  } finally {
    for (const program of all) program.process.kill("SIGKILL");
  }
}

async function heardFromEach(writers: readonly Program[]): Promise<void> {
  for (const writer of writers) for (let n = 0; n < ACKNOWLEDGED_BETWEEN_KILLS; n += 1) await writer.heard("ack");
}

interface Victim {
  readonly pid: number;
  readonly title: string;
}

/** Each kind comes up first by turns, then any process at random; now and then all of them at once, as in a power cut. */
function choose(victims: readonly Victim[], round: number, random: () => number): readonly Victim[] {
  const kinds = [/ -D /, /^writer$/, /candela postgres/, /checkpointer|walwriter/];
  if (round === kinds.length || (round > kinds.length && random() < 0.1)) return victims;
  const wanted = victims.filter(({ title }) => kinds[round]?.test(title) ?? true);
  const one = wanted[Math.floor(random() * wanted.length)];
  if (!one) throw new Error(`no process to kill in round ${round}`);
  return [one];
}

async function checkAcknowledged(folder: string, programs: readonly Program[]): Promise<void> {
  const opened = await openStore({ folder, migrations: journalMigrations });
  if (!opened.ok) throw new Error(JSON.stringify(opened.issues));
  const store = opened.value;
  const db = store.db.withTables<{ journal_event: { stream: string; position: bigint; body: string } }>();
  const rows = await db.selectFrom("journal_event").selectAll().execute();
  const there = new Set(
    rows.map((row) => `ack ${row.stream} ${(JSON.parse(row.body) as { n: number }).n} ${row.position}`),
  );
  const acknowledged = programs.flatMap(({ lines }) => lines).filter((line) => line.startsWith("ack"));
  expect(acknowledged.filter((line) => !there.has(line))).toEqual([]);
  const kept = programs.flatMap(({ lines }) => lines).filter((line) => line.startsWith("kept"));
  const evidence = await db.selectFrom("evidence_file").select("sha256").execute();
  const known = new Set(evidence.map(({ sha256 }) => `kept ${sha256}`));
  expect(kept.filter((line) => !known.has(line))).toEqual([]);
  expect((await store.evidence.verify()).issues).toEqual([]);
  const verified = await verifyJournal(store);
  expect(verified.issues).toEqual([]);
  expect(verified.events).toBeGreaterThanOrEqual(acknowledged.length);
  await store.close();
}

/** A small random number generator that starts from a seed. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
