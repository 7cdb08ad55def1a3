import type { Command } from "commander";
import { readYaml } from "../../../ground/content/index.ts";
import { lastPosition } from "../../../ground/journal/index.ts";
import { boundarySchema, pinsSchema } from "../../../measure/index.ts";
import { setBoundary, setPins } from "../../workspace.ts";
import { readTextFile } from "../read-file.ts";
import { EXIT } from "../output.ts";
import { type CommonOptions, command, inWorkspace, orStop } from "../run.ts";

async function initCommand(options: CommonOptions): Promise<void> {
  await inWorkspace(options, async ({ store }, terminal) => {
    const position = String(await lastPosition(store.db));
    const server = `PostgreSQL ${store.server.version}, ${store.server.kind}`;
    terminal.out(
      terminal.json
        ? JSON.stringify({ folder: store.folder, server: store.server, position })
        : `${store.folder}: ready (${server}), journal at ${position}`,
    );
    return EXIT.fine;
  });
}

async function boundaryCommand(file: string, options: CommonOptions): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const boundary = orStop(readYaml(orStop(await readTextFile(file)), file, boundarySchema));
    orStop(await setBoundary(workspace, boundary));
    const sites = boundary.sites.map((site) => site.id);
    terminal.out(
      terminal.json
        ? JSON.stringify({ entity: boundary.entity.id, sites })
        : `${boundary.entity.name[terminal.language]}: ${sites.join(", ")}`,
    );
    return EXIT.fine;
  });
}

async function pinsCommand(file: string, options: CommonOptions): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const pins = orStop(readYaml(orStop(await readTextFile(file)), file, pinsSchema));
    orStop(await setPins(workspace, pins));
    terminal.out(
      terminal.json
        ? JSON.stringify(pins)
        : `${pins.factors.length} factor sets and ${Object.keys(pins.methods).length} methods pinned`,
    );
    return EXIT.fine;
  });
}

export function addSetUpCommands(program: Command): void {
  program.addCommand(command("init", "create a store, or bring one forward", "init --data ./data").action(initCommand));
  program.addCommand(
    command(
      "boundary",
      "put an organisational boundary in force from now on",
      "boundary examples/sensetime-2025/boundary.yaml",
    )
      .argument("<file>", "YAML: entity and sites")
      .action(boundaryCommand),
  );
  program.addCommand(
    command("pins", "pin factor sets and methods from now on", "pins examples/sensetime-2025/pins.yaml")
      .argument("<file>", "YAML: factors and methods")
      .action(pinsCommand),
  );
}
