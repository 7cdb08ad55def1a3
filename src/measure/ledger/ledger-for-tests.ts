import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { type Actor, createRights } from "../../ground/actor/index.ts";
import { expectOk } from "../../ground/issue/index.ts";
import { journalMigrations } from "../../ground/journal/index.ts";
import { openStore, type Store } from "../../ground/store/index.ts";
import type { PreparedRow } from "./import/prepared-row.ts";
import { ledgerMigrations } from "./migrations.ts";
import { closeReaders } from "./reader.ts";
import type { Writer } from "./tables.ts";

export const RIGHTS = expectOk(
  createRights({
    roles: [
      { role: "owner", kinds: ["person"], may: ["*"] },
      { role: "assurer", kinds: ["person"], may: ["*.read"] },
    ],
    notBySubmitter: ["*.approve", "*.reject"],
  }),
);

const person = (id: string, role: string): Actor => ({ id, kind: "person", name: id, roles: [role] });

/** A real store in a folder of its own, with people who write in it. */
export interface TestLedger {
  readonly store: Store;
  /** Owners. */
  readonly ann: Writer;
  readonly ben: Writer;
  /** May only read. */
  readonly cy: Writer;
  close(): Promise<void>;
}

/** Of a server, `postgres://postgres@host`: the same tests run on it, each in a database of its own. */
const SERVER = process.env["CANDELA_TEST_SERVER"];

async function newDatabase(server: string): Promise<string> {
  const client = new pg.Client(`${server}/postgres`);
  const name = `ledger_${randomBytes(6).toString("hex")}`;
  await client.connect();
  await client.query(`create database ${name} encoding 'UTF8' template template0`);
  await client.end();
  return `${server}/${name}`;
}

/** @param clock by default a second passes with every event */
export async function openTestLedger(clock?: () => Date): Promise<TestLedger> {
  const folder = await mkdtemp(join(tmpdir(), "candela-ledger-"));
  const place = SERVER === undefined ? { folder } : { folder, databaseUrl: await newDatabase(SERVER) };
  const store = expectOk(await openStore({ ...place, migrations: [...journalMigrations, ...ledgerMigrations] }));
  let ms = Date.UTC(2026, 0, 1);
  const now = clock ?? (() => new Date((ms += 1000)));
  const writer = (id: string, role: string): Writer => ({ store, actor: person(id, role), rights: RIGHTS, now });
  return {
    store,
    ann: writer("ann", "owner"),
    ben: writer("ben", "owner"),
    cy: writer("cy", "assurer"),
    async close() {
      await closeReaders(store);
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const HOUR_MS = 3_600_000;

/** A row with everything usual but what is said; `day` is a day of 2025 in UTC+8, where the row lasts `hours`. */
export function row(
  amount: string,
  given: Partial<PreparedRow> & { readonly day?: string; readonly hours?: number } = {},
): PreparedRow {
  const { day = "2025-03-01", hours = 24, ...rest } = given;
  const start = Date.parse(`${day}T00:00:00+08:00`);
  const [whole = "0", fraction = ""] = amount.split(".");
  return {
    activity: "electricity.purchased",
    site: "lingang",
    dims: "{}",
    unit: "kWh",
    evidence: '{"name":"meter.csv","type":"file"}',
    basis: "measured",
    periodStart: start,
    periodEnd: start + hours * HOUR_MS,
    amount: `${whole}.${fraction.padEnd(9, "0")}`,
    entered: amount,
    ...rest,
  };
}
