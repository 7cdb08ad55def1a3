/** A text as it stands in a page. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** A cell of a table. */
export interface Cell {
  readonly text: string;
  /** A number, or a time that must not break. */
  readonly kind?: "n" | "t";
}

/** A number, a time that must not break, and any other text. */
export const n = (text: string): Cell => ({ text, kind: "n" });
export const t = (text: string): Cell => ({ text, kind: "t" });
export const c = (text: string): Cell => ({ text });

/** A row; a grave one stands out. */
export interface TableRow {
  readonly cells: readonly Cell[];
  readonly grave?: boolean;
}

/** A table that scrolls by itself where the page is narrow. */
export function table(head: readonly Cell[], rows: readonly TableRow[]): string {
  const of = (tag: "th" | "td", { text, kind }: Cell): string =>
    `<${tag}${tag === "th" ? ' scope="col"' : ""}${kind ? ` class="${kind}"` : ""}>${escaped(text)}</${tag}>`;
  const body = rows.map(
    ({ cells, grave }) => `<tr${grave ? ' class="grave"' : ""}>${cells.map((cell) => of("td", cell)).join("")}</tr>`,
  );
  return `<div class="wide"><table${head.length > 4 ? ' class="long"' : ""}><thead><tr>${head.map((cell) => of("th", cell)).join("")}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}
