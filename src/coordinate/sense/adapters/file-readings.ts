import { createReadStream } from "node:fs";
import { copyFile, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { createGunzip } from "node:zlib";
import { fail, type Issue, ok, type Result } from "../../../ground/issue/index.ts";
import { ColumnarEngine } from "../../../ground/store/mirror/index.ts";
import { csvCells, type ReadingColumns, type RowReader, rowReader, separatorOf } from "../csv-readings.ts";
import type { Reading } from "../reading.ts";
import type { SeriesDefinition } from "../series.ts";
import { sqlText as text } from "../resample-sql.ts";

/** Some rows of a file: what they say, where each stands, and what is wrong with others. */
export interface FileChunk {
  readonly readings: readonly Reading[];
  readonly rows: readonly number[];
  readonly issues: readonly Issue[];
  /** The column of instants that name no zone and were taken as UTC. */
  readonly unzoned: string | undefined;
}

export interface FileOptions {
  readonly file: string;
  readonly columns: ReadingColumns;
  readonly series: SeriesDefinition;
  /** Amount of the series' unit in one of the file's. */
  readonly times: number;
}

const CHUNK = 50_000;
/** No line of readings is as long as this: such a file is something else. */
const LONGEST_LINE = 100_000;
const MOST_WITHOUT_LINE_END = 4_000_000;

/** Bytes that no text holds were found in a table. */
class NoText extends Error {}

function unreadable(file: string, error: unknown): Issue {
  const { code, message } = error as NodeJS.ErrnoException;
  const at = { file };
  if (error instanceof NoText) return { code: "SENSE-016", severity: "error", at };
  if (code?.startsWith("Z_") === true) return { code: "SENSE-015", severity: "error", at, actual: `gzip, ${message}` };
  return { code: "FILE-001", severity: "error", at, actual: code ?? String(message ?? error).slice(0, 200) };
}

/**
 * Reads a file of readings piece by piece: CSV (packed by gzip or not) or Parquet, told by its first bytes.
 * @issues FILE-001 (it cannot be read), SENSE-008 (nothing in it), SENSE-010 and SENSE-017 (no such column), SENSE-015 (it is
 *   damaged or ends in the middle), SENSE-016 (no text); of rows SENSE-004, SENSE-006, SENSE-011, SENSE-025, SENSE-026
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
  const { file, columns, series, times } = options;
  const source = createReadStream(file, { highWaterMark: 1 << 20 });
  const stream: Readable = packed ? source.pipe(createGunzip()) : source;
  source.on("error", (error: Error) => stream.destroy(error));
  let headers: readonly string[] | undefined;
  let separator = ",";
  let reader: RowReader | undefined;
  let chunk = emptyChunk();
  let row = 0;
  try {
    for await (const lines of linesOf(stream))
      for (const line of lines) {
        row += 1;
        if (line.length > LONGEST_LINE) throw new Error(`line ${row}: ${line.length} characters`);
        if (!headers) {
          const header = line.replace(/^\uFEFF/, "");
          separator = separatorOf(header);
          headers = csvCells(header, separator);
          continue;
        }
        if (line.trim() === "") continue;
        const cells = csvCells(line, separator);
        if (!reader) {
          const found = rowReader({ file, headers, first: cells, series, times, columns });
          if (!found.ok) return yield found;
          reader = found.value;
        }
        const read = reader.read(cells, row);
        if ("code" in read) chunk.issues.push(read);
        else {
          chunk.readings.push(read);
          chunk.rows.push(row);
        }
        if (chunk.readings.length + chunk.issues.length >= CHUNK) {
          yield ok({ ...chunk, unzoned: reader.unzoned() });
          chunk = emptyChunk();
        }
      }
  } catch (error) {
    return yield fail(unreadable(file, error));
  }
  if (!reader) return yield fail({ code: "SENSE-008", severity: "error", at: { file } });
  yield ok({ ...chunk, unzoned: reader.unzoned() });
}

/** The lines of a text, some at a time. It throws where the text is none, or the stream breaks. */
async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (const bytes of stream) {
    if (bytes.includes(0)) throw new NoText();
    const lines = (rest + decoder.write(bytes)).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MOST_WITHOUT_LINE_END) throw new Error("a line without end");
    yield lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  }
  rest += decoder.end();
  if (rest !== "") yield [rest];
}

const emptyChunk = (): { readings: Reading[]; rows: number[]; issues: Issue[] } => ({
  readings: [],
  rows: [],
  issues: [],
});

/** Parquet is read from a copy: the engine reaches no other folder than its own, and a file may change meanwhile. */
async function* parquetChunks(options: FileOptions): AsyncGenerator<Result<FileChunk>> {
  const { file, columns: asked, series, times } = options;
  const folder = await mkdtemp(path.join(tmpdir(), "candela-parquet-"));
  const copy = path.join(folder, "readings.parquet");
  let engine: ColumnarEngine | undefined;
  try {
    await copyFile(file, copy);
    engine = await ColumnarEngine.open(folder, 512);
    const columns = await engine.rows(`describe select * from read_parquet(${text(copy)})`);
    const names = columns.map(([name]) => String(name));
    const types = columns.map(([, type]) => String(type));
    const cells = names.map((name, index) => {
      const quoted = `"${name.replaceAll('"', '""')}"`;
      const type = types[index] ?? "";
      // What was written without a zone is told without one.
      if (type === "TIMESTAMP WITH TIME ZONE") return `epoch_ms(${quoted})::varchar`;
      return /^(TIMESTAMP|DATE)/.test(type)
        ? `strftime(${quoted}::timestamp, '%Y-%m-%d %H:%M:%S.%g')`
        : `${quoted}::varchar`;
    });
    let reader: RowReader | undefined;
    for (let from = 0; ; from += CHUNK) {
      const rows = await engine.rows(
        `select ${cells.join(", ")} from read_parquet(${text(copy)}, file_row_number = true) where file_row_number >= ${from} and file_row_number < ${from + CHUNK}`,
      );
      if (rows.length === 0) {
        if (from === 0) yield fail({ code: "SENSE-008", severity: "error", at: { file } });
        return;
      }
      const chunk = emptyChunk();
      const texts = rows.map((row) => row.map((cell) => (cell === null ? "" : String(cell))));
      if (!reader) {
        const first = texts[0] ?? [];
        const found = rowReader({ file, headers: names, first, series, times, columns: asked });
        if (!found.ok) return yield found;
        reader = found.value;
      }
      for (const [index, cells] of texts.entries()) {
        const read = reader.read(cells, from + index + 1);
        if ("code" in read) chunk.issues.push(read);
        else {
          chunk.readings.push(read);
          chunk.rows.push(from + index + 1);
        }
      }
      yield ok({ ...chunk, unzoned: reader.unzoned() });
    }
  } catch (error) {
    // The engine tells of its copy, which says nothing to whoever has the file.
    const said = /^(Invalid|IO|Serialization|TProtocol|Out of)[^']*/.exec((error as Error).message)?.[0];
    yield fail(
      engine && said !== undefined
        ? {
            code: "SENSE-015",
            severity: "error",
            at: { file },
            actual: `Parquet, ${said.replace(/ (file|at) *$/, "").trim()}`,
          }
        : unreadable(file, error),
    );
  } finally {
    engine?.close();
    await rm(folder, { recursive: true, force: true });
  }
}
