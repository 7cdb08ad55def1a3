import type { Server } from "node:http";
import { serve, type ServerType } from "@hono/node-server";
import { fail, ok, type Result } from "../../ground/issue/index.ts";
import type { Workspace } from "../workspace.ts";
import { createApp } from "./app.ts";
import { createService } from "./service.ts";
import type { ServerSettings } from "./settings.ts";

/** A server that listens, and where. */
export interface Listening {
  readonly url: string;
  /** The address at which the first owner signs up; undefined when there is one. */
  readonly setUpUrl?: string;
  /** Answers what is under way, lets go of what only waits, and ends. */
  stop(): Promise<void>;
}

/** A request's head has so long to arrive, … */
const HEAD_MS = 15_000;
/** … the whole of it, an upload included, so long … */
const REQUEST_MS = 15 * 60_000;
/** … and an answer that is under way when the server is to stop, so long. */
const STOP_MS = 30_000;
const MOST_CONNECTIONS = 2_000;

/**
 * Listens; resolves when the port is open.
 * @issues PORT-001 (the port is taken or may not be had)
 */
export async function listen(
  workspace: Workspace,
  settings: ServerSettings,
  options: { readonly logLevel?: string } = {},
): Promise<Result<Listening>> {
  const { host, port } = settings;
  const stopping = new AbortController();
  const service = await createService(workspace, settings, { ...options, stopping: stopping.signal });
  const app = createApp(service);
  service.jobs.wake();
  const shown = host === "127.0.0.1" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return new Promise((resolve) => {
    const server = serve(
      {
        fetch: app.fetch,
        port,
        hostname: host,
        serverOptions: {
          headersTimeout: HEAD_MS,
          requestTimeout: REQUEST_MS,
          connectionsCheckingInterval: 5_000,
          keepAliveTimeout: 20_000,
          maxHeaderSize: 16_384,
        },
      },
      (address) => {
        const url = settings.publicUrl?.origin ?? `http://${shown}:${address.port}`;
        const code = service.ownerSetUp.code();
        resolve(
          ok({
            url,
            ...(code === undefined ? {} : { setUpUrl: `${url}/set-up?code=${code}` }),
            stop: async () => {
              await stop(server, stopping);
              await service.jobs.stop();
            },
          }),
        );
      },
    );
    (server as Server).maxConnections = MOST_CONNECTIONS;
    server.on("error", (error) =>
      resolve(
        fail({ code: "PORT-001", severity: "error", at: {}, expected: `${shown}:${port}`, actual: error.message }),
      ),
    );
  });
}

function stop(server: ServerType, stopping: AbortController): Promise<void> {
  stopping.abort();
  return new Promise((resolve) => {
    const cut = setTimeout(() => (server as Server).closeAllConnections(), STOP_MS);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    (server as Server).closeIdleConnections();
  });
}
