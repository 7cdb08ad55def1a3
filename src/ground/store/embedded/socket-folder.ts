import { lstatSync, type Stats } from "node:fs";
import { chmod, chown, mkdir, mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { readIfThere, type SystemUser, writeDurably } from "../durable-file.ts";

/** Port in the socket's file name; nothing listens on a network. */
export const SOCKET_PORT = 5432;

/** The system holds 107 bytes of path on Linux and 103 elsewhere. */
const LONGEST_BYTES = 103;

/** What needs no quoting in the server's list of folders. */
const PLAIN_PATH = /^[\w./-]+$/;

function fits(folder: string): boolean {
  return PLAIN_PATH.test(folder) && Buffer.byteLength(`${folder}/.s.PGSQL.${SOCKET_PORT}`) <= LONGEST_BYTES;
}

/**
 * Makes the folder of the server's socket. It lies in the cluster's own closed folder when the path is short enough,
 * else in a fresh folder with an unguessable name in a run-time or temporary folder; that name is noted in `note`.
 */
export async function makeSocketFolder(home: string, note: string, owner: SystemUser | undefined): Promise<string> {
  const inside = path.join(home, "run");
  if (fits(inside)) {
    await mkdir(inside, { recursive: true, mode: 0o700 });
    if (owner) await chown(inside, owner.uid, owner.gid);
    await chmod(inside, 0o700);
    return inside;
  }
  const noted = (await readIfThere(note))?.trim();
  if (noted && isPrivate(noted, owner)) return noted;
  const parents = [process.env["XDG_RUNTIME_DIR"], os.tmpdir(), "/tmp"];
  const parent = parents.find((folder) => folder !== undefined && fits(`${folder}/candela-xxxxxx`)) ?? "/tmp";
  const made = await mkdtemp(path.join(parent, "candela-"));
  if (owner) await chown(made, owner.uid, owner.gid);
  await writeDurably(note, `${made}\n`, { mode: 0o644 });
  return made;
}

/**
 * Where the socket is to be found, or an error with the code ENOENT. A folder outside of ours is only believed when it
 * is a real folder, closed to others and of the server's user: after the system cleaned its temporary folder, anybody
 * could have made one with the noted name, to catch the password.
 */
export async function findSocketFolder(home: string, note: string, owner: SystemUser | undefined): Promise<string> {
  const inside = path.join(home, "run");
  if (fits(inside)) return inside;
  const noted = (await readIfThere(note))?.trim();
  if (noted && isPrivate(noted, owner)) return noted;
  throw Object.assign(new Error("the server's socket folder is gone"), { code: "ENOENT" });
}

function isPrivate(folder: string, owner: SystemUser | undefined): boolean {
  let stats: Stats;
  try {
    stats = lstatSync(folder);
  } catch {
    return false;
  }
  return stats.isDirectory() && (stats.mode & 0o077) === 0 && stats.uid === (owner?.uid ?? process.getuid?.());
}
