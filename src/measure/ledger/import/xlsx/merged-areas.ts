/** A merged area, rows and columns from 0 for columns and 1 for rows, both ends included. */
interface Area {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** The index of a column by its letters, `A` is 0; -1 when it is none. */
export function columnIndex(letters: string): number {
  let index = 0;
  for (let at = 0; at < letters.length; at += 1) {
    const code = letters.charCodeAt(at) & ~32;
    if (code < 65 || code > 90) return -1;
    index = index * 26 + (code - 64);
  }
  return index - 1;
}

const MERGE = /<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"/g;

/**
 * The merged areas of a sheet: they stand after its cells, so the sheet is looked through for them before it is read. A merged cell's text counts
 * for every cell it covers, as it looks to the reader.
 */
export class MergedAreas {
  /** By top row, descending, so that the next one is last. */
  readonly #waiting: Area[] = [];
  #active: { area: Area; text: string }[] = [];

  static async find(pieces: AsyncIterable<string>): Promise<MergedAreas> {
    const merged = new MergedAreas();
    let rest = "";
    for await (const piece of pieces) {
      const text = rest + piece;
      if (text.includes("mergeCell ")) {
        for (const [, left = "", top = "", right = "", bottom = ""] of text.matchAll(MERGE)) {
          merged.#waiting.push({
            left: columnIndex(left),
            top: Number(top),
            right: columnIndex(right),
            bottom: Number(bottom),
          });
        }
      }
      // A tag cut in two by the end of a piece is seen whole with the next one, and no tag is seen twice.
      const cut = text.lastIndexOf("<");
      rest = cut >= 0 && !text.includes(">", cut) ? text.slice(cut) : "";
    }
    merged.#waiting.sort((a, b) => b.top - a.top);
    return merged;
  }

  /** Fills the covered cells of a row. @param cells changed in place @param covered called for every cell that got another's text */
  fill(row: number, cells: string[], columns: number, covered: (index: number) => void): void {
    while ((this.#waiting.at(-1)?.top ?? Number.POSITIVE_INFINITY) <= row) {
      const area = this.#waiting.pop();
      if (area && area.bottom >= row)
        this.#active.push({ area, text: area.top === row ? (cells[area.left] ?? "") : "" });
    }
    if (this.#active.length === 0) return;
    this.#active = this.#active.filter(({ area }) => area.bottom >= row);
    for (const { area, text } of this.#active) {
      if (text === "") continue;
      for (let index = area.left; index <= Math.min(area.right, columns - 1); index += 1) {
        if (row === area.top && index === area.left) continue;
        cells[index] = text;
        covered(index);
      }
    }
  }
}
