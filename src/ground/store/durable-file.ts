import { randomBytes } from "node:crypto";
import { chmod, lchown, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";

/** A user of the operating system. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** Makes the entries of a folder durable: a file that was fsynced is lost all the same when its name is not. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Creates a folder with its parents, each closed to others, and makes their names durable. One level after the other: a
 * recursive mkdir never returns where a file system refuses with ENOENT, as /proc does.
 */
export async function makeFolder(folder: string, owner?: SystemUser): Promise<void> {
  const missing: string[] = [];
  for (let place = path.resolve(folder); !(await isFolder(place)); place = path.dirname(place)) missing.unshift(place);
  for (const place of missing) {
    await mkdir(place, { mode: 0o700 }).catch(async (error: unknown) => {
      // Another process may have been quicker.
      if (!(await isFolder(place))) throw error;
    });
    if (owner) await lchown(place, owner.uid, owner.gid);
    await syncFolder(path.dirname(place));
  }
}

/** Whether a folder is there; a file in its place is an error of the operating system's. */
async function isFolder(place: string): Promise<boolean> {
  try {
    if ((await stat(place)).isDirectory()) return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
  throw Object.assign(new Error(`ENOTDIR: not a directory, '${place}'`), { code: "ENOTDIR" });
}

/** Writes a small file so that a reader sees the old one or the whole new one, also after a power cut. */
export async function writeDurably(
  file: string,
  text: string,
  options: { mode: number; owner?: SystemUser },
): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  const handle = await open(temporary, "wx", options.mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await chmod(temporary, options.mode);
    if (options.owner) await lchown(temporary, options.owner.uid, options.owner.gid);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}

/** The text of a file, or `undefined` when there is none. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
