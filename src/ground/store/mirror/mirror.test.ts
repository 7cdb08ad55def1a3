import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectOk } from "../../issue/index.ts";
import { openStore, type Store } from "../index.ts";
import { type Mirror, openMirror } from "./mirror.ts";
import { FILE_ROWS } from "./plan-files.ts";
import type { MirrorSegment, MirrorTable } from "./table.ts";

const TABLE: MirrorTable = {
  name: "reading",
  columns: [
    { name: "day", type: "int32" },
    { name: "place", type: "int32" },
    { name: "quality", type: "int16" },
    { name: "at", type: "timestamp" },
    { name: "value", type: "decimal", scale: 3 },
  ],
  segment: "day",
  ordinal: "place",
  cluster: ["at", "day", "place"],
};

let store: Store;
let base: string;
let folder: string;
const open: Mirror[] = [];

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "candela-mirror-"));
  const migration = {
    id: "0001-reading",
    up: async (tx: Parameters<Parameters<Store["transaction"]>[0]>[0]) => {
      await sql`create table candela.reading (day int, place int, quality smallint, at timestamp, value numeric(38, 3), primary key (day, place))`.execute(
        tx,
      );
    },
  };
  store = expectOk(await openStore({ folder: join(base, "store"), migrations: [migration] }));
});
afterAll(async () => {
  await store.close();
  await rm(base, { recursive: true, force: true });
});
beforeEach(async () => {
  folder = await mkdtemp(join(base, "data-"));
  await sql`truncate candela.reading`.execute(store.db);
});
afterEach(async () => {
  for (const mirror of open.splice(0)) await mirror.close();
});

/** A mirror as another process would open it. */
function another(): Mirror {
  const mirror = openMirror({ folder, pool: () => store.pool(), table: TABLE });
  open.push(mirror);
  return mirror;
}

/** Seals a segment: rows with values 0.001, 0.002 … times a factor. */
async function segment(id: number, rows: number, factor = 1): Promise<MirrorSegment> {
  await sql`
    insert into candela.reading select ${id}, n, n % 3, timestamp '2025-01-01' + n * interval '1 second', n * ${factor}::numeric / 1000
    from generate_series(1, ${rows}) n`.execute(store.db);
  return { id, rows, digest: createHash("sha256").update(`${id} ${rows} ${factor}`).digest("hex") };
}

const total = async (mirror: Mirror, segments: readonly MirrorSegment[]): Promise<unknown> =>
  (await mirror.query(segments, 1n, ({ sql: from }) => ({ sql: `select count(*), sum(value) from ${from}` })))[0];
const names = async (): Promise<string[]> =>
  (await readdir(join(folder, "mirror"))).filter((name) => name.endsWith(".parquet"));
const only = async (): Promise<string> => join(folder, "mirror", (await names())[0] as string);

it("holds what the database holds, value for value", async () => {
  const segments = [await segment(1, 4), await segment(2, 1, -5)];
  const mirror = another();
  const rows = await mirror.query(segments, 7n, ({ sql: from }) => ({
    sql: `select day, place, quality, "at", value, "at"::date from ${from} order by day, place`,
  }));
  expect(rows).toEqual([
    [1, 1, 1, "2025-01-01 00:00:01", 1n, "2025-01-01"],
    [1, 2, 2, "2025-01-01 00:00:02", 2n, "2025-01-01"],
    [1, 3, 0, "2025-01-01 00:00:03", 3n, "2025-01-01"],
    [1, 4, 1, "2025-01-01 00:00:04", 4n, "2025-01-01"],
    [2, 1, 1, "2025-01-01 00:00:01", -5n, "2025-01-01"],
  ]);
  expect(await mirror.state()).toMatchObject({ position: 7n, files: 1, rows: 5 });
});

