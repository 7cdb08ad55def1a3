import type { LinearModel } from "./linear-model.ts";

/**
 * A model as free MPS, which every solver reads (CBC only where its name line says so): columns x0 …, rows r0 …, objective obj.
 * @source CPLEX and CBC's reading of MPS: an RHS and a range for rows with two limits, explicit bounds for each column
 */
export function mpsText(model: LinearModel): string {
  const lines: string[] = ["NAME model FREE", "ROWS", " N obj"];
  const [rhs, ranges]: [string[], string[]] = [[], []];
  for (let row = 0; row < model.rows; row++) {
    const [from, to] = [model.rowLower[row] ?? 0, model.rowUpper[row] ?? 0];
    const kind = from === to ? "E" : Number.isFinite(to) ? "L" : Number.isFinite(from) ? "G" : "N";
    lines.push(` ${kind} r${row}`);
    if (kind !== "N") rhs.push(` rhs r${row} ${kind === "G" ? from : to}`);
    if (kind === "L" && Number.isFinite(from)) ranges.push(` rng r${row} ${to - from}`);
  }
  const entries: string[][] = Array.from({ length: model.columns }, () => []);
  for (let row = 0; row < model.rows; row++)
    for (let i = model.starts[row] ?? 0; i < (model.starts[row + 1] ?? 0); i++)
      entries[model.indices[i] ?? 0]?.push(`r${row} ${model.values[i]}`);
  lines.push("COLUMNS");
  for (const [column, own] of entries.entries()) {
    const whole = model.whole[column] === 1;
    if (whole) lines.push(` m${column} 'MARKER' 'INTORG'`);
    // A column in no row must still be named.
    lines.push(` x${column} obj ${model.cost[column]}`, ...own.map((entry) => ` x${column} ${entry}`));
    if (whole) lines.push(` n${column} 'MARKER' 'INTEND'`);
  }
  lines.push("RHS", ...rhs);
  if (ranges.length > 0) lines.push("RANGES", ...ranges);
  lines.push("BOUNDS");
  for (let column = 0; column < model.columns; column++) {
    const [from, to] = [model.columnLower[column] ?? 0, model.columnUpper[column] ?? 0];
    lines.push(Number.isFinite(from) ? ` LO b x${column} ${from}` : ` MI b x${column}`);
    lines.push(Number.isFinite(to) ? ` UP b x${column} ${to}` : ` PL b x${column}`);
  }
  lines.push("ENDATA", "");
  return lines.join("\n");
}
