import { readFileSync } from "node:fs";
import path from "node:path";
import { journalMigrations } from "../../../src/ground/journal/index.ts";
import { type Migration, openStore, type Store } from "../../../src/ground/store/index.ts";
import { type PrivateServer, startPrivateServer } from "./private-server.ts";
import { discardAll, scratch } from "./scratch.ts";

/** Tables of the journal, as the tests look at them past its own functions. */
export type JournalTable = {
  journal_event: {
    position: bigint;
    stream: string;
    seq: number;
    at: Date;
    actor: string;
    kind: string;
    body: string;
    prev: Buffer;
    hash: Buffer;
  };
};

/** The two servers that every test of the store runs on. */
export const SERVERS = ["embedded", "debian-15"] as const;
/** The same programs, with a database for each test on one server: quicker, where how it is started does not matter. */
export const DATABASES = ["postgres-18", "debian-15"] as const;
export type ServerName = (typeof SERVERS | typeof DATABASES)[number];

/** Opens fresh stores on either server and cleans up after them. */
export class TestServers {
  #debian: PrivateServer | undefined;
  readonly #open: Store[] = [];
  #shared: Promise<Store> | undefined;
  #databases = 0;

  async debian(): Promise<PrivateServer> {
    this.#debian ??= await startPrivateServer();
    return this.#debian;
  }

  /** Where a new store can be opened: a folder that is not there yet, and an empty database for it. */
  async place(server: ServerName): Promise<{ folder: string; databaseUrl?: string }> {
    const folder = path.join(scratch(), "data");
    if (server === "embedded") return { folder };
    if (server === "debian-15") return { folder, databaseUrl: await (await this.debian()).newDatabase() };
    return { folder, databaseUrl: await this.#databaseOnEmbedded() };
  }

  async #databaseOnEmbedded(): Promise<string> {
    this.#shared ??= this.fresh("embedded", []);
    const { folder, pool } = await this.#shared;
    this.#databases += 1;
    const name = `store_${this.#databases}`;
    await pool().query(`create database ${name}`);
    const secret = readFileSync(path.join(folder, "secret"), "utf8").trim();
    return `postgres://candela:${secret}@${encodeURIComponent(path.join(folder, "postgres/run"))}/${name}`;
  }

  async open(
    place: { folder: string; databaseUrl?: string },
    migrations: readonly Migration[] = journalMigrations,
  ): Promise<Store> {
    const opened = await openStore({ ...place, migrations });
    if (!opened.ok) throw new Error(JSON.stringify(opened.issues));
    this.#open.push(opened.value);
    return opened.value;
  }

  async fresh(server: ServerName, migrations?: readonly Migration[]): Promise<Store> {
    return this.open(await this.place(server), migrations);
  }

  async stop(): Promise<void> {
    // The shared server was opened first and goes last.
    for (const store of this.#open.splice(0).reverse()) await store.close();
    await this.#debian?.stop();
    this.#debian = undefined;
    await discardAll();
  }
}
