import { createReadStream } from "node:fs";
import { copyFile, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { fail, type Issue, ok, type Result } from "../../../ground/issue/index.ts";
import { ColumnarEngine } from "../../../ground/store/mirror/index.ts";
import { csvCells, rowReader } from "../csv-readings.ts";
import type { Reading } from "../reading.ts";
import type { SeriesDefinition } from "../series.ts";
import { sqlText as text } from "../resample-sql.ts";

/** Some rows of a file: what they say, where each stands, and what is wrong with others. */
export interface FileChunk {
  readonly readings: readonly Reading[];
  readonly rows: readonly number[];
  readonly issues: readonly Issue[];
}

export interface FileOptions {
  readonly file: string;
  /** Header or index from 0. */
  readonly column: string | undefined;
  readonly series: SeriesDefinition;
  /** Amount of the series' unit in one of the file's. */
  readonly times: number;
}

const CHUNK = 50_000;
/** No line of readings is as long as this: such a file is something else. */
const LONGEST_LINE = 100_000;
const MOST_WITHOUT_LINE_END = 4_000_000;

const unreadable = (file: string, error: unknown): Issue => ({
  code: "FILE-001",
  severity: "error",
  at: { file },
  actual: (error as NodeJS.ErrnoException).code ?? String((error as Error).message ?? error).slice(0, 200),
});

/**
 * Reads a file of readings piece by piece: CSV (packed by gzip or not) or Parquet, told by its first bytes.
 * @issues FILE-001 (it cannot be read, or ends in the middle), SENSE-008 (nothing in it), SENSE-010 (no such column); of
 *   rows SENSE-004, SENSE-006, SENSE-011
 */
export async function fileReadings(options: FileOptions): Promise<Result<AsyncIterable<Result<FileChunk>>>> {
  const { file } = options;
  try {
    const handle = await open(file, "r");
    const head = Buffer.alloc(4);
    const { isFile } = { isFile: (await handle.stat()).isFile() };
    const { bytesRead } = isFile ? await handle.read(head, 0, 4, 0) : { bytesRead: 0 };
    await handle.close();
    if (!isFile) return fail(unreadable(file, new Error("not a file")));
    if (bytesRead === 0) return fail({ code: "SENSE-008", severity: "error", at: { file } });
    if (head.toString("latin1") === "PAR1") return ok(parquetChunks(options));
    return ok(csvChunks(options, head[0] === 0x1f && head[1] === 0x8b));
  } catch (error) {
    return fail(unreadable(file, error));
  }
}

async function* csvChunks(options: FileOptions, packed: boolean): AsyncGenerator<Result<FileChunk>> {
  const { file, column, series, times } = options;
  const source = createReadStream(file, { highWaterMark: 1 << 20 });
  const stream: Readable = packed ? source.pipe(createGunzip()) : source;
  source.on("error", (error: Error) => stream.destroy(error));
  let sinceLineEnd = 0;
  stream.on("data", (bytes: Buffer) => {
    const end = bytes.lastIndexOf(10);
    sinceLineEnd = end < 0 ? sinceLineEnd + bytes.length : bytes.length - end - 1;
    if (sinceLineEnd > MOST_WITHOUT_LINE_END) stream.destroy(new Error("a line without end"));
  });
  let reader: ReturnType<typeof rowReader> | undefined;
  let chunk = { readings: [] as Reading[], rows: [] as number[], issues: [] as Issue[] };
  let row = 0;
  try {
    // Errors of the stream end the iteration of lines silently: they are kept and thrown behind it.
    let broken: unknown;
    stream.on("error", (error) => {
      broken = error;
    });
    const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
    for await (const line of lines) {
      row += 1;
      if (line.length > LONGEST_LINE)
        return yield fail(unreadable(file, new Error(`line ${row}: ${line.length} characters`)));
      if (!reader) {
        reader = rowReader(csvCells(line.replace(/^\uFEFF/, "")), column, series, times, file);
        if (!reader.ok) return yield reader;
        continue;
      }
      if (!reader.ok || line.trim() === "") continue;
      const read = reader.value.read(csvCells(line), row);
      if ("code" in read) chunk.issues.push(read);
      else {
        chunk.readings.push(read);
        chunk.rows.push(row);
      }
      if (chunk.readings.length + chunk.issues.length >= CHUNK) {
        yield ok(chunk);
        chunk = { readings: [], rows: [], issues: [] };
      }
    }
    if (broken !== undefined) return yield fail(unreadable(file, broken));
  } catch (error) {
    return yield fail(unreadable(file, error));
  }
  if (row < 2) return yield fail({ code: "SENSE-008", severity: "error", at: { file } });
  yield ok(chunk);
}

/** Parquet is read from a copy: the engine reaches no other folder than its own, and a file may change meanwhile. */
async function* parquetChunks(options: FileOptions): AsyncGenerator<Result<FileChunk>> {
  const { file, column, series, times } = options;
  const folder = await mkdtemp(path.join(tmpdir(), "candela-parquet-"));
  const copy = path.join(folder, "readings.parquet");
  let engine: ColumnarEngine | undefined;
  try {
    await copyFile(file, copy);
    engine = await ColumnarEngine.open(folder, 512);
    const columns = await engine.rows(`describe select * from read_parquet(${text(copy)})`);
    const names = columns.map(([name]) => String(name));
    const types = columns.map(([, type]) => String(type));
    const reader = rowReader(names, column, series, times, file);
    if (!reader.ok) return yield reader;
    const cells = names.map((name, index) => {
      const quoted = `"${name.replaceAll('"', '""')}"`;
      return /^(TIMESTAMP|DATE)/.test(types[index] ?? "")
        ? `epoch_ms(${quoted}::timestamp)::varchar`
        : `${quoted}::varchar`;
    });
    for (let from = 0; ; from += CHUNK) {
      const rows = await engine.rows(
        `select ${cells.join(", ")} from read_parquet(${text(copy)}, file_row_number = true) where file_row_number >= ${from} and file_row_number < ${from + CHUNK}`,
      );
      if (rows.length === 0) {
        if (from === 0) yield fail({ code: "SENSE-008", severity: "error", at: { file } });
        return;
      }
      const chunk = { readings: [] as Reading[], rows: [] as number[], issues: [] as Issue[] };
      for (const [index, row] of rows.entries()) {
        const read = reader.value.read(
          row.map((cell) => (cell === null ? "" : String(cell))),
          from + index + 1,
        );
        if ("code" in read) chunk.issues.push(read);
        else {
          chunk.readings.push(read);
          chunk.rows.push(from + index + 1);
        }
      }
      yield ok(chunk);
    }
  } catch (error) {
    yield fail(unreadable(file, error));
  } finally {
    engine?.close();
    await rm(folder, { recursive: true, force: true });
  }
}
