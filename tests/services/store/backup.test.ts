import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { sql } from "kysely";
import { afterAll, describe, expect, it } from "vitest";
import {
  append,
  appendAll,
  formatHeads,
  heads,
  journalMigrations,
  parseHeads,
  verifyJournal,
} from "../../../src/ground/journal/index.ts";
import { backup, type Migration, openStore, restore, type Store } from "../../../src/ground/store/index.ts";
import { type Program, startProgram } from "./program.ts";
import { discardAll, homeOf, scratch, serverProcesses } from "./scratch.ts";
import { type ServerName, TestServers } from "./servers.ts";

const servers = new TestServers();
afterAll(async () => {
  await servers.stop();
  await discardAll();
});

const codes = (result: { ok: true } | { ok: false; issues: readonly { code: string }[] }): string[] =>
  result.ok ? [] : [...new Set(result.issues.map(({ code }) => code))];

/** Everything that a logical copy can get wrong. */
const everything: Migration = {
  id: "0002-everything",
  async up(tx) {
    await sql`create table candela.z_parent (id int generated always as identity primary key, name text not null unique)`.execute(
      tx,
    );
    await sql`insert into candela.z_parent (name) values ('put there by the migration')`.execute(tx);
    await sql`
      create table candela.a_child (
        parent int not null references candela.z_parent, ordinal bigserial primary key, before bigint references candela.a_child,
        amount numeric(38, 9), double_amount numeric generated always as (amount * 2) stored, at timestamptz, local timestamp,
        day date, bytes bytea, texts text[], document jsonb, float double precision
      )`.execute(tx);
    await sql`create table candela.counted (n bigint not null)`.execute(tx);
    await sql`insert into candela.counted values (0)`.execute(tx);
    await sql`create function candela.count_child() returns trigger language plpgsql as $$
      begin update candela.counted set n = n + 1; return null; end $$`.execute(tx);
    await sql`create trigger a_child_is_counted after insert on candela.a_child for each row execute function candela.count_child()`.execute(
      tx,
    );
  },
};
const later: Migration = {
  id: "0003-later",
  async up(tx) {
    await sql`alter table candela.z_parent add column length int`.execute(tx);
    await sql`update candela.z_parent set length = length(name)`.execute(tx);
  },
};
const MIGRATIONS = [...journalMigrations, everything];

async function fill(store: Store): Promise<void> {
  await store.transaction(async (tx) => {
    await sql`insert into candela.z_parent (name) values (${"tab\there, \\back, new\nline, \\N, 表計 🌏"}), ('')`.execute(
      tx,
    );
    await sql`
      insert into candela.a_child (parent, before, amount, at, local, day, bytes, texts, document, float) values
        (2, null, 12345678901234567890123456789.123456789, '2025-06-30 16:00:00.123456+00', '9999-12-31 23:59:59.999999', '0044-03-15 BC', '\\x00ff0a5c'::bytea,
          array['a', null, '"quoted"', ''], '{"k": 0.10, "z": null}', 0.1),
        (3, 1, null, 'infinity', '-infinity', 'infinity', ''::bytea, '{}', '[]', 'NaN'),
        (1, 2, -0.000000001, null, null, null, null, null, null, 1e308)`.execute(tx);
    for (const stream of ["ledger", "case/1", "ledger"]) {
      await append(
        tx,
        { stream, actor: "tester", kind: "thing.done", body: { text: "\\N\t電" } },
        () => new Date("2025-06-30T16:00:00Z"),
      );
    }
  });
  await store.evidence.put(Buffer.from("an invoice"), { name: "發票.pdf", mediaType: "application/pdf" });
  for (const [file, text] of [
    ["content/aa.json", "{}"],
    ["telemetry/2025/06/年 30.parquet", "PAR1"],
    ["telemetry/empty", ""],
    ["content/.half", "no"],
  ] as const) {
    mkdirSync(path.join(store.folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(store.folder, file), text);
  }
}

/** All that is in the database, as text, table by table. */
async function digits(store: Store): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const table of ["a_child", "counted", "evidence_file", "journal_event", "z_parent"]) {
    const rows = await sql<{
      all: string;
    }>`select coalesce(string_agg(t::text, E'\n' order by t::text collate "C"), '') as all from candela.${sql.raw(table)} t`.execute(
      store.db,
    );
    found[table] = rows.rows[0]?.all ?? "";
  }
  return found;
}

