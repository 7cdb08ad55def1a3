import { sql } from "kysely";
import type { Migration } from "../../../ground/store/index.ts";

/** Tables of readings that are acknowledged and not yet in a day's files, of who brought them, and of the days. */
export const telemetryMigrations: readonly Migration[] = [
  {
    id: "0050-telemetry",
    async up(tx) {
      await sql`
        create table candela.series (
          number int generated always as identity primary key,
          id text collate "C" not null unique,
          kind text not null,
          unit text not null,
          every_ms int not null check (every_ms > 0),
          hold_ms int not null check (hold_ms > 0),
          rollover float8
        )`.execute(tx);
      await sql`
        create table candela.reading_batch (
          batch int generated always as identity primary key,
          actor text not null,
          source text not null,
          received_at timestamptz not null,
          readings int not null
        )`.execute(tx);
      // No key on series and instant: a value that comes again is kept until the day is sealed, which decides by rule.
      await sql`
        create table candela.reading (
          number int not null,
          at_ms bigint not null,
          value float8,
          quality int2 not null,
          batch int not null,
          row int not null
        )`.execute(tx);
      await sql`create index reading_by_series on candela.reading (number, at_ms)`.execute(tx);
      await sql`create index reading_by_time on candela.reading using brin (at_ms)`.execute(tx);
      await sql`
        create table candela.telemetry_day (
          day date primary key,
          revision int not null,
          position bigint not null,
          readings bigint not null,
          conflicts bigint not null,
          files text not null
        )`.execute(tx);
    },
  },
  {
    id: "0051-rollups",
    async up(tx) {
      // Roll-ups that had to be made again, by the hash of the readings they were made from. It can be emptied at any time.
      await sql`create table candela.telemetry_rollup (readings text primary key, files text not null)`.execute(tx);
    },
  },
];
