import type * as Duckdb from "@duckdb/node-api";
import { quoted } from "./table.ts";

/** A value of a result: integers as numbers, long integers and decimals (scaled) as bigints, dates and timestamps (UTC) as ISO text. */
export type ColumnarValue = number | bigint | string | boolean | null;

/** A column of a result. Integers as doubles, exact up to 2⁵³, null as NaN; everything else as its values. */
export type ColumnarColumn = Float64Array | readonly ColumnarValue[];

/** Loaded when it is first asked something: that takes longer than most commands, which ask it nothing. */
const library = (): Promise<typeof Duckdb> => import("@duckdb/node-api");

/** A DuckDB of our own that reads and writes in one folder, within limits, and reaches nothing else. */
export class ColumnarEngine {
  readonly #instance: Duckdb.DuckDBInstance;

  private constructor(instance: Duckdb.DuckDBInstance) {
    this.#instance = instance;
  }

  /** @param folder where its files and what does not fit into memory go */
  static async open(folder: string, memoryMb: number): Promise<ColumnarEngine> {
    const { DuckDBInstance } = await library();
    const instance = await DuckDBInstance.create(":memory:", {
      memory_limit: `${memoryMb}MB`,
      temp_directory: `${folder}/spill-${process.pid}`,
      preserve_insertion_order: "false",
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const engine = new ColumnarEngine(instance);
    await engine.#with(async (connection) => {
      await connection.run(`set allowed_directories = [${quoted(`${folder}/`)}]`);
      await connection.run("set enable_external_access = false");
      await connection.run("set lock_configuration = true");
    });
    return engine;
  }

  /** Runs one statement; `$1`, `$2` … are lists of integers. */
  async rows(statement: string, lists: readonly (readonly number[])[] = []): Promise<ColumnarValue[][]> {
    const duckdb = await library();
    return this.#with(async (connection) => {
      const reader = await connection.runAndReadAll(
        statement,
        lists.map((list) => duckdb.listValue([...list])),
      );
      const rows: unknown[][] = reader.getRows();
      for (const row of rows)
        for (let column = 0; column < row.length; column += 1) row[column] = plainValue(row[column], duckdb);
      return rows as ColumnarValue[][];
    });
  }

  /** As `rows`, but column by column, for results of many rows: a list a row takes longer to make than the rows to find. */
  async columns(statement: string, lists: readonly (readonly number[])[] = []): Promise<ColumnarColumn[]> {
    const duckdb = await library();
    return this.#with(async (connection) => {
      const result = await connection.run(
        statement,
        lists.map((list) => duckdb.listValue([...list])),
      );
      const chunks = await result.fetchAllChunks();
      return Array.from({ length: result.columnCount }, (_, column) =>
        joined(
          chunks.map((chunk) => chunk.getColumnVector(column)),
          duckdb,
        ),
      );
    });
  }

  close(): void {
    this.#instance.closeSync();
  }

  async #with<T>(work: (connection: Duckdb.DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#instance.connect();
    try {
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  }
}

/** The vectors of one column, one after the other. */
function joined(vectors: readonly Duckdb.DuckDBVector[], duckdb: typeof Duckdb): ColumnarColumn {
  const first = vectors[0];
  const integers =
    first instanceof duckdb.DuckDBSmallIntVector ||
    first instanceof duckdb.DuckDBIntegerVector ||
    first instanceof duckdb.DuckDBBigIntVector;
  if (!integers) {
    const values: ColumnarValue[] = [];
    for (const vector of vectors) {
      const valueAt =
        vector instanceof duckdb.DuckDBDecimal128Vector
          ? (item: number) => vector.getScaledValue(item)
          : (item: number) => plainValue(vector.getItem(item), duckdb);
      for (let item = 0; item < vector.itemCount; item += 1) values.push(valueAt(item));
    }
    return values;
  }
  const numbers = new Float64Array(vectors.reduce((sum, { itemCount }) => sum + itemCount, 0));
  let row = 0;
  for (const vector of vectors)
    for (let item = 0; item < vector.itemCount; item += 1, row += 1)
      numbers[row] = Number(vector.getItem(item) ?? Number.NaN);
  return numbers;
}

function plainValue(value: unknown, duckdb: typeof Duckdb): ColumnarValue {
  switch (typeof value) {
    case "number":
    case "bigint":
    case "string":
    case "boolean":
      return value;
    default:
      if (value === null) return null;
      if (value instanceof duckdb.DuckDBDecimalValue) return value.value;
      if (value instanceof duckdb.DuckDBDateValue || value instanceof duckdb.DuckDBTimestampValue)
        return value.toString();
      throw new Error(`a columnar result holds a value of type ${typeof value}`);
  }
}
