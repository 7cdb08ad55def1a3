import { open, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { fail, type Issue, ok, type Result } from "../../issue/index.ts";
import { parseHeads, type Verifier, verifyJournal } from "../../journal/index.ts";
import { SESSION } from "../connection.ts";
import { type PreparedFolder, prepareFolder, UNFINISHED_RESTORE } from "../data-folder.ts";
import { makeFolder, readIfThere, syncFolder, writeDurably } from "../durable-file.ts";
import { externalServer } from "../external-server.ts";
import { inOrder, type Migration, migrate, storeMigrations } from "../migrator.ts";
import { connectStore, type Store } from "../store.ts";
import { errorCode } from "../store-failure.ts";
import { type Archive, openArchive } from "./archive-reader.ts";
import type { Manifest } from "./manifest.ts";
import { copyIn, emptied, type TableShape, tablesInOrder } from "./tables.ts";

export interface RestoreOptions {
  /** An empty folder, or one that is not there. */
  readonly folder: string;
  /** A database without our schema; without one the embedded server of the folder is used. */
  readonly databaseUrl?: string;
  /** All of the wings' migrations, as for `openStore`. */
  readonly migrations: readonly Migration[];
  readonly verifiers?: readonly Verifier<Store>[];
  readonly onProgress?: (text: string) => void;
}

export interface RestoreSummary {
  readonly folder: string;
  readonly tables: number;
  readonly rows: number;
  readonly files: number;
  /** Events of the journal that were verified after the restore. */
  readonly events: number;
  readonly head: string | undefined;
}

/**
 * Puts a backup into an empty folder or database. Every hash of the archive is checked before anything is written, and
 * the journal, its head and the evidence after; if anything is wrong, or fails midway, what was written is removed.
 * The schema is brought to where it was at the time, filled, and then brought forward.
 * @issues STORE-020, STORE-021, STORE-022, STORE-024 (archive), STORE-023 (target not empty), STORE-006 (made by a newer
 *   version), STORE-025 and JOURNAL-… (not what the backup says), and those of `openStore`
 */
export async function restore(file: string, options: RestoreOptions): Promise<Result<RestoreSummary>> {
  const progress = options.onProgress ?? (() => {});
  const archive = await openArchive(file, progress);
  if (!archive.ok) return archive;
  const known = inOrder([...storeMigrations, ...options.migrations]);
  const unknown = archive.value.manifest.migrations.filter((id) => !known.some((migration) => migration.id === id));
  if (unknown.length > 0) {
    return fail({
      code: "STORE-006",
      severity: "error",
      at: { file },
      expected: known.at(-1)?.id ?? "–",
      actual: unknown.join(", "),
    });
  }
  const target = await emptyTarget(options);
  if (!target.ok) return target;
  await writeDurably(path.join(target.value.folder, UNFINISHED_RESTORE), `${file}\n`, { mode: 0o600 });
  let restored: Result<RestoreSummary> | undefined;
  try {
    restored = await restoreInto(target.value, archive.value, options, progress);
  } finally {
    if (!restored?.ok) await undo(target.value.folder, options.databaseUrl);
  }
  if (!restored.ok) return restored;
  await rm(path.join(target.value.folder, UNFINISHED_RESTORE));
  await syncFolder(target.value.folder);
  return restored;
}

async function restoreInto(
  prepared: PreparedFolder,
  archive: Archive,
  options: RestoreOptions,
  progress: (text: string) => void,
): Promise<Result<RestoreSummary>> {
  const { manifest } = archive;
  await restoreFiles(prepared, archive, progress);
  const then = options.migrations.filter(({ id }) => manifest.migrations.includes(id));
  const opened = await connectStore({ ...options, migrations: then }, prepared);
  if (!opened.ok) return opened;
  const store = opened.value;
  try {
    const filled = await restoreTables(store, archive, progress);
    if (!filled.ok) return filled;
    const verified = await verify(store, manifest, options, progress);
    if (!verified.ok) return verified;
    const migrated = await migrate(store.db, [...storeMigrations, ...options.migrations], progress);
    if (!migrated.ok) return migrated;
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
    return ok({
      folder: store.folder,
      tables: manifest.tables.length,
      rows,
      files: manifest.files.length,
      events: verified.value,
      head: manifest.head,
    });
  } finally {
    await store.close();
  }
}

/** @issues STORE-001, STORE-004, STORE-023 */
async function emptyTarget({ folder, databaseUrl }: RestoreOptions): Promise<Result<PreparedFolder>> {
  const entries = await readdir(folder).catch((error: unknown) => {
    // What is wrong with the folder itself is said when it is made.
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return [];
    throw error;
  });
  if (entries.length > 0)
    return fail({ code: "STORE-023", severity: "error", at: { file: folder }, actual: entries.slice(0, 5).join(", ") });
  if (databaseUrl !== undefined) {
    const used = await onServer(databaseUrl, async (client) => {
      const found = await client.query(
        "select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'candela' limit 1",
      );
      return found.rows.length > 0;
    });
    if (!used.ok) return used;
    if (used.value)
      return fail({ code: "STORE-023", severity: "error", at: { file: "database" }, actual: "schema candela" });
  }
  return prepareFolder(folder);
}

async function onServer<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<Result<T>> {
  const access = externalServer(databaseUrl);
  if (!access.ok) return access;
  const entered = await access.value.enter();
  if (!entered.ok) return entered;
  const client = new pg.Client({ ...SESSION, ...access.value.config() });
  client.on("error", () => {});
  try {
    await client.connect();
    return ok(await work(client));
  } finally {
    await client.end().catch(() => {});
  }
}

async function restoreFiles(
  { folder, owner }: PreparedFolder,
  archive: Archive,
  progress: (text: string) => void,
): Promise<void> {
  const folders = new Set<string>();
  for (const [index, entry] of archive.manifest.files.entries()) {
    const target = path.join(folder, ...entry.path.split("/"));
    await makeFolder(path.dirname(target), owner);
    folders.add(path.dirname(target));
    // "wx" neither replaces nor follows anything; our folder was empty, so nothing can be in the way.
    const handle = await open(target, "wx", entry.path.startsWith("evidence/") ? 0o400 : 0o600);
    try {
      for await (const chunk of archive.open(entry.part)) await handle.writeFile(chunk as Buffer);
      if (owner) await handle.chown(owner.uid, owner.gid);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if ((index + 1) % 100 === 0) progress(`restore: ${index + 1} of ${archive.manifest.files.length} files`);
  }
  for (const made of folders) await syncFolder(made);
}

/** @issues STORE-020 (not the tables, columns or rows that the schema of its migrations takes) */
async function restoreTables(store: Store, archive: Archive, progress: (text: string) => void): Promise<Result<void>> {
  const client = await store.pool().connect();
  let broken: Error | undefined;
  try {
    await client.query("begin");
    const tables = await tablesInOrder(client);
    const issues = differences(tables, archive);
    if (issues.length === 0)
      await emptied(client, tables, async () => {
        for (const table of tables) issues.push(...(await restoreTable(client, table, archive, progress)));
        for (const { name, last, called } of archive.manifest.sequences) {
          await client.query("select setval(format('candela.%I', $1::text)::regclass, $2::bigint, $3)", [
            name,
            last,
            called,
          ]);
        }
      });
    await client.query(issues.length > 0 ? "rollback" : "commit");
    return issues.length > 0 ? { ok: false, issues } : ok(undefined);
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error));
    // What the manifest's hashes cover can still be nonsense, when somebody made it so: not compressed, not rows, not allowed by a constraint.
    if (/^(22|23|42|Z_)/.test(errorCode(error))) {
      return fail({ code: "STORE-020", severity: "error", at: { file: archive.file }, actual: broken.message });
    }
    throw error;
  } finally {
    client.release(broken);
  }
}

