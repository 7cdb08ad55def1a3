import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { expect } from "vitest";
import { loadExample } from "../../../src/app/load-example.ts";
import { openWorkspace } from "../../../src/app/workspace.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { verifyJournal } from "../../../src/ground/journal/index.ts";
import type { Store } from "../../../src/ground/store/index.ts";
import { ledgerVerifier } from "../../../src/measure/index.ts";
import { type Running, scratch, start } from "../../cli/candela.ts";
import { serve, setUpOwner, type SignedIn } from "./served.ts";

const ROWS = 10;
const IMPORTERS = 2;

/** Days that no other import of the test has. */
function csv(turn: number): string {
  const day = (row: number): string => new Date(Date.UTC(2001, 0, 1 + turn * ROWS + row)).toISOString().slice(0, 10);
  const rows = Array.from(
    { length: ROWS },
    (_, row) => `electricity.purchased,lingang-aidc,${day(row)},10,MWh,measured,meter`,
  );
  return `activity,site,period,amount,unit,basis,evidence\n${rows.join("\n")}\n`;
}

interface Acknowledged {
  readonly jobs: Map<string, { readonly key: string; readonly body: string }>;
  readonly people: string[];
}

/** What the writes of this test answer with. */
interface WriteAnswer {
  readonly upload: string;
  readonly id: string;
}

/** A server as a user starts it, which is killed and started again, and callers that go on as if nothing were. */
class Victim {
  url = "";
  over = false;
  readonly acknowledged: Acknowledged = { jobs: new Map(), people: [] };
  private readonly folder: string;
  private readonly by: SignedIn;
  private program: Running | undefined;
  private up: Promise<void> = Promise.resolve();
  private heard = (): void => {};
  private turn = 0;

  constructor(folder: string, by: SignedIn) {
    this.folder = folder;
    this.by = by;
  }

  start(): Promise<void> {
    const program = start(["start", "--port", "0", "--data", this.folder]);
    this.program = program;
    this.up = program.heard(/Candela is at http:\/\/localhost:(\d+)/).then(([, port]) => {
      this.url = `http://127.0.0.1:${port}/api/v1`;
    });
    return this.up;
  }

  /** Ends at once, with whatever is under way. */
  async kill(): Promise<void> {
    this.program?.process.kill("SIGKILL");
    expect((await this.program?.ended)?.exit).toBe("SIGKILL");
  }

  async stop(): Promise<void> {
    this.program?.process.kill("SIGTERM");
    expect((await this.program?.ended)?.exit).toBe(0);
  }

