import type { IssueSink } from "./issue-sink.ts";
import type { Mapping } from "./mapping.ts";
import { type Header, headerScore, matchHeader, type TableKind } from "./match-header.ts";
import { type Delimiter, readCsv } from "./read-csv.ts";
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

/** How many of the first rows may stand above the header: titles, dates of printing, names of a utility. */
const ROWS_ABOVE_HEADER = 20;

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
  const first = await input.next();
  const start: Uint8Array = first.done ? new Uint8Array(0) : first.value;
  const type = fileType(start);
  if (type !== "text") {
    await input.return?.(undefined);
    issues.add({ code: "IMPORT-012", severity: "error", at: { file }, actual: type });
    return undefined;
  }
  const score = (names: readonly string[]): number => headerScore(names, kind, mapping);
  const stream = readCsv(
    file,
    rejoined(start, input),
    { encoding: options.encoding ?? mapping.encoding, delimiter: options.delimiter ?? mapping.delimiter, limits },
    score,
    issues,
  );
  const blocks = stream[Symbol.asyncIterator]();

  let block: RowBlock | undefined;
  for (let next = await blocks.next(); !next.done; next = await blocks.next()) {
    block = next.value;
    if (block.rows.some((_, row) => !isBlank(block as RowBlock, row))) break;
  }
  const found = block ? findHeader(block, score, mapping) : undefined;
  if (!block || !found) {
    if (issues.errors === errorsBefore) issues.add({ code: "IMPORT-001", severity: "error", at: { file } });
    return undefined;
  }
  if (found.score === 0 && !mapping.headerRow) {
    issues.add({
      code: "IMPORT-033",
      severity: "error",
      at: { file, row: found.row },
      actual: found.names.slice(0, 12).join(", "),
    });
  } else if (!mapping.headerRow && found.skipped > 0) {
    issues.add({ code: "IMPORT-034", severity: "notice", at: { file, row: found.row }, actual: String(found.skipped) });
  }
  const header = matchHeader(
    found.names,
    found.row,
    kind,
    mapping,
    new Set(options.dimensions ?? []),
    { file },
    issues,
  );
  if (!header) {
    // A header that was not understood would make every row under it wrong: those are looked at in the next run.
    await blocks.return?.(undefined);
    return undefined;
  }
  const rest = rowsAfter(block, found.next);
  return { file, kind, mapping, header, blocks: joined(rest, blocks) };
}

function isBlank(block: RowBlock, row: number): boolean {
  for (let at = block.offsets[row] ?? 0; at < (block.offsets[row + 1] ?? 0); at += 1)
    if (block.cells[at]?.trim() !== "") return false;
  return true;
}

interface FoundHeader {
  readonly names: readonly string[];
  readonly row: number;
  /** Index of the first row after the header in its block. */
  readonly next: number;
  /** Rows with content above it. */
  readonly skipped: number;
  readonly score: number;
}

function findHeader(
  block: RowBlock,
  score: (names: readonly string[]) => number,
  mapping: Mapping,
): FoundHeader | undefined {
  const height = mapping.headerRows ?? 1;
  let best: FoundHeader | undefined;
  let seen = 0;
  for (let row = 0; row < block.rows.length && seen <= ROWS_ABOVE_HEADER; row += 1) {
    if (mapping.headerRow !== undefined && block.rows[row] !== mapping.headerRow) continue;
    if (mapping.headerRow === undefined && isBlank(block, row)) continue;
    const names = joinedNames(block, row, height);
    const candidate = {
      names,
      row: block.rows[row + height - 1] ?? row + height,
      next: row + height,
      skipped: seen,
      score: score(names),
    };
    if (!best || candidate.score > best.score) best = candidate;
    if (mapping.headerRow !== undefined) break;
    seen += 1;
  }
  return best;
}

function joinedNames(block: RowBlock, row: number, height: number): string[] {
  const names: string[] = [];
  for (let line = row; line < row + height; line += 1) {
    const cells = block.cells.slice(block.offsets[line], block.offsets[line + 1]);
    for (const [column, cell] of cells.entries()) {
      const text = cell.replace(/\s+/g, " ").trim();
      names[column] = [names[column] ?? "", text].filter((part) => part !== "").join(" ");
    }
  }
  return Array.from(names, (name) => name ?? "");
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

/** What the first bytes say a file is. */
function fileType(start: Uint8Array): "text" | "xlsx" | "ole" | "pdf" | "picture" {
  const head = Buffer.from(start.buffer, start.byteOffset, Math.min(start.length, 8)).toString("latin1");
  if (head.startsWith("PK\x03\x04") || head.startsWith("PK\x05\x06")) return "xlsx";
  if (head.startsWith("\xd0\xcf\x11\xe0")) return "ole";
  if (head.startsWith("%PDF")) return "pdf";
  if (head.startsWith("\x89PNG") || head.startsWith("\xff\xd8\xff") || head.startsWith("GIF8")) return "picture";
  return "text";
}
