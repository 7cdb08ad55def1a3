import { finished, type Median, type Outcome, type Results, type RowsResult } from "./results.ts";

const NUMBER = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const whole = (value: number): string => NUMBER.format(value);
const time = (seconds: number): string =>
  seconds >= 10
    ? `${seconds.toFixed(1)} s`
    : seconds >= 1
      ? `${seconds.toFixed(2)} s`
      : `${(seconds * 1000).toFixed(1)} ms`;
const times = (ratio: number): string => (ratio >= 10 ? `${ratio.toFixed(0)} ×` : `${ratio.toFixed(1)} ×`);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? "---" : "--:"))), ...rows.map(line)].join("\n");
}

/** Seconds of a phase; NaN when it was not measured. */
export function secondsOf(result: RowsResult, name: string, phase: string): number {
  const outcome = result.outcomes[name];
  return finished(outcome) ? (outcome.seconds[phase] ?? Number.NaN) : Number.NaN;
}

/** What each contender's computing is compared by: total and by-day totals, from what it holds. */
export function computeSeconds(result: RowsResult, name: string): number {
  if (name === "bare-scan") return secondsOf(result, name, "total") + secondsOf(result, name, "by day");
  return secondsOf(result, name, name.startsWith("candela") ? "total and by day" : "compute");
}

const memory = (outcome: Median): string =>
  `${whole(outcome.peakMb)}${outcome.serverMb === undefined ? "" : ` + ${whole(outcome.serverMb)}`}`;

function importTable(results: Results): string {
  const rows = results.measured.flatMap((result) => {
    const line = (name: string, phase: string, label: string): string[][] => {
      const outcome = result.outcomes[name];
      if (outcome === undefined) return [];
      if (!finished(outcome)) return [[whole(result.rows), label, outcome.unfinished, "", ""]];
      const seconds = outcome.seconds[phase] ?? Number.NaN;
      return [[whole(result.rows), label, time(seconds), whole(result.rows / seconds), memory(outcome)]];
    };
    return [
      ...line("candela import", "import", "**Candela**: file → acknowledged"),
      ...line("copy limits", "copy", "limit: bare COPY, same table and indexes"),
      ...line("copy limits", "copy with digest", "limit: COPY with a chained SHA-256"),
      ...line("impact-framework", "read", "`@grnsft/if` csv-import, into memory"),
      ...line("cloud-carbon-footprint", "read", "our reader for `@cloud-carbon-footprint/core`, into memory"),
    ];
  });
  return table(["rows", "taking the rows in", "time", "rows/s", "peak MiB (+ server)"], rows);
}

const COMPUTERS: readonly (readonly [name: string, label: string])[] = [
  ["candela columnar", "**Candela**, columnar mirror"],
  ["candela postgres", "**Candela**, PostgreSQL"],
  ["impact-framework", "`@grnsft/if` 1.1.0"],
  ["cloud-carbon-footprint", "`@cloud-carbon-footprint/core` 1.0.0"],
  ["bare-scan", "limit: bare columnar scan"],
];

function computeTable(results: Results): string {
  const rows = results.measured.flatMap((result) => {
    const ours = computeSeconds(result, "candela columnar");
    return COMPUTERS.flatMap(([name, label]): string[][] => {
      const outcome: Outcome | undefined = result.outcomes[name];
      if (outcome === undefined) return [];
      if (!finished(outcome)) return [[whole(result.rows), label, outcome.unfinished, "", "", "", ""]];
      const seconds = computeSeconds(result, name);
      const first = outcome.seconds["first"];
      const ratio = name === "candela columnar" ? "1" : times(seconds / ours);
      return [
        [
          whole(result.rows),
          label,
          time(seconds),
          first === undefined ? "" : time(first),
          whole(result.rows / seconds),
          ratio,
          memory(outcome),
        ],
      ];
    });
  });
  const head = ["rows", "total and by day", "time", "first time", "rows/s", "time to Candela's", "peak MiB (+ server)"];
  return table(head, rows);
}

function otherTable(results: Results): string {
  const rows = results.measured.flatMap((result) => {
    const line = (name: string, phase: string, label: string): string[][] => {
      const seconds = secondsOf(result, name, phase);
      return Number.isNaN(seconds) ? [] : [[whole(result.rows), label, time(seconds)]];
    };
    return [
      ...line("candela columnar", "total", "total alone, columnar mirror"),
      ...line("candela columnar", "remembered", "total and by day, asked again: remembered"),
      ...line("bare-scan", "total", "limit: total alone, bare columnar scan"),
      ...line("candela postgres", "total", "total alone, PostgreSQL"),
      ...line("candela mirror", "mirror", "first values after an import, columnar mirror built on the way"),
      ...line("candela trace", "trace first", "figure → first pages of its records, first time"),
      ...line("candela trace", "trace", "figure → first pages of its records"),
      ...line("candela verify", "verify", "every chain and digest recomputed from the stored rows"),
    ];
  });
  return table(["rows", "Candela besides", "time"], rows);
}

/** The tables as Markdown. */
export function resultTables(results: Results): string {
  const { machine, measured } = results;
  const compared = measured.reduce((sum, { compared: figures }) => sum + figures, 0);
  const differences = measured.flatMap(({ differences: found }) => found);
  const files = measured.map(({ rows, days, fileMb }) => `${whole(rows)} rows: ${days} days, ${whole(fileMb)} MB`);
  return [
    `Measured ${results.date.slice(0, 10)} in ${results.minutes.toFixed(0)} minutes on ${machine.cores} cores (${machine.cpu}), ${machine.memoryGib} GiB, Node ${machine.node}, ${machine.system}, load before ${machine.load.toFixed(1)}; commit ${results.commit}. ${files.join("; ")}.`,
    importTable(results),
    computeTable(results),
    otherTable(results),
    differences.length === 0
      ? `All ${compared} totals and day totals agree with the exact ones: Candela's to the last digit, the floats of the others within 10⁻⁹. Every trace leads to records of its own region.`
      : `${differences.length} differences, over ${compared} totals and the traces:\n\n${differences.slice(0, 20).join("\n")}`,
    "",
  ].join("\n\n");
}
