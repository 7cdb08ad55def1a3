import { createReadStream, statSync } from "node:fs";
import { basename } from "node:path";
import type { TableSource } from "./table-source.ts";

/**
 * Adapter: a file on disk as a source, read in pieces of 64 KiB: memory stays flat whatever its size, what is cut from one piece is
 * done with before it has to be moved, and between two of them there is time to send what is written.
 */
export function fileSource(path: string): TableSource {
  return {
    name: basename(path),
    bytesTotal: statSync(path).size,
    open: () => createReadStream(path, { highWaterMark: 1 << 16 }),
  };
}
