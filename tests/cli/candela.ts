import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { readdir, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";

const PROGRAM = fileURLToPath(new URL("../../bin/candela.mjs", import.meta.url));

const folders: string[] = [];
const running = new Set<Running>();

/** A new folder for a test; `cleanUp` removes it. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "candela-cli-"));
  folders.push(folder);
  return folder;
}

/** How a command ended. */
export interface Ran {
  /** Exit code, or the signal that ended it. */
  readonly exit: number | string;
  readonly out: string;
  readonly err: string;
  /** The one JSON object on standard output. */
  json<T>(): T;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
}

/** A command that is under way. */
export interface Running {
  readonly process: ChildProcess;
  /** Everything said so far on both outputs. */
  said(): string;
  /** The first match, now or later, in all that it says; throws with all it said when it ends before. */
  heard(pattern: RegExp): Promise<RegExpExecArray>;
  /** How it ended. */
  readonly ended: Promise<Ran>;
}

/** The environment of a user who has set nothing up: no language, none of the program's settings. */
function cleanEnvironment(): Record<string, string> {
  const { PATH = "", HOME = "", TMPDIR = tmpdir() } = process.env;
  return { PATH, HOME, TMPDIR, LC_ALL: "C" };
}

/** Starts the program as a user does. */
export function start(args: readonly string[], options: RunOptions = {}): Running {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: options.cwd ?? tmpdir(),
    env: { ...cleanEnvironment(), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
  let out = "";
  let err = "";
  let over = false;
  let wake = (): void => {};
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    wake();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
    wake();
  });
  const ended = once(child, "close").then((): Ran => {
    over = true;
    running.delete(started);
    wake();
    return {
      exit: child.signalCode ?? child.exitCode ?? -1,
      out,
      err,
      json<T>() {
        try {
          return JSON.parse(out) as T;
        } catch {
          throw new Error(`no JSON from candela ${args.join(" ")}:\n${out}\n${err}`);
        }
      },
    };
  });
  const started: Running = {
    process: child,
    said: () => `${out}\n${err}`,
    async heard(pattern) {
      for (;;) {
        const match = pattern.exec(out) ?? pattern.exec(err);
        if (match) return match;
        if (over) throw new Error(`candela ${args.join(" ")} never said ${pattern}:\n${out}\n${err}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    ended,
  };
  running.add(started);
  return started;
}

/** Runs a command to its end. */
export function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return start(args, options).ended;
}

/** A data folder with the commands that work on it. */
export interface TestStore {
  readonly folder: string;
  /** A command on this store. */
  run(...args: string[]): Promise<Ran>;
  /** A command with `--json`, which must end with exit code 0. */
  json<T>(...args: string[]): Promise<T>;
}

export function storeIn(folder: string, options: RunOptions = {}): TestStore {
  const runHere = (...args: string[]): Promise<Ran> => run([...args, "--data", folder], options);
  return {
    folder,
    run: runHere,
    async json<T>(...args: string[]) {
      const ran = await runHere(...args, "--json");
      if (ran.exit !== 0) throw new Error(`candela ${args.join(" ")} ended with ${ran.exit}:\n${ran.out}\n${ran.err}`);
      return ran.json<T>();
    },
  };
}

/**
 * A store whose database is kept running by one waiting process, so that each command does not start and stop it; as it
 * is for a user who has the product open beside the command line.
 */
export async function servedStore(options: {
  example: boolean;
  folder?: string;
}): Promise<TestStore & { url: string }> {
  const folder = options.folder ?? join(scratch(), "data");
  const server = start(["start", "--port", "0", ...(options.example ? [] : ["--no-example"]), "--data", folder]);
  const [, url = ""] = await server.heard(/Candela is at (\S+)/);
  return { ...storeIn(folder), url };
}

/** How to reach the embedded database of a data folder as its owner, past the program. */
export async function databaseConfig(folder: string): Promise<pg.ClientConfig> {
  const noted = await readFile(join(folder, "socket-folder"), "utf8").catch(() => "");
  const home = await readFile(join(folder, "postgres-elsewhere"), "utf8").catch(() => join(folder, "postgres"));
  return {
    host: noted.trim() || join(home.trim(), "run"),
    port: 5432,
    user: "candela",
    database: "postgres",
    password: (await readFile(join(folder, "secret"), "utf8")).trim(),
  };
}

/** What a store holds, table by table: rows and a digest of them; equal before and after whatever must change nothing. */
export async function contents(store: TestStore): Promise<Record<string, string>> {
  const db = new pg.Client(await databaseConfig(store.folder));
  await db.connect();
  try {
    const tables = await db.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'candela' order by 1",
    );
    const held: Record<string, string> = {};
    for (const { name } of tables.rows) {
      const found = await db.query<{ held: string }>(
        `select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as held from candela."${name}" t`,
      );
      held[name] = found.rows[0]?.held ?? "";
    }
    return held;
  } finally {
    await db.end();
  }
}

/** Processes of the database whose cluster lies below a data folder. */
export async function databaseProcesses(folder: string): Promise<number[]> {
  const home = await readFile(join(folder, "postgres-elsewhere"), "utf8").catch(() => join(folder, "postgres"));
  const found: number[] = [];
  for (const pid of (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry)).map(Number)) {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => "");
    if (cwd === join(home.trim(), "cluster")) found.push(pid);
  }
  return found;
}

/** Stops what still runs and removes what was made. */
export async function cleanUp(): Promise<void> {
  for (const one of [...running]) {
    one.process.kill("SIGTERM");
    await one.ended;
  }
  for (const folder of folders.splice(0)) {
    const elsewhere = await readFile(join(folder, "data", "postgres-elsewhere"), "utf8").catch(() => "");
    if (elsewhere.trim() !== "") await rm(elsewhere.trim(), { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
}
