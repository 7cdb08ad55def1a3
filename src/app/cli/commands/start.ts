import type { Command } from "commander";
import type { ServerType } from "@hono/node-server";
import { isLoopback, listen } from "../../http/server.ts";
import { loadExample } from "../../load-example.ts";
import { isEmpty } from "../../workspace.ts";
import { EXIT } from "../output.ts";
import { type CommonOptions, command, inWorkspace, orStop, wholeNumber } from "../run.ts";

interface Options extends CommonOptions {
  readonly port: string;
  readonly host: string;
  readonly example: string | false;
}

/** Resolves when the process is asked to stop. */
function stopAsked(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(signal));
  });
}

/** Closes the server: what is under way is answered, connections that only wait are cut. */
function closed(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if ("closeIdleConnections" in server) server.closeIdleConnections();
  });
}

async function startCommand(options: Options): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const port = orStop(wholeNumber(options.port, 0, 65_535));
    if (options.example !== false && (await isEmpty(workspace))) {
      terminal.progress(`the store is empty: loading the example ${options.example}`);
      orStop(await loadExample(workspace, options.example, terminal.progress));
    }
    const asked = stopAsked();
    const { server, url } = orStop(await listen(workspace, { port, host: options.host }));
    terminal.out(terminal.json ? JSON.stringify({ url }) : `Candela is at ${url} (stop: Ctrl-C)`);
    if (!isLoopback(options.host)) {
      terminal.progress("This page has no sign-in: put it behind a proxy that has one and that speaks TLS.");
    }
    terminal.progress(`${await asked}: stopping`);
    await closed(server);
    return EXIT.fine;
  });
}

export function addStartCommand(program: Command): void {
  const start: Command = command(
    "start",
    "open the store and serve the product; loads the example when the store is empty",
    "start --port 4180",
  );
  program.addCommand(
    start
      .option("--port <number>", "port to listen on; 0 takes a free one", process.env.PORT ?? "4180")
      .option("--host <address>", "address to listen on", "127.0.0.1")
      .option("--example <name>", "the example that fills an empty store", "sensetime-2025")
      .option("--no-example", "leave an empty store empty")
      .action(startCommand),
  );
}
