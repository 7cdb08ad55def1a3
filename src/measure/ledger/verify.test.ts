import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectOk } from "../../ground/issue/index.ts";
import { verifyJournal } from "../../ground/journal/index.ts";
import { yearPeriod } from "../../ground/quantity/index.ts";
import { correct } from "./correct.ts";
import { decide } from "./decide.ts";
import { openTestLedger, row, type TestLedger } from "./ledger-for-tests.ts";
import { SEGMENT_ROWS } from "./segment-digest.ts";
import { submit, submitReported } from "./submit.ts";
import { ledgerVerifier } from "./verify.ts";

let ledger: TestLedger;
const SOURCE = { type: "file", name: "meter.csv" };

beforeAll(async () => {
  ledger = await openTestLedger();
  const rows = Array.from({ length: 3 }, () =>
    Array.from({ length: SEGMENT_ROWS - 1 }, (_, index) => row("1.5", { entered: `${index}` })),
  );
  const first = expectOk(await submit(ledger.ann, { name: "large", source: SOURCE, rows }));
  const figure = {
    indicator: "ghg.scope1",
    period: yearPeriod(2025),
    dims: "{}",
    value: "1",
    unit: "t",
    decimals: 0,
    qualifier: "exact",
    place: "{}",
  } as const;
  expectOk(await submitReported(ledger.ann, { name: "report", source: SOURCE, rows: [[figure]] }));
  const third = expectOk(
    await correct(ledger.ann, {
      records: [{ batch: first.batch, from: 2, to: 4 }],
      replacement: [row("2")],
      reason: "x",
      source: SOURCE,
      name: "fix",
    }),
  );
  expectOk(await decide(ledger.ben, first.batch, "approve"));
  expectOk(await decide(ledger.ben, third.batch, "reject"));
});
afterAll(() => ledger.close());

const found = async (): Promise<string[]> => {
  const { issues } = await ledgerVerifier(ledger.store);
  return issues.map(({ code, at, values }) => [code, at.record, values?.segment].filter(Boolean).join(" "));
};

it("finds nothing in a sound ledger, and says how much it looked at", async () => {
  expect(await ledgerVerifier(ledger.store)).toEqual({ checked: 3 * (SEGMENT_ROWS - 1) + 1 + 1 + 3, issues: [] });
  expect((await verifyJournal(ledger.store, { verifiers: [ledgerVerifier] })).issues).toEqual([]);
});

it("refuses to change a row by the way of a slip", async () => {
  await expect(
    sql`update candela.record set amount = amount where ordinal = 1`.execute(ledger.store.db),
  ).rejects.toThrow("never changes");
  await expect(sql`delete from candela.term`.execute(ledger.store.db)).rejects.toThrow("never changes");
  await expect(sql`truncate candela.reported_figure`.execute(ledger.store.db)).rejects.toThrow("never changes");
});

const S = SEGMENT_ROWS;
const TABLES = ["record", "reported_figure", "term"];

