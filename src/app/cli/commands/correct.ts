import type { Command } from "commander";
import { correctRecord } from "../../correct-record.ts";
import { EXIT } from "../output.ts";
import { type CommonOptions, command, inWorkspace, orStop } from "../run.ts";

interface Options extends CommonOptions {
  readonly amount?: string;
  readonly unit?: string;
  readonly evidence?: string;
  readonly reason: string;
}

function run(withAmount: boolean) {
  return async (record: string, options: Options): Promise<void> => {
    await inWorkspace(options, async (workspace, terminal) => {
      const submitted = orStop(
        await correctRecord(workspace, {
          record,
          reason: options.reason,
          ...(withAmount && options.amount !== undefined ? { amount: options.amount } : {}),
          ...(options.unit === undefined ? {} : { unit: options.unit }),
          ...(options.evidence === undefined ? {} : { evidence: options.evidence }),
        }),
      );
      const { batch, position } = submitted;
      terminal.out(
        terminal.json
          ? JSON.stringify({ record, batch, position: String(position) })
          : `${record}: superseded by batch ${batch} at position ${position}; another person approves it`,
      );
      return EXIT.fine;
    });
  };
}

export function addCorrectCommands(program: Command): void {
  program.addCommand(
    command(
      "correct",
      "put another amount in a record's place; past positions keep what they had",
      'correct 1#4 --amount 198.40 --unit MWh --reason "meter read again"',
    )
      .argument("<record>", "batch#row, as a trace shows it")
      .requiredOption("--amount <amount>", "the amount as it should be")
      .option("--unit <unit>", "the record's own unit by default")
      .option("--evidence <text>", "what the new amount rests on")
      .requiredOption("--reason <text>", "why")
      .action(run(true)),
  );
  program.addCommand(
    command(
      "withdraw",
      "take a record out without putting another in its place",
      'withdraw 1#4 --reason "counted twice"',
    )
      .argument("<record>", "batch#row, as a trace shows it")
      .requiredOption("--reason <text>", "why")
      .action(run(false)),
  );
}
