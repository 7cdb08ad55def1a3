import { createHash } from "node:crypto";

/** A column as both the database and the columnar files hold it. */
export type MirrorColumn =
  | { readonly name: string; readonly type: "int16" | "int32" | "timestamp" }
  /** `numeric(38, scale)`; comes out of queries as a bigint, scaled. */
  | { readonly name: string; readonly type: "decimal"; readonly scale: number };

/** A table of rows that never change, in segments that are sealed as a whole. */
export interface MirrorTable {
  /** Name in the database's schema `candela`, and of the files. */
  readonly name: string;
  readonly columns: readonly MirrorColumn[];
  /** The int32 column that says which segment a row belongs to. */
  readonly segment: string;
  /** The int32 column that numbers the rows of a segment from 1 without a gap. */
  readonly ordinal: string;
  /** Columns by which rows are laid together in a file, so that a query skips what it does not need. */
  readonly cluster: readonly string[];
}

/** A sealed segment: what the mirror must hold of it, and the digest that says that it is this and no other. */
export interface MirrorSegment {
  readonly id: number;
  readonly digest: string;
  readonly rows: number;
}

const DUCKDB_TYPES = { int16: "SMALLINT", int32: "INTEGER", timestamp: "TIMESTAMP", decimal: "VARCHAR" } as const;

/** A text in SQL. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name in SQL, whatever words the language keeps for itself. */
export function named(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Says what shape files have: files of another shape are not ours. */
export function shapeOf(table: MirrorTable): string {
  return createHash("sha256")
    .update(JSON.stringify(["candela-mirror-2", table]))
    .digest("hex");
}

/** Digits of decimals that are kept in 64 bits, and of those that are kept in 128. */
export const NARROW_DIGITS = 18;
const WIDE_DIGITS = 38;
export type DecimalDigits = typeof NARROW_DIGITS | typeof WIDE_DIGITS;

/** Widths in which decimals are written: the narrower is read and summed in half the time, and holds what most tables have. */
export const DECIMAL_DIGITS: readonly DecimalDigits[] = [NARROW_DIGITS, WIDE_DIGITS];

/**
 * Reads what COPY wrote. Decimals come as digits: DuckDB takes a hundred times as long to read a long decimal as an integer.
 * @param digits of decimals; one that has more is a conversion error
 */
export function readExport(table: MirrorTable, file: string, digits: DecimalDigits): string {
  const types = table.columns.map(({ name, type }) => `${quoted(name)}: ${quoted(DUCKDB_TYPES[type])}`);
  const columns = table.columns.map((column) =>
    column.type === "decimal" ? decimalOf(column, digits) : named(column.name),
  );
  return `select ${columns.join(", ")} from read_csv(${quoted(file)}, auto_detect = false, header = false, delim = '\t',
    quote = '', escape = '', nullstr = '\\N', columns = {${types.join(", ")}})`;
}

function decimalOf({ name, scale }: { readonly name: string; readonly scale: number }, digits: DecimalDigits): string {
  const column = named(name);
  const integer = digits === NARROW_DIGITS ? "bigint" : "hugeint";
  if (scale === 0) return `${column}::${integer}::decimal(${digits}, 0) as ${column}`;
  const step = `0.${"1".padStart(scale, "0")}::decimal(${scale}, ${scale})`;
  return `(replace(${column}, '.', '')::${integer}::decimal(${digits}, 0) * ${step})::decimal(${digits}, ${scale}) as ${column}`;
}