// Whoever owns the database can take the triggers away; the digests are what shows it.
it.each<[string, string, string, string[]]>([
  [
    "an amount in the first segment",
    "update record set amount = amount + 0.000000001 where batch_id = 1 and ordinal = 1",
    "update record set amount = amount - 0.000000001 where batch_id = 1 and ordinal = 1",
    ["LEDGER-030 1 large 1"],
  ],
  [
    "a basis in the second",
    `update record set basis = 1 where batch_id = 1 and ordinal = ${S + 1}`,
    `update record set basis = 0 where batch_id = 1 and ordinal = ${S + 1}`,
    ["LEDGER-030 1 large 2"],
  ],
  [
    "an entered text in the last",
    `update record set entered = entered || ' ' where batch_id = 1 and ordinal = ${3 * (S - 1)}`,
    `update record set entered = rtrim(entered) where batch_id = 1 and ordinal = ${3 * (S - 1)}`,
    ["LEDGER-030 1 large 3"],
  ],
  [
    "a microsecond",
    "update record set period_end = period_end + interval '1 microsecond' where batch_id = 1 and ordinal = 5",
    "update record set period_end = period_end - interval '1 microsecond' where batch_id = 1 and ordinal = 5",
    ["LEDGER-030 1 large 1"],
  ],
  [
    "a note that is empty, not absent",
    "update record set note = '' where batch_id = 1 and ordinal = 5",
    "update record set note = null where batch_id = 1 and ordinal = 5",
    ["LEDGER-030 1 large 1"],
  ],
  [
    "a row before the first",
    "update record set ordinal = -8 where batch_id = 1 and ordinal = 8",
    "update record set ordinal = 8 where batch_id = 1 and ordinal = -8",
    ["LEDGER-030 1 large 1", "LEDGER-031 1 large"],
  ],
  [
    "a row of another batch",
    "update record set batch_id = 3, ordinal = 2 where batch_id = 1 and ordinal = 9",
    "update record set batch_id = 1, ordinal = 9 where batch_id = 3 and ordinal = 2",
    ["LEDGER-030 1 large 1", "LEDGER-031 3 fix"],
  ],
  [
    "a batch out of nothing",
    "insert into record select 77, ordinal, activity_id, site_id, dims_id, unit_id, evidence_id, basis, period_start, period_end, amount, entered, note from record where batch_id = 3",
    "delete from record where batch_id = 77",
    ["LEDGER-035 record 77"],
  ],
  [
    "a reported figure",
    "update reported_figure set value = 2",
    "update reported_figure set value = 1",
    ["LEDGER-030 2 report 1"],
  ],
  [
    "zeros after the point",
    "update reported_figure set value = 1.0",
    "update reported_figure set value = 1",
    ["LEDGER-030 2 report 1"],
  ],
  [
    "the name of a site",
    "update term set key = 'lingang-2' where kind = 'site'",
    "update term set key = 'lingang' where kind = 'site'",
    ["LEDGER-032 1 large", "LEDGER-032 3 fix"],
  ],
  [
    "an approval of what was rejected",
    "update batch set decision = 'approved' where id = 3",
    "update batch set decision = 'rejected' where id = 3",
    ["LEDGER-033 3 fix", "LEDGER-034 3 fix"],
  ],
  [
    "a decision taken back",
    "update batch set decision = null, decided_by = null, decided_position = null where id = 1",
    "update batch set decision = 'approved', decided_by = 'ben', decided_position = 4 where id = 1",
    ["LEDGER-033 1 large"],
  ],
  [
    "another submitter",
    "update batch set submitted_by = 'cy' where id = 1",
    "update batch set submitted_by = 'ann' where id = 1",
    ["LEDGER-033 1 large"],
  ],
  [
    "another digest",
    "update batch set digest = sha256('x') where id = 2",
    "update batch set digest = (select decode(body::jsonb->>'digest', 'hex') from journal_event where position = 2) where id = 2",
    ["LEDGER-033 2 report"],
  ],
  [
    "one more superseded",
    "insert into supersession values (1, 9, 3, true)",
    "delete from supersession where ordinal = 9",
    ["LEDGER-034 3 fix"],
  ],
  [
    "one less superseded",
    "delete from supersession where ordinal = 3",
    "insert into supersession values (1, 3, 3, true)",
    ["LEDGER-034 3 fix"],
  ],
  [
    "a supersession that still holds",
    "update supersession set lapsed = false",
    "update supersession set lapsed = true",
    ["LEDGER-034 3 fix"],
  ],
  [
    "an event that is no more",
    "update journal_event set body = '{' || body where position = 2",
    "update journal_event set body = substr(body, 2) where position = 2",
    ["LEDGER-036 ledger#2", "LEDGER-035 2 report", "LEDGER-035 reported_figure 2"],
  ],
  [
    "an event that says something else",
    'update journal_event set body = replace(body, \'"rows":1,\', \'"rows":"1",\') where position = 2',
    'update journal_event set body = replace(body, \'"rows":"1",\', \'"rows":1,\') where position = 2',
    ["LEDGER-036 ledger#2", "LEDGER-035 2 report", "LEDGER-035 reported_figure 2"],
  ],
])("catches %s", async (_, tamper, repair, expected) => {
  const run = async (statement: string): Promise<void> => {
    await ledger.store.transaction(async (tx) => {
      for (const table of [...TABLES, "journal_event"])
        await sql.raw(`alter table ${table} disable trigger user`).execute(tx);
      await sql.raw(statement).execute(tx);
      await sql.raw("alter table journal_event enable always trigger journal_event_is_append_only").execute(tx);
      for (const table of TABLES)
        await sql.raw(`alter table ${table} enable always trigger ${table}_never_changes`).execute(tx);
    });
  };
  await run(tamper);
  expect(await found()).toEqual(expected);
  await run(repair);
  expect(await found()).toEqual([]);
});
