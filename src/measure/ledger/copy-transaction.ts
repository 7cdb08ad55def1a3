import { once } from "node:events";
import { Kysely, PostgresDialect } from "kysely";
import { from as copyFrom } from "pg-copy-streams";
import { isConnectionFailure, type Store, type StoreTables } from "../../ground/store/index.ts";
import type { LedgerTables, LedgerTransaction } from "./tables.ts";

/** A transaction that can also stream rows into a table. */
export interface CopyTransaction {
  readonly tx: LedgerTransaction;
  /** Opens `COPY … FROM STDIN`; only one at a time, and no other query until it has ended. */
  copyInto(statement: string): CopyTarget;
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

/** Runs work in one transaction on one connection of the pool: commits when it returns, rolls back when it throws. */
export async function copyTransaction<T>(store: Store, work: (copy: CopyTransaction) => Promise<T>): Promise<T> {
  for (;;) {
    const client = await store.pool().connect();
    let broken: Error | undefined;
    try {
      const lent = { query: client.query.bind(client), release: () => {} };
      const pool = { connect: async () => lent, end: async () => {} };
      const db = new Kysely<StoreTables & LedgerTables>({
        dialect: new PostgresDialect({
          pool: pool as unknown as ConstructorParameters<typeof PostgresDialect>[0]["pool"],
        }),
      });
      let tx: Awaited<ReturnType<ReturnType<typeof db.startTransaction>["execute"]>>;
      try {
        tx = await db.startTransaction().execute();
      } catch (error) {
        broken = error as Error;
        // An idle connection had died unnoticed: the pool makes a new one.
        if (isConnectionFailure(error)) continue;
        throw error;
      }
      let value: T;
      try {
        value = await work({ tx, copyInto: (statement) => openCopy(client.query(copyFrom(statement))) });
      } catch (error) {
        await tx
          .rollback()
          .execute()
          .catch((failure: unknown) => {
            broken = failure as Error;
          });
        throw error;
      }
      await tx
        .commit()
        .execute()
        .catch((failure: unknown) => {
          broken = failure as Error;
          throw failure;
        });
      return value;
    } finally {
      client.release(broken);
    }
  }
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
