import { type Generated, type Kysely, sql, type Transaction } from "kysely";
import { fail, type Issue, ok, type Result } from "../issue/index.ts";
import { errorCode, errorText, isConnectionFailure } from "./store-failure.ts";

/** The tables of the store itself. */
export interface StoreTables {
  migration: { id: string; applied_at: Generated<Date> };
  evidence_file: { sha256: string; size: bigint; name: string; media_type: string; put_at: Generated<Date> };
}

/** One step forward of the schema. There are no steps back: a backup is the way back. */
export interface Migration {
  /** Sorts after all earlier ones and never changes once released: `0001-journal`. */
  readonly id: string;
  readonly up: (tx: Transaction<StoreTables>) => Promise<void>;
}

const ID = /^\d{4}-[a-z0-9]+(-[a-z0-9]+)*$/;

/** "candela" and "migrate". */
const MIGRATE_LOCK = [0x63616e64, 0x6d696772] as const;

/** The migrations in their order; an id that is malformed or given twice is a broken invariant and throws. */
export function inOrder(migrations: readonly Migration[]): Migration[] {
  const sorted = [...migrations].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const [index, { id }] of sorted.entries()) {
    if (!ID.test(id)) throw new Error(`migration id ${id} does not fit ${ID.source}`);
    if (sorted[index + 1]?.id === id) throw new Error(`migration id ${id} is given twice`);
  }
  return sorted;
}

/** The ids of the migrations that were applied, in order; none for a database without our schema. */
export async function appliedMigrations(db: Kysely<StoreTables>): Promise<string[]> {
  // Not to_regclass(): it looks into a cache that another process's new table need not have reached yet.
  const there = await sql<{ there: boolean }>`
    select exists (
      select from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'candela' and c.relname = 'migration'
    ) as there`.execute(db);
  if (!there.rows[0]?.there) return [];
  const rows = await db
    .withSchema("candela")
    .selectFrom("migration")
    .select("id")
    .orderBy(sql`id collate "C"`)
    .execute();
  return rows.map((row) => row.id);
}

/**
 * Brings the schema forward, one transaction a migration, each under the same lock: of several processes that open a
 * store at once, one works and the others find it done.
 * @issues STORE-006 (the database knows migrations that this version does not), STORE-008 (the server refuses)
 */
export async function migrate(
  db: Kysely<StoreTables>,
  migrations: readonly Migration[],
  onProgress: (text: string) => void,
): Promise<Result<void>> {
  const ordered = inOrder(migrations);
  try {
    const newer = newerThanCode(await appliedMigrations(db), ordered);
    if (newer) return fail(newer);
    for (;;) {
      const step = await db.transaction().execute((tx) => migrateOne(tx, ordered, onProgress));
      if (step !== "again") return step === "done" ? ok(undefined) : fail(step);
    }
  } catch (error) {
    // Class 42 and 28: no right to make the schema. Anything else in a migration is a defect of ours.
    if (errorCode(error) === "42501" || errorCode(error).startsWith("28")) {
      return fail({ code: "STORE-008", severity: "error", at: {}, actual: errorText(error) });
    }
    if (isConnectionFailure(error))
      return fail({ code: "STORE-004", severity: "error", at: {}, actual: errorText(error) });
    throw error;
  }
}

async function migrateOne(
  tx: Transaction<StoreTables>,
  ordered: readonly Migration[],
  onProgress: (text: string) => void,
): Promise<"again" | "done" | Issue> {
  await sql`select pg_advisory_xact_lock(${MIGRATE_LOCK[0]}, ${MIGRATE_LOCK[1]})`.execute(tx);
  const applied = await appliedMigrations(tx);
  const newer = newerThanCode(applied, ordered);
  if (newer) return newer;
  const next = ordered.find(({ id }) => !applied.includes(id));
  if (!next) return "done";
  onProgress(`schema: ${next.id}`);
  await next.up(tx);
  await tx.withSchema("candela").insertInto("migration").values({ id: next.id }).execute();
  return "again";
}

function newerThanCode(applied: readonly string[], ordered: readonly Migration[]): Issue | undefined {
  const unknown = applied.filter((id) => !ordered.some((migration) => migration.id === id));
  if (unknown.length === 0) return undefined;
  return {
    code: "STORE-006",
    severity: "error",
    at: {},
    expected: ordered.at(-1)?.id ?? "–",
    actual: unknown.join(", "),
  };
}

/** The store's own schema, always the first. */
export const storeMigrations: readonly Migration[] = [
  {
    id: "0000-store",
    async up(tx) {
      await sql`create schema if not exists candela`.execute(tx);
      await sql`create table candela.migration (id text collate "C" primary key, applied_at timestamptz not null default now())`.execute(
        tx,
      );
      await sql`
        create table candela.evidence_file (
          sha256 text collate "C" primary key check (sha256 ~ '^[0-9a-f]{64}$'),
          size bigint not null,
          name text not null,
          media_type text not null,
          put_at timestamptz not null default now()
        )`.execute(tx);
    },
  },
];