async function made(server: ServerName = "postgres-18"): Promise<{ store: Store; file: string }> {
  const store = await servers.fresh(server, MIGRATIONS);
  await fill(store);
  const done = await backup(store, path.join(scratch(), "b.tar"));
  if (!done.ok) throw new Error(JSON.stringify(done.issues));
  return { store, file: done.value.file };
}

describe.each<[ServerName, ServerName]>([
  ["embedded", "embedded"],
  ["embedded", "debian-15"],
  ["debian-15", "embedded"],
  ["debian-15", "debian-15"],
])("from %s onto %s", (from, onto) => {
  it("gives the same digits, the same files and the same head", async () => {
    const { store, file } = await made(from);
    const place = await servers.place(onto);
    const restored = await restore(file, { ...place, migrations: MIGRATIONS });
    expect(restored).toMatchObject({
      ok: true,
      value: { tables: 5, files: 4, events: 3, head: formatHeads(await heads(store.db)) },
    });
    const other = await servers.open(place, MIGRATIONS);
    expect(await digits(other)).toEqual(await digits(store));
    expect(readFileSync(path.join(other.folder, "telemetry/2025/06/年 30.parquet"), "utf8")).toBe("PAR1");
    expect(readFileSync(path.join(other.folder, "telemetry/empty"), "utf8")).toBe("");
    expect(existsSync(path.join(other.folder, "content/.half"))).toBe(false);
    expect((await other.evidence.verify()).checked).toBe(1);
    // Numbers go on where they were, triggers work again, and the journal refuses what it refused.
    await sql`insert into candela.z_parent (name) values ('next')`.execute(other.db);
    await sql`insert into candela.a_child (parent) values (4)`.execute(other.db);
    expect(
      (
        await sql`select p.id, c.ordinal, n from candela.z_parent p join candela.a_child c on c.parent = p.id, candela.counted where name = 'next'`.execute(
          other.db,
        )
      ).rows,
    ).toEqual([{ id: 4, ordinal: 4n, n: 4n }]);
    await expect(sql`truncate candela.journal_event`.execute(other.db)).rejects.toThrow("never changes");
    await other.transaction((tx) =>
      append(tx, { stream: "ledger", actor: "me", kind: "thing.done", body: {} }, () => new Date()),
    );
    expect(await verifyJournal(other, { against: await heads(store.db) })).toMatchObject({ events: 4, issues: [] });
  });
});

it("is consistent while others write", async () => {
  const folder = path.join(scratch(), "data");
  const writers: Program[] = await Promise.all(["a", "b"].map((stream) => startProgram("worker", [folder, stream])));
  try {
    for (const writer of writers) {
      await writer.heard("open");
      writer.tell("loop");
      for (let n = 0; n < 20; n += 1) await writer.heard("kept");
    }
    const store = await servers.open({ folder });
    const before = writers.flatMap(({ lines }) => lines.filter((line) => line.startsWith("ack")));
    const done = await backup(store, `${scratch()}/to/backups/`, { clock: () => new Date("2025-07-01T02:03:04Z") });
    if (!done.ok) throw new Error(JSON.stringify(done.issues));
    expect(path.basename(done.value.file)).toBe("candela-20250701-020304.tar");
    for (const writer of writers) await writer.heard("ack");
    const place = await servers.place("postgres-18");
    expect(await restore(done.value.file, { ...place, migrations: journalMigrations })).toMatchObject({ ok: true });
    const copy = await servers.open(place);
    const last = await heads(copy.db);
    expect(formatHeads(last)).toBe(done.value.head);
    expect(last.position).toBeGreaterThanOrEqual(BigInt(before.length));
    // The running store still has the history that the backup's head stands for.
    const printed = parseHeads(done.value.head ?? "");
    if (!printed.ok) throw new Error("no head");
    expect((await verifyJournal(store, { against: printed.value })).issues).toEqual([]);
    await store.close();
  } finally {
    for (const writer of writers) writer.tell("stop");
    await Promise.all(writers.map((writer) => writer.finish()));
  }
});

