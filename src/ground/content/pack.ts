import { createHash } from "node:crypto";
import { fail, type Issue, ok, type Result } from "../issue/index.ts";

/**
 * A content pack: immutable files under an id and a version, known by their hash. What a value, a case or a release was
 * computed with is pinned by that hash; a changed file is another pack.
 */
export interface ContentPack {
  readonly id: string;
  readonly version: string;
  /** SHA-256 over `canonicalPack`, hex. */
  readonly hash: string;
  /** Path inside the pack, `/`-separated → text. */
  readonly files: ReadonlyMap<string, string>;
}

const ID = /^[a-z0-9][a-z0-9-]*$/;
const VERSION = /^\d+\.\d+\.\d+$/;

/** The bytes that are hashed and kept: JSON with files sorted by path, so that the same content has one hash on every machine. */
export function canonicalPack(pack: Omit<ContentPack, "hash">): string {
  const files = [...pack.files].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({ id: pack.id, version: pack.version, files });
}

/**
 * Builds a pack from its files.
 * @issues CONTENT-001 (id or version malformed)
 */
export function createPack(id: string, version: string, files: ReadonlyMap<string, string>): Result<ContentPack> {
  const issues: Issue[] = [];
  if (!ID.test(id))
    issues.push({
      code: "CONTENT-001",
      severity: "error",
      at: { path: "pack.yaml:id" },
      expected: ID.source,
      actual: id,
    });
  if (!VERSION.test(version)) {
    issues.push({
      code: "CONTENT-001",
      severity: "error",
      at: { path: "pack.yaml:version" },
      expected: "1.2.3",
      actual: version,
    });
  }
  if (issues.length > 0) return fail(...issues);
  const normalised = new Map([...files].map(([path, text]) => [path, text.replace(/\r\n/g, "\n")]));
  const pack = { id, version, files: normalised };
  return ok({ ...pack, hash: createHash("sha256").update(canonicalPack(pack)).digest("hex") });
}

/**
 * Reads back what `canonicalPack` wrote.
 * @issues CONTENT-002 (the bytes do not have the hash that was pinned)
 */
export function readPack(bytes: string, expectedHash: string, file: string): Result<ContentPack> {
  const actual = createHash("sha256").update(bytes).digest("hex");
  if (actual !== expectedHash)
    return fail({ code: "CONTENT-002", severity: "error", at: { file }, expected: expectedHash, actual });
  const { id, version, files } = JSON.parse(bytes) as { id: string; version: string; files: [string, string][] };
  return ok({ id, version, hash: actual, files: new Map(files) });
}
