/** A file as bytes, wherever it comes from: a path, an upload, a test. It may be opened more than once. */
export interface TableSource {
  /** The name that issues show, `water.csv`. */
  readonly name: string;
  /** Size in bytes when it is known, for progress. */
  readonly bytesTotal?: number;
  open(): AsyncIterable<Uint8Array>;
}

/** A source of bytes that are already in memory. */
export function bytesSource(name: string, bytes: Uint8Array, chunkBytes = 1 << 18): TableSource {
  return {
    name,
    bytesTotal: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
    },
  };
}
