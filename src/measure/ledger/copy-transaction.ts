import { once } from "node:events";
import { Kysely, PostgresDialect } from "kysely";
import type pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import {
  isConnectionFailure,
  type Store,
  type StoreTables,
  type TransactionOptions,
} from "../../ground/store/index.ts";
import type { LedgerTables, LedgerTransaction } from "./tables.ts";

/** A transaction that can also stream rows into a table and out of one. */
export interface CopyTransaction {
  readonly tx: LedgerTransaction;
  /** Opens `COPY … FROM STDIN`; only one at a time, and no other query until it has ended. */
  copyInto(statement: string): CopyTarget;
  /** The bytes of a `COPY … TO STDOUT`; they must be read to the end. */
  copyOut(statement: string): AsyncIterable<Buffer>;
}

/** Where the bytes of a COPY go. */
export interface CopyTarget {
  /** Resolves when there is room for more; throws what the server says. */
  write(bytes: Buffer): Promise<void>;
  /** Resolves when the server has taken every row; returns how many. */
  end(): Promise<number>;
  /** Gives up the rows written so far. */
  abort(): Promise<void>;
}

/**
 * Runs work in one transaction on one connection of the pool: commits when it returns, rolls back when it throws. A server
 * that was killed is started again before the transaction begins.
 */
export async function copyTransaction<T>(
  store: Store,
  work: (copy: CopyTransaction) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  for (;;) {
    const client = await store.pool().connect();
    const connection = { broken: undefined as Error | undefined };
    const mark = (error: unknown): void => {
      connection.broken = error instanceof Error ? error : new Error(String(error));
    };
    try {
      const tx = await begin(client, options).catch((error: unknown) => {
        mark(error);
        // An idle connection had died unnoticed: the pool makes a new one.
        if (isConnectionFailure(error)) return undefined;
        throw error;
      });
      if (!tx) continue;
      const value = await work({
        tx,
        copyInto: (statement) => openCopy(client.query(copyFrom(statement))),
        copyOut: (statement) => client.query(copyTo(statement)) as AsyncIterable<Buffer>,
      }).catch(async (error: unknown) => {
        await tx.rollback().execute().catch(mark);
        throw error;
      });
      await tx
        .commit()
        .execute()
        .catch((error: unknown) => {
          mark(error);
          throw error;
        });
      return value;
    } finally {
      client.release(connection.broken);
    }
  }
}

/** Begins a transaction of Kysely's on a connection that we hold. */
async function begin(client: pg.PoolClient, { isolation, readOnly }: TransactionOptions) {
  const lent = { query: client.query.bind(client), release: () => {} };
  const pool = { connect: async () => lent, end: async () => {} };
  const db = new Kysely<StoreTables & LedgerTables>({
    dialect: new PostgresDialect({
      pool: pool as unknown as ConstructorParameters<typeof PostgresDialect>[0]["pool"],
    }),
  });
  let start = db.startTransaction();
  if (isolation) start = start.setIsolationLevel(isolation);
  if (readOnly) start = start.setAccessMode("read only");
  return start.execute();
}

function openCopy(stream: ReturnType<typeof copyFrom>): CopyTarget {
  let failure: Error | undefined;
  const failed = new Promise<never>((_, reject) => {
    stream.once("error", (error: Error) => {
      failure = error;
      reject(error);
    });
  });
  // Whoever waits hears of it; nobody waiting is no unhandled rejection.
  failed.catch(() => {});
  return {
    async write(bytes) {
      if (failure) throw failure;
      if (!stream.write(bytes)) await Promise.race([once(stream, "drain"), failed]);
    },
    async end() {
      if (failure) throw failure;
      stream.end();
      await Promise.race([once(stream, "finish"), failed]);
      return stream.rowCount;
    },
    async abort() {
      if (failure) return;
      stream.destroy();
      if (!stream.closed) await once(stream, "close").catch(() => {});
    },
  };
}
