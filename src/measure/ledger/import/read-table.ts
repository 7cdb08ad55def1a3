import { ColumnNames, type TableKind } from "./column-names.ts";
import { findHeader, isBlank } from "./find-header.ts";
import type { IssueSink } from "./issue-sink.ts";
import type { Mapping } from "./mapping.ts";
import { type Header, matchHeader } from "./match-header.ts";
import { type Delimiter, readCsv } from "./read-csv.ts";
import { openXlsx } from "./read-xlsx.ts";
import { DEFAULT_LIMITS, type ReadLimits } from "./read-limits.ts";
import type { RowBlock } from "./row-block.ts";
import type { TableSource } from "./table-source.ts";
import type { Encoding } from "./text-encoding.ts";

export interface ReadProgress {
  readonly bytesRead: number;
  readonly bytesTotal?: number;
}

export interface ReadOptions {
  readonly kind?: TableKind;
  readonly mapping?: Mapping;
  readonly encoding?: Encoding;
  readonly delimiter?: Delimiter;
  readonly sheet?: string;
  /** Names of dimensions that a column may be called by without `dim.`. */
  readonly dimensions?: Iterable<string>;
  readonly limits?: Partial<ReadLimits>;
  readonly onProgress?: (progress: ReadProgress) => void;
}

/** A table whose header has been understood; its rows are read as they are asked for. */
export interface Table {
  readonly file: string;
  readonly sheet?: string;
  readonly kind: TableKind;
  readonly mapping: Mapping;
  readonly header: Header;
  /** The rows under the header. */
  readonly blocks: AsyncIterable<RowBlock>;
}

/**
 * Opens a table of activity records or of reported figures, CSV or XLSX: encoding, delimiter and header row are found by
 * themselves or taken from the options and the mapping.
 * @returns undefined when the table cannot be read; the issues say why
 * @issues IMPORT-001 … IMPORT-037, see docs/guides/import.md
 */
export async function readTable(
  source: TableSource,
  options: ReadOptions,
  issues: IssueSink,
): Promise<Table | undefined> {
  const mapping = options.mapping ?? {};
  const kind = options.kind ?? mapping.kind ?? "records";
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const file = source.name;
  const errorsBefore = issues.errors;

  const bytes = counted(source, options.onProgress);
  const input = bytes[Symbol.asyncIterator]();
  const start = await firstBytes(input);
  const type = fileType(start);
  const columnNames = new ColumnNames(kind, mapping, options.dimensions ?? []);
  const score = (names: readonly string[]): number => columnNames.score(names);
  let blocks: AsyncGenerator<RowBlock>;
  let sheet: string | undefined;
  if (type === "xlsx") {
    const opened = await openXlsx(file, rejoined(start, input), options.sheet ?? mapping.sheet, limits, issues);
    if (!opened) return undefined;
    ({ sheet, blocks } = opened);
  } else if (type === "text") {
    const encoding = options.encoding ?? mapping.encoding;
    const delimiter = options.delimiter ?? mapping.delimiter;
    blocks = readCsv(file, rejoined(start, input), { encoding, delimiter, limits }, score, issues);
  } else {
    const ole = type === "ole" ? await oleKind(rejoined(start, input), limits.xlsxBytes) : undefined;
    await input.return?.(undefined);
    const code = ole === "password" ? "IMPORT-021" : ole === "xls" ? "IMPORT-024" : "IMPORT-012";
    issues.add({ code, severity: "error", at: { file }, ...(ole ? {} : { actual: type }) });
    return undefined;
  }
  const place = sheet === undefined ? { file } : { file, sheet };

  let block: RowBlock | undefined;
  for (let next = await blocks.next(); !next.done; next = await blocks.next()) {
    block = next.value;
    if (block.rows.some((_, row) => !isBlank(block as RowBlock, row))) break;
  }
  const found = block ? findHeader(block, score, mapping) : undefined;
  if (!block || !found) {
    if (issues.errors === errorsBefore) issues.add({ code: "IMPORT-001", severity: "error", at: place });
    return undefined;
  }
  // A header whose own text could not be read says nothing about its columns.
  if (issues.unreadable && issues.listed.some(({ at }) => at.line !== undefined && at.line <= found.row))
    return undefined;
  if (found.score === 0 && !mapping.headerRow) {
    issues.add({
      code: "IMPORT-033",
      severity: "error",
      at: { ...place, row: found.row },
      actual: found.names.slice(0, 12).join(", "),
    });
    await blocks.return?.(undefined);
    return undefined;
  }
  if (!mapping.headerRow && found.skipped > 0) {
    issues.add({
      code: "IMPORT-034",
      severity: "notice",
      at: { ...place, row: found.row },
      actual: String(found.skipped),
    });
  }
  const header = matchHeader(found, kind, mapping, columnNames, place, issues);
  if (!header) {
    // A header that was not understood would make every row under it wrong: those are looked at in the next run.
    await blocks.return?.(undefined);
    return undefined;
  }
  const rest = rowsAfter(block, found.next);
  return { ...place, kind, mapping, header, blocks: joined(rest, blocks) };
}