it("keeps 38 digits and the largest magnitude", async () => {
  await sql`insert into candela.reading values (1, 1, 0, '2025-01-01', -99999999999999999999999999999999999.999), (1, 2, 0, '2025-01-01', 0.001)`.execute(
    store.db,
  );
  const rows = await another().query([{ id: 1, rows: 2, digest: "d" }], 1n, ({ sql: from, magnitude, rows: count }) => {
    expect([magnitude("value"), count]).toEqual([10n ** 38n - 1n, 2]);
    return { sql: `select value from ${from} order by place` };
  });
  expect(rows).toEqual([[1n - 10n ** 38n], [1n]]);
});

it("keeps long decimals in a file of their own width, and adds them to short ones", async () => {
  const mirror = another();
  const short = await segment(1, 3);
  expect(await total(mirror, [short])).toEqual([3n, 6n]);
  const long = await segment(2, 2, 1e18);
  expect(await total(mirror, [short, long])).toEqual([5n, 6n + 3n * 10n ** 18n]);
  expect(await total(mirror, [long])).toEqual([2n, 3n * 10n ** 18n]);
  const types = await mirror.query([long], 1n, ({ sql: from }) => ({
    sql: `select typeof(value) from ${from} limit 1`,
  }));
  expect(types).toEqual([["DECIMAL(38,3)"]]);
});

it("reads only the segments that are asked for, and nothing for none", async () => {
  const segments = [await segment(1, 4), await segment(2, 4, 10), await segment(3, 4, 100)];
  const mirror = another();
  expect(await total(mirror, segments)).toEqual([12n, 1110n]);
  expect(await total(mirror, segments.slice(1, 2))).toEqual([4n, 100n]);
  expect(await total(mirror, [])).toEqual([0n, null]);
  expect((await names()).length).toBe(1);
});

it("takes lists of numbers beside the text", async () => {
  const segments = [await segment(1, 9)];
  const rows = await another().query(segments, 1n, ({ sql: from }) => ({
    sql: `select place from ${from} where place in (select unnest($1::int[])) and place not in (select unnest($2::int[])) order by 1`,
    lists: [[2, 5, 7], [5]],
  }));
  expect(rows).toEqual([[2], [7]]);
});

it("adds what is new, and leaves the files that are there", async () => {
  const first = await segment(1, 4);
  const mirror = another();
  await mirror.sync([first], 3n);
  const before = await names();
  const second = await segment(2, 4, 10);
  expect(await mirror.sync([first, second], 5n)).toMatchObject({ position: 5n, files: 2, rows: 8 });
  expect(await names()).toEqual(expect.arrayContaining(before));
  expect(await mirror.sync([first], 4n)).toMatchObject({ position: 5n, files: 2 });
});

it("makes many small files into one", async () => {
  const mirror = another();
  const segments: MirrorSegment[] = [];
  for (let id = 1; id <= 18; id += 1) {
    segments.push(await segment(id, 2));
    await mirror.sync(segments, BigInt(id));
  }
  expect((await names()).length).toBeLessThan(5);
  expect(await total(mirror, segments)).toEqual([36n, 54n]);
});

it("cuts a large segment into files of one size", async () => {
  const rows = FILE_ROWS + 10;
  const large = await segment(1, rows);
  const mirror = another();
  expect(await mirror.sync([large, await segment(2, 3)], 1n)).toMatchObject({ files: 2, rows: rows + 3 });
  const sum = (BigInt(rows) * BigInt(rows + 1)) / 2n;
  expect(await total(mirror, [large])).toEqual([BigInt(rows), sum]);
});

