import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folder of this example. */
export const EXAMPLE_FOLDER = fileURLToPath(new URL(".", import.meta.url));

/** Fields of a CSV text, RFC 4180: quotes around fields, doubled quotes inside. */
export function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const sign = text[index];
    if (quoted) {
      if (sign !== '"') field += sign;
      else if (text[index + 1] === '"') {
        field += '"';
        index += 1;
      } else quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === ",") {
      row.push(field);
      field = "";
    } else if (sign === "\n") {
      rows.push([...row, field]);
      row = [];
      field = "";
    } else field += sign;
  }
  if (field !== "" || row.length > 0) rows.push([...row, field]);
  return rows;
}

/** One row of `records.csv` or `reported.csv`; `dims` holds the filled `dim.` columns. */
export interface ExampleRow {
  readonly cells: Readonly<Record<string, string>>;
  readonly dims: Readonly<Record<string, string>>;
}

export function exampleRows(name: "records.csv" | "reported.csv"): ExampleRow[] {
  const [head = [], ...body] = csvRows(readFileSync(`${EXAMPLE_FOLDER}/${name}`, "utf8"));
  return body.map((values) => {
    const cells = Object.fromEntries(head.map((column, index) => [column, values[index] ?? ""]));
    const dims = Object.entries(cells).filter(([column, value]) => column.startsWith("dim.") && value !== "");
    return { cells, dims: Object.fromEntries(dims.map(([column, value]) => [column.slice(4), value])) };
  });
}

const sameDims = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([key, value]) => b[key] === value);

/** What is printed for an indicator in a place; undefined when nothing is, or a dash. */
export function printedFigure(
  indicator: string,
  period: string,
  place: string,
  dims: Readonly<Record<string, string>> = {},
): string | undefined {
  const row = exampleRows("reported.csv").find(
    ({ cells, dims: own }) =>
      cells.indicator === indicator && cells.period === period && cells.where === place && sameDims(own, dims),
  );
  return row?.cells.value || undefined;
}
