import type { MirrorFile, Piece } from "./manifest.ts";
import type { MirrorSegment } from "./table.ts";

/** Rows of one file at most: what one build keeps in memory and on the disk beside its result. */
export const FILE_ROWS = 1_048_576;
/** A file with fewer rows is small … */
const SMALL_ROWS = FILE_ROWS / 8;
/** … and with more small files than this, they are made into one. */
const MOST_SMALL_FILES = 16;

/** What is kept, and what must be built: each list of pieces becomes one file. */
export interface FilePlan {
  readonly kept: readonly MirrorFile[];
  readonly toBuild: readonly (readonly Piece[])[];
}

/** Whether every piece of a file that a wanted segment has is of that segment as it is now. */
export function isCurrent(file: MirrorFile, wanted: ReadonlyMap<number, MirrorSegment>): boolean {
  return file.pieces.every((piece) => {
    const segment = wanted.get(piece.segment);
    return segment === undefined || (segment.digest === piece.digest && piece.to <= segment.rows);
  });
}

/**
 * Decides which files stay and which rows must be exported, so that every row of every wanted segment stands in exactly one
 * file. Large segments are cut, small ones share a file.
 */
export function planFiles(files: readonly MirrorFile[], segments: readonly MirrorSegment[]): FilePlan {
  const wanted = new Map(segments.map((segment) => [segment.id, segment]));
  const current = files.filter((file) => isCurrent(file, wanted));
  const first = missingPieces(current, segments);
  const small = current.filter((file) => file.rows < SMALL_ROWS);
  if (first.length === 0 || small.length < MOST_SMALL_FILES) return { kept: current, toBuild: bundles(first) };
  const kept = current.filter((file) => file.rows >= SMALL_ROWS);
  return { kept, toBuild: bundles(missingPieces(kept, segments)) };
}

function missingPieces(files: readonly MirrorFile[], segments: readonly MirrorSegment[]): Piece[] {
  const held = new Map<number, Piece[]>();
  for (const piece of files.flatMap((file) => file.pieces)) {
    const pieces = held.get(piece.segment) ?? [];
    pieces.push(piece);
    held.set(piece.segment, pieces);
  }
  return segments.flatMap(({ id, digest, rows }) => {
    const missing: Piece[] = [];
    let next = 1;
    const gap = (to: number): void => {
      for (; next <= to; next += FILE_ROWS)
        missing.push({ segment: id, digest, from: next, to: Math.min(to, next + FILE_ROWS - 1) });
    };
    for (const piece of (held.get(id) ?? []).sort((a, b) => a.from - b.from)) {
      gap(piece.from - 1);
      next = piece.to + 1;
    }
    gap(rows);
    return missing;
  });
}

function bundles(pieces: readonly Piece[]): Piece[][] {
  const lists: Piece[][] = [];
  let rows = FILE_ROWS;
  for (const piece of pieces) {
    const more = piece.to - piece.from + 1;
    if (rows + more > FILE_ROWS) {
      lists.push([]);
      rows = 0;
    }
    lists.at(-1)?.push(piece);
    rows += more;
  }
  return lists;
}
