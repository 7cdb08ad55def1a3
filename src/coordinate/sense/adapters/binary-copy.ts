const SIGNATURE = Buffer.concat([Buffer.from("PGCOPY\n\xff\r\n\0", "latin1"), Buffer.alloc(8)]);
const TRAILER = Buffer.from([0xff, 0xff]);
const ROW_BYTES = 2 + 8 + 12 + 12 + 6 + 8 + 8;
const CHUNK_ROWS = 8192;

/** A row of the table `reading`. */
export interface ReadingRow {
  readonly number: number;
  readonly atMs: number;
  readonly value: number | undefined;
  /** Its number, 0 measured to 3 missing. */
  readonly quality: number;
}

/**
 * Rows as PostgreSQL's binary COPY takes them: floats go over as they are, to the last bit.
 * @param first how many rows of the batch went before
 * @source PostgreSQL documentation, COPY, "Binary Format"
 */
export function* binaryRows(rows: readonly ReadingRow[], batch: number, first: number): Generator<Buffer> {
  yield SIGNATURE;
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
    const part = rows.slice(from, from + CHUNK_ROWS);
    const bytes = Buffer.allocUnsafe(part.length * ROW_BYTES);
    let at = 0;
    for (const [index, row] of part.entries()) {
      at = bytes.writeInt16BE(6, at);
      at = bytes.writeInt32BE(4, at);
      at = bytes.writeInt32BE(row.number, at);
      at = bytes.writeInt32BE(8, at);
      // Milliseconds lie far below 2^53: two halves hold them exactly, and faster than a bigint.
      at = bytes.writeInt32BE(Math.floor(row.atMs / 2 ** 32), at);
      at = bytes.writeUInt32BE(((row.atMs % 2 ** 32) + 2 ** 32) % 2 ** 32, at);
      if (row.value === undefined) at = bytes.writeInt32BE(-1, at);
      else {
        at = bytes.writeInt32BE(8, at);
        at = bytes.writeDoubleBE(row.value, at);
      }
      at = bytes.writeInt32BE(2, at);
      at = bytes.writeInt16BE(row.quality, at);
      at = bytes.writeInt32BE(4, at);
      at = bytes.writeInt32BE(batch, at);
      at = bytes.writeInt32BE(4, at);
      at = bytes.writeInt32BE(first + from + index, at);
    }
    yield bytes.subarray(0, at);
  }
  yield TRAILER;
}
