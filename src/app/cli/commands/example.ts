import type { Command } from "commander";
import { loadExample } from "../../load-example.ts";
import { EXIT } from "../output.ts";
import { type CommonOptions, command, inWorkspace, orStop } from "../run.ts";

async function exampleCommand(id: string, options: CommonOptions): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const loaded = orStop(await loadExample(workspace, id, terminal.progress));
    if (terminal.json) terminal.out(JSON.stringify(loaded));
    else
      for (const { name, batch, rows } of loaded.batches)
        terminal.out(`${id}/${name}: ${rows} rows, batch ${batch}, approved`);
    return EXIT.fine;
  });
}

export function addExampleCommand(program: Command): void {
  program.addCommand(
    command(
      "example",
      "load an example into the store: boundary, pins, records and printed figures",
      "example sensetime-2025",
    )
      .argument("<name>", "name of the example")
      .action(exampleCommand),
  );
}
