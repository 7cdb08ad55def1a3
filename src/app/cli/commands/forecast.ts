import { Command } from "commander";
import { backtestSeries, instantOf } from "../../../coordinate/index.ts";
import { readSeriesFiles } from "../../read-series-files.ts";
import { EXIT, printIssues, table } from "../output.ts";
import { CommandIssues, type CommonOptions, command, orStop, runCommand } from "../run.ts";

interface Options extends CommonOptions {
  readonly column: string;
  readonly from?: string;
  readonly to?: string;
}

const HOUR_MS = 3_600_000;

/** First hour of a day (UTC) since 1970. */
function hourOfDay(text: string, option: string): number {
  const ms = Date.parse(`${text}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(ms)) return ms / HOUR_MS;
  throw new CommandIssues([{ code: "SERIES-003", severity: "error", at: { column: option }, actual: text }]);
}

async function backtestCommand(files: readonly string[], options: Options): Promise<void> {
  await runCommand(options, async (terminal) => {
    const { series, column, notices } = orStop(await readSeriesFiles(files, options.column));
    const end = series.firstHour + series.values.length;
    const to = options.to === undefined ? end : Math.min(end, hourOfDay(options.to, "--to"));
    const half = Math.ceil((series.firstHour + end) / 2);
    const from = options.from === undefined ? Math.max(to - 365 * 24, half) : hourOfDay(options.from, "--from");
    const result = orStop(backtestSeries(series, from, to, files.at(-1) ?? ""));
    if (terminal.json) {
      terminal.out(JSON.stringify({ ...result, column, notices }));
      return EXIT.fine;
    }
    await printIssues(terminal, notices);
    const percent = (share: number): string => (100 * share).toFixed(1);
    terminal.out(
      table(
        [
          [column, "WAPE %", "skill %", "pinball", "10–90 % holds"],
          ...result.models.map((one) => [
            one.model,
            percent(one.wape),
            percent(one.skill),
            one.pinball.toPrecision(4),
            percent(one.coverage),
          ]),
        ],
        [1, 2, 3, 4],
      ),
    );
    terminal.out(
      `\n${result.issues} day-ahead forecasts, ${instantOf(from).toISOString().slice(0, 10)} to ${instantOf(to).toISOString().slice(0, 10)}`,
    );
    return EXIT.fine;
  });
}

export function addForecastCommands(program: Command): void {
  const forecast = new Command("forecast").description("forecasts of a series, and how good they are");
  forecast.addCommand(
    command(
      "backtest",
      "table of models over a rolling backtest, day-ahead from local midnight",
      "forecast backtest KR_2023.csv.gz KR_2024.csv.gz --column 2 --from 2024-01-01",
    )
      .argument("<series...>", "hourly CSV files of one series, packed by gzip or not")
      .requiredOption("--column <column>", "header, or index from 0")
      .option("--from <date>", "first day that is judged; by default a year before the end, at most the later half")
      .option("--to <date>", "day before which it ends")
      .action(backtestCommand),
  );
  program.addCommand(forecast);
}
