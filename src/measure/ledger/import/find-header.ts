import type { Mapping } from "./mapping.ts";
import { splitUnit } from "./column-names.ts";
import type { RowBlock } from "./row-block.ts";

/** How many of the first rows may stand above the header: titles, dates of printing, the name of a utility. */
export const ROWS_ABOVE_HEADER = 20;

export interface FoundHeader {
  readonly names: readonly string[];
  /** Its row, the last one when it takes several. */
  readonly row: number;
  /** Index of the first row after the header in its block. */
  readonly next: number;
  /** Rows with content above it. */
  readonly skipped: number;
  /** How much its names say; 0 when none is known. */
  readonly score: number;
}

/**
 * Finds the header among the first rows of a table: the row that holds most known names, the first of them among equals. A header with merged
 * cells may take two rows.
 * @param score how much some names say
 */
export function findHeader(
  block: RowBlock,
  score: (names: readonly string[]) => number,
  mapping: Mapping,
): FoundHeader | undefined {
  const heights = mapping.headerRows === undefined ? [1, 2] : [mapping.headerRows];
  let best: (FoundHeader & { height: number }) | undefined;
  let seen = 0;
  for (let row = 0; row < block.rows.length && seen < ROWS_ABOVE_HEADER; row += 1) {
    if (mapping.headerRow !== undefined && block.rows[row] !== mapping.headerRow) continue;
    if (mapping.headerRow === undefined && isBlank(block, row)) continue;
    for (const height of heights) {
      if (mapping.headerRows === undefined && height > 1 && !hasMerged(block, row)) continue;
      const names = joinedNames(block, row, height, score);
      const next = row + height;
      const found = { names, row: block.rows[next - 1] ?? next, next, skipped: seen, score: score(names), height };
      // Among equals the shorter, so that a title is not taken for the first row of the header.
      if (!best || found.score > best.score || (found.score === best.score && height < best.height)) best = found;
    }
    if (mapping.headerRow !== undefined) break;
    seen += 1;
  }
  return best;
}

/** Whether all cells of a row are empty. */
export function isBlank(block: RowBlock, row: number): boolean {
  for (let at = block.offsets[row] ?? 0; at < (block.offsets[row + 1] ?? 0); at += 1)
    if (block.cells[at]?.trim() !== "") return false;
  return true;
}

function hasMerged(block: RowBlock, row: number): boolean {
  for (let at = block.offsets[row] ?? 0; at < (block.offsets[row + 1] ?? 0); at += 1)
    if (block.marks?.get(at) === "merged") return true;
  return false;
}

function joinedNames(
  block: RowBlock,
  row: number,
  height: number,
  score: (names: readonly string[]) => number,
): string[] {
  const columns: string[][] = [];
  for (let line = row; line < Math.min(row + height, block.rows.length); line += 1) {
    const cells = block.cells.slice(block.offsets[line], block.offsets[line + 1]);
    for (const [column, cell] of cells.entries()) {
      const text = cell.replace(/\s+/g, " ").trim();
      const parts = (columns[column] ??= []);
      if (text !== "" && !parts.includes(text)) parts.push(text);
    }
  }
  return Array.from(columns, (parts = []) => joinedName(parts, score));
}

/** `用電量 (kWh)` above `1月` is `1月 (kWh)`; parts that say nothing by themselves are kept together. */
function joinedName(parts: readonly string[], score: (names: readonly string[]) => number): string {
  if (parts.length <= 1) return parts[0] ?? "";
  const whole = parts.join(" ");
  if (score([whole]) > 0) return whole;
  const known = parts.findLast((part) => score([part]) > 0);
  if (known === undefined) return whole;
  const unit = parts.map((part) => splitUnit(part).unit).find((found) => found !== undefined);
  return unit === undefined || splitUnit(known).unit !== undefined ? known : `${known} (${unit})`;
}
