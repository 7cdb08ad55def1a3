import { writeFileSync } from "node:fs";
import path from "node:path";
import { sql } from "kysely";
import { afterAll, describe, expect, it } from "vitest";
import { append, journalMigrations } from "../../../src/ground/journal/index.ts";
import { type Migration, openStore } from "../../../src/ground/store/index.ts";
import { scratch } from "./scratch.ts";
import { SERVERS, TestServers } from "./servers.ts";

const servers = new TestServers();
afterAll(() => servers.stop());

const codes = (result: { ok: true } | { ok: false; issues: readonly { code: string }[] }): string[] =>
  result.ok ? [] : result.issues.map(({ code }) => code);

const thing: Migration = {
  id: "0002-thing",
  async up(tx) {
    await sql`create table candela.thing (id int generated always as identity primary key, name text not null)`.execute(
      tx,
    );
  },
};
const amount: Migration = {
  id: "0003-amount",
  async up(tx) {
    await sql`alter table candela.thing add column amount numeric(38, 9) not null default 0`.execute(tx);
  },
};
type ThingTable = { thing: { name: string; amount: string } };

describe.each(SERVERS)("on %s", (server) => {
  it("keeps what was committed for the next who opens it", async () => {
    const place = await servers.place(server);
    const first = await servers.open(place, [...journalMigrations, thing, amount]);
    expect(first.server.kind).toBe(server === "embedded" ? "embedded" : "external");
    expect(first.server.version).toMatch(server === "embedded" ? /^18\./ : /^15\./);
    await first.transaction((tx) =>
      tx
        .withTables<ThingTable>()
        .insertInto("thing")
        .values({ name: "表計", amount: "12345678901234567890123456789.123456789" })
        .execute(),
    );
    await first.close();
    const second = await servers.open(place, [...journalMigrations, thing, amount]);
    expect(await second.db.withTables<ThingTable>().selectFrom("thing").select(["name", "amount"]).execute()).toEqual([
      { name: "表計", amount: "12345678901234567890123456789.123456789" },
    ]);
  });

  it("goes forward from an older schema, with what is in it", async () => {
    const place = await servers.place(server);
    const older = await servers.open(place, [thing]);
    await older.db.withTables<{ thing: { name: string } }>().insertInto("thing").values({ name: "meter" }).execute();
    await older.close();
    const newer = await servers.open(place, [...journalMigrations, thing, amount]);
    expect(await newer.db.withTables<ThingTable>().selectFrom("thing").select(["name", "amount"]).execute()).toEqual([
      { name: "meter", amount: "0.000000000" },
    ]);
    expect((await newer.db.selectFrom("migration").select("id").orderBy("id").execute()).map(({ id }) => id)).toEqual([
      "0000-store",
      "0001-journal",
      "0002-thing",
      "0003-amount",
    ]);
  });

  it("says so when the database is newer than the program, and changes nothing", async () => {
    const place = await servers.place(server);
    await (await servers.open(place, [thing, amount])).close();
    const opened = await openStore({ ...place, migrations: [thing] });
    expect(opened).toMatchObject({
      ok: false,
      issues: [{ code: "STORE-006", expected: "0002-thing", actual: "0003-amount" }],
    });
    await servers.open(place, [thing, amount]);
  });

  it("leaves nothing of a migration that fails", async () => {
    const place = await servers.place(server);
    const broken: Migration = {
      id: "0003-broken",
      async up(tx) {
        await sql`create table candela.half (id int)`.execute(tx);
        await sql`select 1 / 0`.execute(tx);
      },
    };
    await expect(openStore({ ...place, migrations: [thing, broken] })).rejects.toThrow("division by zero");
    const store = await servers.open(place, [thing]);
    const half = await sql<{ there: boolean }>`select to_regclass('candela.half') is not null as there`.execute(
      store.db,
    );
    expect(half.rows).toEqual([{ there: false }]);
  });

  it("rolls back what throws, and says why it threw", async () => {
    const store = await servers.fresh(server);
    const work = store.transaction(async (tx) => {
      await append(tx, { stream: "a", actor: "me", kind: "thing.done", body: {} }, () => new Date());
      throw new Error("changed my mind");
    });
    await expect(work).rejects.toThrow("changed my mind");
    expect((await sql`select 1 from candela.journal_event`.execute(store.db)).rows).toEqual([]);
  });

  it.each([
    ["int8", "9223372036854775807::bigint", 9223372036854775807n],
    ["a count", "(select count(*) from generate_series(1, 3))", 3n],
    ["int8 array", "array[1, null, 9223372036854775807]::bigint[]", [1n, null, 9223372036854775807n]],
    ["int4", "2147483647", 2147483647],
    ["numeric", "'0.10'::numeric", "0.10"],
    ["date", "date '2025-02-28'", "2025-02-28"],
    ["timestamp, as UTC", "timestamp '2025-02-28 16:00:00'", new Date("2025-02-28T16:00:00Z")],
    ["timestamptz", "timestamptz '2025-03-01 00:00:00+08'", new Date("2025-02-28T16:00:00Z")],
    ["bytea", "'\\x00ff'::bytea", Buffer.from([0, 255])],
  ])("reads %s on purpose", async (_, expression, expected) => {
    const store = await shared(server);
    const read = await sql<{ value: unknown }>`select ${sql.raw(expression)} as value`.execute(store.db);
    expect(read.rows[0]?.value).toEqual(expected);
  });

  it("writes a Date into a timestamp as UTC, whatever the machine's time zone is", async () => {
    const store = await shared(server);
    const instant = new Date("2025-02-28T16:00:00.123Z");
    const read = await sql<{
      text: string;
      back: Date;
    }>`select (${instant}::timestamp)::text as text, ${instant}::timestamp as back`.execute(store.db);
    expect(read.rows).toEqual([{ text: "2025-02-28 16:00:00.123", back: instant }]);
  });

  it("keeps a document once under its hash, and finds it again", async () => {
    const store = await servers.fresh(server);
    const file = path.join(scratch(), "bill.pdf");
    writeFileSync(file, "kWh 9,615.87");
    const [one, two] = await Promise.all([
      store.evidence.put(file, { name: "電費單.pdf", mediaType: "application/pdf" }),
      store.evidence.put(Buffer.from("kWh 9,615.87"), { name: "copy.pdf", mediaType: "application/pdf" }),
    ]);
    expect(two).toEqual(one);
    const found = await store.evidence.open(one.sha256);
    if (!found.ok) throw new Error("not found");
    expect((await found.value.read().toArray()).join("")).toBe("kWh 9,615.87");
    expect(found.value).toMatchObject({ size: 12n, mediaType: "application/pdf" });
    expect(await store.evidence.verify()).toEqual({ checked: 1, issues: [] });
    expect(codes(await store.evidence.open("0".repeat(64)))).toEqual(["STORE-011"]);
    expect(codes(await store.evidence.open("../../secret"))).toEqual(["STORE-011"]);
  });

  it("mends its pool when its connections are cut", async () => {
    const store = await servers.fresh(server);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = (select current_setting('application_name'))
      and pid <> pg_backend_pid()`.execute(store.db);
    const client = await store.pool().connect();
    const pid = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    client.release();
    expect(
      await store.transaction(
        async (tx) => (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)).rows.length,
      ),
    ).toBe(1);
    expect(pid.rows).toHaveLength(1);
  });
});

const sharedStores = new Map<string, ReturnType<TestServers["fresh"]>>();

/** One store for tests that only read. */
function shared(server: (typeof SERVERS)[number]): ReturnType<TestServers["fresh"]> {
  const known = sharedStores.get(server) ?? servers.fresh(server);
  sharedStores.set(server, known);
  return known;
}

describe("a server of the user's that cannot be used", () => {
  it.each([
    ["not a URL", async () => "localhost/candela", "STORE-004"],
    ["another kind of URL", async () => "mysql://root@localhost/candela", "STORE-004"],
    ["nobody listens", async () => "postgres://me@%2Ftmp%2Fcandela-nowhere/candela", "STORE-004"],
    ["no such database", async () => (await servers.debian()).url("nowhere"), "STORE-004"],
    ["no such role", async () => (await servers.debian()).url("postgres", "stranger"), "STORE-004"],
    ["another encoding", async () => (await servers.debian()).newDatabase({ encoding: "SQL_ASCII" }), "STORE-007"],
    [
      "no right to make the schema",
      async () => {
        const debian = await servers.debian();
        const owner = await servers.open({
          folder: path.join(scratch(), "data"),
          databaseUrl: await debian.newDatabase(),
        });
        await sql`create role guest login`.execute(owner.db);
        const empty = new URL(await debian.newDatabase());
        empty.username = "guest";
        return empty.toString();
      },
      "STORE-008",
    ],
  ])("%s", async (_, url, code) => {
    const opened = await openStore({ folder: path.join(scratch(), "data"), databaseUrl: await url(), migrations: [] });
    expect(codes(opened)).toEqual([code]);
  });
});

it("says so when the data folder cannot be one", async () => {
  const file = path.join(scratch(), "file");
  writeFileSync(file, "");
  expect(codes(await openStore({ folder: file, migrations: [] }))).toEqual(["STORE-001"]);
  expect(codes(await openStore({ folder: path.join(file, "below"), migrations: [] }))).toEqual(["STORE-001"]);
});
