import { computeSeconds, secondsOf } from "./result-tables.ts";
import { finished, type Results, type RowsResult } from "./results.ts";

interface Goal {
  readonly rows: number;
  readonly what: string;
  readonly goal: string;
  readonly measured: (result: RowsResult) => number;
  readonly unit: string;
  readonly reached: (measured: number) => boolean;
}

const MIB_PER_GIB = 1024;
const ours = (result: RowsResult): number => computeSeconds(result, "candela columnar");

/** What the ledger is meant to reach on the machine that the guide describes. */
const GOALS: readonly Goal[] = [
  {
    rows: 1e6,
    what: "import",
    goal: "≥ 100,000 rows/s",
    measured: (result) => result.rows / secondsOf(result, "candela import", "import"),
    unit: "rows/s",
    reached: (rate) => rate >= 100_000,
  },
  {
    rows: 1e6,
    what: "total and by day, against `@grnsft/if`",
    goal: "≥ 100 × as fast",
    measured: (result) => computeSeconds(result, "impact-framework") / ours(result),
    unit: "×",
    reached: (ratio) => ratio >= 100,
  },
  {
    rows: 1e6,
    what: "total and by day, against `@cloud-carbon-footprint/core`",
    goal: "≥ 5 × as fast",
    measured: (result) => computeSeconds(result, "cloud-carbon-footprint") / ours(result),
    unit: "×",
    reached: (ratio) => ratio >= 5,
  },
  {
    rows: 1e6,
    what: "total, against the bare columnar scan",
    goal: "within 2 ×",
    measured: (result) => secondsOf(result, "candela columnar", "total") / secondsOf(result, "bare-scan", "total"),
    unit: "×",
    reached: (ratio) => ratio <= 2,
  },
  {
    rows: 1e6,
    what: "total and by day, against the bare columnar scan",
    goal: "within 2 ×",
    measured: (result) => ours(result) / computeSeconds(result, "bare-scan"),
    unit: "×",
    reached: (ratio) => ratio <= 2,
  },
  {
    rows: 1e7,
    what: "total and by day",
    goal: "< 5 s",
    measured: (result) => Math.max(ours(result), secondsOf(result, "candela columnar", "first")),
    unit: "s",
    reached: (seconds) => seconds < 5,
  },
  {
    rows: 1e7,
    what: "memory of it, with the server",
    goal: "< 2 GiB",
    measured: (result) => {
      const outcome = result.outcomes["candela columnar"];
      return finished(outcome) ? (outcome.peakMb + (outcome.serverMb ?? 0)) / MIB_PER_GIB : Number.NaN;
    },
    unit: "GiB",
    reached: (gib) => gib < 2,
  },
  {
    rows: 1e7,
    what: "figure → first page of its records",
    goal: "< 100 ms",
    measured: (result) => secondsOf(result, "candela trace", "trace first") * 1000,
    unit: "ms",
    reached: (ms) => ms < 100,
  },
];

/** The goals that these results speak about, reached or not. */
export function goals(results: Results): string {
  const lines = GOALS.flatMap((goal) => {
    const result = results.measured.find(({ rows }) => rows === goal.rows);
    const measured = result ? goal.measured(result) : Number.NaN;
    if (Number.isNaN(measured)) return [];
    const shown = measured >= 1000 ? Math.round(measured).toLocaleString("en-US") : measured.toPrecision(3);
    return [
      `| ${goal.rows.toExponential().replace("+", "")} | ${goal.what} | ${goal.goal} | ${shown} ${goal.unit} | ${goal.reached(measured) ? "yes" : "**no**"} |`,
    ];
  });
  if (lines.length === 0) return "";
  return `${["| rows | goal | wanted | measured | reached |", "| --- | --- | --: | --: | --- |", ...lines].join("\n")}\n`;
}
