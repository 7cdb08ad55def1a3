import { Command } from "commander";
import { BENCHMARK_BATTERY, benchmarkBattery, instantOf } from "../../../coordinate/index.ts";
import { readSeriesFiles } from "../../read-series-files.ts";
import { EXIT, printIssues, table } from "../output.ts";
import { CommandIssues, type CommonOptions, command, orStop, runCommand } from "../run.ts";
import { addBenchJobs } from "./bench-jobs.ts";

interface Options extends CommonOptions {
  readonly series: string;
  readonly column: string;
  readonly year?: string;
  readonly train: readonly string[];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

async function benchBatteryCommand(options: Options): Promise<void> {
  await runCommand(options, async (terminal) => {
    const { series, column, notices } = orStop(
      await readSeriesFiles([...options.train, options.series], options.column),
    );
    const last = instantOf(series.firstHour + series.values.length - 1).getUTCFullYear();
    const year = options.year === undefined ? last : Number(options.year);
    const bench = benchmarkBattery(BENCHMARK_BATTERY, series, year, () => performance.now());
    if (bench === undefined)
      throw new CommandIssues([
        {
          code: "SERIES-011",
          severity: "error",
          at: { file: options.series },
          expected: options.year ?? "",
          actual: String(last),
        },
      ]);
    if (terminal.json) {
      terminal.out(JSON.stringify({ ...bench, year, column, notices }));
      return EXIT.fine;
    }
    await printIssues(terminal, notices);
    const rows = Object.entries(bench.baselines).map(([name, one]) => [
      name,
      one.captured.toFixed(0),
      percent(one.share),
    ]);
    terminal.out(
      table(
        [
          [`${column}, ${year}`, "saved", "share"],
          ["perfect foresight", bench.perfect.toFixed(0), percent(1)],
          ["Candela", bench.captured.toFixed(0), percent(bench.share)],
          ...rows,
        ],
        [1, 2],
      ),
    );
    terminal.out(`\n${bench.replans} replans, ${bench.meanSolveMs.toFixed(2)} ms each`);
    for (const { at, chosen } of bench.reviews) terminal.out(`from ${at.slice(0, 10)}: ${chosen}`);
    return EXIT.fine;
  });
}

export function addBenchCommands(program: Command): void {
  const bench = new Command("bench").description("measure what can be measured, reproducibly");
  bench.addCommand(
    command(
      "battery",
      "the battery benchmark: share of the perfect-foresight saving that is captured",
      "bench battery --series JP-TK_2024.csv.gz --train JP-TK_2023.csv.gz --column 2 --year 2024",
    )
      .requiredOption("--series <file>", "hourly CSV, packed by gzip or not")
      .requiredOption("--column <column>", "header, or index from 0")
      .option("--year <year>", "calendar year (UTC) that is lived through; the last one by default")
      .option("--train <file...>", "earlier years to learn from; may be given several times")
      .action((options: Options & { train?: readonly string[] }) =>
        benchBatteryCommand({ ...options, train: options.train ?? [] }),
      ),
  );
  addBenchJobs(bench);
  program.addCommand(bench);
}
