import { getConnInfo } from "@hono/node-server/conninfo";
import { sql } from "kysely";
import type { Context, Hono } from "hono";
import { lastPosition } from "../../ground/journal/index.ts";
import { VERSION } from "../package-folder.ts";
import { callerOf, extentsOf } from "./caller.ts";
import { isLoopback } from "./settings.ts";
import type { Service } from "./service.ts";

/** Whether the other end of a connection is this machine, with no proxy's word between. */
function fromHere(context: Context): boolean {
  if (context.req.header("x-forwarded-for") !== undefined) return false;
  try {
    return isLoopback((getConnInfo(context).remote.address ?? "").replace(/^::ffff:/, ""));
  } catch {
    return false;
  }
}

/** What a supervisor and a Prometheus ask: is it alive, can it answer, how is it doing. */
export function addProbes(app: Hono, service: Service): void {
  const { workspace, metrics, stopping } = service;
  app.get("/health", (context) => context.json({ ok: true, version: VERSION }));
  app.get("/ready", async (context) => {
    if (stopping.aborted) return context.json({ ok: false, reason: "stopping" }, 503);
    try {
      await sql`select 1`.execute(workspace.store.db);
      return context.json({ ok: true });
    } catch {
      return context.json({ ok: false, reason: "store" }, 503);
    }
  });
  app.get("/metrics", async (context) => {
    const caller = fromHere(context) ? undefined : await callerOf(workspace, context.req.raw, service);
    const may = caller && extentsOf(caller, await service.rights(), "system.read").length > 0;
    if (!fromHere(context) && !may) return context.body("", 401);
    const pool = workspace.store.pool();
    const text = metrics.text({
      candela_journal_position: {
        help: "Last position of the journal.",
        value: Number(await lastPosition(workspace.store.db)),
      },
      candela_database_connections: { help: "Connections to the database.", value: pool.totalCount },
      candela_database_waiting: { help: "Requests that wait for a connection.", value: pool.waitingCount },
    });
    return context.body(text, 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  });
}
