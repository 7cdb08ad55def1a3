import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { homeOf, serverProcesses } from "../services/store/scratch.ts";
import { root } from "./pages.ts";

/** What a command printed and how it ended. */
export interface Outcome {
  readonly exit: number;
  /** Issues first, then results; progress left out, as pages leave it out. */
  readonly printed: readonly string[];
  readonly errors: string;
}

const PARTS = ["bin", "scripts", "content", "examples", "dist", "package.json", "package-lock.json"];

/** Lines of standard error that are issues: a mark and a code, or what is indented below one. */
const isIssue = (line: string): boolean => /^([✗!·] |  )/.test(line);

const lines = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

/** A copy of the repository as a reader has it after `npm ci`, in a folder of its own, without a store. */
export class Clone {
  readonly folder: string;
  readonly #shims: string;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "candela-docs-"));
    // The server's plain user passes through, where we are root.
    chmodSync(this.folder, 0o711);
    for (const part of PARTS) cpSync(join(root, part), join(this.folder, part), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(this.folder, "node_modules"));
    this.#shims = join(this.folder, ".shims");
    mkdirSync(this.#shims);
    this.#shim("candela", `exec "${process.execPath}" "${join(this.folder, "bin/candela.mjs")}" "$@"`);
    this.#shim("npx", `[ "$1 $2" = "--no-install candela" ] || exit 9\nshift 2\nexec candela "$@"`);
  }

  #shim(name: string, script: string): void {
    writeFileSync(join(this.#shims, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** Nothing of our own settings reaches the command. */
  environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
    const path = [this.#shims, dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(delimiter);
    return { PATH: path, HOME: this.folder, LANG: "C.UTF-8", ...more };
  }

  run(command: string): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const child = spawn("/bin/sh", ["-c", command], {
        cwd: this.folder,
        env: this.environment(),
        stdio: ["ignore", "pipe", "pipe"],
      });
      let [out, errors] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (part: string) => (out += part));
      child.stderr.setEncoding("utf8").on("data", (part: string) => (errors += part));
      child.on("error", reject);
      child.on("close", (code) =>
        resolve({ exit: code ?? 1, printed: [...lines(errors).filter(isIssue), ...lines(out)], errors }),
      );
    });
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.folder, file)), { recursive: true });
    writeFileSync(join(this.folder, file), text);
  }

  /** Removes the folder; processes of a database that still run there are named first. */
  async remove(): Promise<string[]> {
    const left: string[] = [];
    for (const name of readdirSync(this.folder)) {
      if (!existsSync(join(this.folder, name, "secret"))) continue;
      const home = homeOf(join(this.folder, name));
      left.push(...(await serverProcesses(home)).map(({ pid, title }) => `${pid} ${title}`));
      if (!home.startsWith(this.folder)) await rm(home, { recursive: true, force: true });
    }
    await rm(this.folder, { recursive: true, force: true });
    return left;
  }
}

/** Builds the program and its pages, from which clones are made, once. */
export function buildOnce(): void {
  for (const script of ["scripts/build.mjs", "scripts/build-web.mjs"]) {
    const built = spawnSync(process.execPath, [join(root, script)], { encoding: "utf8" });
    if (built.status !== 0) throw new Error(built.stderr);
  }
}
