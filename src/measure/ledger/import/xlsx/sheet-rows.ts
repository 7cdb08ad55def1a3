import type { CellMark, RowBlock } from "../row-block.ts";
import { columnIndex, type MergedAreas } from "./merged-areas.ts";
import { cellText } from "./number-form.ts";
import { storable } from "./storable-text.ts";
import type { Workbook } from "./workbook.ts";
import type { XmlHandler } from "./xml-part.ts";

const ROWS_PER_BLOCK = 2000;

/** Takes the rows of a sheet out of its XML. Feed it as the handler of a part, and take blocks as they fill. */
export class SheetRows implements XmlHandler {
  readonly #workbook: Workbook;
  readonly #merged: MergedAreas;
  readonly #columns: number;
  #cells: string[] = [];
  #offsets: number[] = [0];
  #rows: number[] = [];
  #marks = new Map<number, CellMark>();
  #row = 0;
  #rowCells: string[] = [];
  #rowMarks = new Map<number, CellMark>();
  #column = -1;
  #type = "n";
  #style = 0;
  #value = "";
  #formula = false;
  #inValue = false;
  /** Rows that are not shown but hold something. */
  hiddenRows = 0;
  firstHiddenRow = 0;
  /** Rows or columns beyond the limits; reading should stop. */
  excess: { readonly what: "rows" | "columns"; readonly actual: number } | undefined;
  #rowHidden = false;

  constructor(workbook: Workbook, merged: MergedAreas, limits: { readonly columns: number }) {
    this.#workbook = workbook;
    this.#merged = merged;
    this.#columns = limits.columns;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    switch (name) {
      case "row": {
        const number = Number(attributes["r"]);
        this.#row = Number.isInteger(number) && number > this.#row ? number : this.#row + 1;
        this.#rowHidden = isTrue(attributes["hidden"]);
        this.#column = -1;
        break;
      }
      case "c": {
        const reference = attributes["r"];
        this.#column = reference === undefined ? this.#column + 1 : columnIndex(reference.replace(/\d+$/, ""));
        this.#type = attributes["t"] ?? "n";
        this.#style = Number(attributes["s"] ?? 0);
        this.#value = "";
        this.#formula = false;
        break;
      }
      case "f":
        this.#formula = true;
        break;
      case "v":
      case "t":
        this.#inValue = true;
        break;
      // Phonetic guides are no part of the text.
      case "rPh":
        this.#inValue = false;
        break;
    }
  }

  text(piece: string): void {
    if (this.#inValue) this.#value += piece;
  }

  close(name: string): void {
    if (name === "v" || name === "t") this.#inValue = false;
    else if (name === "c") this.#closeCell();
    else if (name === "row") this.#closeRow();
  }

  /** The rows finished so far, when they are enough for a block or when all are wanted. */
  take(all: boolean): RowBlock | undefined {
    if (this.#rows.length === 0 || (!all && this.#rows.length < ROWS_PER_BLOCK)) return undefined;
    const block = { cells: this.#cells, offsets: this.#offsets, rows: this.#rows, marks: this.#marks };
    this.#cells = [];
    this.#offsets = [0];
    this.#rows = [];
    this.#marks = new Map();
    return block;
  }

  #closeCell(): void {
    const column = this.#column;
    if (column < 0) return;
    if (column >= this.#columns) {
      if (this.#value !== "") this.excess ??= { what: "columns", actual: column + 1 };
      return;
    }
    const value = this.#type === "n" ? this.#value : storable(this.#value);
    const { strings, forms, from1904 } = this.#workbook;
    const form = forms[this.#style] ?? "number";
    let text: string;
    if (this.#type === "s") text = strings[Number(value)] ?? "";
    else if (this.#type === "n") text = value === "" ? "" : cellText(value, form, from1904);
    else if (this.#type === "d") text = value.replace(/T00:00:00(?:\.0+)?Z?$/, "");
    else text = value;
    while (this.#rowCells.length < column) this.#rowCells.push("");
    this.#rowCells[column] = text;
    if (this.#formula) this.#rowMarks.set(column, value === "" ? "formula-empty" : "formula");
    else if (form === "scaled" && this.#type === "n" && value !== "") this.#rowMarks.set(column, "scaled");
  }

  #closeRow(): void {
    const cells = this.#rowCells;
    this.#merged.fill(this.#row, cells, this.#columns, (index) => this.#rowMarks.set(index, "merged"));
    const empty = cells.every((cell) => (cell ?? "") === "") && this.#rowMarks.size === 0;
    if (!empty) {
      const first = this.#cells.length;
      for (const cell of cells) this.#cells.push(cell ?? "");
      for (const [column, mark] of this.#rowMarks) this.#marks.set(first + column, mark);
      this.#offsets.push(this.#cells.length);
      this.#rows.push(this.#row);
      if (this.#rowHidden) {
        this.hiddenRows += 1;
        this.firstHiddenRow ||= this.#row;
      }
    }
    this.#rowCells = [];
    this.#rowMarks = new Map();
  }
}

function isTrue(attribute: string | undefined): boolean {
  return attribute === "1" || attribute === "true";
}
