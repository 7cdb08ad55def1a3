import { Command, CommanderError } from "commander";
import { knowShippedDocuments, VERSION } from "../package-folder.ts";
import { addBackupCommands } from "./commands/backup.ts";
import { addBenchCommands } from "./commands/bench-battery.ts";
import { addBatchCommands } from "./commands/batches.ts";
import { addCheckCommand } from "./commands/check.ts";
import { addContentCommands } from "./commands/content.ts";
import { addCorrectCommands } from "./commands/correct.ts";
import { addListCommand } from "./commands/list.ts";
import { addExampleCommand } from "./commands/example.ts";
import { addForecastCommands } from "./commands/forecast.ts";
import { addGapCommand } from "./commands/gap.ts";
import { addImportCommand } from "./commands/import.ts";
import { addPlanCommand } from "./commands/plan.ts";
import { addReportCommand } from "./commands/report.ts";
import { addRunCommand } from "./commands/run.ts";
import { addSenseCommands } from "./commands/sense.ts";
import { addSimulateCommands } from "./commands/simulate.ts";
import { addVerifyCommand } from "./commands/verify.ts";
import { addSiteCommands } from "./commands/site.ts";
import { addStartCommand } from "./commands/start.ts";
import { addJournalCommands } from "./commands/journal.ts";
import { addSetUpCommands } from "./commands/set-up.ts";
import { addTraceCommand } from "./commands/trace.ts";
import { addValueCommand } from "./commands/value.ts";
import { EXIT } from "./output.ts";

/** Every command of the program; the reference in the docs is generated from it. */
export function createProgram(): Command {
  const program = new Command("candela")
    .description("Measures, governs and runs an AI company's sustainability, and proves every figure it discloses.")
    .version(VERSION)
    // `run` has options, and commands below it with options of the same names.
    .enablePositionalOptions()
    .addHelpText("after", "\nExit codes: 0 fine, 1 findings, 2 wrong usage, 3 failure.");
  for (const add of [
    addSetUpCommands,
    addContentCommands,
    addStartCommand,
    addExampleCommand,
    addImportCommand,
    addBatchCommands,
    addCorrectCommands,
    addListCommand,
    addValueCommand,
    addTraceCommand,
    addCheckCommand,
    addGapCommand,
    addReportCommand,
    addJournalCommands,
    addBackupCommands,
    addBenchCommands,
    addForecastCommands,
    addSenseCommands,
    addSiteCommands,
    addRunCommand,
    addPlanCommand,
    addSimulateCommands,
    addVerifyCommand,
  ])
    add(program);
  return program;
}

function exitOnUsage(command: Command): void {
  command.exitOverride().showHelpAfterError();
  for (const child of command.commands) exitOnUsage(child);
}

/** Runs the command line; wrong usage ends with exit code 2. */
export async function main(argv: readonly string[]): Promise<void> {
  knowShippedDocuments();
  const program = createProgram();
  exitOnUsage(program);
  try {
    await program.parseAsync(argv);
  } catch (problem) {
    if (!(problem instanceof CommanderError)) throw problem;
    process.exitCode = problem.exitCode === 0 ? EXIT.fine : EXIT.usage;
  }
}

await main(process.argv);
