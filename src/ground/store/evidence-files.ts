import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, lchown, open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import type { Kysely } from "kysely";
import { fail, type Issue, ok, type Result } from "../issue/index.ts";
import { makeFolder, syncFolder, type SystemUser } from "./durable-file.ts";
import type { StoreTables } from "./migrator.ts";

export interface EvidenceName {
  /** The file's name as the user knows it. */
  readonly name: string;
  /** "application/pdf". */
  readonly mediaType: string;
}

export interface StoredEvidence {
  /** Hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: bigint;
}

export interface EvidenceContent extends StoredEvidence, EvidenceName {
  read(): Readable;
}

/** Documents that records rest on, kept under the hash of their bytes. */
export interface EvidenceFiles {
  /** The hash and size under which a file would be kept, without keeping it. */
  weigh(file: string): Promise<StoredEvidence>;
  /** Keeps a document (bytes, or the path of a file) and answers when it is on the disk. The same bytes are kept once. */
  put(content: Uint8Array | string, as: EvidenceName): Promise<StoredEvidence>;
  /** @issues STORE-011 (never kept, or its file is gone) */
  open(sha256: string): Promise<Result<EvidenceContent>>;
  /** Reads all files again. @issues STORE-011 (gone), STORE-012 (altered) */
  verify(onProgress?: (text: string) => void): Promise<{ readonly checked: number; readonly issues: readonly Issue[] }>;
}

const SHA256 = /^[0-9a-f]{64}$/;
const PAGE = 1000;

export function createEvidenceFiles(
  folder: string,
  db: () => Kysely<StoreTables>,
  owner: SystemUser | undefined,
): EvidenceFiles {
  const root = path.join(folder, "evidence");
  const incoming = path.join(root, "incoming");
  const place = (sha256: string): string => path.join(root, "sha256", sha256.slice(0, 2), sha256);

  return {
    async weigh(file) {
      const hash = createHash("sha256");
      let size = 0n;
      for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
        hash.update(chunk);
        size += BigInt(chunk.length);
      }
      return { sha256: hash.digest("hex"), size };
    },

    async put(content, { name, mediaType }) {
      await makeFolder(incoming, owner);
      const temporary = path.join(incoming, randomBytes(12).toString("hex"));
      try {
        const stored = await writeHashed(content, temporary, owner);
        const target = place(stored.sha256);
        const folderOfTarget = path.dirname(target);
        await makeFolder(folderOfTarget, owner);
        // Replacing the same bytes by the same bytes harms nobody, mends a damaged file, and makes it durable here even
        // when the one who was first has not come to that yet.
        await rename(temporary, target);
        await syncFolder(folderOfTarget);
        await db()
          .insertInto("evidence_file")
          .values({ sha256: stored.sha256, size: stored.size, name, media_type: mediaType })
          .onConflict((conflict) => conflict.column("sha256").doNothing())
          .execute();
        return stored;
      } finally {
        await rm(temporary, { force: true });
      }
    },

    async open(sha256) {
      const missing: Issue = { code: "STORE-011", severity: "error", at: { file: sha256 } };
      if (!SHA256.test(sha256)) return fail(missing);
      const row = await db().selectFrom("evidence_file").selectAll().where("sha256", "=", sha256).executeTakeFirst();
      if (!row) return fail(missing);
      const there = await stat(place(sha256)).catch(() => undefined);
      if (!there?.isFile()) return fail({ ...missing, at: { file: row.name } });
      return ok({
        sha256,
        size: row.size,
        name: row.name,
        mediaType: row.media_type,
        read: () => createReadStream(place(sha256)),
      });
    },

    async verify(onProgress) {
      const issues: Issue[] = [];
      let checked = 0;
      for (let after = ""; ; ) {
        const rows = await db()
          .selectFrom("evidence_file")
          .selectAll()
          .where("sha256", ">", after)
          .orderBy("sha256")
          .limit(PAGE)
          .execute();
        for (const row of rows) {
          const issue = await verifyFile(place(row.sha256), row);
          if (issue) issues.push(issue);
          checked += 1;
        }
        const last = rows.at(-1);
        if (!last) return { checked, issues };
        after = last.sha256;
        onProgress?.(`${checked} evidence files verified`);
      }
    },
  };
}

async function verifyFile(file: string, row: { sha256: string; name: string }): Promise<Issue | undefined> {
  const at = { file: row.name };
  const actual = await hashOfFile(file);
  if (actual === undefined) return { code: "STORE-011", severity: "error", at, expected: row.sha256 };
  return actual === row.sha256 ? undefined : { code: "STORE-012", severity: "error", at, expected: row.sha256, actual };
}

async function hashOfFile(file: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  return hash.digest("hex");
}

/** Writes the bytes to a new file, durably, hashing what is written. */
async function writeHashed(
  content: Uint8Array | string,
  file: string,
  owner: SystemUser | undefined,
): Promise<StoredEvidence> {
  const hash = createHash("sha256");
  let size = 0n;
  const handle = await open(file, "wx", 0o600);
  try {
    const chunks = typeof content === "string" ? createReadStream(content) : [content];
    for await (const chunk of chunks as AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
      hash.update(chunk);
      size += BigInt(chunk.length);
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  // What is kept is never written again.
  await chmod(file, 0o400);
  if (owner) await lchown(file, owner.uid, owner.gid);
  return { sha256: hash.digest("hex"), size };
}