function rowsAfter(block: RowBlock, from: number): RowBlock {
  return {
    cells: block.cells,
    offsets: block.offsets.slice(from),
    rows: block.rows.slice(from),
    ...(block.lines ? { lines: block.lines.slice(from) } : {}),
    ...(block.marks ? { marks: block.marks } : {}),
  };
}

async function* joined(first: RowBlock, rest: AsyncIterator<RowBlock>): AsyncGenerator<RowBlock> {
  try {
    if (first.rows.length > 0) yield first;
    for (let next = await rest.next(); !next.done; next = await rest.next())
      if (next.value.rows.length > 0) yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function* rejoined(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (first.length > 0) yield first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function* counted(
  source: TableSource,
  onProgress: ((progress: ReadProgress) => void) | undefined,
): AsyncGenerator<Uint8Array> {
  let bytesRead = 0;
  for await (const bytes of source.open()) {
    bytesRead += bytes.length;
    yield bytes;
    onProgress?.({ bytesRead, ...(source.bytesTotal === undefined ? {} : { bytesTotal: source.bytesTotal }) });
  }
}

async function firstBytes(input: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let start = new Uint8Array(0);
  while (start.length < 8) {
    const next = await input.next();
    if (next.done) break;
    start = start.length === 0 ? new Uint8Array(next.value) : new Uint8Array(Buffer.concat([start, next.value]));
  }
  return start;
}

/** A workbook with a password is an OLE file with the workbook packed inside; an old workbook is an OLE file itself. */
async function oleKind(bytes: AsyncIterable<Uint8Array>, limit: number): Promise<"password" | "xls"> {
  const mark = Buffer.from("EncryptedPackage", "utf16le");
  let rest = Buffer.alloc(0);
  let read = 0;
  for await (const piece of bytes) {
    const joined = Buffer.concat([rest, piece]);
    if (joined.includes(mark)) return "password";
    rest = joined.subarray(-mark.length);
    read += piece.length;
    if (read > limit) break;
  }
  return "xls";
}

/** What the first bytes say a file is. */
function fileType(start: Uint8Array): "text" | "xlsx" | "ole" | "PDF" | "PNG" | "JPEG" | "GIF" {
  const head = Buffer.from(start.buffer, start.byteOffset, Math.min(start.length, 8)).toString("latin1");
  if (head.startsWith("PK\x03\x04") || head.startsWith("PK\x05\x06")) return "xlsx";
  if (head.startsWith("\xd0\xcf\x11\xe0")) return "ole";
  if (head.startsWith("%PDF")) return "PDF";
  if (head.startsWith("\x89PNG")) return "PNG";
  if (head.startsWith("\xff\xd8\xff")) return "JPEG";
  if (head.startsWith("GIF8")) return "GIF";
  return "text";
}
