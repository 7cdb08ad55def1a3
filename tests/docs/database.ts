import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { expectOk } from "../../src/ground/issue/index.ts";
import { prepareBinaries } from "../../src/ground/store/embedded/binaries.ts";
import { plainUser } from "../services/store/private-server.ts";

/** The database that the pages speak of; each page gets one of its own in its place. */
export const SHOWN_URL = "postgres://candela@db.example/esg";

/** A PostgreSQL that is nobody's store, as a reader would have one elsewhere. */
export interface Database {
  newUrl(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts it from the programs of the embedded server's package, so that no package of the system is needed. */
export async function startDatabase(): Promise<Database> {
  const folder = mkdtempSync(join(tmpdir(), "candela-docs-server-"));
  chmodSync(folder, 0o711);
  const user = plainUser();
  const home = join(folder, "home");
  mkdirSync(home);
  if (user) chownSync(home, user.uid, user.gid);
  const { initdb, postgres } = expectOk(await prepareBinaries(user, join(folder, "copies")));
  const how = { ...user, cwd: "/", env: { PATH: "/usr/bin:/bin", LC_ALL: "C" } };
  const flags = ["-D", join(home, "data"), "-U", "candela", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
  const made = spawnSync(initdb, flags, how);
  if (made.status !== 0) throw new Error(made.stderr.toString());
  const server = spawn(postgres, ["-D", join(home, "data"), "-k", home, "-c", "listen_addresses="], {
    ...how,
    stdio: "ignore",
  });
  const url = (database: string): string => `postgres://candela@${encodeURIComponent(home)}/${database}`;
  const run = async (sql: string): Promise<void> => {
    const client = new pg.Client(url("postgres"));
    try {
      await client.connect();
      await client.query(sql);
    } finally {
      await client.end().catch(() => {});
    }
  };
  while (
    !(await run("select 1").then(
      () => true,
      () => false,
    ))
  ) {
    if (server.exitCode !== null) throw new Error("the server did not start");
    await pause(20);
  }
  let databases = 0;
  return {
    async newUrl() {
      databases += 1;
      await run(`create database esg_${databases}`);
      return url(`esg_${databases}`);
    },
    async stop() {
      const ended = once(server, "exit");
      server.kill("SIGINT");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
