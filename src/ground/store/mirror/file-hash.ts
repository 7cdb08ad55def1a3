import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";

/** Hex of the SHA-256 of a file's bytes. */
export async function fileHash(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** Remembers which files were found to be what they should be, as long as nobody touches them. */
export class VerifiedFiles {
  readonly #seen = new Map<string, string>();

  /** Whether a file has this content. Its bytes are read once; any write to it later shows in its change time. */
  async holds(file: string, sha256: string, bytes: number): Promise<boolean> {
    const before = await state(file);
    if (before === undefined || before.size !== bytes) return false;
    const key = `${sha256} ${before.key}`;
    if (this.#seen.get(file) === key) return true;
    const actual = await fileHash(file).catch(() => undefined);
    const after = await state(file);
    if (actual !== sha256 || after?.key !== before.key) return false;
    this.#seen.set(file, key);
    return true;
  }
}

async function state(file: string): Promise<{ size: number; key: string } | undefined> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  return { size: Number(found.size), key: `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}` };
}
