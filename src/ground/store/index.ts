export { backup, type BackupOptions, type BackupSummary } from "./backup/backup.ts";
export { restore, type RestoreOptions, type RestoreSummary } from "./backup/restore.ts";
export type { EvidenceContent, EvidenceFiles, EvidenceName, StoredEvidence } from "./evidence-files.ts";
export type { Migration, StoreTables } from "./migrator.ts";
export { openStore, type Store, type StoreOptions, type TransactionOptions } from "./store.ts";
export { isConnectionFailure, StoreFailure } from "./store-failure.ts";
