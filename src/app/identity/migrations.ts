import { sql } from "kysely";
import type { Migration } from "../../ground/store/index.ts";

/**
 * Who may sign in. What a person may do and how that changed stands in the journal by their id; names, addresses and secrets
 * stand only here, so that they can be changed and taken out. Of every secret only a hash is kept.
 */
export const identityMigrations: readonly Migration[] = [
  {
    id: "0070-identity",
    async up(tx) {
      await sql`
        create table candela.person (
          id text collate "C" primary key,
          kind text collate "C" not null check (kind in ('person', 'machine')),
          name text not null,
          email text,
          password text collate "C",
          oidc_subject text collate "C",
          active boolean not null,
          version integer not null,
          created_at timestamptz not null,
          check (kind = 'machine' or email is not null)
        )`.execute(tx);
      await sql`create unique index person_email on candela.person (lower(email))`.execute(tx);
      await sql`create unique index person_oidc on candela.person (oidc_subject)`.execute(tx);
      await sql`
        create table candela.person_grant (
          person_id text collate "C" not null references candela.person (id),
          role text collate "C" not null,
          sites text[],
          activities text[]
        )`.execute(tx);
      await sql`create index person_grant_of on candela.person_grant (person_id)`.execute(tx);
      await sql`
        create table candela.session (
          hash bytea primary key check (octet_length(hash) = 32),
          person_id text collate "C" not null references candela.person (id),
          created_at timestamptz not null,
          seen_at timestamptz not null
        )`.execute(tx);
      await sql`create index session_of on candela.session (person_id)`.execute(tx);
      await sql`
        create table candela.api_token (
          id text collate "C" primary key,
          hash bytea not null unique check (octet_length(hash) = 32),
          person_id text collate "C" not null references candela.person (id),
          name text not null,
          scopes text[] not null,
          created_at timestamptz not null,
          expires_at timestamptz not null
        )`.execute(tx);
      await sql`create index api_token_of on candela.api_token (person_id)`.execute(tx);
      await sql`
        create table candela.invitation (
          hash bytea primary key check (octet_length(hash) = 32),
          person_id text collate "C" not null references candela.person (id),
          expires_at timestamptz not null
        )`.execute(tx);
      await sql`create index invitation_of on candela.invitation (person_id)`.execute(tx);
    },
  },
  {
    id: "0071-server",
    async up(tx) {
      await sql`
        create table candela.answered (
          actor text collate "C" not null,
          key text collate "C" not null,
          request bytea not null check (octet_length(request) = 32),
          status integer not null,
          body text not null,
          at timestamptz not null,
          primary key (actor, key)
        )`.execute(tx);
      await sql`create index answered_at on candela.answered (at)`.execute(tx);
      await sql`
        create table candela.upload (
          id text collate "C" primary key,
          sha256 text collate "C" not null,
          name text not null,
          bytes bigint not null,
          put_by text collate "C" not null,
          put_at timestamptz not null
        )`.execute(tx);
      await sql`
        create table candela.job (
          id text collate "C" primary key,
          kind text collate "C" not null,
          actor text not null,
          state text collate "C" not null check (state in ('waiting', 'running', 'done', 'failed')),
          request text not null,
          progress text,
          result text,
          created_at timestamptz not null,
          ended_at timestamptz
        )`.execute(tx);
      await sql`create index job_created on candela.job (created_at desc, id)`.execute(tx);
    },
  },
];
