import { createReadStream, statSync } from "node:fs";
import { basename } from "node:path";
import type { TableSource } from "./table-source.ts";

/** Adapter: a file on disk as a source, read in pieces of 256 KiB so that memory stays flat whatever its size. */
export function fileSource(path: string): TableSource {
  return {
    name: basename(path),
    bytesTotal: statSync(path).size,
    open: () => createReadStream(path, { highWaterMark: 1 << 18 }),
  };
}