it("brings an older schema forward", async () => {
  const { file } = await made();
  const place = await servers.place("debian-15");
  expect(codes(await restore(file, { ...place, migrations: [...MIGRATIONS, later] }))).toEqual([]);
  const store = await servers.open(place, [...MIGRATIONS, later]);
  expect((await sql`select id, length from candela.z_parent order by id`.execute(store.db)).rows[0]).toEqual({
    id: 1,
    length: 26,
  });
});

describe("a target that will not do", () => {
  it("is never written to", async () => {
    const { file, store } = await made();
    const folder = scratch();
    writeFileSync(path.join(folder, "notes.txt"), "mine");
    expect(codes(await restore(file, { folder, migrations: MIGRATIONS }))).toEqual(["STORE-023"]);
    expect(readdirSync(folder)).toEqual(["notes.txt"]);
    const used = await servers.place("debian-15");
    await servers.open(used, MIGRATIONS);
    expect(
      codes(await restore(file, { ...used, folder: path.join(scratch(), "data"), migrations: MIGRATIONS })),
    ).toEqual(["STORE-023"]);
    expect(
      codes(await restore(file, { ...(await servers.place("debian-15")), migrations: journalMigrations })),
    ).toEqual(["STORE-006"]);
    expect(codes(await backup(store, file))).toEqual(["STORE-026"]);
    expect(codes(await backup(store, path.join(file, "below/a/file.tar")))).toEqual(["STORE-026"]);
  });

  it("is left marked by a restore that was killed, and is not opened", async () => {
    const { file } = await made();
    const folder = path.join(scratch(), "data");
    const plain = await servers.fresh("postgres-18");
    const source = await backup(plain, path.join(scratch(), "b.tar"));
    expect(source.ok && file !== "").toBe(true);
    const restorer = await startProgram("restorer", [source.ok ? source.value.file : "", folder]);
    await restorer.heard("progress schema");
    restorer.process.kill("SIGKILL");
    await restorer.finish();
    expect(codes(await openStore({ folder, migrations: journalMigrations }))).toEqual(["STORE-014"]);
    expect(codes(await restore(file, { folder, migrations: MIGRATIONS }))).toEqual(["STORE-023"]);
  });
});

it("leaves no half archive where the disk has no room", async () => {
  const store = await servers.fresh("embedded");
  const noise = Array.from({ length: 400 }, () => randomBytes(300).toString("hex"));
  await store.transaction((tx) =>
    appendAll(
      tx,
      noise.map((text) => ({ stream: "a", actor: "me", kind: "noise.made", body: text })),
      () => new Date(),
    ),
  );
  const target = path.join(scratch(), "b.tar");
  // A process that may write no file beyond 64 KiB stands for a full disk.
  const limited = ["-c", 'trap "" XFSZ; ulimit -f 64; exec "$@"', "sh"];
  const program = await startProgram("backuper", [store.folder, target], { through: ["/bin/sh", ...limited] });
  expect(await program.heard("issues")).toContain("STORE-026");
  expect(await program.finish()).toBe(0);
  expect(readdirSync(path.dirname(target))).toEqual([]);
});

interface Entry {
  name: string;
  bytes: Buffer;
  type?: string;
}

