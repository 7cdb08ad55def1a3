import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { requirePostgres } from "./require-postgres.ts";
import { scratch } from "./scratch.ts";

/** A server of Debian's PostgreSQL 15 of our own, in a temporary folder. */
export interface PrivateServer {
  /** A new, empty database. */
  newDatabase(options?: { encoding?: string; owner?: string }): Promise<string>;
  /** URL of a database, as a role. */
  url(database: string, role?: string): string;
  stop(): Promise<void>;
  /** Starts it anew after a stop, with what it held. */
  startAgain(): Promise<void>;
}

export async function startPrivateServer(): Promise<PrivateServer> {
  const programs = requirePostgres();
  const folder = scratch();
  const cluster = path.join(folder, "pg15");
  mkdirSync(cluster, { mode: 0o700 });
  const user = plainUser();
  if (user) chownSync(cluster, user.uid, user.gid);
  const how = { ...user, cwd: "/", env: { PATH: "/usr/bin:/bin", LC_ALL: "C" } };
  const init = spawnSync(
    path.join(programs, "initdb"),
    ["-D", `${cluster}/data`, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
    how,
  );
  if (init.status !== 0) throw new Error(init.stderr.toString());
  mkdirSync(path.join(folder, "s"));
  if (user) chownSync(path.join(folder, "s"), user.uid, user.gid);
  chmodSync(path.join(folder, "s"), 0o755);
  const launch = () =>
    spawn(
      path.join(programs, "postgres"),
      ["-D", `${cluster}/data`, "-k", path.join(folder, "s"), "-c", "listen_addresses="],
      { ...how, stdio: "ignore" },
    );
  let server = launch();
  const url = (database: string, role = "postgres"): string =>
    `postgres://${role}@${encodeURIComponent(path.join(folder, "s"))}/${database}`;
  await untilReady(url("postgres"), () => server.exitCode === null);
  let databases = 0;
  return {
    url,
    async newDatabase(options = {}) {
      databases += 1;
      const name = `store_${databases}`;
      const client = new pg.Client(url("postgres"));
      await client.connect();
      await client.query(`create database ${name} encoding '${options.encoding ?? "UTF8"}' template template0`);
      await client.end();
      return url(name);
    },
    async stop() {
      const ended = once(server, "exit");
      server.kill("SIGINT");
      await ended;
    },
    async startAgain() {
      server = launch();
      await untilReady(url("postgres"), () => server.exitCode === null);
    },
  };
}

async function untilReady(url: string, runs: () => boolean): Promise<void> {
  while (runs()) {
    const client = new pg.Client(url);
    try {
      await client.connect();
      return;
    } catch {
      await pause(20);
    } finally {
      await client.end().catch(() => {});
    }
  }
  throw new Error("PostgreSQL 15 did not start");
}

/** PostgreSQL refuses root; any other user of the machine will do. */
export function plainUser(name = "nobody"): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = (line ?? "").split(":");
  return { uid: Number(uid), gid: Number(gid) };
}
