import { spawn } from "node:child_process";
import { open, readdir, readFile, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { readIfThere, type SystemUser } from "../durable-file.ts";
import type { Binaries } from "./binaries.ts";
import { type ClusterHome, clusterFolder } from "./cluster-home.ts";
import { asUser } from "./plain-user.ts";
import { isRunning } from "./process-identity.ts";
import { SERVER_SETTINGS } from "./server-settings.ts";
import { SOCKET_PORT } from "./socket-folder.ts";

const LOG_ROTATED_BYTES = 4_000_000;

/** A server process that was started: whether it still runs, and what it wrote to its log since. */
export interface StartedServer {
  exited(): boolean;
  log(): Promise<string>;
}

/** Starts the server as a daemon of its own session, which outlives this process and gets none of its signals. */
export async function startPostmaster(
  cluster: ClusterHome,
  binaries: Binaries,
  socketFolder: string,
  logOwner: SystemUser | undefined,
): Promise<StartedServer> {
  const logFile = path.join(cluster.folder, "server.log");
  const size = await stat(logFile).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size > LOG_ROTATED_BYTES) await rename(logFile, `${logFile}.1`);
  const log = await open(logFile, "a", 0o600);
  if (logOwner) await log.chown(logOwner.uid, logOwner.gid);
  const from = (await log.stat()).size;
  const settings = Object.entries(SERVER_SETTINGS).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  try {
    const child = spawn(
      binaries.postgres,
      ["-D", clusterFolder(cluster), "-k", socketFolder, "-p", String(SOCKET_PORT), ...settings],
      {
        ...asUser(cluster.user),
        detached: true,
        stdio: ["ignore", log.fd, log.fd],
      },
    );
    let failure: Error | undefined;
    child.on("error", (error) => {
      failure = error;
    });
    child.unref();
    return {
      exited: () => failure !== undefined || child.exitCode !== null || child.signalCode !== null,
      log: async () => failure?.message ?? (await readFile(logFile)).subarray(from).toString("utf8"),
    };
  } finally {
    await log.close();
  }
}

/** The process id of the server that runs on this cluster, or `undefined`. A number that another program has got since is not it. */
export async function runningPostmaster(cluster: ClusterHome): Promise<number | undefined> {
  const pid = await notedPid(cluster);
  return pid !== undefined && (await isOf(cluster, pid)) ? pid : undefined;
}

/**
 * Removes the notes of a server that is gone where the server itself would be misled: its number now belongs to another
 * program, or to a zombie that nobody collects. Only to be called under the folder's lock. Backends that are still
 * there are found by the server all the same, through the shared memory of this very folder.
 */
export async function clearStaleNotes(cluster: ClusterHome, socketFolder: string): Promise<void> {
  if ((await runningPostmaster(cluster)) !== undefined) return;
  await rm(path.join(clusterFolder(cluster), "postmaster.pid"), { force: true });
  for (const name of [`.s.PGSQL.${SOCKET_PORT}`, `.s.PGSQL.${SOCKET_PORT}.lock`]) {
    await rm(path.join(socketFolder, name), { force: true });
  }
}

/** Ends the backends that a killed server left behind and that are still at work; their transactions are lost anyway. */
export async function evictOrphans(cluster: ClusterHome): Promise<void> {
  if (process.platform !== "linux") return;
  for (const entry of await readdir("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || !(await isOf(cluster, pid))) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It left by itself.
    }
  }
}

/**
 * Stops the server: clients are cut, running transactions roll back, everything acknowledged is on the disk.
 * @param patienceMs   then it is stopped without its last checkpoint, and recovers at the next start
 */
export async function stopPostmaster(cluster: ClusterHome, patienceMs: number): Promise<void> {
  const pid = await runningPostmaster(cluster);
  if (pid === undefined) return;
  if (await signalAndWait(pid, "SIGINT", patienceMs)) return;
  await signalAndWait(pid, "SIGQUIT", patienceMs);
}

async function signalAndWait(pid: number, signal: NodeJS.Signals, patienceMs: number): Promise<boolean> {
  try {
    process.kill(pid, signal);
  } catch {
    return true;
  }
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 10) {
    if (!isRunning(pid)) return true;
    await pause(10);
  }
  return !isRunning(pid);
}

async function notedPid(cluster: ClusterHome): Promise<number | undefined> {
  const note = await readIfThere(path.join(clusterFolder(cluster), "postmaster.pid"));
  const pid = Math.abs(Number.parseInt(note?.split("\n")[0] ?? "", 10));
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

/** The server's processes work in the cluster's folder, and no other program does. */
async function isOf(cluster: ClusterHome, pid: number): Promise<boolean> {
  if (!isRunning(pid)) return false;
  if (process.platform !== "linux") return true;
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(clusterFolder(cluster)));
  } catch {
    return false;
  }
}
