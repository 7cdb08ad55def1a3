import { createHash } from "node:crypto";
import { sql } from "kysely";
import { z } from "zod";
import type { Issue } from "../../ground/issue/index.ts";
import type { Store } from "../../ground/store/index.ts";
import { type CopyTransaction, copyTransaction } from "./copy-transaction.ts";
import { RECORD_COLUMNS } from "./record-lines.ts";
import { FIGURE_COLUMNS } from "./reported-lines.ts";
import { batchDigest, FIRST_LINK } from "./segment-digest.ts";
import { LEDGER_STREAM, type Queries } from "./tables.ts";
import { readTermsDigest } from "./terms-digest.ts";

const sealedSchema = z.object({
  batch: z.int(),
  kind: z.enum(["records", "reported"]),
  name: z.string(),
  rows: z.int(),
  segmentRows: z.int().positive(),
  segments: z.array(z.string()),
  terms: z.object({ ranges: z.array(z.tuple([z.int(), z.int()])), digest: z.string() }),
  digest: z.string(),
  supersedes: z.array(z.tuple([z.int(), z.int(), z.int()])).optional(),
});

type SealedBody = z.infer<typeof sealedSchema>;

const decidedSchema = z.object({ batch: z.int() });

interface EventRow {
  readonly seq: number;
  readonly position: bigint;
  readonly actor: string;
  readonly kind: string;
  readonly body: string;
}

/** A batch as its table has it. */
interface BatchRow {
  readonly kind: string;
  readonly rows: number;
  readonly digest: string;
  readonly submitted_position: bigint;
  readonly submitted_by: string;
  readonly decision: string | null;
  readonly decided_position: bigint | null;
  readonly decided_by: string | null;
}

const PAGE = 200;

/**
 * Holds every batch against the event that sealed it: rows, terms, supersessions, decision. It reads a segment at a time, so
 * memory stays the same for any number of rows; a changed byte is named by batch and segment.
 * @issues LEDGER-030 (rows of a segment), LEDGER-031 (rows missing or too many), LEDGER-032 (terms), LEDGER-033 (the batch's own row),
 *   LEDGER-034 (supersessions), LEDGER-035 (a batch without an event), LEDGER-036 (an event that cannot be read)
 */
export function ledgerVerifier(store: Store): Promise<{ readonly checked: number; readonly issues: readonly Issue[] }> {
  // One state of everything: others may submit and decide meanwhile.
  return copyTransaction(store, verify, { isolation: "repeatable read", readOnly: true });
}

async function verify(copy: CopyTransaction): Promise<{ readonly checked: number; readonly issues: readonly Issue[] }> {
  const { tx } = copy;
  const issues: Issue[] = [];
  const sealed = new Map<number, { event: EventRow; body: SealedBody }>();
  const decided = new Map<number, EventRow>();
  let checked = 0;
  for (let after = 0; ; ) {
    const page = await sql<EventRow>`
      select seq, position, actor, kind, body from candela.journal_event
      where stream = ${LEDGER_STREAM} and seq > ${after} order by seq limit ${PAGE}`.execute(tx);
    for (const event of page.rows) {
      after = event.seq;
      const decision = event.kind === "ledger.approved" || event.kind === "ledger.rejected";
      const read = readBody(event.body, decision ? decidedSchema : sealedSchema);
      if (!read) {
        issues.push({
          code: "LEDGER-036",
          severity: "error",
          at: { record: `${LEDGER_STREAM}#${event.seq}` },
          actual: event.kind,
        });
      } else if ("segments" in read) {
        // The digests of a large batch are long: they are looked at once and not kept.
        sealed.set(read.batch, { event: { ...event, body: "" }, body: { ...read, segments: [] } });
        checked += read.rows + 1;
        issues.push(
          ...(await rowIssues(copy, read)),
          ...(await termIssues(tx, read)),
          ...(await supersessionIssues(tx, read)),
        );
      } else decided.set(read.batch, event);
    }
    if (page.rows.length === 0) break;
  }
  issues.push(...(await batchIssues(tx, sealed, decided)), ...(await strayIssues(tx, sealed)));
  return { checked, issues };
}

/** The body of an event that may have been changed into anything. */
function readBody(
  text: string,
  schema: typeof sealedSchema | typeof decidedSchema,
): SealedBody | { batch: number } | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const named = ({ batch, name }: { readonly batch: number; readonly name: string }): string => `${batch} ${name}`;

async function rowIssues({ tx, copyOut }: CopyTransaction, body: SealedBody): Promise<Issue[]> {
  const [table, columns] = body.kind === "records" ? ["record", RECORD_COLUMNS] : ["reported_figure", FIGURE_COLUMNS];
  const issues: Issue[] = [];
  let before = FIRST_LINK;
  for (const [index, expected] of body.segments.entries()) {
    const from = index * body.segmentRows + 1;
    const to = Math.min(body.rows, from + body.segmentRows - 1);
    const hash = createHash("sha256").update(before);
    const rows = copyOut(`copy (select ${columns} from candela.${table} where batch_id = ${body.batch}
      and ordinal between ${from} and ${to} order by ordinal) to stdout`);
    for await (const chunk of rows) hash.update(chunk);
    const actual = hash.digest("hex");
    if (actual !== expected) {
      issues.push({
        code: "LEDGER-030",
        severity: "error",
        at: { record: named(body) },
        expected,
        actual,
        values: { segment: String(index + 1), from: String(from), to: String(to) },
      });
    }
    // The next segment is held against the link that was sealed, so one changed row is reported once.
    before = Buffer.from(expected, "hex");
  }
  const outside = await sql<{ found: boolean }>`
    select exists (select 1 from ${sql.id("candela", table)} where batch_id = ${body.batch} and (ordinal < 1 or ordinal > ${body.rows})) as found`.execute(
    tx,
  );
  if (outside.rows[0]?.found)
    issues.push({ code: "LEDGER-031", severity: "error", at: { record: named(body) }, expected: String(body.rows) });
  const sealed = batchDigest(before, Buffer.from(body.terms.digest, "hex")).toString("hex");
  if (sealed !== body.digest) {
    issues.push({
      code: "LEDGER-033",
      severity: "error",
      at: { record: named(body) },
      expected: body.digest,
      actual: sealed,
    });
  }
  return issues;
}

