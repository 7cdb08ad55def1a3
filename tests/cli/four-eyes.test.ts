import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { envelopeHash } from "../../src/ground/journal/envelope.ts";
import { cleanUp, contents, databaseConfig, scratch, servedStore, type TestStore } from "./candela.ts";
import { importShape, issuesShape, traceShape, type ValueJson, valueShape } from "./shapes.ts";

/** Two people and a ledger: nothing counts as approved that one of them did alone, and nothing changes unseen. */

let store: TestStore;
let files: string;

beforeAll(async () => {
  files = scratch();
  store = await servedStore({ example: true });
});
afterAll(cleanUp);

const HEAD = "activity,site,period,amount,unit,basis,evidence\n";

function file(name: string, ...rows: string[]): string {
  const path = join(files, name);
  writeFileSync(path, HEAD + rows.join("\n"));
  return path;
}

const indirect = async (...options: string[]): Promise<ValueJson> =>
  valueShape.parse(await store.json<unknown>("value", "energy.indirect", "--period", "2026Q1", ...options));

const shown = async (...options: string[]): Promise<[string | null, string]> => {
  const { value, status } = await indirect(...options);
  return [value, status];
};

const head = async (): Promise<string> => (await store.json<{ head: string }>("journal", "head")).head;

async function refused(...args: string[]): Promise<string | undefined> {
  const before = await contents(store);
  const ran = await store.run(...args, "--json");
  expect([args, ran.exit]).toEqual([args, 3]);
  expect(await contents(store)).toEqual(before);
  return issuesShape.parse(ran.json()).issues[0]?.code;
}

