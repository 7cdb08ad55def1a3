import { rename, writeFile } from "node:fs/promises";
import { z } from "zod";
import { readIfThere } from "../durable-file.ts";

const pieceSchema = z.strictObject({ segment: z.int(), digest: z.string(), from: z.int(), to: z.int() });

const fileSchema = z.strictObject({
  /** Name in the mirror's folder; it carries the hash, so one name is one content. */
  file: z.string().regex(/^[a-z0-9_]+-[0-9a-f]{32}\.parquet$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int(),
  rows: z.int(),
  pieces: z.array(pieceSchema).min(1),
  /** Per decimal column the largest magnitude in the file, scaled. */
  magnitudes: z.record(z.string(), z.string().regex(/^\d+$/)),
});

const manifestSchema = z.strictObject({
  shape: z.string(),
  /** Up to where in the journal the segments went that were asked for last. */
  position: z.string().regex(/^\d+$/),
  files: z.array(fileSchema),
});

/** Rows `from` to `to` of a segment, as a file holds them. */
export type Piece = z.infer<typeof pieceSchema>;
export type MirrorFile = z.infer<typeof fileSchema>;
export type Manifest = z.infer<typeof manifestSchema>;

/** The manifest of a folder; an empty one when there is none, when it cannot be read, or when it describes another shape. */
export async function readManifest(file: string, shape: string): Promise<Manifest> {
  const empty: Manifest = { shape, position: "0", files: [] };
  const text = await readIfThere(file);
  if (text === undefined) return empty;
  try {
    const manifest = manifestSchema.parse(JSON.parse(text));
    return manifest.shape === shape && disjoint(manifest.files) ? manifest : empty;
  } catch {
    // Cut off or written by something else: the mirror is made anew, it is only a copy.
    return empty;
  }
}

export async function writeManifest(file: string, manifest: Manifest): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, JSON.stringify(manifest), { mode: 0o600 });
  await rename(draft, file);
}

/** A row that stood in two files would be counted twice. */
function disjoint(files: readonly MirrorFile[]): boolean {
  const pieces = files.flatMap((file) => file.pieces).sort((a, b) => a.segment - b.segment || a.from - b.from);
  return pieces.every((piece, index) => {
    const before = pieces[index - 1];
    return (
      piece.from <= piece.to && (before === undefined || before.segment !== piece.segment || before.to < piece.from)
    );
  });
}
