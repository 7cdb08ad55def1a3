import { type Store, StoreFailure } from "../../ground/store/index.ts";
import type { Mirror } from "../../ground/store/mirror/index.ts";
import type { RecordReader } from "./aggregate.ts";
import type { RecordEngine } from "./aggregate-plan.ts";
import { columnarEngine, openRecordMirror } from "./columnar-engine.ts";
import { postgresEngine } from "./postgres-engine.ts";
import type { Scope } from "./scope.ts";
import { TermNames } from "./terms.ts";

/** What stays open with a store. */
interface Kept {
  readonly names: TermNames;
  mirror: Mirror | undefined;
  onProgress: ((text: string) => void) | undefined;
}

const kept = new WeakMap<Store, Kept>();

function keptOf(store: Store): Kept {
  const found = kept.get(store) ?? { names: new TermNames(), mirror: undefined, onProgress: undefined };
  kept.set(store, found);
  return found;
}

/** From this many records on, building and reading columnar files beats the database. */
const COLUMNAR_ROWS = 500_000;

export interface ReaderOptions {
  /** The columnar mirror where there are many records and the database where there are few, unless said otherwise. */
  readonly engine?: "postgres" | "columnar";
  /** Hears of columnar files that are built on the way. */
  readonly onProgress?: (text: string) => void;
}

/** What records of a scope are read with. */
export function recordReader(store: Store, scope: Scope, options: ReaderOptions = {}): RecordReader {
  const found = keptOf(store);
  if (options.onProgress) found.onProgress = options.onProgress;
  return { db: store.db, names: found.names, engine: engineFor(store, scope, options) };
}

function engineFor(store: Store, scope: Scope, { engine, onProgress }: ReaderOptions): RecordEngine {
  const postgres = postgresEngine(store);
  if (engine === "postgres") return postgres;
  const columnar = columnarEngine(recordMirror(store), scope);
  if (engine === "columnar") return columnar;
  if (scope.batches.reduce((sum, batch) => sum + batch.rows, 0) < COLUMNAR_ROWS) return postgres;
  const orElse = async <T>(asked: Promise<T>, otherwise: () => Promise<T>): Promise<T> => {
    try {
      return await asked;
    } catch (error) {
      // The mirror is only for speed: where there is no room for it, the database answers the same.
      if (!(error instanceof StoreFailure) || error.issues[0]?.code !== "MIRROR-001") throw error;
      onProgress?.(`columnar mirror: ${error.message}; reading from the database`);
      return otherwise();
    }
  };
  return {
    name: "columnar",
    aggregate: (plan) => orElse(columnar.aggregate(plan), () => postgres.aggregate(plan)),
    gaps: (plan) => orElse(columnar.gaps(plan), () => postgres.gaps(plan)),
  };
}

/** The one mirror of a store in this process. */
export function recordMirror(store: Store): Mirror {
  const found = keptOf(store);
  return (found.mirror ??= openRecordMirror(store, { onProgress: (text) => found.onProgress?.(text) }));
}

/** Closes what reading opened beside the store. */
export async function closeReaders(store: Store): Promise<void> {
  await kept.get(store)?.mirror?.close();
  kept.delete(store);
}