async function restoreTable(
  client: pg.PoolClient,
  table: TableShape,
  archive: Archive,
  progress: (text: string) => void,
): Promise<Issue[]> {
  const entry = archive.manifest.tables.find(({ name }) => name === table.name);
  if (!entry) return [];
  const rows = client.query(copyFrom(copyIn(table)));
  await pipeline(archive.open(entry.part), createGunzip(), rows);
  progress(`restore: ${table.name}, ${entry.rows} rows`);
  if (rows.rowCount === entry.rows) return [];
  return [
    {
      code: "STORE-020",
      severity: "error",
      at: { file: archive.file },
      actual: `${table.name}: ${rows.rowCount} ≠ ${entry.rows}`,
    },
  ];
}

function differences(tables: readonly TableShape[], { file, manifest }: Archive): Issue[] {
  const shape = ({ name, columns }: TableShape): string => `${name}(${[...columns].sort().join(", ")})`;
  const here = new Set(tables.map(shape));
  const there = new Set(manifest.tables.map(shape));
  const odd = [...here].filter((one) => !there.has(one)).concat([...there].filter((one) => !here.has(one)));
  return odd.map((actual) => ({ code: "STORE-020", severity: "error", at: { file }, actual }));
}

/** @returns the number of events */
async function verify(
  store: Store,
  manifest: Manifest,
  options: RestoreOptions,
  onProgress: (text: string) => void,
): Promise<Result<number>> {
  const issues: Issue[] = [...(await store.evidence.verify(onProgress)).issues];
  let events = 0;
  if (manifest.head !== undefined) {
    const head = parseHeads(manifest.head);
    if (!head.ok) return head;
    const verified = await verifyJournal(store, {
      against: head.value,
      verifiers: options.verifiers ?? [],
      onProgress,
    });
    events = verified.events;
    issues.push(...verified.issues);
    if (verified.heads.position !== head.value.position) {
      issues.push({
        code: "STORE-025",
        severity: "error",
        at: {},
        expected: String(head.value.position),
        actual: String(verified.heads.position),
      });
    }
  }
  // A warning tells of what can be made again: it is no reason to do without all the rest.
  return issues.some(({ severity }) => severity === "error") ? { ok: false, issues } : ok(events);
}

/** Removes what a restore put into a folder and a database that were empty. */
async function undo(folder: string, databaseUrl: string | undefined): Promise<void> {
  if (databaseUrl !== undefined)
    await onServer(databaseUrl, (client) => client.query("drop schema if exists candela cascade"));
  for (const note of ["postgres-elsewhere", "socket-folder"]) {
    const elsewhere = (await readIfThere(path.join(folder, note)))?.trim();
    if (elsewhere) await rm(elsewhere, { recursive: true, force: true });
  }
  const entries = await readdir(folder);
  // The mark of an unfinished restore goes last: until then nobody opens what is half removed.
  for (const entry of entries.filter((name) => name !== UNFINISHED_RESTORE)) {
    await rm(path.join(folder, entry), { recursive: true, force: true });
  }
  await rm(path.join(folder, UNFINISHED_RESTORE), { force: true });
}
