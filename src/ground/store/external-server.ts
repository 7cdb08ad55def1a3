import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { fail, type Issue, ok, type Result } from "../issue/index.ts";
import { SESSION } from "./connection.ts";
import type { ServerAccess } from "./server-access.ts";
import { errorText, isConnectionFailure, StoreFailure } from "./store-failure.ts";

/** How long a server may be away before work on it fails. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 100;

/**
 * A PostgreSQL that somebody else runs.
 * @issues STORE-004 (the URL is none, or the server cannot be reached or does not let us in)
 */
export function externalServer(databaseUrl: string): Result<ServerAccess> {
  const config = readUrl(databaseUrl);
  if (!config)
    return fail({
      code: "STORE-004",
      severity: "error",
      at: {},
      expected: "postgres://user@host/database",
      actual: "URL",
    });
  const unreachable = (cause: unknown): Issue => ({
    code: "STORE-004",
    severity: "error",
    at: {},
    expected: `${config.host}/${config.database}`,
    actual: errorText(cause),
  });
  let awaySince: number | undefined;
  return ok({
    kind: "external",
    config: () => config,
    async enter() {
      for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
        const client = new pg.Client({ ...SESSION, ...config });
        client.on("error", () => {});
        try {
          await client.connect();
          return ok(undefined);
        } catch (error) {
          if (!isConnectionFailure(error) || waitedMs >= PATIENCE_MS) return fail(unreachable(error));
        } finally {
          await client.end().catch(() => {});
        }
        await pause(PAUSE_MS);
      }
    },
    async leave() {},
    async prepare() {
      awaySince = undefined;
    },
    async heal(cause) {
      awaySince ??= Date.now();
      if (Date.now() - awaySince > PATIENCE_MS) {
        awaySince = undefined;
        throw new StoreFailure([unreachable(cause)], cause);
      }
      await pause(PAUSE_MS);
    },
  });
}

/** The driver's settings for a URL of the user's; what every session of ours has stays, whatever the URL says. */
function readUrl(databaseUrl: string): (pg.ClientConfig & { host: string; database: string }) | undefined {
  if (!URL.canParse(databaseUrl)) return undefined;
  const url = new URL(databaseUrl);
  if (!["postgres:", "postgresql:"].includes(url.protocol)) return undefined;
  const host = url.searchParams.get("host") ?? decodeURIComponent(url.hostname);
  const database = decodeURIComponent(url.pathname.slice(1));
  const extra = url.searchParams.get("options");
  url.searchParams.delete("options");
  return {
    connectionString: url.toString(),
    options: [extra, SESSION.options].filter((part) => part).join(" "),
    application_name: "candela",
    host,
    database,
  };
}
