import { sql } from "kysely";
import { afterAll, describe, expect, it } from "vitest";
import {
  append,
  appendAll,
  formatHeads,
  type Heads,
  heads,
  lastEvent,
  lastPosition,
  verifyJournal,
} from "../../../src/ground/journal/index.ts";
import type { Store } from "../../../src/ground/store/index.ts";
import { DATABASES, type JournalTable, TestServers } from "./servers.ts";

const servers = new TestServers();
afterAll(() => servers.stop());

const clock = () => new Date("2025-06-30T16:00:00.123Z");
const event = (stream: string, n: number) => ({
  stream,
  actor: "tester",
  kind: "thing.counted",
  body: { n, text: "電 a" },
});
const codes = (issues: readonly { code: string }[]): string[] => issues.map(({ code }) => code);

/** Changes the journal as its database's owner could, past the seat belt. */
async function tamper(store: Store, statement: string): Promise<void> {
  await sql.raw("alter table candela.journal_event disable trigger journal_event_is_append_only").execute(store.db);
  await sql.raw(statement).execute(store.db);
}

describe.each(DATABASES)("on %s", (server) => {
  it("chains each stream by itself and numbers all events in order", async () => {
    const store = await servers.fresh(server);
    const places = await store.transaction((tx) => appendAll(tx, [event("b", 1), event("a", 2), event("b", 3)], clock));
    expect(places.map(({ position, seq }) => [position, seq])).toEqual([
      [1n, 1],
      [2n, 1],
      [3n, 2],
    ]);
    const more = await store.transaction((tx) => append(tx, event("a", 4), clock));
    expect([more.position, more.seq]).toEqual([4n, 2]);
    expect(await verifyJournal(store)).toMatchObject({
      events: 4,
      streams: 2,
      issues: [],
      heads: await heads(store.db),
    });
    expect(await lastEvent(store.db, "b", 2n)).toMatchObject({
      position: 1n,
      body: { n: 1, text: "電 a" },
      at: clock(),
    });
  });

  it("gives who commits last the later position, and hides it from a reading of the earlier one", async () => {
    const store = await servers.fresh(server);
    let secondDone: Promise<unknown> = Promise.resolve();
    const first = store.transaction(async (tx) => {
      // Begins first …
      await sql`select 1 from candela.journal_event`.execute(tx);
      const second = await store.transaction((other) => append(other, event("second", 2), clock));
      expect(second.position).toBe(1n);
      const place = await append(tx, event("first", 1), clock);
      // … and while it has not committed, a third waits for it and nobody sees its event.
      secondDone = store.transaction((other) => append(other, event("third", 3), clock));
      expect(await lastPosition(store.db)).toBe(1n);
      return place;
    });
    expect((await first).position).toBe(2n);
    expect(await secondDone).toMatchObject({ position: 3n });
    expect(await lastEvent(store.db, "first", 1n)).toBeUndefined();
    expect(await lastEvent(store.db, "first", 2n)).toMatchObject({ position: 2n });
  });

  it("leaves no gap when an append is rolled back", async () => {
    const store = await servers.fresh(server);
    const failing = store.transaction(async (tx) => {
      await append(tx, event("a", 1), clock);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await store.transaction((tx) => append(tx, event("a", 2), clock))).toMatchObject({ position: 1n, seq: 1 });
  });

  it("keeps its order under many who append at once", async () => {
    const store = await servers.fresh(server);
    const streams = ["a", "b", "c"];
    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        store.transaction((tx) => append(tx, event(streams[n % 3] as string, n), clock)),
      ),
    );
    expect(await verifyJournal(store)).toMatchObject({ events: 60, streams: 3, issues: [] });
  });

  it("refuses a transaction with a fixed snapshot rather than misplace an event", async () => {
    const store = await servers.fresh(server);
    const work = store.transaction(
      async (tx) => {
        await sql`select 1 from candela.journal_event`.execute(tx);
        await store.transaction((other) => append(other, event("a", 1), clock));
        await append(tx, event("a", 2), clock);
      },
      { isolation: "repeatable read" },
    );
    await expect(work).rejects.toThrow(/duplicate key|could not serialize/);
    expect(await verifyJournal(store)).toMatchObject({ events: 1, issues: [] });
  });

  it.each([
    "update candela.journal_event set body = '{}'",
    "delete from candela.journal_event",
    "truncate candela.journal_event",
  ])("refuses: %s", async (statement) => {
    const store = await servers.fresh(server);
    await store.transaction((tx) => append(tx, event("a", 1), clock));
    await expect(sql.raw(statement).execute(store.db)).rejects.toThrow("never changes");
    await expect(sql.raw(`set session_replication_role = replica; ${statement}`).execute(store.db)).rejects.toThrow(
      "never changes",
    );
  });

  describe("verification", () => {
    const fill = async (): Promise<{ store: Store; printed: Heads; now: Heads }> => {
      const store = await servers.fresh(server);
      await store.transaction((tx) =>
        appendAll(tx, [event("a", 1), event("b", 2), event("a", 3), event("c", 4)], clock),
      );
      const printed = await heads(store.db);
      await store.transaction((tx) => appendAll(tx, [event("a", 5), event("b", 6), event("d", 7)], clock));
      return { store, printed, now: await heads(store.db) };
    };

    it("accepts an older head and the present one, and no other", async () => {
      const { store, printed, now } = await fill();
      expect(await heads(store.db, 4n)).toEqual(printed);
      expect((await verifyJournal(store, { against: printed })).issues).toEqual([]);
      expect((await verifyJournal(store, { against: now })).issues).toEqual([]);
      expect(codes((await verifyJournal(store, { against: { ...now, position: 6n } })).issues)).toEqual([
        "JOURNAL-005",
      ]);
      expect((await verifyJournal(store, { against: printed })).heads).toEqual(now);
    });

    it.each([
      [
        "one changed byte of a body",
        "update candela.journal_event set body = replace(body, '3', '4') where position = 3",
        ["JOURNAL-001"],
      ],
      [
        "a microsecond",
        "update candela.journal_event set at = at + interval '1 microsecond' where position = 5",
        ["JOURNAL-001"],
      ],
      [
        "an instant that is none",
        "update candela.journal_event set at = 'infinity' where position = 5",
        ["JOURNAL-001"],
      ],
      ["another actor", "update candela.journal_event set actor = 'somebody' where position = 2", ["JOURNAL-001"]],
      ["another kind", "update candela.journal_event set kind = 'thing.approved' where position = 2", ["JOURNAL-001"]],
      [
        "one bit of a hash",
        "update candela.journal_event set hash = set_bit(hash, 0, 1 - get_bit(hash, 0)) where position = 1",
        ["JOURNAL-001", "JOURNAL-002"],
      ],
      [
        "another previous hash",
        "update candela.journal_event set prev = set_bit(prev, 9, 1 - get_bit(prev, 9)) where position = 3",
        ["JOURNAL-001", "JOURNAL-002"],
      ],
      [
        "an event removed",
        "delete from candela.journal_event where position = 3",
        ["JOURNAL-003", "JOURNAL-002", "JOURNAL-004"],
      ],
      [
        "a stream renamed",
        "update candela.journal_event set stream = 'z' where stream = 'b'",
        ["JOURNAL-001", "JOURNAL-001"],
      ],
      [
        "an event moved",
        "update candela.journal_event set position = 9 where position = 7",
        ["JOURNAL-003", "JOURNAL-001"],
      ],
    ])("catches %s", async (_, statement, expected) => {
      const { store } = await fill();
      await tamper(store, statement);
      const verified = await verifyJournal(store);
      expect(codes(verified.issues).sort()).toEqual([...expected].sort());
    });

    it("catches a cut-off end by a printed head only", async () => {
      const { store, printed, now } = await fill();
      await tamper(store, "delete from candela.journal_event where position > 4");
      expect((await verifyJournal(store)).issues).toEqual([]);
      expect((await verifyJournal(store, { against: printed })).issues).toEqual([]);
      expect(codes((await verifyJournal(store, { against: now })).issues)).toEqual(["JOURNAL-006"]);
    });

    it("catches a chain that was recomputed by whoever owns the database, by a printed head", async () => {
      const { store, printed, now } = await fill();
      const rows = await store.db
        .withTables<JournalTable>()
        .selectFrom("journal_event")
        .selectAll()
        .orderBy("position")
        .execute();
      await tamper(store, "truncate candela.journal_event");
      await store.transaction((tx) =>
        appendAll(
          tx,
          rows.map((row) => ({
            stream: row.stream,
            actor: row.actor,
            kind: row.kind,
            body: row.position === 3n ? { n: 300 } : (JSON.parse(row.body) as { n: number }),
          })),
          clock,
        ),
      );
      expect((await verifyJournal(store)).issues).toEqual([]);
      expect(codes((await verifyJournal(store, { against: now })).issues)).toEqual(["JOURNAL-005"]);
      expect((await verifyJournal(store, { against: printed })).issues).toMatchObject([
        { code: "JOURNAL-005", expected: formatHeads(printed) },
      ]);
      // What was printed before the event that was changed still holds.
      expect((await verifyJournal(store, { against: await heads(store.db, 2n) })).issues).toEqual([]);
    });

    it("runs the wings' verifiers and counts what they looked at", async () => {
      const { store } = await fill();
      const verified = await verifyJournal(store, {
        verifiers: [
          async () => ({ checked: 12, issues: [] }),
          async () => ({ checked: 1, issues: [{ code: "SEED-001", severity: "error", at: {} }] }),
        ],
      });
      expect(verified).toMatchObject({ events: 7, streams: 4, extraChecked: 13, issues: [{ code: "SEED-001" }] });
    });
  });

  it("verifies more than one page of events and of streams", async () => {
    const store = await servers.fresh(server);
    const events = Array.from({ length: 5200 }, (_, n) => event(`s${n % 2100}`, n));
    await store.transaction((tx) => appendAll(tx, events, clock));
    expect(await verifyJournal(store, { against: await heads(store.db) })).toMatchObject({
      events: 5200,
      streams: 2100,
      issues: [],
    });
    expect((await verifyJournal(store, { against: await heads(store.db, 3000n) })).issues).toEqual([]);
  });
});
