import type { Kysely, QueryExecutorProvider, Transaction } from "kysely";
import type { Actor, Rights } from "../../ground/actor/index.ts";
import type { Clock } from "../../ground/journal/index.ts";
import type { Store, StoreTables } from "../../ground/store/index.ts";

/** What a batch holds: activity records, or figures as a source printed them. */
export type BatchKind = "records" | "reported";

export type Decision = "approved" | "rejected";

/** The ledger's tables, as Kysely sees them. */
export interface LedgerTables {
  ledger_number: { name: string; last: number };
  term: { id: number; kind: string; hash: Buffer; key: string };
  batch: {
    id: number;
    kind: BatchKind;
    name: string;
    source: string;
    rows: number;
    digest: Buffer;
    submitted_position: bigint;
    submitted_by: string;
    decided_position: bigint | null;
    decision: Decision | null;
    decided_by: string | null;
  };
  supersession: { batch_id: number; ordinal: number; by_batch_id: number; lapsed: boolean };
}

export type LedgerDatabase = Kysely<StoreTables & LedgerTables>;
export type LedgerTransaction = Transaction<StoreTables & LedgerTables>;

/** Anything that answers queries: the store's database, or a transaction on it. */
export type Queries = QueryExecutorProvider;

/** Who writes, where, by what rights and what clock; every write of the ledger takes it first. */
export interface Writer {
  readonly store: Store;
  readonly actor: Actor;
  readonly rights: Rights;
  readonly now: Clock;
  /**
   * What else is to be kept in the transaction of a write, with what it came to, `{ batch, … }`: so that who did not hear of a
   * commit can be told of it later.
   */
  readonly alongside?: (
    tx: LedgerTransaction,
    done: { readonly batch: number; readonly position: bigint },
  ) => Promise<void>;
}

/** The journal stream of all batches. */
export const LEDGER_STREAM = "ledger";

/** The fixed scale of amounts: nine places after the point, 38 digits in all. */
export const AMOUNT_DIGITS = 38;

/** How the basis of a record is stored, in the order of trust. */
export const BASES = ["measured", "estimated", "derived"] as const;
