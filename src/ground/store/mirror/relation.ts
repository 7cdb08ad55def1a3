import path from "node:path";
import type { MirrorFile } from "./manifest.ts";
import { type MirrorSegment, type MirrorTable, NARROW_DIGITS, named, quoted } from "./table.ts";

/** What a query may rest on: files that hold exactly the rows of the segments asked for. */
export interface MirrorRelation {
  /** Goes into a FROM. */
  readonly sql: string;
  readonly rows: number;
  /** No value of a decimal column is larger, scaled; sums of it stay below rows × magnitude. */
  readonly magnitude: (column: string) => bigint;
}

/** What files hold of segments; rows of others that share a file with them are left out. */
export function relationOf(
  table: MirrorTable,
  folder: string,
  files: readonly MirrorFile[],
  segments: readonly MirrorSegment[],
): MirrorRelation {
  const wanted = new Set(segments.map(({ id }) => id));
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const magnitude = (column: string): bigint =>
    files.reduce(
      (most, { magnitudes }) => (BigInt(magnitudes[column] ?? 0) > most ? BigInt(magnitudes[column] ?? 0) : most),
      0n,
    );
  if (files.length === 0) return { sql: `(${emptyRelation(table)})`, rows, magnitude };
  // Files whose decimals are wider have columns of another type, and are read by themselves.
  const read = [files.filter(isNarrow), files.filter((file) => !isNarrow(file))]
    .filter((alike) => alike.length > 0)
    .map((alike) => `read_parquet([${alike.map(({ file }) => quoted(path.join(folder, file))).join(", ")}])`);
  const all =
    read.length === 1 ? (read[0] as string) : `(${read.map((one) => `select * from ${one}`).join(" union all ")})`;
  const others = files.some(({ pieces }) => pieces.some(({ segment }) => !wanted.has(segment)));
  const sql = others ? `(select * from ${all} where ${named(table.segment)} in (${[...wanted].join(", ")}))` : all;
  return { sql, rows, magnitude };
}

const NARROW_LIMIT = 10n ** BigInt(NARROW_DIGITS);

/** Whether the decimals of a file were written narrow: they were wherever all of them fit. */
function isNarrow({ magnitudes }: MirrorFile): boolean {
  return Object.values(magnitudes).every((largest) => BigInt(largest) < NARROW_LIMIT);
}

const EMPTY_TYPES = { int16: "SMALLINT", int32: "INTEGER", timestamp: "TIMESTAMP" } as const;

function emptyRelation(table: MirrorTable): string {
  const columns = table.columns.map((column) => {
    const type = column.type === "decimal" ? `DECIMAL(38, ${column.scale})` : EMPTY_TYPES[column.type];
    return `null::${type} as ${named(column.name)}`;
  });
  return `select ${columns.join(", ")} limit 0`;
}
