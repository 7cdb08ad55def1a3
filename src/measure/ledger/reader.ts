import type { Store } from "../../ground/store/index.ts";
import type { Mirror } from "../../ground/store/mirror/index.ts";
import type { RecordReader } from "./aggregate.ts";
import { columnarEngine, openRecordMirror } from "./columnar-engine.ts";
import { postgresEngine } from "./postgres-engine.ts";
import type { Scope } from "./scope.ts";
import { TermNames } from "./terms.ts";

/** What stays open with a store. */
interface Kept {
  readonly names: TermNames;
  mirror: Mirror | undefined;
}

const kept = new WeakMap<Store, Kept>();

function keptOf(store: Store): Kept {
  const found = kept.get(store) ?? { names: new TermNames(), mirror: undefined };
  kept.set(store, found);
  return found;
}

/** From this many records on, building and reading columnar files beats the database. */
const COLUMNAR_ROWS = 500_000;

/** Reads records from the columnar mirror where there are many, from the database where there are few, or as it is told. */
export function recordReader(store: Store, scope: Scope, engine?: "postgres" | "columnar"): RecordReader {
  const { names } = keptOf(store);
  const rows = scope.batches.reduce((sum, batch) => sum + batch.rows, 0);
  const chosen = engine ?? (rows >= COLUMNAR_ROWS ? "columnar" : "postgres");
  return {
    db: store.db,
    names,
    engine: chosen === "columnar" ? columnarEngine(recordMirror(store), scope) : postgresEngine(store),
  };
}

/** The one mirror of a store in this process. */
export function recordMirror(store: Store): Mirror {
  const found = keptOf(store);
  return (found.mirror ??= openRecordMirror(store));
}

/** Closes what reading opened beside the store. */
export async function closeReaders(store: Store): Promise<void> {
  await kept.get(store)?.mirror?.close();
  kept.delete(store);
}
