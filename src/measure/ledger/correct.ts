import { sql } from "kysely";
import type { Json } from "../../ground/journal/index.ts";
import { fail, type Issue, type Result } from "../../ground/issue/index.ts";
import { type BatchState, lockBatches } from "./batch-state.ts";
import { batchName, noSuchBatch } from "./decide.ts";
import type { PreparedRow } from "./import/prepared-row.ts";
import { RECORD_COLUMNS } from "./record-lines.ts";
import { Refused } from "./refused.ts";
import { FIGURE_COLUMNS, type PreparedFigure } from "./reported-lines.ts";
import type { RowRange } from "./scope.ts";
import { type LineSink, sealBatch, type Submitted } from "./seal-batch.ts";
import { writeFigures, writeRecords } from "./submit.ts";
import type { BatchKind, LedgerTransaction, Writer } from "./tables.ts";

/** One row of the ledger for ever: its batch, and its place in it from 1. */
export interface RecordKey {
  readonly batch: number;
  readonly ordinal: number;
}

/** What is corrected, by what, and why. */
export interface Correction<Row> {
  readonly records: readonly (RecordKey | RowRange)[];
  /** As many rows as it takes; none withdraws the records. */
  readonly replacement: readonly Row[];
  readonly reason: string;
  /** The evidence reference of the correction. */
  readonly source: Json;
  /** As shown to people. */
  readonly name: string;
}

/**
 * Supersedes records by others, or by none. It is a batch like any other: it counts, and what it supersedes no longer
 * counts, from the position at which it was submitted, or approved, whichever is asked for.
 * @issues LEDGER-010 (no such batch or record), LEDGER-014 (superseded already), LEDGER-015 (the batch was rejected),
 *   LEDGER-016 (records and reported figures mixed), LEDGER-017 (no records or no reason given), LEDGER-002 … LEDGER-005, ACTOR-001
 */
export function correct(writer: Writer, correction: Correction<PreparedRow>): Promise<Result<Submitted>> {
  return supersede(writer, correction, "records", `candela.record (${RECORD_COLUMNS})`, (id, sink) =>
    writeRecords(writer, id, sink, [correction.replacement]),
  );
}

/** Supersedes reported figures by others, or by none. @issues as `correct` */
export function correctReported(writer: Writer, correction: Correction<PreparedFigure>): Promise<Result<Submitted>> {
  return supersede(writer, correction, "reported", `candela.reported_figure (${FIGURE_COLUMNS})`, (id, sink) =>
    writeFigures(id, sink, [correction.replacement]),
  );
}

/** Withdraws records without a replacement. @issues as `correct` */
export function withdraw(
  writer: Writer,
  withdrawal: Omit<Correction<PreparedRow>, "replacement">,
): Promise<Result<Submitted>> {
  return correct(writer, { ...withdrawal, replacement: [] });
}

async function supersede(
  writer: Writer,
  correction: Correction<unknown>,
  kind: BatchKind,
  into: string,
  write: (id: number, sink: LineSink) => Promise<void>,
): Promise<Result<Submitted>> {
  const ranges = disjoint(correction.records);
  if (ranges.length === 0 || correction.reason.trim() === "") {
    return fail({ code: "LEDGER-017", severity: "error", at: { file: correction.name } });
  }
  return sealBatch(writer, {
    event: correction.replacement.length === 0 ? "ledger.withdrawn" : "ledger.corrected",
    kind,
    name: correction.name,
    source: correction.source,
    into,
    write,
    async settle(tx) {
      await checkTargets(writer, tx, kind, ranges);
      return { reason: correction.reason, supersedes: ranges.map(({ batch, from, to }) => [batch, from, to]) };
    },
    async apply(tx, id) {
      const [batches, froms, tos] = columns(ranges);
      await sql`
        insert into candela.supersession (batch_id, ordinal, by_batch_id)
        select r.batch, o.ordinal, ${id} from unnest(${batches}::int[], ${froms}::int[], ${tos}::int[]) as r (batch, "from", "to")
        cross join generate_series(r."from", r."to") as o (ordinal)`.execute(tx);
    },
  });
}

