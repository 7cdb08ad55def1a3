import { createHash } from "node:crypto";

/** Rows of one segment: about a megabyte of text, so that a changed byte is named closely and hashing keeps up with COPY. */
export const SEGMENT_ROWS = 8192;

const FORMAT = "candela-ledger-1";

/** The link that stands before the first segment. */
export const FIRST_LINK: Buffer = createHash("sha256").update(FORMAT).digest();

/** A segment's link: over the link before it and the canonical text of its rows. */
export function segmentLink(before: Buffer, rows: Buffer): Buffer {
  return createHash("sha256").update(before).update(rows).digest();
}

/** Over the last link and the digest of the terms. */
export function batchDigest(lastLink: Buffer, terms: Buffer): Buffer {
  return createHash("sha256").update(lastLink).update(terms).digest();
}

/** Ascending numbers as ranges, `[1, 2, 3, 7]` → `[[1, 3], [7, 7]]`. */
export function toRanges(ascending: Iterable<number>): [number, number][] {
  const ranges: [number, number][] = [];
  for (const value of ascending) {
    const last = ranges.at(-1);
    if (last && value === last[1] + 1) last[1] = value;
    else ranges.push([value, value]);
  }
  return ranges;
}
