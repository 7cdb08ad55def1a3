/**
 * What an XLSX cell is besides its text: a formula (with or without its last result), covered by a merged cell whose text it
 * took, or shown in thousands or millions.
 */
export type CellMark = "formula" | "formula-empty" | "merged" | "scaled";

/**
 * Some rows of a table, flat: the cells of row `i` are `cells[offsets[i]] … cells[offsets[i + 1] - 1]`. One array of texts and no
 * object per row is what keeps a row under a microsecond.
 */
export interface RowBlock {
  readonly cells: readonly string[];
  /** One more than there are rows. */
  readonly offsets: readonly number[];
  /** The row of the table, counted from 1 as a spreadsheet counts. */
  readonly rows: readonly number[];
  /** The line of the file where the row starts; differs from the row once a quoted cell holds a line break. Absent for XLSX. */
  readonly lines?: readonly number[];
  /** What is special about a cell, by its index in `cells`. */
  readonly marks?: ReadonlyMap<number, CellMark>;
}
