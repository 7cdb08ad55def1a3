import { sql } from "kysely";
import type { JournalTransaction } from "./append.ts";

/**
 * The journal's table. Its order columns are compared byte by byte (collation C), so that every server sorts streams
 * alike. The triggers are a seat belt against a slip, not a lock: whoever owns the database can drop them, and the
 * hash chain is what shows it.
 */
export const journalMigrations: readonly {
  readonly id: string;
  readonly up: (tx: JournalTransaction) => Promise<void>;
}[] = [
  {
    id: "0001-journal",
    async up(tx) {
      await sql`
        create table candela.journal_event (
          position bigint primary key,
          stream text collate "C" not null,
          seq integer not null,
          at timestamptz not null,
          actor text collate "C" not null,
          kind text collate "C" not null,
          body text collate "C" not null,
          prev bytea not null check (octet_length(prev) = 32),
          hash bytea not null check (octet_length(hash) = 32),
          unique (stream, seq)
        )`.execute(tx);
      await sql`create index journal_event_at on candela.journal_event (at, position)`.execute(tx);
      await sql`
        create function candela.refuse_change() returns trigger language plpgsql as $$
        begin
          raise exception '% on %.% is refused: what is recorded here never changes', tg_op, tg_table_schema, tg_table_name
            using errcode = 'restrict_violation';
        end $$`.execute(tx);
      await sql`
        create trigger journal_event_is_append_only before update or delete or truncate on candela.journal_event
        for each statement execute function candela.refuse_change()`.execute(tx);
      await sql`alter table candela.journal_event enable always trigger journal_event_is_append_only`.execute(tx);
    },
  },
];
