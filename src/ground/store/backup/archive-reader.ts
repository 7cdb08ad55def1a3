import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { fail, type Issue, ok, type Result } from "../../issue/index.ts";
import { errorText } from "../store-failure.ts";
import { FORMAT, type Manifest, MANIFEST_PART, readManifest, SEAL_PART } from "./manifest.ts";
import { BLOCK_BYTES, decodeHeader, paddingOf } from "./tar-header.ts";

interface Place {
  readonly offset: number;
  readonly size: number;
}

/** A backup whose manifest was read and whose every part was found where it should be. */
export interface Archive {
  readonly file: string;
  readonly manifest: Manifest;
  /** The bytes of a part that the manifest lists. */
  open(part: string): Readable;
}

const LARGEST_MANIFEST_BYTES = 1 << 30;

/**
 * Opens a backup and reads it once from end to end: nothing of it is used before every hash is right.
 * @issues STORE-020 (not a backup, or cut off), STORE-021 (altered), STORE-022 (newer format), STORE-024 (a name that
 *   may not be)
 */
export async function openArchive(file: string, onProgress: (text: string) => void): Promise<Result<Archive>> {
  const broken = (actual: string): Result<never> =>
    fail({ code: "STORE-020", severity: "error", at: { file }, actual });
  const places = await findEntriesOf(file).catch((error: unknown) => broken(errorText(error)));
  if (!places.ok) return places;
  const found = places.value;
  const read = (part: string): Readable => {
    const place = found.get(part);
    if (!place) throw new Error(`the backup has no part ${part}`);
    return place.size === 0
      ? emptyStream()
      : createReadStream(file, { start: place.offset, end: place.offset + place.size - 1 });
  };
  const manifestPlace = found.get(MANIFEST_PART);
  if (!manifestPlace || !found.has(SEAL_PART)) return broken(`no ${MANIFEST_PART} at the end`);
  if (manifestPlace.size > LARGEST_MANIFEST_BYTES) return broken(`${MANIFEST_PART}: ${manifestPlace.size} bytes`);
  const text = await readAll(read(MANIFEST_PART));
  const seal = (await readAll(read(SEAL_PART))).toString("latin1").trim();
  const actual = createHash("sha256").update(text).digest("hex");
  if (actual !== seal) return fail(altered(file, MANIFEST_PART, seal, actual));
  const manifest = readManifest(text.toString("utf8"), file);
  if (!manifest.ok) return manifest;
  const issues = [
    ...namesThatDiffer(file, found, manifest.value),
    ...(await wrongHashes(file, found, read, manifest.value, onProgress)),
  ];
  return issues.length > 0 ? { ok: false, issues } : ok({ file, manifest: manifest.value, open: read });
}

function emptyStream(): Readable {
  return createReadStream("/dev/null");
}

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function findEntriesOf(file: string): Promise<Result<Map<string, Place>>> {
  const handle = await open(file, "r");
  try {
    return await findEntries(handle, file);
  } finally {
    await handle.close();
  }
}

/** Where each entry lies. Links, folders, devices and whatever else a tar file can hold are refused by their header. */
async function findEntries(handle: FileHandle, file: string): Promise<Result<Map<string, Place>>> {
  const broken = (actual: string): Result<never> =>
    fail({ code: "STORE-020", severity: "error", at: { file }, actual });
  const places = new Map<string, Place>();
  const { size: end } = await handle.stat();
  for (let offset = 0; ; ) {
    const header = Buffer.alloc(BLOCK_BYTES);
    const { bytesRead } = await handle.read(header, 0, BLOCK_BYTES, offset);
    if (bytesRead < BLOCK_BYTES) return broken(offset === 0 ? "no archive" : `ends at byte ${end}`);
    if (header.every((byte) => byte === 0)) return places.size > 0 ? ok(places) : broken("no archive");
    const entry = decodeHeader(header);
    if (!entry) return broken(offset === 0 ? "no archive" : `byte ${offset}`);
    if (offset === 0 && entry.name !== FORMAT) {
      const other = /^candela-backup-\d+$/.test(entry.name);
      return other
        ? fail({ code: "STORE-022", severity: "error", at: { file }, expected: FORMAT, actual: entry.name })
        : broken(entry.name);
    }
    const next = offset + BLOCK_BYTES + entry.size + paddingOf(entry.size);
    if (next > end) return broken(`ends at byte ${end}`);
    if (places.has(entry.name)) return fail({ code: "STORE-024", severity: "error", at: { file }, actual: entry.name });
    places.set(entry.name, { offset: offset + BLOCK_BYTES, size: entry.size });
    offset = next;
  }
}

function namesThatDiffer(file: string, found: ReadonlyMap<string, Place>, manifest: Manifest): Issue[] {
  const listed = new Set([FORMAT, MANIFEST_PART, SEAL_PART, ...partsOf(manifest).map(({ part }) => part)]);
  return [...found.keys()]
    .filter((name) => !listed.has(name))
    .map((name) => ({ code: "STORE-024", severity: "error", at: { file }, actual: name }));
}

async function wrongHashes(
  file: string,
  found: ReadonlyMap<string, Place>,
  read: (part: string) => Readable,
  manifest: Manifest,
  onProgress: (text: string) => void,
): Promise<Issue[]> {
  const issues: Issue[] = [];
  const parts = partsOf(manifest);
  for (const [index, { part, sha256 }] of parts.entries()) {
    if (!found.has(part)) {
      issues.push({ code: "STORE-020", severity: "error", at: { file }, actual: `no ${part}` });
      continue;
    }
    const hash = createHash("sha256");
    for await (const chunk of read(part)) hash.update(chunk as Buffer);
    const actual = hash.digest("hex");
    if (actual !== sha256) issues.push(altered(file, part, sha256, actual));
    onProgress(`backup: ${index + 1} of ${parts.length} parts checked`);
  }
  return issues;
}

function partsOf(manifest: Manifest): readonly { part: string; sha256: string }[] {
  return [...manifest.tables, ...manifest.files];
}

function altered(file: string, part: string, expected: string, actual: string): Issue {
  return { code: "STORE-021", severity: "error", at: { file, path: part }, expected, actual };
}
