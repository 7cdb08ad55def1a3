import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { fail, type Issue, ok, type Result } from "../../issue/index.ts";
import { SESSION } from "../connection.ts";
import type { PreparedFolder } from "../data-folder.ts";
import { readIfThere, type SystemUser } from "../durable-file.ts";
import { errorCode, errorText, isConnectionFailure, StoreFailure } from "../store-failure.ts";
import { type Binaries, prepareBinaries } from "./binaries.ts";
import {
  checkBelonging,
  chooseHome,
  type ClusterHome,
  clusterFolder,
  createCluster,
  findCluster,
  readSecret,
  FALLBACK_ROOT,
  ROLE,
  socketNote,
} from "./cluster-home.ts";
import { withFolderLock } from "./folder-lock.ts";
import { clearStaleNotes, evictOrphans, runningPostmaster, startPostmaster, stopPostmaster } from "./postmaster.ts";
import { findSocketFolder, makeSocketFolder, SOCKET_PORT } from "./socket-folder.ts";

type Progress = (text: string) => void;

/** Held in shared mode by every connection of every process that uses the server; who gets it alone is the last one. */
const IN_USE = [0x63616e64, 0x75736572] as const;

const STOP_PATIENCE_MS = 60_000;
/** How long orphans of a killed server may finish what they are at, before they are ended. */
const ORPHAN_GRACE_MS = 10_000;
/** How long orphans of a killed server may take to leave before the start is given up. */
const ORPHAN_PATIENCE_MS = 60_000;
/** A running server that cannot be reached for so long has lost its socket: it is stopped and started again. */
const LOST_SOCKET_MS = 5_000;

/** The embedded PostgreSQL of one data folder: one daemon for all processes that use the folder. */
export class EmbeddedServer {
  readonly #folder: string;
  readonly #owner: SystemUser | undefined;
  readonly #progress: Progress;
  /** Tells our own connections from others' on the server. */
  readonly #name: string;
  #cluster: ClusterHome | undefined;
  #secret = "";
  #socketFolder = "";
  #starting: Promise<Result<void>> | undefined;
  #presence: pg.Client | undefined;
  /** Coming back after the server was lost. */
  #returning: Promise<unknown> = Promise.resolve();
  #closing = false;

  constructor({ folder, owner }: PreparedFolder, name: string, progress: Progress) {
    this.#folder = folder;
    this.#owner = owner;
    this.#name = name;
    this.#progress = progress;
  }

  /** How to connect now. */
  config(): pg.ClientConfig {
    return {
      host: this.#socketFolder,
      port: SOCKET_PORT,
      user: ROLE,
      database: "postgres",
      password: this.#secret,
      ssl: false,
      application_name: this.#name,
    };
  }

  /** Marks a connection as using the server, so that nobody stops it. */
  async markInUse(client: pg.ClientBase): Promise<void> {
    await client.query("select pg_advisory_lock_shared($1, $2)", [...IN_USE]);
  }

