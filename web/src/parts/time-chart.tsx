import { type ReactNode, useId, useState } from "react";
import { useTexts } from "../texts/texts.tsx";

/** One line of a row; null where nothing is known: the line breaks there. */
export interface ChartLine {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** Holds from one moment to the next, as prices do. */
  readonly steps?: boolean;
  /** Expected, not measured. */
  readonly dashed?: boolean;
}

/** A row of a chart: lines over one axis, or a state that holds for stretches of time. */
export type ChartRow =
  | { readonly title: string; readonly unit: string; readonly digits: number; readonly lines: readonly ChartLine[] }
  | { readonly title: string; readonly states: readonly string[] };

const WIDTH = 1000;
const HEIGHT = 80;
const EDGE = 4;

function pathOf({ values, steps }: ChartLine, low: number, high: number): string {
  const x = (i: number): string => ((i / Math.max(1, values.length - 1)) * WIDTH).toFixed(1);
  const y = (value: number): string =>
    (HEIGHT - EDGE - ((value - low) / (high - low || 1)) * (HEIGHT - 2 * EDGE)).toFixed(1);
  let path = "";
  let open = false;
  values.forEach((value, i) => {
    if (value === null) open = false;
    else {
      path += open ? `${steps ? `H${x(i)}V` : `L${x(i)} `}${y(value)}` : `M${x(i)} ${y(value)}`;
      open = true;
    }
  });
  return path;
}

function rangeOf(lines: readonly ChartLine[]): [number, number] {
  const values = lines.flatMap((line) => line.values.filter((one) => one !== null));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  // Power that goes both ways, or begins near nothing, is shown from nothing on.
  return [low > 0 && low < 0.3 * high ? 0 : low, high];
}

function stretches(states: readonly string[]): { state: string; from: number; to: number }[] {
  const found: { state: string; from: number; to: number }[] = [];
  states.forEach((state, i) => {
    const last = found.at(-1);
    if (last?.state === state) found[found.length - 1] = { ...last, to: i + 1 };
    else found.push({ state, from: i, to: i + 1 });
  });
  return found;
}

const shown = (value: number | null | undefined, digits: number): string =>
  value === null || value === undefined ? "–" : value.toFixed(digits);

function Picture({ row, cursor, count }: { row: ChartRow; cursor: number; count: number }): ReactNode {
  const at = (cursor / Math.max(1, count - 1)) * WIDTH;
  const line = <line className="chart-cursor" x1={at} x2={at} y1={0} y2={HEIGHT} />;
  if ("states" in row) {
    const kinds = [...new Set(row.states)];
    return (
      <svg viewBox={`0 0 ${WIDTH} 20`} preserveAspectRatio="none" className="chart-states" aria-hidden>
        {stretches(row.states).map(({ state, from, to }) => (
          <rect
            key={from}
            data-kind={kinds.indexOf(state) % 4}
            x={(from / count) * WIDTH}
            width={((to - from) / count) * WIDTH}
            y={0}
            height={20}
          />
        ))}
        {line}
      </svg>
    );
  }
  const [low, high] = rangeOf(row.lines);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className="chart-lines" aria-hidden>
      {low < 0 && high > 0 ? (
        <line className="chart-zero" x1={0} x2={WIDTH} y1={Number(zeroAt(low, high))} y2={Number(zeroAt(low, high))} />
      ) : undefined}
      {row.lines.map((one, i) => (
        <path key={one.name} d={pathOf(one, low, high)} data-line={i} data-dashed={one.dashed} />
      ))}
      {line}
    </svg>
  );
}

const zeroAt = (low: number, high: number): string =>
  (HEIGHT - EDGE - ((0 - low) / (high - low || 1)) * (HEIGHT - 2 * EDGE)).toFixed(1);

/**
 * Rows over one axis of time. A slider below, which keys move as well, reads every row at a moment; the same figures stand in
 * a table.
 */
export function TimeChart({
  label,
  times,
  rows,
  tableEvery = 1,
}: {
  readonly label: string;
  /** In words, one a moment. */
  readonly times: readonly string[];
  readonly rows: readonly ChartRow[];
  /** Of how many moments one stands in the table. */
  readonly tableEvery?: number;
}): ReactNode {
  const { say } = useTexts();
  const [cursor, setCursor] = useState(0);
  const slider = useId();
  const here = Math.min(cursor, Math.max(0, times.length - 1));
  const columns = rows.flatMap((row) =>
    "states" in row
      ? [{ name: row.title, cell: (i: number) => row.states[i] ?? "–" }]
      : row.lines.map((line) => ({
          name: `${line.name} (${row.unit})`,
          cell: (i: number) => shown(line.values[i], row.digits),
        })),
  );
  return (
    <figure className="chart" aria-label={label}>
      {rows.map((row) => (
        <div key={row.title} className="chart-row">
          <div className="chart-head">
            <span className="chart-title">{row.title}</span>
            {"states" in row ? (
              <span>{row.states[here]}</span>
            ) : (
              row.lines.map((line, i) => (
                <span key={line.name} className="chart-reading">
                  {row.lines.length > 1 ? <i data-line={i} data-dashed={line.dashed} aria-hidden /> : undefined}
                  {row.lines.length > 1 ? `${line.name} ` : ""}
                  <b>{shown(line.values[here], row.digits)}</b> {row.unit}
                </span>
              ))
            )}
          </div>
          <Picture row={row} cursor={here} count={times.length} />
        </div>
      ))}
      <div className="chart-time">
        <label htmlFor={slider}>{say("chart.time")}</label>
        <input
          id={slider}
          type="range"
          min={0}
          max={Math.max(0, times.length - 1)}
          value={here}
          aria-valuetext={times[here] ?? ""}
          onChange={(event) => setCursor(Number(event.currentTarget.value))}
        />
        <output htmlFor={slider}>{times[here]}</output>
      </div>
      <details>
        <summary>{say("chart.table")}</summary>
        <div className="table-wide chart-table" tabIndex={0} role="region" aria-label={label}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{say("chart.time")}</th>
                {columns.map(({ name }) => (
                  <th key={name} scope="col" className="number">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {times.map((time, i) =>
                i % tableEvery === 0 ? (
                  <tr key={i}>
                    <th scope="row">{time}</th>
                    {columns.map(({ name, cell }) => (
                      <td key={name} className="number">
                        {cell(i)}
                      </td>
                    ))}
                  </tr>
                ) : undefined,
              )}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}
