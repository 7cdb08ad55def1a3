import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const bundles = path.join(root, "node_modules/.cache/candela-tests", `${process.pid}`);
const built = new Map<string, Promise<string>>();
process.once("exit", () => rmSync(bundles, { recursive: true, force: true }));

/** Bundles a program of `programs/`, or of a file with its whole path, once; it lies where its packages are found. */
function bundle(name: string): Promise<string> {
  const known = built.get(name);
  if (known) return known;
  const outfile = path.join(bundles, `${path.basename(name, ".ts")}.mjs`);
  const entry = path.isAbsolute(name) ? name : fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
  const done = build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "warning",
  }).then(() => {
    if (!existsSync(outfile)) throw new Error(`${outfile} was not built`);
    return outfile;
  });
  built.set(name, done);
  return done;
}

/** A process of ours in the hands of a test: told what to do line by line, and saying line by line what it did. */
export interface Program {
  readonly process: ChildProcess;
  readonly lines: readonly string[];
  tell(line: string): void;
  /** The next line that starts so, now or later; throws with all it said when it ends before. */
  heard(start: string): Promise<string>;
  /** Ends its input and waits for it to leave; its status, or the signal that ended it. */
  finish(): Promise<number | string>;
}

export async function startProgram(
  name: string,
  args: readonly string[],
  options: { uid?: number; gid?: number; env?: NodeJS.ProcessEnv; through?: readonly string[] } = {},
): Promise<Program> {
  const file = await bundle(name);
  const { through = [], ...how } = options;
  const [command = "", ...rest] = [...through, process.execPath, file, ...args];
  const child = spawn(command, rest, { stdio: ["pipe", "pipe", "pipe"], cwd: "/", ...how });
  const lines: string[] = [];
  let read = 0;
  let errors = "";
  let wake = (): void => {};
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  child.stdin.on("error", () => {});
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    wake();
  });
  const ended = once(child, "close").then(() => wake());
  return {
    process: child,
    lines,
    tell: (line) => void child.stdin.write(`${line}\n`),
    async heard(start) {
      for (;;) {
        const at = lines.findIndex((line, index) => index >= read && line.startsWith(start));
        if (at >= 0) {
          read = at + 1;
          return lines[at] as string;
        }
        if (child.exitCode !== null || child.signalCode !== null) {
          await ended;
          if (!lines.slice(read).some((line) => line.startsWith(start)))
            throw new Error(`never said ${start}: ${lines.slice(-5).join(" | ")} ${errors}`);
          continue;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async finish() {
      child.stdin.end();
      await ended;
      if (errors !== "") console.error(errors);
      return child.signalCode ?? child.exitCode ?? -1;
    },
  };
}
