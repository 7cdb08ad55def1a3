import path from "node:path";
import { type IsolationLevel, Kysely, PostgresDialect, sql, type Transaction } from "kysely";
import type pg from "pg";
import { fail, ok, type Result } from "../issue/index.ts";
import { HealingPool } from "./connection.ts";
import { type PreparedFolder, prepareFolder, UNFINISHED_RESTORE } from "./data-folder.ts";
import { readIfThere } from "./durable-file.ts";
import { createEvidenceFiles, type EvidenceFiles } from "./evidence-files.ts";
import { externalServer } from "./external-server.ts";
import { type Migration, migrate, type StoreTables, storeMigrations } from "./migrator.ts";
import { embeddedServer } from "./server-access.ts";
import { errorText, isConnectionFailure, StoreFailure } from "./store-failure.ts";

export interface StoreOptions {
  /** The data folder; made when it is not there. */
  readonly folder: string;
  /** A PostgreSQL of the user's, `postgres://…`; without it the embedded one in the folder. */
  readonly databaseUrl?: string;
  /** The wings' migrations; the store's own come first by themselves. */
  readonly migrations: readonly Migration[];
  readonly onProgress?: (text: string) => void;
}

export interface TransactionOptions {
  readonly isolation?: IsolationLevel;
  readonly readOnly?: boolean;
}

/**
 * An open store. Wings see their tables by `store.db.withTables<LedgerTables>()`, and likewise on a transaction
 * (`LedgerTables` a type, not an interface).
 */
export interface Store {
  /** Real path of the data folder. */
  readonly folder: string;
  readonly db: Kysely<StoreTables>;
  /** The driver's pool, for COPY; its connections heal as all others do. */
  pool(): pg.Pool;
  /**
   * One transaction: commits when `work` returns, rolls back when it throws. A server that was killed is started again
   * before the transaction begins; once it has begun, a lost connection throws, and nothing of it is kept unless the
   * loss fell on the commit itself.
   */
  transaction<T>(work: (tx: Transaction<StoreTables>) => Promise<T>, options?: TransactionOptions): Promise<T>;
  readonly evidence: EvidenceFiles;
  /** Ids of the schema's migrations that this program knows, in order. */
  readonly migrations: readonly Migration[];
  readonly server: { readonly kind: "embedded" | "external"; readonly version: string };
  /** Closes our connections; the embedded server stops when nobody else uses it. */
  close(): Promise<void>;
}

const OLDEST_VERSION = 150_000;
const POOL_SIZE = 10;

/**
 * Opens the store of a folder: starts the embedded server when none runs there (or connects to the given one), and
 * brings the schema forward.
 * @issues STORE-001 (folder), STORE-002, STORE-003, STORE-009, STORE-010, STORE-013 (embedded server), STORE-004 (not
 *   reachable), STORE-005 (too old), STORE-006 (newer schema), STORE-007 (encoding), STORE-008 (rights), STORE-014
 *   (unfinished restore)
 */
export async function openStore(options: StoreOptions): Promise<Result<Store>> {
  const prepared = await prepareFolder(options.folder);
  if (!prepared.ok) return prepared;
  const { folder } = prepared.value;
  if ((await readIfThere(path.join(folder, UNFINISHED_RESTORE))) !== undefined) {
    return fail({ code: "STORE-014", severity: "error", at: { file: folder } });
  }
  return connectStore(options, prepared.value);
}

/** `openStore` less the check for an unfinished restore, for the restore itself. */
export async function connectStore(options: StoreOptions, prepared: PreparedFolder): Promise<Result<Store>> {
  const { folder, owner } = prepared;
  const progress = options.onProgress ?? (() => {});
  const access =
    options.databaseUrl === undefined ? ok(embeddedServer(prepared, progress)) : externalServer(options.databaseUrl);
  if (!access.ok) return access;
  const server = access.value;
  const entered = await server.enter();
  if (!entered.ok) return entered;
  const pool = new HealingPool({ config: server.config, prepare: server.prepare, heal: server.heal, size: POOL_SIZE });
  const db = new Kysely<StoreTables>({ dialect: new PostgresDialect({ pool }) });
  const close = once(async () => {
    await db.destroy();
    await server.leave();
  });
  const ready = await prepareDatabase(db, [...storeMigrations, ...options.migrations], progress).catch(
    (error: unknown) => {
      if (error instanceof StoreFailure) return fail(...error.issues);
      if (isConnectionFailure(error))
        return fail({ code: "STORE-004", severity: "error", at: {}, actual: errorText(error) });
      return close().then(() => Promise.reject(error));
    },
  );
  if (!ready.ok) {
    await close();
    return ready;
  }
  return ok({
    folder,
    db,
    pool: () => pool,
    transaction: (work, how) => transact(db, work, how ?? {}),
    evidence: createEvidenceFiles(folder, () => db, owner),
    migrations: [...storeMigrations, ...options.migrations],
    server: { kind: server.kind, version: ready.value },
    close,
  });
}

/** @returns the server's version, "18.4" */
async function prepareDatabase(
  db: Kysely<StoreTables>,
  migrations: readonly Migration[],
  progress: (text: string) => void,
): Promise<Result<string>> {
  const shown = await sql<{ number: string; version: string; encoding: string }>`
    select current_setting('server_version_num') as number, current_setting('server_version') as version,
      current_setting('server_encoding') as encoding`.execute(db);
  const about = shown.rows[0];
  if (!about || Number(about.number) < OLDEST_VERSION) {
    return fail({ code: "STORE-005", severity: "error", at: {}, expected: "15", actual: about?.version ?? "–" });
  }
  if (about.encoding !== "UTF8")
    return fail({ code: "STORE-007", severity: "error", at: {}, expected: "UTF8", actual: about.encoding });
  const migrated = await migrate(db, migrations, progress);
  return migrated.ok ? ok(about.version.split(" ")[0] ?? about.version) : migrated;
}

/** Begins anew on a connection that could not begin: an idle one may have died without our noticing yet. */
async function transact<T>(
  db: Kysely<StoreTables>,
  work: (tx: Transaction<StoreTables>) => Promise<T>,
  { isolation, readOnly }: TransactionOptions,
): Promise<T> {
  for (;;) {
    let builder = db.transaction();
    if (isolation) builder = builder.setIsolationLevel(isolation);
    if (readOnly) builder = builder.setAccessMode("read only");
    let began = false;
    let thrown: { readonly error: unknown } | undefined;
    try {
      return await builder.execute(async (tx) => {
        began = true;
        return work(tx).catch((error: unknown) => {
          thrown = { error };
          throw error;
        });
      });
    } catch (error) {
      // A rollback that failed with its connection must not hide why the work failed.
      if (began) throw (thrown ?? { error }).error;
      if (!isConnectionFailure(error)) throw error;
    }
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
