import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import type { ColumnarEngine } from "./engine.ts";
import { fileHash } from "./file-hash.ts";
import type { MirrorFile, Piece } from "./manifest.ts";
import { errorText } from "../store-failure.ts";
import { DECIMAL_DIGITS, type MirrorTable, named, quoted, readExport } from "./table.ts";

/** What a build works with. */
export interface BuildPlace {
  readonly folder: string;
  readonly table: MirrorTable;
  readonly engine: ColumnarEngine;
  readonly client: pg.ClientBase;
}

/** Exports rows from the database and lays them into a columnar file; the file counts once its rows are found to be all there. */
export async function buildFile(place: BuildPlace, pieces: readonly Piece[]): Promise<MirrorFile> {
  const { folder, table, engine } = place;
  const draft = path.join(folder, `draft-${process.pid}-${randomBytes(6).toString("hex")}`);
  const [exported, columnar] = [`${draft}.tsv`, `${draft}.parquet`];
  try {
    const stream = place.client.query(copyTo(exportStatement(table, pieces)));
    await pipeline(stream, createWriteStream(exported, { mode: 0o600, highWaterMark: 1 << 20 }));
    await layDown(engine, table, exported, columnar);
    const { rows, magnitudes } = await inspect(place, columnar, pieces);
    const sha256 = await fileHash(columnar);
    const { size } = await stat(columnar);
    const file = `${table.name}-${sha256.slice(0, 32)}.parquet`;
    await rename(columnar, path.join(folder, file));
    return { file, sha256, bytes: size, rows, pieces: [...pieces], magnitudes };
  } finally {
    await rm(exported, { force: true });
    await rm(columnar, { force: true });
  }
}

/** Writes what was exported as a columnar file, its decimals as narrow as they all fit. */
async function layDown(engine: ColumnarEngine, table: MirrorTable, exported: string, columnar: string): Promise<void> {
  for (const digits of DECIMAL_DIGITS) {
    try {
      await engine.rows(`copy (${readExport(table, exported, digits)} order by ${table.cluster.map(named).join(", ")}) to ${quoted(columnar)}
        (format parquet, parquet_version v2, compression zstd)`);
      return;
    } catch (error) {
      const tooLong = /^(?:Conversion|Out of Range) Error/.test(errorText(error));
      if (!tooLong || digits === DECIMAL_DIGITS.at(-1)) throw error;
    }
  }
}

function exportStatement(table: MirrorTable, pieces: readonly Piece[]): string {
  const columns = table.columns.map(({ name }) => named(name)).join(", ");
  const where = pieces.map(
    ({ segment, from, to }) =>
      `(${named(table.segment)} = ${segment} and ${named(table.ordinal)} between ${from} and ${to})`,
  );
  return `copy (select ${columns} from candela.${named(table.name)} where ${where.join(" or ")}) to stdout`;
}

async function inspect(
  place: BuildPlace,
  file: string,
  pieces: readonly Piece[],
): Promise<{ rows: number; magnitudes: Record<string, string> }> {
  const { table, engine } = place;
  const decimals = table.columns.filter(({ type }) => type === "decimal").map(({ name }) => name);
  const sizes = decimals.map((name) => `, max(abs(${named(name)}))`).join("");
  const found = await engine.rows(
    `select ${named(table.segment)}, min(${named(table.ordinal)}), max(${named(table.ordinal)}), count(*)${sizes} from read_parquet(${quoted(file)}) group by 1`,
  );
  const bySegment = new Map(found.map((row) => [row[0], row]));
  for (const { segment, from, to } of pieces) {
    const [, first, last, count] = bySegment.get(segment) ?? [];
    if (first !== from || last !== to || count !== BigInt(to - from + 1)) {
      throw new Error(
        `the database gave rows ${first}–${last} (${count}) of ${table.name} ${segment}, not ${from}–${to}`,
      );
    }
  }
  const largest = (column: number): bigint =>
    found.reduce((most, row) => ((row[column] as bigint) > most ? (row[column] as bigint) : most), 0n);
  const magnitudes = Object.fromEntries(decimals.map((name, index) => [name, String(largest(4 + index))]));
  return { rows: pieces.reduce((sum, { from, to }) => sum + to - from + 1, 0), magnitudes };
}