/** Ranges without overlap, ascending; a record that is named twice is corrected once. */
function disjoint(records: readonly (RecordKey | RowRange)[]): RowRange[] {
  const ranges = records
    .map((one) => ("ordinal" in one ? { batch: one.batch, from: one.ordinal, to: one.ordinal } : { ...one }))
    .sort((a, b) => a.batch - b.batch || a.from - b.from);
  const merged: RowRange[] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    if (last && last.batch === range.batch && range.from <= last.to + 1) {
      merged[merged.length - 1] = { ...last, to: Math.max(last.to, range.to) };
    } else merged.push(range);
  }
  return merged;
}

function columns(ranges: readonly RowRange[]): [number[], number[], number[]] {
  return [ranges.map(({ batch }) => batch), ranges.map(({ from }) => from), ranges.map(({ to }) => to)];
}

async function checkTargets(
  writer: Writer,
  tx: LedgerTransaction,
  kind: BatchKind,
  ranges: readonly RowRange[],
): Promise<void> {
  const states = await lockBatches(
    tx,
    ranges.map(({ batch }) => batch),
  );
  const issues = new Map<string, Issue>();
  for (const range of ranges) {
    const state = states.get(range.batch);
    const issue = state ? await targetIssue(writer, tx, kind, range, state) : noSuchBatch(range.batch);
    if (issue) issues.set(`${issue.code} ${range.batch}`, issue);
  }
  if (issues.size > 0) throw new Refused(...issues.values());
  const [batches, froms, tos] = columns(ranges);
  const taken = await sql<{ batch: number; ordinal: number; by: number; name: string }>`
    select s.batch_id as batch, s.ordinal, s.by_batch_id as by, b.name
    from unnest(${batches}::int[], ${froms}::int[], ${tos}::int[]) as r (batch, "from", "to")
    join candela.supersession s on s.batch_id = r.batch and s.ordinal between r."from" and r."to" and not s.lapsed
    join candela.batch b on b.id = s.by_batch_id
    order by s.batch_id, s.ordinal limit 20`.execute(tx);
  if (taken.rows.length > 0) {
    throw new Refused(
      ...taken.rows.map(({ batch, ordinal, by, name }): Issue => {
        return {
          code: "LEDGER-014",
          severity: "error",
          at: { record: `${batch}#${ordinal}` },
          expected: batchName({ id: by, name }),
        };
      }),
    );
  }
}

async function targetIssue(
  writer: Writer,
  tx: LedgerTransaction,
  kind: BatchKind,
  range: RowRange,
  state: BatchState,
): Promise<Issue | undefined> {
  const at = { record: batchName(state) };
  const { id, submittedBy } = state;
  const about = await aboutRows(writer, tx, range);
  const may = writer.rights.may(writer.actor, "batch.correct", {
    kind: "batch",
    id: String(id),
    submittedBy,
    ...about,
  });
  if (may !== true) return may;
  if (state.kind !== kind) return { code: "LEDGER-016", severity: "error", at, expected: kind, actual: state.kind };
  if (state.decision === "rejected") return { code: "LEDGER-015", severity: "error", at };
  if (range.from < 1 || range.to > state.rows || range.from > range.to) {
    return {
      code: "LEDGER-010",
      severity: "error",
      at: { record: `${id}#${range.from}${range.to === range.from ? "" : `–${range.to}`}` },
    };
  }
  return undefined;
}

/** The sites and activities of the rows that are to be corrected, for an actor whose rights end somewhere. */
async function aboutRows(
  writer: Writer,
  tx: LedgerTransaction,
  { batch, from, to }: RowRange,
): Promise<{ about?: { sites: string[]; activities: string[] } }> {
  if ((writer.actor.grants ?? []).length === 0) return {};
  const found = await sql<{ kind: string; key: string }>`
    with rows as (select site_id, activity_id from candela.record where batch_id = ${batch} and ordinal between ${from} and ${to})
    select t.kind, t.key from candela.term t where t.id in (select site_id from rows union select activity_id from rows)`.execute(
    tx,
  );
  const keys = (kind: string): string[] => found.rows.filter((row) => row.kind === kind).map(({ key }) => key);
  return found.rows.length > 0 ? { about: { sites: keys("site"), activities: keys("activity") } } : {};
}
