import { randomBytes } from "node:crypto";
import { link, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { makeFolder, readIfThere, type SystemUser } from "../durable-file.ts";
import { isAlive, ownIdentity } from "./process-identity.ts";

const RELEASED = "released";
const POLL_MS = 15;

/**
 * Runs `work` while no other process (and nobody else in this one) runs under the same lock. A holder that was killed
 * is passed over, without the race of "stale, so I delete it" that plain lock files have: holders form a row of
 * numbered files. Only the file after the highest can be taken, by a link that fails when it exists, and only when the
 * highest is released or its process is gone. The highest is never deleted, so who was overtaken always sees it.
 */
export async function withFolderLock<T>(
  folder: string,
  owner: SystemUser | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const locks = path.join(folder, "lock");
  await makeFolder(locks, owner);
  const mine = await take(locks);
  try {
    return await work();
  } finally {
    await release(locks, mine);
  }
}

async function take(locks: string): Promise<number> {
  const identity = ownIdentity();
  for (;;) {
    const highest = Math.max(0, ...(await numbers(locks)));
    if (highest > 0 && !(await isFree(locks, highest))) {
      await pause(POLL_MS);
      continue;
    }
    const mine = highest + 1;
    if (!(await claim(locks, mine, identity))) continue;
    // Between looking and linking others may have taken and cleaned up this very number: then a higher one stands.
    const now = await numbers(locks);
    if (Math.max(...now) === mine) {
      await Promise.all(
        now.filter((number) => number < mine).map((number) => rm(name(locks, number), { force: true })),
      );
      return mine;
    }
    await rm(name(locks, mine), { force: true });
  }
}

async function isFree(locks: string, number: number): Promise<boolean> {
  const holder = await readIfThere(name(locks, number));
  // Not there: cleaned up by a later holder, so look again.
  return holder !== undefined && (holder === RELEASED || !isAlive(holder));
}

async function claim(locks: string, number: number, identity: string): Promise<boolean> {
  const temporary = path.join(locks, `.${randomBytes(8).toString("hex")}`);
  await writeFile(temporary, identity, { mode: 0o644, flag: "wx" });
  try {
    await link(temporary, name(locks, number));
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function release(locks: string, number: number): Promise<void> {
  const temporary = path.join(locks, `.${randomBytes(8).toString("hex")}`);
  await writeFile(temporary, RELEASED, { mode: 0o644, flag: "wx" });
  await rename(temporary, name(locks, number));
}

function name(locks: string, number: number): string {
  return path.join(locks, String(number));
}

async function numbers(locks: string): Promise<number[]> {
  return (await readdir(locks)).filter((entry) => /^\d+$/.test(entry)).map(Number);
}
