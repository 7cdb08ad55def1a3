import { fork } from "node:child_process";
import { join } from "node:path";
import type { Task } from "./contenders/task.ts";
import { watchServer } from "./server-use.ts";

export type Contender = "candela" | "impact-framework" | "cloud-carbon-footprint" | "bare-scan";

/** What one process of a contender came to. */
export interface Measured {
  readonly seconds: Readonly<Record<string, number>>;
  /** The same phases in processor time of the contender's own threads: what other work on the machine does not lengthen. */
  readonly cpuSeconds: Readonly<Record<string, number>>;
  readonly peakMb: number;
  /** Of the database server; Candela's only. */
  readonly serverMb?: number;
  /** Its processor time over the whole process, opening and closing included. */
  readonly serverCpuSeconds?: number;
  /** kg of CO2, exact text or a float. */
  readonly total?: string | number;
  readonly byDay?: Readonly<Record<string, string | number>>;
  /** What a contender found wrong with its own answers. */
  readonly differences?: readonly string[];
  readonly [more: string]: unknown;
}

/** Why there is nothing to show. */
export interface Unfinished {
  readonly unfinished: string;
}

/** What is given to every contender, so that none runs out of a default. */
const HEAP_MB = 16_384;
export const LIMIT_MINUTES = 10;

/** Runs a contender in a process of its own; one that runs out of memory or time is told apart, not hidden. */
export async function runContender(out: string, contender: Contender, task: Task): Promise<Measured | Unfinished> {
  const watch = task.data === undefined ? undefined : watchServer(task.data);
  const child = fork(join(out, `${contender}.mjs`), [JSON.stringify(task)], {
    execArgv: [`--max-old-space-size=${HEAP_MB}`, "--no-deprecation", "--enable-source-maps"],
    stdio: ["ignore", "inherit", "pipe", "ipc"],
  });
  const stop = (): boolean => child.kill("SIGKILL");
  process.once("exit", stop);
  let told: Measured | undefined;
  let said = "";
  let late = false;
  child.on("message", (message) => {
    told = message as Measured;
  });
  child.stderr?.on("data", (text) => {
    said = `${said}${text}`.slice(-4000);
  });
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, LIMIT_MINUTES * 60_000);
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.once("close", (...ended) => resolve(ended)),
  );
  clearTimeout(timer);
  process.off("exit", stop);
  const server = await watch?.stop();
  if (told && code === 0)
    return { ...told, ...(server ? { serverMb: server.peakMb, serverCpuSeconds: server.cpuSeconds } : {}) };
  if (late) return { unfinished: `did not finish in ${LIMIT_MINUTES} minutes` };
  if (/heap out of memory|Array buffer allocation failed/.test(said)) return { unfinished: "ran out of memory" };
  return { unfinished: `failed: ${said.trim().split("\n").slice(-12).join(" | ") || `exit ${code ?? signal}`}` };
}
