import type { Command } from "commander";
import { all, fail, ok, type Result } from "../../../ground/issue/index.ts";
import { isLoopback, readSettings } from "../../http/settings.ts";
import { readProvider } from "../../identity/provider-settings.ts";
import { loadExample } from "../../load-example.ts";
import { readMail } from "../../mail/mail-settings.ts";
import { isEmpty } from "../../workspace.ts";
import { EXIT } from "../output.ts";
import { type CommonOptions, command, inWorkspace, orStop, wholeNumber } from "../run.ts";

interface Options extends CommonOptions {
  readonly port: string;
  readonly host: string;
  readonly example: string | false;
  readonly publicUrl?: string;
  readonly trustProxy?: string;
  readonly logLevel: string;
}

const LOG_LEVELS = ["silent", "error", "warn", "info", "debug"];

/** Resolves when the process is asked to stop. */
function stopAsked(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(signal));
  });
}

function logLevelOf(level: string): Result<string> {
  if (LOG_LEVELS.includes(level)) return ok(level);
  return fail({ code: "CHOICE-001", severity: "error", at: {}, expected: LOG_LEVELS.join(", "), actual: level });
}

async function startCommand(options: Options): Promise<void> {
  await inWorkspace(options, async (workspace, terminal) => {
    const port = wholeNumber(options.port, 0, 65_535);
    const settings = readSettings({
      host: options.host,
      port: port.ok ? port.value : 0,
      publicUrl: options.publicUrl,
      trustedProxies: options.trustProxy,
    });
    const provider = readProvider({
      issuer: process.env.CANDELA_OIDC_ISSUER,
      clientId: process.env.CANDELA_OIDC_CLIENT_ID,
      clientSecret: process.env.CANDELA_OIDC_CLIENT_SECRET,
      name: process.env.CANDELA_OIDC_NAME,
    });
    const mail = readMail({ url: process.env.CANDELA_SMTP_URL, from: process.env.CANDELA_MAIL_FROM });
    // What is wrong with any of them is told at once.
    orStop(all<unknown>([port, settings, provider, mail, logLevelOf(options.logLevel)]));
    const [set, provided, mailed] = [orStop(settings), orStop(provider), orStop(mail)];
    if (options.example !== false && (await isEmpty(workspace))) {
      terminal.progress(`the store is empty: loading the example ${options.example}`);
      orStop(await loadExample(workspace, options.example, terminal.progress));
    }
    const asked = stopAsked();
    const { listen } = await import("../../http/server.ts");
    const { url, setUpUrl, stop } = orStop(
      await listen(
        workspace,
        { ...set, ...(provided ? { provider: provided } : {}), ...(mailed ? { mail: mailed } : {}) },
        { logLevel: options.logLevel },
      ),
    );
    terminal.out(
      terminal.json
        ? JSON.stringify({ url, ...(setUpUrl === undefined ? {} : { setUpUrl }) })
        : `Candela is at ${url} (stop: Ctrl-C)`,
    );
    if (setUpUrl !== undefined && !terminal.json) terminal.out(terminal.say("set-up.printed", { url: setUpUrl }));
    if (!isLoopback(options.host) && set.publicUrl?.protocol === "http:")
      terminal.progress(
        "Reached without TLS: passwords and sessions can be read on the way. Put a proxy with TLS in front.",
      );
    terminal.progress(`${await asked}: stopping`);
    await stop();
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
      .option(
        "--public-url <url>",
        "how people reach it, such as https://esg.example.com",
        process.env.CANDELA_PUBLIC_URL,
      )
      .option("--trust-proxy <addresses>", "proxies whose word on where a request comes from is believed")
      .option(
        "--log-level <level>",
        "requests as JSON lines on standard error: silent, error, warn, info, debug",
        "warn",
      )
      .option("--example <name>", "the example that fills an empty store", "sensetime-2025")
      .option("--no-example", "leave an empty store empty")
      .action(startCommand),
  );
}
