import { createHash, randomBytes } from "node:crypto";
import { type FileHandle, link, open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { syncFolder } from "../durable-file.ts";
import { BLOCK_BYTES, encodeHeader, paddingOf } from "./tar-header.ts";

/** What was written as one entry. */
export interface WrittenPart {
  readonly part: string;
  /** Bytes in the archive. */
  readonly size: number;
  /** Hex, of the bytes in the archive. */
  readonly sha256: string;
}

/**
 * Writes a tar file entry by entry, each as long as its source turns out to be. It lies under a temporary name until
 * `finish`: an archive with the final name is whole and on the disk.
 */
export class ArchiveWriter {
  readonly #target: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;
  #offset = 0;

  private constructor(target: string, temporary: string, handle: FileHandle) {
    this.#target = target;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  /** Throws with the code EEXIST when the target is there already. */
  static async create(target: string): Promise<ArchiveWriter> {
    if (await exists(target)) throw alreadyThere(target);
    const temporary = path.join(
      path.dirname(target),
      `.${path.basename(target)}.${randomBytes(6).toString("hex")}.tmp`,
    );
    return new ArchiveWriter(target, temporary, await open(temporary, "wx", 0o600));
  }

  get size(): number {
    return this.#offset;
  }

  async add(part: string, source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<WrittenPart> {
    const hash = createHash("sha256");
    const start = this.#offset;
    let size = 0;
    this.#offset += BLOCK_BYTES;
    for await (const chunk of source) {
      hash.update(chunk);
      await this.#write(chunk);
      size += chunk.length;
    }
    await this.#write(Buffer.alloc(paddingOf(size)));
    await this.#handle.write(encodeHeader({ name: part, size }), 0, BLOCK_BYTES, start);
    return { part, size, sha256: hash.digest("hex") };
  }

  async finish(): Promise<void> {
    await this.#write(Buffer.alloc(2 * BLOCK_BYTES));
    await this.#handle.sync();
    await this.#handle.close();
    await publish(this.#temporary, this.#target);
    await syncFolder(path.dirname(this.#target));
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => {});
    await rm(this.#temporary, { force: true });
  }

  async #write(chunk: Uint8Array): Promise<void> {
    for (let done = 0; done < chunk.length; ) {
      const { bytesWritten } = await this.#handle.write(chunk, done, chunk.length - done, this.#offset);
      done += bytesWritten;
      this.#offset += bytesWritten;
    }
  }
}

/** Gives the file its name without replacing one that came up meanwhile. */
async function publish(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target);
    await rm(temporary);
  } catch (error) {
    // File systems of memory sticks have no links.
    if (await exists(target)) throw error;
    await rename(temporary, target);
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function alreadyThere(file: string): Error {
  return Object.assign(new Error(`${file} is there already`), { code: "EEXIST" });
}
