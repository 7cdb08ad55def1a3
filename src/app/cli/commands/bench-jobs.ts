import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import type { SameWait, ShiftingResult, ZoneShifting } from "../../../coordinate/index.ts";
import { benchJobs } from "../../bench-jobs.ts";
import { shiftingFrontier } from "../../charts/shifting-frontier.ts";
import { EXIT, printIssues, table } from "../output.ts";
import { type CommonOptions, command, orStop, runCommand, wholeNumber } from "../run.ts";

interface Options extends CommonOptions {
  readonly jobs: string;
  readonly carbon: readonly string[];
  readonly column: string;
  readonly count: string;
  readonly capacity?: string;
  readonly picture?: string;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const hours = (time: number): string => `${time.toFixed(1)} h`;

function zoneTables({ zone, weeks, unlimited, limited, sameWait, atOnceWaitH }: ZoneShifting): string[] {
  const rows = (results: readonly ShiftingResult[]): string[][] =>
    results.map((one) => [one.policy, percent(one.saved), hours(one.meanWaitH), String(one.suspensions)]);
  const head = ["carbon saved", "mean wait", "suspensions"];
  const against = ({ rival, ours }: SameWait): string[] => [
    rival.policy,
    percent(rival.saved),
    hours(rival.meanWaitH),
    ours ? percent(ours.saved) : "–",
    ours ? hours(ours.meanWaitH) : "–",
    ours?.policy ?? "–",
  ];
  return [
    `\n${zone}, ${weeks} weeks`,
    table([["all known, no limit", ...head], ...rows(unlimited)], [1, 2, 3]),
    "",
    table([["foreseen, limited", ...head], ...rows(limited)], [1, 2, 3]),
    `run at once under the limit: ${hours(atOnceWaitH)}`,
    "",
    table(
      [
        ["at no longer wait than", "it saves", "its wait", "Candela saves", "its wait", "how"],
        ...sameWait.map(against),
      ],
      [1, 2, 3, 4],
    ),
  ];
}

async function benchJobsCommand(options: Options): Promise<void> {
  await runCommand(options, async (terminal) => {
    const result = orStop(
      await benchJobs(
        {
          jobsFile: options.jobs,
          count: orStop(wholeNumber(options.count, 2, 1_000_000)),
          carbonFiles: options.carbon,
          column: options.column,
          capacityCpus: options.capacity === undefined ? undefined : orStop(wholeNumber(options.capacity, 1, 1e9)),
        },
        (zone, policy) => terminal.progress(`${zone}: ${policy}`),
      ),
    );
    if (options.picture !== undefined) await writeFile(options.picture, await shiftingFrontier(result.zones));
    if (terminal.json) {
      terminal.out(JSON.stringify(result));
      return EXIT.fine;
    }
    await printIssues(terminal, result.notices);
    terminal.out(`${result.jobs} of ${result.inFile} jobs, times in ${result.unit}; ${result.capacityCpus} CPUs`);
    for (const zone of result.zones) terminal.out(zoneTables(zone).join("\n"));
    return EXIT.fine;
  });
}

export function addBenchJobs(bench: Command): void {
  bench.addCommand(
    command(
      "jobs",
      "shifting jobs into clean hours: carbon saved against mean wait, beside published policies",
      "bench jobs --jobs pai_1k.csv --carbon JP-TK_2023.csv.gz JP-TK_2024.csv.gz --column 4",
    )
      .requiredOption("--jobs <file>", "CSV of jobs: arrival_time, length (hours or seconds), cpus")
      .requiredOption(
        "--carbon <file...>",
        "hourly CSV; files named alike but for the year are one zone, whose last year counts",
      )
      .option("--column <column>", "header, or index from 0, of the carbon intensity", "4")
      .option("--count <jobs>", "so many jobs are taken, the first ones by arrival", "1000")
      .option("--capacity <cpus>", "CPUs of the cluster; half as many again as the jobs need on average by default")
      .option("--picture <file>", "writes saving against wait as SVG")
      .action(benchJobsCommand),
  );
}
