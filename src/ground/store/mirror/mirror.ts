import { createHash } from "node:crypto";
import { chown, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import type pg from "pg";
import { makeFolder } from "../durable-file.ts";
import { errorCode, errorText, StoreFailure } from "../store-failure.ts";
import { type BuildPlace, buildFile } from "./build-file.ts";
import { type ColumnarColumn, ColumnarEngine, type ColumnarValue } from "./engine.ts";
import { VerifiedFiles } from "./file-hash.ts";
import { type Manifest, type MirrorFile, readManifest, writeManifest } from "./manifest.ts";
import { isCurrent, planFiles } from "./plan-files.ts";
import { type MirrorRelation, relationOf } from "./relation.ts";
import { type MirrorSegment, type MirrorTable, shapeOf } from "./table.ts";

export interface MirrorOptions {
  /** The data folder; the mirror is its folder `mirror`. */
  readonly folder: string;
  /** The database that holds the truth. */
  readonly pool: () => pg.Pool;
  readonly table: MirrorTable;
  /** What queries may take; what needs more goes to the disk. 1024 unless said otherwise. */
  readonly memoryMb?: number;
  readonly onProgress?: (text: string) => void;
}

/** What the mirror holds. */
export interface MirrorState {
  /** Up to where in the journal its segments were asked for last. */
  readonly position: bigint;
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
}

export interface MirrorQuery {
  readonly sql: string;
  /** Lists of integers for `$1`, `$2` … */
  readonly lists?: readonly (readonly number[])[];
}

/**
 * A columnar copy of sealed segments, for speed. The database stays the truth: what is lost, altered or stale is built anew.
 * @issues MIRROR-001 (files can be neither written nor read)
 */
export interface Mirror {
  /** Makes sure that the segments are held, and returns what is held. */
  sync(segments: readonly MirrorSegment[], position: bigint): Promise<MirrorState>;
  /** Runs one query over the rows of the segments, after a `sync`. */
  query(
    segments: readonly MirrorSegment[],
    position: bigint,
    make: (relation: MirrorRelation) => MirrorQuery,
  ): Promise<ColumnarValue[][]>;
  /** As `query`, column by column. */
  queryColumns(
    segments: readonly MirrorSegment[],
    position: bigint,
    make: (relation: MirrorRelation) => MirrorQuery,
  ): Promise<ColumnarColumn[]>;
  state(): Promise<MirrorState>;
  close(): Promise<void>;
}

/** Opens the mirror of a table; nothing is read or built before it is needed. */
export function openMirror(options: MirrorOptions): Mirror {
  return new FolderMirror(options);
}

class FolderMirror implements Mirror {
  readonly #options: MirrorOptions;
  readonly #folder: string;
  readonly #manifestFile: string;
  readonly #shape: string;
  readonly #verified = new VerifiedFiles();
  #engine: Promise<ColumnarEngine> | undefined;
  /** One sync at a time; across processes a lock of the database sees to it. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#folder = path.join(options.folder, "mirror");
    this.#manifestFile = path.join(this.#folder, `${options.table.name}.json`);
    this.#shape = shapeOf(options.table);
  }

  async sync(segments: readonly MirrorSegment[], position: bigint): Promise<MirrorState> {
    await this.#current(segments, position);
    return this.state();
  }

  query(
    segments: readonly MirrorSegment[],
    position: bigint,
    make: (relation: MirrorRelation) => MirrorQuery,
  ): Promise<ColumnarValue[][]> {
    return this.#asked(segments, position, make, (engine, { sql, lists }) => engine.rows(sql, lists));
  }

  queryColumns(
    segments: readonly MirrorSegment[],
    position: bigint,
    make: (relation: MirrorRelation) => MirrorQuery,
  ): Promise<ColumnarColumn[]> {
    return this.#asked(segments, position, make, (engine, { sql, lists }) => engine.columns(sql, lists));
  }

  async state(): Promise<MirrorState> {
    const { position, files } = await readManifest(this.#manifestFile, this.#shape);
    const sum = (of: (file: MirrorFile) => number): number => files.reduce((total, file) => total + of(file), 0);
    return {
      position: BigInt(position),
      files: files.length,
      rows: sum(({ rows }) => rows),
      bytes: sum(({ bytes }) => bytes),
    };
  }

  async close(): Promise<void> {
    await this.#last.catch(() => {});
    const engine = await this.#engine;
    this.#engine = undefined;
    engine?.close();
    if (engine) await rm(path.join(this.#folder, `spill-${process.pid}`), { recursive: true, force: true });
  }

  async #asked<T>(
    segments: readonly MirrorSegment[],
    position: bigint,
    make: (relation: MirrorRelation) => MirrorQuery,
    ask: (engine: ColumnarEngine, query: MirrorQuery) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const files = await this.#current(segments, position);
      const query = make(relationOf(this.#options.table, this.#folder, files, segments));
      try {
        return await ask(await this.#opened(), query);
      } catch (error) {
        // Another process may have made its files into one in between; or a file was damaged just now.
        if (attempt === 3 || (await this.#allHeld(files))) throw error;
      }
    }
  }

  /** The files that hold the segments, verified; built where they are missing. */
  #current(segments: readonly MirrorSegment[], position: bigint): Promise<readonly MirrorFile[]> {
    const wanted = segments.filter(({ rows }) => rows > 0);
    const next = this.#last
      .catch(() => {})
      .then(async () => {
        const manifest = await readManifest(this.#manifestFile, this.#shape);
        const files = await this.#sound(manifest.files);
        const complete = files.length === manifest.files.length && planFiles(files, wanted).toBuild.length === 0;
        if (complete && BigInt(manifest.position) >= position) return needed(files, wanted);
        return this.#locked((client) => this.#build(client, wanted, position));
      });
    this.#last = next;
    return next.catch((error: unknown) => {
      throw hasNoRoom(error) ? this.#unavailable(error) : error;
    });
  }

  async #build(
    client: pg.ClientBase,
    segments: readonly MirrorSegment[],
    position: bigint,
  ): Promise<readonly MirrorFile[]> {
    const before = await readManifest(this.#manifestFile, this.#shape);
    const plan = planFiles(await this.#sound(before.files), segments);
    const { folder, table } = { folder: this.#folder, table: this.#options.table };
    await this.#sweep(new Set(before.files.map(({ file }) => file)));
    const place: BuildPlace = { folder, table, client, engine: await this.#opened() };
    const files = [...plan.kept];
    for (const [index, pieces] of plan.toBuild.entries()) {
      this.#options.onProgress?.(`columnar mirror: file ${index + 1} of ${plan.toBuild.length}`);
      const built = await buildFile(place, pieces);
      await this.#give(path.join(folder, built.file));
      files.push(built);
      // What is built is kept even when the next one fails.
      await this.#write({ ...before, files });
    }
    const reached = position > BigInt(before.position) ? position : BigInt(before.position);
    await this.#write({ shape: this.#shape, position: String(reached), files });
    await this.#sweep(new Set(files.map(({ file }) => file)));
    return needed(files, segments);
  }

  #unavailable(error: unknown): StoreFailure {
    return new StoreFailure(
      [{ code: "MIRROR-001", severity: "error", at: { file: this.#folder }, actual: errorText(error) }],
      error,
    );
  }

  async #write(manifest: Manifest): Promise<void> {
    await writeManifest(this.#manifestFile, manifest);
    await this.#give(this.#manifestFile);
  }

  /** The files whose bytes are what the manifest says. */
  async #sound(files: readonly MirrorFile[]): Promise<MirrorFile[]> {
    const sound: MirrorFile[] = [];
    for (const file of files) {
      if (await this.#verified.holds(path.join(this.#folder, file.file), file.sha256, file.bytes)) sound.push(file);
    }
    return sound;
  }

  async #allHeld(files: readonly MirrorFile[]): Promise<boolean> {
    return (await this.#sound(files)).length === files.length;
  }

  #opened(): Promise<ColumnarEngine> {
    return (this.#engine ??= this.#open().catch((error: unknown) => {
      // The next one may find more room.
      this.#engine = undefined;
      throw error;
    }));
  }

  async #open(): Promise<ColumnarEngine> {
    await makeFolder(this.#folder);
    await this.#give(this.#folder);
    return ColumnarEngine.open(this.#folder, this.#options.memoryMb ?? 1024);
  }

  /** Removes what a build that was killed left behind, and files that nobody speaks of any more. Only under the lock. */
  async #sweep(kept: ReadonlySet<string>): Promise<void> {
    await makeFolder(this.#folder);
    for (const name of await readdir(this.#folder)) {
      const ours = name.startsWith(`${this.#options.table.name}-`) && name.endsWith(".parquet") && !kept.has(name);
      if (ours || name.startsWith("draft-") || (name.startsWith("spill-") && !alive(Number(name.slice(6))))) {
        await rm(path.join(this.#folder, name), { recursive: true, force: true });
      }
    }
  }

  /** As root in a plain user's folder, what we make is that user's. */
  async #give(file: string): Promise<void> {
    if (process.getuid?.() !== 0) return;
    const { uid, gid } = await stat(this.#options.folder);
    if (uid !== 0) await chown(file, uid, gid);
  }

  async #locked<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    const key = createHash("sha256").update(`mirror ${this.#folder}`).digest().readBigInt64BE();
    const client = await this.#options.pool().connect();
    let broken: Error | undefined;
    try {
      await client.query("select pg_advisory_lock($1)", [key]);
      const value = await work(client);
      await client.query("select pg_advisory_unlock($1)", [key]);
      return value;
    } catch (error) {
      // With its connection the lock ends too, whatever state an export left it in.
      broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      client.release(broken);
    }
  }
}

const NO_ROOM = new Set([
  "ENOSPC",
  "EDQUOT",
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOTDIR",
  "EEXIST",
  "EISDIR",
  "EIO",
  "EMFILE",
  "ENFILE",
]);

/** Whether files could not be written or read, be it by us or by the engine. */
function hasNoRoom(error: unknown): boolean {
  return NO_ROOM.has(errorCode(error)) || /^(?:IO|Out of Memory|Permission) Error/.test(errorText(error));
}

function needed(files: readonly MirrorFile[], segments: readonly MirrorSegment[]): readonly MirrorFile[] {
  const wanted = new Map(segments.map((segment) => [segment.id, segment]));
  return files.filter((file) => isCurrent(file, wanted) && file.pieces.some(({ segment }) => wanted.has(segment)));
}

function alive(pid: number): boolean {
  try {
    return Number.isInteger(pid) && process.kill(pid, 0);
  } catch {
    return false;
  }
}
