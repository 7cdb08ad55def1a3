export { append, appendAll, type Appended, type Clock, type JournalTransaction, type NewEvent } from "./append.ts";
export { canonicalJson, type Json } from "./canonical-json.ts";
export { formatHeads, type Heads, heads, parseHeads } from "./heads.ts";
export { journalMigrations } from "./migrations.ts";
export {
  type JournalVerification,
  type VerifiableStore,
  type Verifier,
  verifyJournal,
  type VerifyOptions,
} from "./verify.ts";
export { type JournalEvent, lastEvent, lastPosition, positionAt } from "./last-event.ts";
