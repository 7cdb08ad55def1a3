import { randomBytes } from "node:crypto";
import { chmod, chown, lchown, mkdir, readdir, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fail, ok, type Result } from "../../issue/index.ts";
import { makeFolder, readIfThere, syncFolder, type SystemUser, writeDurably } from "../durable-file.ts";
import { errorText } from "../store-failure.ts";
import type { Binaries } from "./binaries.ts";
import { plainUser, runAs } from "./plain-user.ts";
import { serverSettings } from "./server-settings.ts";

/** Where the database of a data folder lies, and whose it is. */
export interface ClusterHome {
  /** The data folder. */
  readonly folder: string;
  /** The cluster's own folder: `postgres` in the data folder, or one under `/var/lib/candela`. */
  readonly home: string;
  /** The user of the server when we are root; without one it runs as ourselves. */
  readonly user: SystemUser | undefined;
}

/** Name of the server's role; its password lies in the file `secret` of the data folder. */
export const ROLE = "candela";

export const FALLBACK_ROOT = "/var/lib/candela";

export function clusterFolder({ home }: ClusterHome): string {
  return path.join(home, "cluster");
}

/** The file that names the socket folder when it lies elsewhere. */
export function socketNote({ folder }: ClusterHome): string {
  return path.join(folder, "socket-folder");
}

export async function readSecret({ folder }: ClusterHome): Promise<string | undefined> {
  return (await readIfThere(path.join(folder, "secret")))?.trim();
}

/** The cluster of a folder that has one, or `undefined`. */
export async function findCluster(folder: string): Promise<ClusterHome | undefined> {
  const home = (await readIfThere(path.join(folder, "postgres-elsewhere")))?.trim() ?? path.join(folder, "postgres");
  try {
    const { uid, gid } = await stat(path.join(home, "cluster"));
    return { folder, home, user: process.getuid?.() === 0 ? { uid, gid } : undefined };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Decides where a new cluster goes. Only to be called under the folder's lock. */
export async function chooseHome(folder: string): Promise<ClusterHome> {
  const home = path.join(folder, "postgres");
  const root = process.getuid?.() === 0;
  if (!root) {
    await makeFolder(home);
    return { folder, home, user: undefined };
  }
  const owner = await stat(folder);
  const user = await plainUser(owner);
  await mkdir(home, { recursive: true, mode: 0o700 });
  await chown(home, user.uid, user.gid);
  const closed = owner.uid === 0 && (owner.mode & 0o001) === 0;
  if (closed) {
    // The server's user may pass through the data folder to its own, and sees nothing else of it.
    await chown(folder, 0, user.gid);
    await chmod(folder, 0o710);
  }
  if (await reaches(user, home)) return { folder, home, user };
  await rm(home, { recursive: true });
  if (closed) await chmod(folder, 0o700);
  return { folder, home: await chooseElsewhere(folder, user), user };
}

async function reaches(user: SystemUser, folder: string): Promise<boolean> {
  return runAs(user, "/bin/sh", ["-c", 'cd "$1" && test -w .', "sh", folder]).then(
    () => true,
    () => false,
  );
}

/** A folder on the way is closed to the server's user (a checkout under /root): the cluster goes to the system's place. */
async function chooseElsewhere(folder: string, user: SystemUser): Promise<string> {
  // A start that was killed may have come as far as this.
  const noted = (await readIfThere(path.join(folder, "postgres-elsewhere")))?.trim();
  const home = noted ?? path.join(FALLBACK_ROOT, randomBytes(8).toString("hex"));
  await mkdir(FALLBACK_ROOT, { recursive: true });
  // Whatever our umask is, the way in must be open to the server's user.
  await chmod(FALLBACK_ROOT, 0o755);
  await syncFolder(path.dirname(FALLBACK_ROOT));
  await makeFolder(home, user);
  await writeDurably(path.join(home, "data-folder"), await realpath(folder), { mode: 0o600 });
  await writeDurably(path.join(folder, "postgres-elsewhere"), `${home}\n`, { mode: 0o600 });
  return home;
}

/**
 * A cluster that lies elsewhere belongs to one data folder: a copy of that folder must not open it as its own, while
 * a folder that was moved keeps it.
 * @issues STORE-010 (the folder it belongs to is still there)
 */
export async function checkBelonging(cluster: ClusterHome): Promise<Result<void>> {
  const note = path.join(cluster.home, "data-folder");
  const belongsTo = await readIfThere(note);
  const here = await realpath(cluster.folder);
  if (belongsTo === undefined || belongsTo === here) return ok(undefined);
  const other = await readIfThere(path.join(belongsTo, "postgres-elsewhere"));
  if (other?.trim() === cluster.home)
    return fail({ code: "STORE-010", severity: "error", at: { file: here }, expected: belongsTo, actual: here });
  await writeDurably(note, here, { mode: 0o600 });
  return ok(undefined);
}

/**
 * Makes a cluster under a temporary name and renames it when it is whole, so that an interrupted start leaves none.
 * Only to be called under the folder's lock.
 * @issues STORE-003 (initdb failed)
 */
export async function createCluster(place: ClusterHome, binaries: Binaries): Promise<Result<void>> {
  const { home, user, folder } = place;
  for (const entry of await readdir(home)) {
    if (entry.startsWith("cluster.")) await rm(path.join(home, entry), { recursive: true, force: true });
  }
  const secretFile = path.join(folder, "secret");
  const secret = (await readSecret(place)) ?? randomBytes(32).toString("hex");
  const owner = await stat(folder);
  await writeDurably(secretFile, `${secret}\n`, { mode: 0o600, owner: { uid: owner.uid, gid: owner.gid } });
  const unfinished = path.join(home, `cluster.${randomBytes(6).toString("hex")}`);
  const passwordFile = path.join(home, `cluster.password.${randomBytes(6).toString("hex")}`);
  try {
    await writeFile(passwordFile, `${secret}\n`, { mode: 0o600, flag: "wx" });
    if (user) await lchown(passwordFile, user.uid, user.gid);
    await runAs(user, binaries.initdb, [
      "-D",
      unfinished,
      "-U",
      ROLE,
      `--pwfile=${passwordFile}`,
      "-A",
      "scram-sha-256",
      "--data-checksums",
      "--encoding=UTF8",
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
    ]);
    const settings = { mode: 0o600, ...(user ? { owner: user } : {}) };
    await writeDurably(path.join(unfinished, "pg_hba.conf"), "local all all scram-sha-256\n", settings);
    await writeDurably(path.join(unfinished, "postgresql.conf"), serverSettings(), settings);
    await rename(unfinished, clusterFolder(place));
    await syncFolder(home);
    await syncFolder(folder);
    return ok(undefined);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    const stderr = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
    return fail({
      code: "STORE-003",
      severity: "error",
      at: { file: home },
      actual: (stderr || errorText(error)).trim().slice(-500),
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
}