/** Reads a backup with no code of its own makers: plain tar, block by block. */
function untar(file: string): Entry[] {
  const archive = readFileSync(file);
  const entries: Entry[] = [];
  for (let at = 0; archive[at] !== 0; ) {
    const name = archive.toString("latin1", at, archive.indexOf(0, at));
    const size = Number.parseInt(archive.toString("latin1", at + 124, at + 135), 8);
    entries.push({ name, bytes: Buffer.from(archive.subarray(at + 512, at + 512 + size)) });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return entries;
}

function tar(entries: readonly Entry[]): string {
  const blocks = entries.flatMap(({ name, bytes, type }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, "latin1");
    header.write("0000600\u00000000000\u00000000000\u0000", 100, "latin1");
    header.write(
      `${bytes.length.toString(8).padStart(11, "0")}\u000000000000000\u0000        ${type ?? "0"}`,
      124,
      "latin1",
    );
    header.write("ustar\u000000", 257, "latin1");
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, "0")}\u0000 `,
      148,
      "latin1",
    );
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  const file = path.join(scratch(), "altered.tar");
  writeFileSync(file, Buffer.concat([...blocks, Buffer.alloc(1024)]));
  return file;
}

const hash = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

interface ManifestText {
  files: { path: string; part: string; sha256: string }[];
  tables: { name: string; part: string; sha256: string; rows: number }[];
  head: string;
}

/** Alters a backup as somebody could who knows its format: hashes and seal are made right again. */
function forged(file: string, change: (manifest: ManifestText, entries: Entry[]) => void): string {
  const entries = untar(file);
  const find = (name: string): Entry => entries.find((entry) => entry.name === name) as Entry;
  const manifest = JSON.parse(find("manifest.json").bytes.toString("utf8")) as ManifestText;
  change(manifest, entries);
  for (const part of [...manifest.files, ...manifest.tables]) part.sha256 = hash(find(part.part).bytes);
  find("manifest.json").bytes = Buffer.from(JSON.stringify(manifest));
  find("manifest.sha256").bytes = Buffer.from(hash(find("manifest.json").bytes));
  return tar(entries);
}

describe("an archive that is not whole or not honest", () => {
  const backups = made();
  const refused = async (file: string): Promise<string[]> => {
    const parent = scratch();
    const folder = path.join(parent, "data");
    const result = await restore(file, { folder, migrations: MIGRATIONS });
    // Nothing is left, in the folder or beside it.
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
    expect(readdirSync(parent).filter((name) => name !== "data")).toEqual([]);
    expect(await serverProcesses(homeOf(folder))).toEqual([]);
    return codes(result);
  };

  it("passes when nothing was changed by taking it apart", async () => {
    const { file } = await backups;
    const place = await servers.place("postgres-18");
    expect(
      codes(
        await restore(
          forged(file, () => {}),
          { ...place, migrations: MIGRATIONS },
        ),
      ),
    ).toEqual([]);
  });

  it("cut off anywhere", async () => {
    const { file } = await backups;
    const whole = readFileSync(file);
    for (const length of [
      0,
      100,
      512,
      700,
      1024,
      Math.floor(whole.length / 2),
      whole.length - 1600,
      whole.length - 1024,
    ]) {
      const cut = path.join(scratch(), "cut.tar");
      writeFileSync(cut, whole.subarray(0, length));
      expect([length, await refused(cut)]).toEqual([length, ["STORE-020"]]);
    }
  });

  it("with one changed byte in any part", async () => {
    const { file } = await backups;
    for (const { name, bytes } of untar(file)) {
      if (bytes.length === 0) continue;
      const altered = untar(file).map((entry) => {
        if (entry.name === name)
          entry.bytes[Math.floor(bytes.length / 2)] = (entry.bytes[Math.floor(bytes.length / 2)] as number) ^ 1;
        return entry;
      });
      expect([name, await refused(tar(altered))]).toEqual([name, ["STORE-021"]]);
    }
  });

  it.each([
    "../outside",
    "/etc/outside",
    "evidence/../../outside",
    "evidence/./x",
    "evidence//x",
    "evidence",
    "secret",
    "postgres/cluster/pg_hba.conf",
    "lock/9",
    "content\\..\\x",
    "content/a\u0000b",
    "",
  ])("with the path %j", async (target) => {
    const { file } = await backups;
    const evil = forged(file, (manifest) => {
      (manifest.files[0] as { path: string }).path = target;
    });
    expect(await refused(evil)).toEqual(["STORE-024"]);
  });

  it.each<[string, (manifest: ManifestText, entries: Entry[]) => void, string]>([
    [
      "a link",
      (_, entries) => entries.splice(1, 0, { name: "files/evil", bytes: Buffer.alloc(0), type: "2" }),
      "STORE-020",
    ],
    [
      "an entry that is not listed",
      (_, entries) => entries.splice(1, 0, { name: "files/evil", bytes: Buffer.from("x") }),
      "STORE-024",
    ],
    ["an entry twice", (_, entries) => entries.splice(2, 0, { ...(entries[1] as Entry) }), "STORE-024"],
    [
      "a path twice",
      (manifest) => manifest.files.push({ ...(manifest.files[0] as ManifestText["files"][0]) }),
      "STORE-024",
    ],
    ["a newer format", (_, entries) => Object.assign(entries[0] as Entry, { name: "candela-backup-2" }), "STORE-022"],
    ["another archive", (_, entries) => Object.assign(entries[0] as Entry, { name: "holiday.jpg" }), "STORE-020"],
    [
      "a table that the schema does not have",
      (manifest) => Object.assign(manifest.tables[0] as object, { name: "pg_authid" }),
      "STORE-020",
    ],
    [
      "a table left out",
      (manifest, entries) => {
        const last = manifest.tables.pop()?.part;
        entries.splice(
          entries.findIndex(({ name }) => name === last),
          1,
        );
      },
      "STORE-020",
    ],
    [
      "rows that are none",
      (manifest, entries) =>
        Object.assign(entries.find(({ name }) => name === manifest.tables[0]?.part) as Entry, {
          bytes: Buffer.from("junk"),
        }),
      "STORE-020",
    ],
    ["another count of rows", (manifest) => Object.assign(manifest.tables[0] as object, { rows: 99 }), "STORE-020"],
    [
      "evidence exchanged",
      (manifest, entries) =>
        Object.assign(
          entries.find(
            ({ name }) => name === manifest.files.find((one) => one.path.startsWith("evidence/"))?.part,
          ) as Entry,
          { bytes: Buffer.from("another invoice") },
        ),
      "STORE-012",
    ],
    [
      "evidence left out",
      (manifest, entries) => {
        const index = manifest.files.findIndex((one) => one.path.startsWith("evidence/"));
        entries.splice(
          entries.findIndex(({ name }) => name === manifest.files[index]?.part),
          1,
        );
        manifest.files.splice(index, 1);
      },
      "STORE-011",
    ],
    [
      "another head",
      (manifest) => Object.assign(manifest, { head: manifest.head.replace(/.$/, (one) => (one === "0" ? "1" : "0")) }),
      "JOURNAL-005",
    ],
  ])("with %s", async (_, change, code) => {
    const { file } = await backups;
    expect(await refused(forged(file, change))).toEqual([code]);
  });

  it("that is no file at all", async () => {
    expect(await refused(path.join(scratch(), "nowhere.tar"))).toEqual(["STORE-020"]);
    expect(await refused(scratch())).toEqual(["STORE-020"]);
  });

  it("is closed to others, and other programs can list it", async () => {
    const { file } = await backups;
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(untar(file).map(({ name }) => name)).toContain("tables/journal_event.copy.gz");
  });
});