async function termIssues(tx: Queries, body: SealedBody): Promise<Issue[]> {
  const actual = (await readTermsDigest(tx, body.terms.ranges)).toString("hex");
  if (actual === body.terms.digest) return [];
  return [{ code: "LEDGER-032", severity: "error", at: { record: named(body) }, expected: body.terms.digest, actual }];
}

async function supersessionIssues(tx: Queries, body: SealedBody): Promise<Issue[]> {
  const found = await sql<{ batch: number; from: number; to: number }>`
    select batch_id as batch, min(ordinal) as "from", max(ordinal) as "to" from (
      select batch_id, ordinal, ordinal - row_number() over (partition by batch_id order by ordinal) as island
      from candela.supersession where by_batch_id = ${body.batch}
    ) islands group by batch_id, island order by batch_id, min(ordinal)`.execute(tx);
  const expected = JSON.stringify(body.supersedes ?? []);
  const actual = JSON.stringify(found.rows.map(({ batch, from, to }) => [batch, from, to]));
  if (actual === expected) return [];
  return [
    {
      code: "LEDGER-034",
      severity: "error",
      at: { record: named(body) },
      expected: expected.slice(0, 200),
      actual: actual.slice(0, 200),
    },
  ];
}

/** The batches' own rows: they change with a decision, so they are held against the events and not against a digest. */
async function batchIssues(
  tx: Queries,
  sealed: ReadonlyMap<number, { readonly event: EventRow; readonly body: SealedBody }>,
  decided: ReadonlyMap<number, EventRow>,
): Promise<Issue[]> {
  const issues: Issue[] = [];
  const seen = new Set<number>();
  for (let after = 0; ; ) {
    const page = await sql<BatchRow & { id: number; name: string; lapsed: boolean | null }>`
      select b.id, b.kind, b.name, b.rows, encode(b.digest, 'hex') as digest, b.submitted_position, b.submitted_by, b.decision, b.decided_position,
        b.decided_by, (select bool_or(s.lapsed) from candela.supersession s where s.by_batch_id = b.id) as lapsed
      from candela.batch b where b.id > ${after} order by b.id limit ${PAGE}`.execute(tx);
    for (const { id, name, lapsed, ...row } of page.rows) {
      after = id;
      seen.add(id);
      const seal = sealed.get(id);
      if (!seal) {
        issues.push({ code: "LEDGER-035", severity: "error", at: { record: `${id} ${name}` } });
        continue;
      }
      const decision = decided.get(id);
      const expected = text({
        kind: seal.body.kind,
        rows: seal.body.rows,
        digest: seal.body.digest,
        submitted_position: seal.event.position,
        submitted_by: seal.event.actor,
        decision: decision?.kind.replace("ledger.", "") ?? null,
        decided_position: decision?.position ?? null,
        decided_by: decision?.actor ?? null,
      });
      const actual = text(row);
      if (actual !== expected || name !== seal.body.name) {
        issues.push({ code: "LEDGER-033", severity: "error", at: { record: `${id} ${name}` }, expected, actual });
      }
      if (lapsed !== null && lapsed !== (row.decision === "rejected")) {
        issues.push({
          code: "LEDGER-034",
          severity: "error",
          at: { record: `${id} ${name}` },
          expected: String(row.decision),
          actual: `lapsed = ${lapsed}`,
        });
      }
    }
    if (page.rows.length === 0) break;
  }
  for (const [id, { body }] of sealed) {
    if (!seen.has(id))
      issues.push({
        code: "LEDGER-033",
        severity: "error",
        at: { record: named(body) },
        expected: body.digest,
        actual: "–",
      });
  }
  return issues;
}

function text(row: BatchRow): string {
  const { kind, rows, digest, submitted_position, submitted_by, decision, decided_position, decided_by } = row;
  return [kind, rows, digest, submitted_position, submitted_by, decision, decided_position, decided_by]
    .map(String)
    .join(" ");
}

/** Rows and supersessions of batches that no event knows, found by jumping through the index. */
async function strayIssues(tx: Queries, sealed: ReadonlyMap<number, unknown>): Promise<Issue[]> {
  const issues: Issue[] = [];
  for (const [table, column] of [
    ["record", "batch_id"],
    ["reported_figure", "batch_id"],
    ["supersession", "by_batch_id"],
  ] as const) {
    const [from, of] = [sql.id("candela", table), sql.id(column)];
    const found = await sql<{ id: number }>`
      with recursive ids as (
        select min(${of}) as id from ${from}
        union all
        select (select min(${of}) from ${from} where ${of} > ids.id) from ids where ids.id is not null
      ) select id from ids where id is not null`.execute(tx);
    for (const { id } of found.rows) {
      if (!sealed.has(id)) issues.push({ code: "LEDGER-035", severity: "error", at: { record: `${table} ${id}` } });
    }
  }
  return issues;
}
