import { chmodSync, mkdtempSync, readFileSync } from "node:fs";
import { readdir, readlink, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const made: string[] = [];

/** A new folder for one test, which a server of another user may pass through; `discardAll` removes it. */
export function scratch(parent = os.tmpdir()): string {
  const folder = mkdtempSync(path.join(parent, "candela-test-"));
  chmodSync(folder, 0o711);
  made.push(folder);
  return folder;
}

/** Removes what the tests made, with clusters and sockets that lie elsewhere; a server that still runs there is ended. */
export async function discardAll(): Promise<void> {
  for (const folder of made.splice(0)) {
    for (const name of await readdir(folder)) await discardStore(path.join(folder, name));
    await rm(folder, { recursive: true, force: true });
  }
}

async function discardStore(folder: string): Promise<void> {
  const elsewhere = ["postgres-elsewhere", "socket-folder"]
    .map((note) => read(path.join(folder, note)))
    .filter((one) => one !== undefined);
  const home = read(path.join(folder, "postgres-elsewhere")) ?? path.join(folder, "postgres");
  for (let left = await serverProcesses(home); left.length > 0; left = await serverProcesses(home)) {
    for (const { pid } of left) kill(pid);
    await pause(5);
  }
  for (const one of elsewhere) await rm(one, { recursive: true, force: true });
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}

export function kill(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}

/** All processes of the server whose cluster lies in `home`: postmaster, backends and helpers. */
export async function serverProcesses(home: string): Promise<{ pid: number; title: string }[]> {
  const found: { pid: number; title: string }[] = [];
  for (const pid of (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry)).map(Number)) {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => "");
    if (cwd !== path.join(home, "cluster")) continue;
    const title = read(`/proc/${pid}/cmdline`)?.replaceAll("\0", " ").trim() ?? "";
    if (title !== "") found.push({ pid, title });
  }
  return found;
}

/** Where a data folder's cluster lies. */
export function homeOf(folder: string): string {
  return read(path.join(folder, "postgres-elsewhere")) ?? path.join(folder, "postgres");
}