describe("from submission to restatement", () => {
  let batch = 0;
  /** Head, position and instant at which the first batch was approved. */
  const approved = { head: "", position: "", instant: "", document: "", html: "" };
  const report = (...options: string[]): Promise<{ document: string }> =>
    store.json("report", "--period", "2026Q1", "--format", "html", "--lang", "en", "--out", files, ...options);

  it("counts what one person submitted as preliminary", async () => {
    const path = file(
      "electricity.csv",
      "electricity.purchased,group,2026-01,100,MWh,measured,bill January",
      "electricity.purchased,group,2026-02,200,MWh,measured,bill February",
      "electricity.purchased,group,2026-03,300,MWh,measured,bill March",
    );
    const imported = importShape.parse(await store.json<unknown>("import", path, "--period", "2026Q1", "--as", "chan"));
    batch = imported.batch ?? 0;
    expect(imported).toMatchObject({ rows: 3, counts: { error: 0 } });
    const value = await indirect();
    expect([value.value, value.status]).toEqual(["600.00", "preliminary"]);
    expect(value.caveats).toContainEqual({ kind: "pending", detail: "electricity.purchased", count: 3 });
    expect(await shown("--approved-only")).toEqual([null, "missing"]);
  });

  it("lets another decide, once, and not the submitter", async () => {
    expect(await refused("approve", String(batch), "--as", "chan")).toBe("ACTOR-002");
    expect(await refused("reject", String(batch), "--as", "chan", "--reason", "mine")).toBe("ACTOR-002");
    expect(await refused("approve", "99")).toBe("LEDGER-010");
    expect(await store.json("approve", String(batch), "--as", "mei")).toMatchObject({ batch, decision: "approved" });
    expect(await refused("approve", String(batch), "--as", "lee")).toBe("LEDGER-011");
    expect(await refused("reject", String(batch), "--as", "lee")).toBe("LEDGER-011");
    expect(await shown("--approved-only")).toEqual(["600.00", "complete"]);
    const value = await indirect();
    Object.assign(approved, {
      head: await head(),
      position: value.position,
      instant: new Date().toISOString(),
      document: (await report()).document,
      html: readFileSync(join(files, "hkex-esg-2026Q1-en.html"), "utf8"),
    });
  });

  it("takes the name of a person in any form of its letters for one person", async () => {
    const path = file("zoe.csv", "electricity.purchased,group,2027-01,1,MWh,measured,bill");
    const imported = importShape.parse(await store.json<unknown>("import", path, "--as", "Zoe\u0301"));
    expect(await refused("approve", String(imported.batch), "--as", " Zo\u00e9 ")).toBe("ACTOR-002");
    await store.json("reject", String(imported.batch), "--reason", "a test of names");
  });

  it("puts a correction in a record's place, for the approved figure once it is approved", async () => {
    const { batch: correction } = await store.json<{ batch: number }>(
      ...["correct", `${batch}#2`, "--amount", "250", "--reason", "meter read again", "--as", "chan"],
    );
    expect(await shown()).toEqual(["650.00", "preliminary"]);
    expect(await shown("--approved-only")).toEqual(["600.00", "complete"]);
    expect(await refused("approve", String(correction), "--as", "chan")).toBe("ACTOR-002");
    await store.json("approve", String(correction), "--as", "mei");
    expect(await shown("--approved-only")).toEqual(["650.00", "complete"]);
    expect(await refused("correct", `${batch}#2`, "--amount", "1", "--reason", "again")).toBe("LEDGER-014");
    expect(await refused("reject", String(batch))).toBe("LEDGER-011");
    const { records } = traceShape.parse(await store.json<unknown>("trace", "energy.indirect", "--period", "2026Q1"));
    expect(records.flatMap(({ rows }) => rows.map(({ record, amount }) => [record, amount]))).toEqual(
      expect.arrayContaining([
        [`${batch}#1`, "100"],
        [`${correction}#1`, "250"],
        [`${batch}#3`, "300"],
      ]),
    );
  });

  it.each<[string, string, string[]]>([
    ["an amount that is none", "AMOUNT-003", ["--amount", "about 5"]],
    ["less than nothing", "RECORD-002", ["--amount=-5"]],
    ["another dimension", "UNIT-002", ["--amount", "5", "--unit", "t"]],
    ["an unknown unit", "UNIT-001", ["--amount", "5", "--unit", "MWx"]],
    ["no reason", "LEDGER-017", ["--amount", "5", "--reason", " "]],
    ["no such record", "RECORD-001", ["--amount", "5", "--record", "#99"]],
  ])("takes no correction to %s", async (_, code, options) => {
    const at = options.indexOf("--record");
    const record = at < 0 ? `${batch}#1` : `${batch}${options[at + 1]}`;
    const rest = at < 0 ? options : options.toSpliced(at, 2);
    const reason = rest.includes("--reason") ? [] : ["--reason", "a slip"];
    expect(await refused("correct", record, ...rest, ...reason)).toBe(code);
  });

  it("withdraws a record, and the figure is what the rest gives", async () => {
    const { batch: withdrawal } = await store.json<{ batch: number }>(
      ...["withdraw", `${batch}#3`, "--reason", "another site's bill", "--as", "chan"],
    );
    expect(await shown()).toEqual(["350.00", expect.any(String)]);
    expect(await shown("--approved-only")).toEqual(["650.00", "complete"]);
    await store.json("approve", String(withdrawal), "--as", "mei");
    // March has no record any more.
    expect(await shown("--approved-only")).toEqual(["350.00", "partial"]);
    expect(await refused("withdraw", `${batch}#3`, "--reason", "again")).toBe("LEDGER-014");
  });

  it("still gives what was published: by position, by instant, on either engine, and as the same document", async () => {
    expect(await shown("--as-at", approved.position)).toEqual(["600.00", "complete"]);
    expect(await shown("--as-at", approved.instant, "--approved-only")).toEqual(["600.00", "complete"]);
    expect(await shown("--as-at", approved.position, "--engine", "postgres")).toEqual(["600.00", "complete"]);
    expect(await shown("--as-at", approved.position, "--engine", "columnar")).toEqual(["600.00", "complete"]);
    const before = (Number(approved.position) - 1).toString();
    expect(await shown("--as-at", before)).toEqual(["600.00", "preliminary"]);
    expect(await shown("--as-at", before, "--approved-only")).toEqual([null, "missing"]);
    expect((await report("--as-at", approved.position)).document).toBe(approved.document);
    expect(readFileSync(join(files, "hkex-esg-2026Q1-en.html"), "utf8")).toBe(approved.html);
    expect((await report()).document).not.toBe(approved.document);
    const { records } = traceShape.parse(
      await store.json<unknown>("trace", "energy.indirect", "--period", "2026Q1", "--as-at", approved.position),
    );
    expect(records.flatMap(({ rows }) => rows.map(({ record }) => record)).sort()).toEqual([
      `${batch}#1`,
      `${batch}#2`,
      `${batch}#3`,
    ]);
  });

  it("leaves nothing of a rejected batch in any figure", async () => {
    const path = file("more.csv", "electricity.purchased,group,2026-03,999,MWh,measured,bill of somebody else");
    const more = importShape.parse(await store.json<unknown>("import", path, "--as", "chan"));
    expect(await shown()).toEqual(["1349.00", "preliminary"]);
    await store.json("reject", String(more.batch), "--as", "mei", "--reason", "not ours");
    expect(await shown()).toEqual(["350.00", "partial"]);
    expect(await refused("correct", `${more.batch}#1`, "--amount", "1", "--reason", "x")).toBe("LEDGER-015");
  });

  it("verifies, against the head of then as well", async () => {
    const verified = await store.json<{ ok: boolean; head: string; checked: Record<string, number> }>(
      ...["journal", "verify", "--against", approved.head],
    );
    expect(verified).toMatchObject({ ok: true, head: await head() });
    expect(verified.checked.rows).toBeGreaterThan(470);
    expect(verified.checked.events).toBeGreaterThan(15);
    expect(verified.checked.evidence).toBeGreaterThan(4);
  });
});