  ask(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Response> {
    const { cookie, csrf } = this.by;
    return fetch(`${this.url}${path}`, {
      method,
      headers: {
        cookie: `candela_session=${cookie}`,
        "x-csrf-token": csrf,
        "content-type": "application/json",
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
  }

  /** The answer, or undefined when the server went away before it was whole. */
  private async tried(method: string, path: string, body: string, key?: string): Promise<WriteAnswer | undefined> {
    await this.up;
    let answer: { status: number; text: string };
    try {
      const response = await this.ask(method, path, body, key === undefined ? {} : { "idempotency-key": key });
      answer = { status: response.status, text: await response.text() };
    } catch {
      // Between the kill and the next start there is nobody: who is refused asks again.
      await new Promise((resolve) => setImmediate(resolve));
      return undefined;
    }
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text) as WriteAnswer;
  }

  private async insist(method: string, path: string, body: string, key?: string): Promise<WriteAnswer> {
    for (;;) {
      const answer = await this.tried(method, path, body, key);
      if (answer) return answer;
    }
  }

  /** Imports one file after the other; what had no answer is sent again with the same key. */
  async importer(): Promise<void> {
    while (!this.over) {
      const { upload } = await this.insist("POST", "/uploads?name=meter.csv", csv(this.turn++));
      const key = randomUUID();
      const body = JSON.stringify({ upload, mode: "submit", acceptWarnings: true });
      const { id } = await this.insist("POST", "/imports", body, key);
      this.acknowledged.jobs.set(id, { key, body });
      this.heard();
    }
  }

  /** Makes one account after the other. */
  async clerk(): Promise<void> {
    while (!this.over) {
      const name = `m-${randomUUID()}`;
      const body = JSON.stringify({ kind: "machine", name, email: null, grants: [{ role: "importer" }] });
      if (!(await this.tried("POST", "/people", body))) continue;
      this.acknowledged.people.push(name);
      this.heard();
    }
  }

  async acknowledges(count: number): Promise<void> {
    for (let left = count; left > 0; left -= 1)
      await new Promise<void>((resolve) => {
        this.heard = resolve;
      });
  }

  /** An import that was acknowledged before the kill is the same one when it is sent again. */
  async replays(): Promise<void> {
    const [id, { key = "", body = "" } = {}] = [...this.acknowledged.jobs].at(-1) ?? [];
    if (id === undefined) return;
    const again = await this.ask("POST", "/imports", body, { "idempotency-key": key });
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([202, "true"]);
    expect(((await again.json()) as { id: string }).id).toBe(id);
  }
}

/**
 * Two people import and one makes accounts while the server is killed time and again. Afterwards everything acknowledged is
 * there once and whole: each import that had an answer is one batch with all of its rows, though most were cut off.
 */
export async function killRounds(kills: number): Promise<void> {
  const folder = `${scratch()}/data`;
  const prepared = await serve({ folder });
  expectOk(await loadExample(prepared.workspace, "sensetime-2025"));
  const owner = await setUpOwner(prepared);
  await prepared.close();

  const victim = new Victim(folder, owner);
  await victim.start();
  const callers = [victim.clerk(), ...Array.from({ length: IMPORTERS }, () => victim.importer())];
  const gone = Promise.all(callers);
  for (let round = 0; round < kills; round += 1) {
    await Promise.race([victim.acknowledges(1 + ((round * 5) % 7)), gone]);
    await victim.kill();
    await victim.start();
    await victim.replays();
  }
  await Promise.race([victim.acknowledges(3), gone]);
  victim.over = true;
  await gone;
  const { jobs, people } = victim.acknowledged;
  // The stream of a job ends with the job.
  for (const id of jobs.keys()) await (await victim.ask("GET", `/jobs/${id}/events`)).text();
  await victim.stop();
  await holds(folder, jobs, people);
  console.log(`${kills} kills, ${jobs.size} imports and ${people.length} accounts acknowledged`);
}

async function holds(folder: string, jobs: Acknowledged["jobs"], people: readonly string[]): Promise<void> {
  const workspace = expectOk(await openWorkspace({ folder }));
  try {
    const { db } = workspace.store;
    const batches = await sql<{ job: string; rows: number; state: string }>`
      select source::jsonb ->> 'job' as job, b.rows::int as rows, j.state from candela.batch b
      join candela.job j on j.id = source::jsonb ->> 'job' order by j.id`.execute(db);
    expect(batches.rows).toEqual([...jobs.keys()].sort().map((job) => ({ job, rows: ROWS, state: "done" })));
    const all = await sql<{ id: string }>`select id from candela.job order by id collate "C"`.execute(db);
    expect(all.rows.map(({ id }) => id)).toEqual([...jobs.keys()].sort());
    const named = await sql<{ name: string }>`select name from candela.person`.execute(db);
    const there = new Set(named.rows.map(({ name }) => name));
    expect(people.filter((name) => !there.has(name))).toEqual([]);
    const verified = await verifyJournal<Store>(workspace.store, { verifiers: [ledgerVerifier] });
    expect(verified.issues).toEqual([]);
    expect((await workspace.store.evidence.verify()).issues).toEqual([]);
  } finally {
    await workspace.close();
  }
}
