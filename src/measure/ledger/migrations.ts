import { sql } from "kysely";
import type { Migration } from "../../ground/store/index.ts";

/**
 * The ledger's tables. Rows never change: the triggers are a seat belt, the digests in the journal are the proof.
 * Numbers come from a table of ours, not from sequences, so that a copy of the tables is a copy of everything.
 */
export const ledgerMigrations: readonly Migration[] = [
  {
    id: "0010-ledger",
    async up(tx) {
      await sql`create table candela.ledger_number (name text collate "C" primary key, last integer not null)`.execute(
        tx,
      );
      await sql`insert into candela.ledger_number (name, last) values ('batch', 0), ('term', 0)`.execute(tx);
      // A key may be longer than an index takes, so its hash is what is unique.
      await sql`
        create table candela.term (
          id integer primary key,
          kind text collate "C" not null check (kind in ('activity', 'site', 'dims', 'unit', 'evidence')),
          hash bytea not null check (octet_length(hash) = 32),
          key text collate "C" not null,
          unique (kind, hash)
        )`.execute(tx);
      await sql`
        create table candela.batch (
          id integer primary key,
          kind text collate "C" not null check (kind in ('records', 'reported')),
          name text not null,
          source text collate "C" not null,
          rows integer not null check (rows >= 0),
          digest bytea not null check (octet_length(digest) = 32),
          submitted_position bigint not null unique,
          submitted_by text collate "C" not null,
          decided_position bigint unique,
          decision text collate "C" check (decision in ('approved', 'rejected')),
          decided_by text collate "C",
          check ((decision is null) = (decided_position is null) and (decision is null) = (decided_by is null)),
          check (decision is distinct from 'approved' or decided_by <> submitted_by)
        )`.execute(tx);
      await sql`
        create table candela.record (
          batch_id integer not null,
          ordinal integer not null,
          activity_id integer not null,
          site_id integer not null,
          dims_id integer not null,
          unit_id integer not null,
          evidence_id integer not null,
          basis smallint not null,
          period_start timestamp not null,
          period_end timestamp not null check (period_end > period_start),
          amount numeric(38, 9) not null,
          entered text collate "C" not null,
          note text collate "C",
          primary key (batch_id, ordinal)
        )`.execute(tx);
      // A leaf of a lineage is a range of this index: its records come page by page without a sort.
      await sql`
        create index record_by_leaf on candela.record (activity_id, site_id, dims_id, period_start, batch_id, ordinal)`.execute(
        tx,
      );
      await sql`
        create table candela.reported_figure (
          batch_id integer not null,
          ordinal integer not null,
          indicator text collate "C" not null,
          period text collate "C" not null,
          period_start date not null,
          period_end date not null check (period_end > period_start),
          dims text collate "C" not null,
          value numeric,
          unit text collate "C" not null,
          decimals smallint not null,
          qualifier text collate "C" not null,
          place text collate "C" not null,
          note text collate "C",
          primary key (batch_id, ordinal)
        )`.execute(tx);
      await sql`
        create table candela.supersession (
          batch_id integer not null,
          ordinal integer not null,
          by_batch_id integer not null,
          lapsed boolean not null default false,
          primary key (batch_id, ordinal, by_batch_id)
        )`.execute(tx);
      // One record has one correction; one that was rejected makes room for another.
      await sql`
        create unique index supersession_once on candela.supersession (batch_id, ordinal) where not lapsed`.execute(tx);
      await sql`create index supersession_by on candela.supersession (by_batch_id)`.execute(tx);
      for (const table of ["record", "reported_figure", "term"]) {
        const name = sql.id("candela", table);
        const trigger = sql.id(`${table}_never_changes`);
        await sql`
          create trigger ${trigger} before update or delete or truncate on ${name}
          for each statement execute function candela.refuse_change()`.execute(tx);
        await sql`alter table ${name} enable always trigger ${trigger}`.execute(tx);
      }
    },
  },
  {
    // Terms that no row came to use are taken back with the import that made them; nothing else may take any away.
    id: "0011-terms-of-refused",
    async up(tx) {
      await sql`
        create function candela.refuse_change_of_term() returns trigger language plpgsql as $$
        begin
          if tg_op = 'DELETE' and current_setting('candela.taking_back', true) = 'on' then
            return null;
          end if;
          raise exception 'candela.% never changes', tg_table_name using errcode = 'integrity_constraint_violation';
        end $$`.execute(tx);
      await sql`drop trigger term_never_changes on candela.term`.execute(tx);
      await sql`
        create trigger term_never_changes before update or delete or truncate on candela.term
        for each statement execute function candela.refuse_change_of_term()`.execute(tx);
      await sql`alter table candela.term enable always trigger term_never_changes`.execute(tx);
    },
  },
];
