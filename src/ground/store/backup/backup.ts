import { createHash } from "node:crypto";
import { open, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { createGzip } from "node:zlib";
import { sql } from "kysely";
import { to as copyTo } from "pg-copy-streams";
import { fail, ok, type Result } from "../../issue/index.ts";
import { formatHeads, heads } from "../../journal/index.ts";
import { appliedMigrations } from "../migrator.ts";
import type { Store } from "../store.ts";
import { makeFolder } from "../durable-file.ts";
import { errorCode, errorText } from "../store-failure.ts";
import { ArchiveWriter } from "./archive-writer.ts";
import { FOLDERS, FORMAT, isAllowedPath, type Manifest, MANIFEST_PART, SEAL_PART } from "./manifest.ts";
import { copyOut, sequences, tablesInOrder } from "./tables.ts";

export interface BackupOptions {
  readonly onProgress?: (text: string) => void;
  /** Names the file when the target is a folder, and stands in the manifest. */
  readonly clock?: () => Date;
}

export interface BackupSummary {
  readonly file: string;
  /** Size of the file. */
  readonly bytes: number;
  readonly tables: number;
  readonly rows: number;
  readonly files: number;
  /** The journal's head as of the backup, to be printed and kept elsewhere. */
  readonly head: string | undefined;
}

/**
 * Writes everything that cannot be made again (all tables as of one moment, evidence, content, telemetry) into one tar
 * file, while others go on working. A document is on the disk before a row refers to it, so the files are read after
 * the tables.
 * @param target   a file that is not there yet, or a folder: one that is there, or a name that ends in a slash. Folders are made.
 * @issues STORE-026 (cannot be written, or is there already), STORE-024 (a file of ours bears a name that no restore takes)
 */
export async function backup(
  store: Store,
  target: string,
  options: BackupOptions = {},
): Promise<Result<BackupSummary>> {
  const progress = options.onProgress ?? (() => {});
  const made = (options.clock ?? (() => new Date()))().toISOString();
  let file = path.resolve(target);
  let writer: ArchiveWriter;
  try {
    file = await fileFor(target, made);
    writer = await ArchiveWriter.create(file);
  } catch (error) {
    return unwritable(file, error);
  }
  try {
    await writer.add(FORMAT, []);
    const database = await writeTables(store, writer, progress);
    const files = await writeFiles(store.folder, writer, progress);
    const refused = files.filter((entry) => !isAllowedPath(entry.path));
    if (refused.length > 0) {
      await writer.abandon();
      return fail(
        ...refused.map((entry) => ({
          code: "STORE-024",
          severity: "error" as const,
          at: { file },
          actual: entry.path,
        })),
      );
    }
    const manifest: Manifest = { format: FORMAT, made, server: store.server.version, ...database, files };
    const text = Buffer.from(`${JSON.stringify(manifest, undefined, 1)}\n`);
    await writer.add(MANIFEST_PART, [text]);
    await writer.add(SEAL_PART, [Buffer.from(`${createHash("sha256").update(text).digest("hex")}\n`)]);
    await writer.finish();
    const rows = database.tables.reduce((sum, table) => sum + table.rows, 0);
    return ok({
      file,
      bytes: writer.size,
      tables: database.tables.length,
      rows,
      files: files.length,
      head: database.head,
    });
  } catch (error) {
    await writer.abandon();
    if (["ENOSPC", "EIO", "EDQUOT", "EROFS", "EEXIST", "EFBIG"].includes(errorCode(error)))
      return unwritable(file, error);
    throw error;
  }
}

function unwritable(file: string, error: unknown): Result<never> {
  return fail({ code: "STORE-026", severity: "error", at: { file }, actual: errorText(error) });
}

async function fileFor(target: string, made: string): Promise<string> {
  const there = await stat(target).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  const named = there || /[/\\]$/.test(target);
  const name = `candela-${made.slice(0, 19).replace(/[-:]/g, "").replace("T", "-")}.tar`;
  const file = path.resolve(named ? path.join(target, name) : target);
  await makeFolder(path.dirname(file));
  return file;
}

type Database = Pick<Manifest, "migrations" | "head" | "tables" | "sequences">;

/** All tables as of one snapshot, which the journal's head is read in as well. */
async function writeTables(store: Store, writer: ArchiveWriter, progress: (text: string) => void): Promise<Database> {
  const client = await store.pool().connect();
  let broken: Error | undefined;
  try {
    await client.query("begin isolation level repeatable read read only");
    const exported = await client.query<{ snapshot: string }>("select pg_export_snapshot() as snapshot");
    const { migrations, head } = await readState(store, exported.rows[0]?.snapshot ?? "");
    const tables: Manifest["tables"] = [];
    for (const table of await tablesInOrder(client)) {
      const rows = client.query(copyTo(copyOut(table)));
      const packed = createGzip({ level: 1 });
      rows.on("error", (error) => packed.destroy(error));
      // It is read below, or not at all when the archive cannot be written.
      packed.on("error", () => {});
      const written = await writer.add(`tables/${table.name}.copy.gz`, rows.pipe(packed));
      tables.push({ name: table.name, columns: [...table.columns], rows: rows.rowCount ?? 0, ...written });
      progress(`backup: ${table.name}, ${rows.rowCount} rows`);
    }
    const state = { migrations, tables, sequences: await sequences(client), ...(head === undefined ? {} : { head }) };
    await client.query("commit");
    return state;
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.release(broken);
  }
}

async function readState(store: Store, snapshot: string): Promise<{ migrations: string[]; head: string | undefined }> {
  return store.transaction(
    async (tx) => {
      await sql`set transaction snapshot ${sql.lit(snapshot)}`.execute(tx);
      const migrations = await appliedMigrations(tx);
      const journal = await sql<{
        there: boolean;
      }>`select to_regclass('candela.journal_event') is not null as there`.execute(tx);
      return { migrations, head: journal.rows[0]?.there ? formatHeads(await heads(tx)) : undefined };
    },
    { isolation: "repeatable read", readOnly: true },
  );
}

async function writeFiles(
  folder: string,
  writer: ArchiveWriter,
  progress: (text: string) => void,
): Promise<Manifest["files"]> {
  const files: Manifest["files"] = [];
  for (const top of FOLDERS) {
    for await (const relative of filesBelow(folder, top)) {
      const handle = await open(path.join(folder, relative)).catch((error: unknown) => {
        // Gone since it was listed: nothing refers to it.
        if (errorCode(error) === "ENOENT") return undefined;
        throw error;
      });
      if (!handle) continue;
      const part = `files/${String(files.length + 1).padStart(8, "0")}`;
      files.push({ path: relative, ...(await writer.add(part, handle.createReadStream())) });
      if (files.length % 100 === 0) progress(`backup: ${files.length} files`);
    }
  }
  progress(`backup: ${files.length} files`);
  return files;
}

/** Plain files that are whole: what is being written bears a temporary name. */
async function* filesBelow(folder: string, relative: string): AsyncGenerator<string> {
  const entries = await readdir(path.join(folder, relative), { withFileTypes: true }).catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const one = `${relative}/${entry.name}`;
    if (entry.name.startsWith(".") || entry.name.endsWith(".tmp") || one === "evidence/incoming") continue;
    if (entry.isDirectory()) yield* filesBelow(folder, one);
    else if (entry.isFile()) yield one;
  }
}