describe("an owner of the database who changes it behind the program", () => {
  let db: pg.Client;
  let printed = "";

  beforeAll(async () => {
    printed = await head();
    db = new pg.Client(await databaseConfig(store.folder));
    await db.connect();
    for (const table of ["journal_event", "record", "reported_figure", "term"])
      await db.query(`alter table candela.${table} disable trigger all`);
  });
  afterAll(() => db.end());

  const verify = async (...options: string[]): Promise<{ exit: number | string; codes: string[] }> => {
    const ran = await store.run("journal", "verify", "--json", ...options);
    const { issues } = ran.json<{ issues: { code: string; message: { en: string } }[] }>();
    return { exit: ran.exit, codes: [...new Set(issues.map(({ code }) => code))] };
  };

  // One byte, or one letter, in each column that a figure, a name or a decision rests on.
  it.each<[string, string, string]>([
    ["an event's body", "journal_event", "body = replace(body, 'electricity.csv', 'electricity.csw')"],
    ["an event's actor", "journal_event", "actor = 'local:mej' where actor = 'local:mei' and position = 10"],
    ["an event's time", "journal_event", "at = at + interval '1 microsecond' where position = 5"],
    ["an event's kind", "journal_event", "kind = 'ledger.rejected' where kind = 'ledger.approved' and position = 10"],
    ["a record's amount", "record", "amount = amount + 0.000000001 where batch_id = 3 and ordinal = 1"],
    ["a record's unit", "record", "unit_id = unit_id - 1 where batch_id = 3 and ordinal = 1"],
    ["a record's period", "record", "period_end = period_end + interval '1 second' where batch_id = 3 and ordinal = 1"],
    ["a record as it was entered", "record", "entered = '100.0' where batch_id = 3 and ordinal = 1"],
    ["a record's basis", "record", "basis = basis + 1 where batch_id = 3 and ordinal = 1"],
    ["a printed figure", "reported_figure", "value = value + 1 where batch_id = 2 and ordinal = 17"],
    ["where a figure is printed", "reported_figure", "place = replace(place, 'kpi', 'kpj') where ordinal = 1"],
    ["the evidence of a record", "term", "key = replace(key, 'bill January', 'bill Januarz')"],
    ["the name of an activity", "term", "key = 'water.withdrawam' where key = 'water.withdrawal'"],
    ["who submitted a batch", "batch", "submitted_by = 'local:mej' where id = 3"],
    ["who approved a batch", "batch", "decided_by = 'local:lee' where id = 3"],
    ["a batch's name", "batch", "name = 'electricitz.csv' where id = 3"],
    ["a decision", "batch", "decision = 'rejected' where id = 3"],
    ["a supersession", "supersession", "lapsed = true where batch_id = 3 and ordinal = 2"],
  ])("is caught when %s is changed", async (_, table, change) => {
    await db.query(`create temporary table kept as table candela.${table}`);
    const changed = await db.query(`update candela.${table} set ${change}`);
    expect(changed.rowCount).toBeGreaterThan(0);
    const seen = await verify();
    await db.query(
      `begin; delete from candela.${table}; insert into candela.${table} table kept; commit; drop table kept`,
    );
    expect(seen.exit).toBe(1);
    expect(seen.codes.length).toBeGreaterThan(0);
  });

  it.each<[string, string, string]>([
    ["the last event", "journal_event", "where position = (select max(position) from candela.journal_event)"],
    ["a record", "record", "where batch_id = 3 and ordinal = 3"],
    ["a correction", "supersession", "where batch_id = 3 and ordinal = 2"],
    ["a printed figure", "reported_figure", "where batch_id = 2 and ordinal = 325"],
    ["a batch", "batch", "where id = 3"],
  ])("is caught when %s is removed", async (_, table, which) => {
    await db.query(`create temporary table kept as table candela.${table}`);
    expect((await db.query(`delete from candela.${table} ${which}`)).rowCount).toBe(1);
    const seen = await verify("--against", printed);
    await db.query(
      `begin; delete from candela.${table}; insert into candela.${table} table kept; commit; drop table kept`,
    );
    expect(seen.exit).toBe(1);
    expect(seen.codes.length).toBeGreaterThan(0);
  });

  it("is caught when a record is slipped in", async () => {
    await db.query(
      "insert into candela.record select batch_id, 4, activity_id, site_id, dims_id, unit_id, evidence_id, basis, period_start, period_end, amount, entered, note from candela.record where batch_id = 3 and ordinal = 1",
    );
    const seen = await verify();
    await db.query("delete from candela.record where batch_id = 3 and ordinal = 4");
    expect(seen).toMatchObject({ exit: 1 });
  });

  it("is caught when an evidence file or adopted content is altered on the disk", async () => {
    const found = await db.query<{ sha256: string }>(
      "select sha256 from candela.evidence_file where name = 'electricity.csv'",
    );
    const sha256 = found.rows[0]?.sha256 ?? "";
    const evidence = join(store.folder, "evidence/sha256", sha256.slice(0, 2), sha256);
    const bytes = readFileSync(evidence);
    writeFileSync(evidence, Buffer.from(bytes.toString().replace("100", "101")));
    expect(await verify()).toEqual({ exit: 1, codes: ["STORE-012"] });
    writeFileSync(evidence, bytes);

    const { content } = await store.json<{ content: { hash: string }[] }>("list", "content");
    const pack = join(store.folder, "content", `${content[0]?.hash}.json`);
    const text = readFileSync(pack, "utf8");
    writeFileSync(pack, text.replace("56.1", "56.2"));
    const ran = await store.run("value", "ghg.scope1", "--period", "2025", "--json");
    expect([ran.exit, issuesShape.parse(ran.json()).issues.map(({ code }) => code)]).toEqual([3, ["CONTENT-002"]]);
    expect(await verify()).toEqual({ exit: 1, codes: ["CONTENT-002"] });
    writeFileSync(pack, text);
    expect(await verify()).toEqual({ exit: 0, codes: [] });
  });

  it("is caught by a printed head, and by nothing else, once the chain is computed anew", async () => {
    // The whole last stretch of the ledger is written by another hand: every hash fits, and so do the tables.
    const events = await db.query<Record<string, string> & { prev: Buffer; hash: Buffer; seq: number }>(
      "select *, (extract(epoch from at) * 1000000)::bigint::text as us, position::text as p from candela.journal_event where stream = 'ledger' order by seq",
    );
    let previous: Buffer | undefined;
    for (const event of events.rows) {
      const actor = event.actor === "local:mei" ? "local:eve" : (event.actor ?? "");
      if (!previous && actor === event.actor) continue;
      const hash: Buffer = envelopeHash({
        stream: event.stream ?? "",
        seq: event.seq,
        position: BigInt(event.p ?? 0),
        atMicroseconds: event.us ?? "",
        actor,
        kind: event.kind ?? "",
        body: event.body ?? "",
        previous: previous ?? event.prev,
      });
      await db.query("update candela.journal_event set actor = $1, prev = $2, hash = $3 where position = $4", [
        actor,
        previous ?? event.prev,
        hash,
        event.p,
      ]);
      previous = hash;
    }
    expect(previous).toBeDefined();
    await db.query("update candela.batch set decided_by = 'local:eve' where decided_by = 'local:mei'");
    expect(await verify()).toEqual({ exit: 0, codes: [] });
    expect(await verify("--against", printed)).toEqual({ exit: 1, codes: ["JOURNAL-005"] });
    const words = await store.run("journal", "verify", "--against", printed, "--lang", "zh-Hant");
    expect(words.err).toMatch(/JOURNAL-005/);
    expect(words.out).not.toMatch(/all as written/);
  });
});
