import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";
import type { Result } from "../issue/index.ts";
import type { PreparedFolder } from "./data-folder.ts";
import { EmbeddedServer } from "./embedded/embedded-server.ts";
import { StoreFailure } from "./store-failure.ts";

/** How a store reaches its server, whoever runs that. */
export interface ServerAccess {
  readonly kind: "embedded" | "external";
  /** Makes sure that the server is there. */
  enter(): Promise<Result<void>>;
  /** Says good-bye; all connections of the pool are closed before. */
  leave(): Promise<void>;
  /** How to connect now. */
  readonly config: () => pg.ClientConfig;
  /** Runs once on each new connection. */
  readonly prepare: (client: pg.ClientBase) => Promise<void>;
  /** Brings the server back after a connection failed, or throws a `StoreFailure`. */
  readonly heal: (cause: unknown) => Promise<void>;
}

/** The embedded server of a data folder. */
export function embeddedServer(folder: PreparedFolder, progress: (text: string) => void): ServerAccess {
  // The name tells our connections from other processes'; PostgreSQL keeps 63 bytes of it.
  const server = new EmbeddedServer(folder, `candela ${process.pid} ${randomBytes(4).toString("hex")}`, progress);
  return {
    kind: "embedded",
    enter: () => server.enter(),
    leave: () => server.leave(),
    config: () => server.config(),
    prepare: (client) => server.markInUse(client),
    async heal(cause) {
      const running = await server.ensureRunning();
      if (!running.ok) throw new StoreFailure(running.issues, cause);
      // It runs and took no connection: it was on its way up or down, or all connections are in use.
      await pause(20);
    },
  };
}