describe("is built anew, and gives the same answer, when", () => {
  const flip = async (file: string, at: number): Promise<void> => {
    const bytes = await readFile(file);
    bytes[at] = (bytes[at] as number) ^ 1;
    await writeFile(file, bytes);
  };
  it.each<[string, () => Promise<unknown>]>([
    ["a file is lost", async () => rm(await only())],
    ["a file is cut off", async () => truncate(await only(), 100)],
    ["a file is empty", async () => truncate(await only(), 0)],
    ["one bit of a file is changed in place", async () => flip(await only(), 40)],
    ["the folder is lost", async () => rm(join(folder, "mirror"), { recursive: true })],
    ["the manifest is lost", async () => rm(join(folder, "mirror", "reading.json"))],
    ["the manifest is cut off", async () => truncate(join(folder, "mirror", "reading.json"), 50)],
    [
      "the manifest names a row twice",
      async () => {
        const file = join(folder, "mirror", "reading.json");
        const manifest = JSON.parse(await readFile(file, "utf8")) as { files: unknown[] };
        await writeFile(file, JSON.stringify({ ...manifest, files: [...manifest.files, ...manifest.files] }));
      },
    ],
    [
      "the manifest is of another shape",
      async () => {
        const file = join(folder, "mirror", "reading.json");
        await writeFile(file, (await readFile(file, "utf8")).replace(/"shape":"./, '"shape":"x'));
      },
    ],
  ])("%s", async (_, damage) => {
    const segments = [await segment(1, 1000), await segment(2, 500, 10)];
    const running = another();
    const expected = await total(running, segments);
    await damage();
    // The one that has it open notices, and so does one that comes new.
    expect(await total(running, segments)).toEqual(expected);
    expect(await total(another(), segments)).toEqual(expected);
    expect((await names()).length).toBe(1);
  });

  it("a segment is another than it was", async () => {
    const before = [await segment(1, 10), await segment(2, 10)];
    expect(await total(another(), before)).toEqual([20n, 110n]);
    // Another database, or a restore to another past, has other rows under the same number.
    await sql`truncate candela.reading`.execute(store.db);
    const after = [await segment(1, 10), await segment(2, 12, 7)];
    expect(await total(another(), after)).toEqual([22n, 601n]);
  });
});

it("lets two build at once", async () => {
  const segments = [await segment(1, 3000), await segment(2, 3000, 10)];
  const mirrors = [another(), another(), another()];
  const answers = await Promise.all(
    mirrors.flatMap((mirror) => [total(mirror, segments), total(mirror, segments.slice(0, 1))]),
  );
  expect(new Set(answers.map(String)).size).toBe(2);
  expect((await names()).length).toBeLessThan(3);
  expect(await total(another(), segments)).toEqual(answers[0]);
});

it("removes what a build that was killed left behind", async () => {
  const first = await segment(1, 4);
  await another().sync([first], 1n);
  for (const name of ["draft-1-abc.tsv", "draft-1-abc.parquet", `reading-${"0".repeat(32)}.parquet`])
    await writeFile(join(folder, "mirror", name), "x");
  await another().sync([first, await segment(2, 4)], 2n);
  expect((await readdir(join(folder, "mirror"))).filter((name) => name.startsWith("draft-")).length).toBe(0);
  expect((await names()).length).toBe(2);
});

it("throws when the database does not have the rows, and keeps nothing of it", async () => {
  const first = await segment(1, 4);
  const mirror = another();
  await expect(mirror.sync([{ ...first, rows: 5 }], 1n)).rejects.toThrow("reading 1, not 1–5");
  expect(await total(mirror, [first])).toEqual([4n, 10n]);
});

it("gives a query that is wrong as an error, at once", async () => {
  const segments = [await segment(1, 4)];
  await expect(
    another().query(segments, 1n, ({ sql: from }) => ({ sql: `select nothing from ${from}` })),
  ).rejects.toThrow("nothing");
});

it("reaches no file outside its folder", async () => {
  const outside = join(base, "outside.csv");
  await writeFile(outside, "a\n1\n");
  const segments = [await segment(1, 4)];
  await expect(
    another().query(segments, 1n, () => ({ sql: `select * from read_csv('${outside}')` })),
  ).rejects.toThrow();
});

it("says so when its folder cannot be one", async () => {
  await writeFile(join(folder, "mirror"), "a file of somebody's");
  const attempt = another().sync([await segment(1, 4)], 1n);
  await expect(attempt).rejects.toMatchObject({
    issues: [{ code: "MIRROR-001", at: { file: join(folder, "mirror") } }],
  });
});
