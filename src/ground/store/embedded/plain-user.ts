import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { SystemUser } from "../durable-file.ts";

const run = promisify(execFile);
const NAME = "candela";

/**
 * The user that the server runs as when we are root, which PostgreSQL refuses: the owner of the data folder when that
 * is a plain user with an account, else the system user `candela` (created when there is none), else `nobody`.
 */
export async function plainUser(folderOwner: SystemUser): Promise<SystemUser> {
  const users = await readUsers();
  if (folderOwner.uid !== 0 && [...users.values()].some((user) => user.uid === folderOwner.uid)) return folderOwner;
  const found = users.get(NAME) ?? (await createUser()) ?? users.get("nobody");
  if (!found || found.uid === 0) throw new Error("there is no plain user that the database server could run as");
  return found;
}

async function createUser(): Promise<SystemUser | undefined> {
  try {
    await run(
      "useradd",
      [
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
        NAME,
      ],
      {
        env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      },
    );
  } catch {
    // Not possible here, or another process was quicker: look whether it is there now.
  }
  return (await readUsers()).get(NAME);
}

async function readUsers(): Promise<Map<string, SystemUser>> {
  const lines = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  return new Map(
    lines
      .filter((fields) => fields.length >= 4)
      .map(([name, , uid, gid]) => [name ?? "", { uid: Number(uid), gid: Number(gid) }]),
  );
}

/** Runs a program as a user (ourselves when none is given), with nothing of our environment. */
export async function runAs(
  user: SystemUser | undefined,
  program: string,
  args: readonly string[],
): Promise<{ stdout: string; stderr: string }> {
  return run(program, [...args], { ...asUser(user), maxBuffer: 16 * 1024 * 1024 });
}

/** Spawn options for a program that runs as a user in a plain, known environment. */
export function asUser(user: SystemUser | undefined): {
  uid?: number;
  gid?: number;
  cwd: string;
  env: NodeJS.ProcessEnv;
} {
  return {
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
    cwd: "/",
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
  };
}
