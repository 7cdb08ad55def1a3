import pg from "pg";
import { isConnectionFailure } from "./store-failure.ts";

function defaultParser(oid: number): (text: string) => unknown {
  return pg.types.getTypeParser(oid, "text");
}

/**
 * How values come out of PostgreSQL here, on purpose and not by the driver's defaults:
 * int8 → bigint (positions, counts and sums never lose a digit), numeric → text, date → text `YYYY-MM-DD`,
 * timestamp → Date read as UTC (the driver would read it as local time), timestamptz → Date.
 */
const parsers = new Map<number, (text: string) => unknown>([
  [20, BigInt],
  [
    1016,
    (text) => (defaultParser(1016)(text) as (string | null)[]).map((item) => (item === null ? null : BigInt(item))),
  ],
  [1082, (text) => text],
  [1114, (text) => (text.endsWith("infinity") ? defaultParser(1184)(text) : defaultParser(1184)(`${text}+00`))],
]);

const types = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    (format !== "binary" ? parsers.get(oid) : undefined) ??
    pg.types.getTypeParser(oid, format as "text")) as typeof pg.types.getTypeParser,
};

// A Date that is written into a `timestamp` must be written as UTC, as it is read.
pg.defaults.parseInputDatesAsUTC = true;

/** What every connection of ours has in common, on any server. */
export const SESSION: pg.ClientConfig = {
  types,
  options:
    "-c search_path=candela -c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c bytea_output=hex -c client_min_messages=warning",
  connectionTimeoutMillis: 30_000,
};

export interface PoolOptions {
  /** Where to connect, asked anew for each connection: a server that was started again may listen elsewhere. */
  readonly config: () => pg.ClientConfig;
  /** Runs once on each new connection before anybody gets it. */
  readonly prepare: (client: pg.ClientBase) => Promise<void>;
  /** Brings the server back, or throws with the issue. Called after a connection could not be made. */
  readonly heal: (cause: unknown) => Promise<void>;
  /** Most connections at once. */
  readonly size: number;
}

/** A pool that outlives its server: a connection that cannot be made has the server started again first. */
export class HealingPool extends pg.Pool {
  readonly #heal: (cause: unknown) => Promise<void>;

  constructor(options: PoolOptions) {
    super({
      max: options.size,
      idleTimeoutMillis: 30_000,
      Client: clientClass(options.config),
      onConnect: async (client) => {
        // Without a listener, a connection that dies in the hands of a user would end the process.
        client.on("error", () => {});
        await options.prepare(client);
      },
    });
    this.#heal = options.heal;
    // An idle connection died: the pool drops it by itself, the next caller gets a new one.
    this.on("error", () => {});
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(
    callback: (error: Error | undefined, client: pg.PoolClient | undefined, done: (release?: unknown) => void) => void,
  ): void;
  override connect(
    callback?: (error: Error | undefined, client: pg.PoolClient | undefined, done: (release?: unknown) => void) => void,
  ): Promise<pg.PoolClient> | void {
    const connected = this.#connect(() => super.connect());
    if (!callback) return connected;
    connected.then(
      (client) => callback(undefined, client, (release) => client.release(release as Error | boolean)),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), undefined, () => {}),
    );
  }

  async #connect(attempt: () => Promise<pg.PoolClient>): Promise<pg.PoolClient> {
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (this.ending || !isConnectionFailure(error)) throw error;
        await this.#heal(error);
      }
    }
  }
}

function clientClass(config: () => pg.ClientConfig): new () => pg.ClientBase {
  return class extends pg.Client {
    constructor(poolConfig?: pg.ClientConfig) {
      super({ ...poolConfig, ...SESSION, ...config() });
    }
  };
}