  /**
   * Makes sure that the server runs, starting it (and on a fresh folder making it) when it does not.
   * @issues STORE-002, STORE-003, STORE-009, STORE-010, STORE-013
   */
  ensureRunning(): Promise<Result<void>> {
    this.#starting ??= this.#ensureRunning().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  /** Starts the server when needed and stays connected to it, idle, until `close`. */
  async enter(): Promise<Result<void>> {
    while (!this.#closing) {
      const running = await this.ensureRunning();
      if (!running.ok) return running;
      const client = this.#client();
      try {
        await client.connect();
        await this.markInUse(client);
      } catch (error) {
        await client.end().catch(() => {});
        // The last user stopped the server while we were coming in.
        if (isConnectionFailure(error)) continue;
        return fail(this.#startFailure(error));
      }
      client.once("end", () => this.#reenter(client));
      this.#presence = client;
      return ok(undefined);
    }
    return ok(undefined);
  }

  /** The server was killed or restarted: come back, so that another process does not take itself for the last. */
  #reenter(lost: pg.Client): void {
    if (this.#closing || this.#presence !== lost) return;
    this.#presence = undefined;
    // A failure here shows again, with its issue, at the next use of the store.
    this.#returning = this.enter().catch(() => {});
  }

  /** Leaves the server, and stops it when nobody else uses it. Our other connections must be closed before. */
  async leave(): Promise<void> {
    this.#closing = true;
    await this.#returning;
    const client = this.#presence ?? (await this.#lastConnection());
    this.#presence = undefined;
    if (!client) return;
    try {
      await client.query("select pg_advisory_unlock_shared($1, $2)", [...IN_USE]);
      await this.#ownBackendsGone(client);
      const alone = await client.query<{ alone: boolean }>("select pg_try_advisory_lock($1, $2) as alone", [...IN_USE]);
      if (!alone.rows[0]?.alone) return;
      const cluster = this.#cluster;
      // Whoever comes in now waits for our lock on the server, is cut off with it, and starts it again after us.
      if (cluster) await withFolderLock(this.#folder, this.#owner, () => stopPostmaster(cluster, STOP_PATIENCE_MS));
    } catch (error) {
      if (!isConnectionFailure(error)) throw error;
    } finally {
      await client.end().catch(() => {});
    }
  }

  async #lastConnection(): Promise<pg.Client | undefined> {
    const client = this.#client();
    return client.connect().then(
      () => client,
      () => undefined,
    );
  }

  /** A closed connection's backend takes a moment to leave and holds its locks until then. */
  async #ownBackendsGone(client: pg.Client): Promise<void> {
    for (let turn = 0; turn < 500; turn += 1) {
      const others = await client.query(
        "select 1 from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()",
        [this.#name],
      );
      if (others.rows.length === 0) return;
      await pause(10);
    }
  }

  #client(): pg.Client {
    const client = new pg.Client({ ...SESSION, ...this.config() });
    client.on("error", () => {});
    return client;
  }

  async #ensureRunning(): Promise<Result<void>> {
    try {
      const known = this.#cluster !== undefined;
      this.#cluster ??= await findCluster(this.#folder);
      if (this.#cluster && !known) {
        const belonging = await checkBelonging(this.#cluster);
        if (!belonging.ok) return belonging;
      }
      if (this.#cluster && (await this.#probe(this.#cluster)) === "up") return ok(undefined);
      return await withFolderLock(this.#folder, this.#owner, () => this.#startLocked());
    } catch (error) {
      return fail(...(error instanceof StoreFailure ? error.issues : [this.#startFailure(error)]));
    }
  }

  #startFailure(error: unknown): Issue {
    return { code: "STORE-003", severity: "error", at: { file: this.#folder }, actual: errorText(error) };
  }

  async #startLocked(): Promise<Result<void>> {
    let cluster = await findCluster(this.#folder);
    this.#cluster = cluster;
    if (cluster && (await this.#probe(cluster)) === "up") return ok(undefined);
    const place = cluster ?? (await chooseHome(this.#folder));
    const copies = place.user ? FALLBACK_ROOT : place.home;
    const binaries = await prepareBinaries(place.user, copies);
    if (!binaries.ok) return binaries;
    if (!cluster) {
      this.#progress("preparing a new database");
      const created = await createCluster(place, binaries.value);
      if (!created.ok) return created;
      cluster = place;
    }
    const usable = await this.#checkVersion(cluster, binaries.value);
    if (!usable.ok) return usable;
    this.#cluster = cluster;
    return this.#start(cluster, binaries.value);
  }

  async #checkVersion(cluster: ClusterHome, binaries: Binaries): Promise<Result<void>> {
    const major = (await readIfThere(path.join(clusterFolder(cluster), "PG_VERSION")))?.trim() ?? "";
    if (major === String(binaries.major)) return ok(undefined);
    return fail({
      code: "STORE-009",
      severity: "error",
      at: { file: cluster.home },
      expected: String(binaries.major),
      actual: major,
    });
  }

  async #start(cluster: ClusterHome, binaries: Binaries): Promise<Result<void>> {
    const socketFolder = await makeSocketFolder(cluster.home, socketNote(cluster), cluster.user);
    const since = Date.now();
    for (;;) {
      if (await this.#waitForOther(cluster)) return ok(undefined);
      await clearStaleNotes(cluster, socketFolder);
      this.#progress("starting the database");
      const server = await startPostmaster(cluster, binaries, socketFolder, this.#owner);
      while (!server.exited()) {
        if ((await this.#probe(cluster)) === "up") return ok(undefined);
        await pause(10);
      }
      const log = await server.log();
      // Backends of a killed server still hold its memory; they leave when their current step is done, or are made to.
      const orphans = /pre-existing shared memory block|lock file .* already exists/.test(log);
      const waitedMs = Date.now() - since;
      if (!orphans || waitedMs > ORPHAN_PATIENCE_MS) {
        return fail({
          code: "STORE-003",
          severity: "error",
          at: { file: cluster.folder },
          actual: log.trim().slice(-800),
        });
      }
      if (waitedMs > ORPHAN_GRACE_MS) await evictOrphans(cluster);
      await pause(100);
    }
  }

  /** Waits while a server that somebody else started is starting or stopping; true when it is up. */
  async #waitForOther(cluster: ClusterHome): Promise<boolean> {
    let unreachableMs = 0;
    while ((await runningPostmaster(cluster)) !== undefined) {
      const state = await this.#probe(cluster);
      if (state === "up") return true;
      unreachableMs = state === "down" ? unreachableMs + 20 : 0;
      if (unreachableMs > LOST_SOCKET_MS) await stopPostmaster(cluster, STOP_PATIENCE_MS);
      await pause(20);
    }
    return false;
  }

  /** Whether the server answers, is on its way up or down, or is not there. Throws on what waiting cannot mend. */
  async #probe(cluster: ClusterHome): Promise<"up" | "busy" | "down"> {
    const secret = await readSecret(cluster);
    if (secret === undefined) {
      throw new StoreFailure([
        { code: "STORE-013", severity: "error", at: { file: path.join(cluster.folder, "secret") } },
      ]);
    }
    this.#secret = secret;
    try {
      this.#socketFolder = await findSocketFolder(cluster.home, socketNote(cluster), cluster.user);
    } catch (error) {
      if (errorCode(error) === "ENOENT") return "down";
      throw error;
    }
    const client = this.#client();
    try {
      await client.connect();
      return "up";
    } catch (error) {
      const code = errorCode(error);
      if (code === "53300") return "up";
      if (code === "ENOENT" || code === "ECONNREFUSED") return "down";
      if (isConnectionFailure(error)) return "busy";
      throw error;
    } finally {
      await client.end().catch(() => {});
    }
  }
}
