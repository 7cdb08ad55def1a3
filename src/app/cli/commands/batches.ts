import type { Command } from "commander";
import { lastPosition } from "../../../ground/journal/index.ts";
import { decide, listBatches } from "../../../measure/index.ts";
import { stateAt, writerOf } from "../../workspace.ts";
import { EXIT, table } from "../output.ts";
import { type CommonOptions, command, inWorkspace, orStop, wholeNumber } from "../run.ts";

const MOST_LISTED = 100_000;

/** Positions are whole numbers that JSON's own need not hold. */
const positionsAsText = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);

async function batchesCommand(options: CommonOptions & { pending?: boolean }): Promise<void> {
  await inWorkspace(options, async ({ store }, terminal) => {
    const batches = await listBatches(store, { pending: options.pending === true, limit: MOST_LISTED });
    if (terminal.json) terminal.out(JSON.stringify({ batches }, positionsAsText));
    else {
      const rows = batches.map((batch) => [
        String(batch.id),
        batch.name,
        batch.kind,
        String(batch.rows),
        batch.decision ?? "submitted",
        batch.submittedBy,
        batch.decidedBy ?? "",
      ]);
      terminal.out(table([["batch", "name", "kind", "rows", "state", "submitted by", "decided by"], ...rows], [0, 3]));
    }
    return EXIT.fine;
  });
}

/** Batches are numbered in 32 bits. */
const LARGEST_BATCH = 2 ** 31 - 1;

function decideCommand(decision: "approve" | "reject") {
  return async (batch: string, options: CommonOptions & { reason?: string }): Promise<void> => {
    await inWorkspace(options, async (workspace, terminal) => {
      const number = orStop(wholeNumber(batch, 1, LARGEST_BATCH));
      const state = orStop(await stateAt(workspace, await lastPosition(workspace.store.db)));
      const decided = orStop(await decide(writerOf(workspace, state.model), number, decision, options.reason));
      terminal.out(
        terminal.json
          ? JSON.stringify({ ...decided, position: String(decided.position) })
          : `batch ${decided.batch}: ${decided.decision} by ${workspace.actor.name}`,
      );
      return EXIT.fine;
    });
  };
}

export function addBatchCommands(program: Command): void {
  program.addCommand(
    command("batches", "what was submitted, and what waits for approval", "batches --pending")
      .option("--pending", "only what waits")
      .action(batchesCommand),
  );
  for (const decision of ["approve", "reject"] as const) {
    program.addCommand(
      command(decision, `${decision} a batch that another person submitted`, `${decision} 3 --as mei`)
        .argument("<batch>", "number of the batch")
        .option("--reason <text>", "why")
        .action(decideCommand(decision)),
    );
  }
}
