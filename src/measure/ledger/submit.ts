import type { Json } from "../../ground/journal/index.ts";
import { fail, type Issue, type Result } from "../../ground/issue/index.ts";
import type { PreparedRow } from "./import/prepared-row.ts";
import { RECORD_COLUMNS, ROW_TERMS, recordLine, rowIssue } from "./record-lines.ts";
import { FIGURE_COLUMNS, type PreparedFigure, figureIssue, figureLine } from "./reported-lines.ts";
import { Refused } from "./refused.ts";
import { type LineSink, sealBatch, type Submitted } from "./seal-batch.ts";
import type { Writer } from "./tables.ts";
import { internTerms } from "./terms.ts";

type Chunks<Row> = AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>;

/** Rows to be submitted together, with where they come from. */
export interface NewBatch<Row> {
  /** As shown to people, `meters-2025.csv`. */
  readonly name: string;
  /** The evidence reference of the whole: the file or the citation. */
  readonly source: Json;
  readonly rows: Chunks<Row>;
  /** Asked after the last row and before anything is kept: a failure keeps nothing. */
  readonly accept?: () => Result<unknown>;
  /** Keeps what the rows rest on, once they are accepted and before they are committed; a failure keeps no rows. */
  readonly keep?: () => Promise<Result<unknown>>;
  readonly onProgress?: (rows: number) => void;
}

const MOST_ISSUES = 100;
/** Keys remembered per kind; more of them are asked anew. */
const MOST_KEYS = 200_000;

/**
 * Submits activity records: one transaction, all or nothing, acknowledged when it is committed.
 * @issues LEDGER-001 (no rows), LEDGER-002 … LEDGER-005 (a row), ACTOR-001, and those of `accept`
 */
export async function submit(writer: Writer, batch: NewBatch<PreparedRow>): Promise<Result<Submitted>> {
  return submitWith(writer, batch, "records", `candela.record (${RECORD_COLUMNS})`, (id, sink) =>
    writeRecords(writer, id, sink, batch.rows, batch.onProgress),
  );
}

/**
 * Submits figures as a source printed them, the same way.
 * @issues LEDGER-001, LEDGER-003, LEDGER-005, LEDGER-006, ACTOR-001, and those of `accept`
 */
export async function submitReported(writer: Writer, batch: NewBatch<PreparedFigure>): Promise<Result<Submitted>> {
  return submitWith(writer, batch, "reported", `candela.reported_figure (${FIGURE_COLUMNS})`, (id, sink) =>
    writeFigures(id, sink, batch.rows, batch.onProgress),
  );
}

async function submitWith(
  writer: Writer,
  batch: NewBatch<unknown>,
  kind: "records" | "reported",
  into: string,
  write: (id: number, sink: LineSink) => Promise<void>,
): Promise<Result<Submitted>> {
  // Where a right holds only for some sites or activities, the rows tell: each pair of them is asked about as it comes.
  if (kind === "reported" || writer.rights.extents(writer.actor, "batch.submit").length === 0) {
    const may = writer.rights.may(writer.actor, "batch.submit", { kind: "batch" });
    if (may !== true) return fail(may);
  }
  return sealBatch(writer, {
    event: "ledger.submitted",
    kind,
    name: batch.name,
    source: batch.source,
    into,
    async write(id, sink) {
      await write(id, sink);
      const accepted = batch.accept?.();
      if (accepted && !accepted.ok) throw new Refused(...accepted.issues);
      if (sink.next() === 1) throw new Refused({ code: "LEDGER-001", severity: "error", at: { file: batch.name } });
      const kept = await batch.keep?.();
      if (kept && !kept.ok) throw new Refused(...kept.issues);
    },
  });
}

/** Writes the lines of records; their terms are looked up once per key. @throws Refused with the issues of bad rows */
export async function writeRecords(
  writer: Writer,
  batch: number,
  sink: LineSink,
  chunks: Chunks<PreparedRow>,
  onProgress?: (rows: number) => void,
): Promise<void> {
  const known = ROW_TERMS.map(() => new Map<string, number>());
  const issues: Issue[] = [];
  const within = rowsWithin(writer);
  for await (const rows of chunks) {
    issues.push(...within(rows));
    if (issues.length >= MOST_ISSUES) throw new Refused(...issues);
    const ids = await rowTerms(writer, rows, known, sink);
    for (let index = 0; index < rows.length; index += 1) {
      const row = rows[index] as PreparedRow;
      const ordinal = sink.next();
      const issue = rowIssue(row, ordinal + issues.length);
      if (issue) {
        if (issues.push(issue) >= MOST_ISSUES) throw new Refused(...issues);
        continue;
      }
      const full = sink.add(recordLine(batch, ordinal, ids, index * ROW_TERMS.length, row));
      if (full) await full;
    }
    onProgress?.(sink.next() - 1);
  }
  if (issues.length > 0) throw new Refused(...issues);
}

/** Asks of each site and activity that comes up whether the actor's rights reach there; one question a pair. */
function rowsWithin(writer: Writer): (rows: readonly PreparedRow[]) => Issue[] {
  const asked = new Set<string>();
  return (rows) => {
    if ((writer.actor.grants ?? []).length === 0) return [];
    return rows.flatMap(({ site, activity }) => {
      const pair = `${site} ${activity}`;
      if (asked.has(pair)) return [];
      asked.add(pair);
      const about = { sites: [site], activities: [activity] };
      const may = writer.rights.may(writer.actor, "batch.submit", { kind: "batch", id: pair, about });
      return may === true ? [] : [may];
    });
  };
}

/** The ids of the terms of a chunk, five a row. */
async function rowTerms(
  writer: Writer,
  rows: readonly PreparedRow[],
  known: readonly Map<string, number>[],
  sink: LineSink,
): Promise<Int32Array> {
  const width = ROW_TERMS.length;
  const ids = new Int32Array(rows.length * width);
  for (const [column, kind] of ROW_TERMS.entries()) {
    const map = known[column] as Map<string, number>;
    let before = "";
    let id = 0;
    let missing: Set<string> | undefined;
    for (let index = 0; index < rows.length; index += 1) {
      const key = (rows[index] as PreparedRow)[kind];
      // Neighbours mostly share their terms.
      if (key !== before || id === 0) {
        before = key;
        id = map.get(key) ?? 0;
      }
      if (id === 0) (missing ??= new Set()).add(key);
      ids[index * width + column] = id;
    }
    if (!missing) continue;
    if (map.size > MOST_KEYS) map.clear();
    for (const [key, made] of await internTerms(writer.store, kind, [...missing])) {
      map.set(key, made);
      sink.uses(made);
    }
    for (let index = 0; index < rows.length; index += 1) {
      const place = index * width + column;
      if (ids[place] === 0) ids[place] = map.get((rows[index] as PreparedRow)[kind]) ?? 0;
    }
  }
  return ids;
}

/** Writes the lines of reported figures. @throws Refused with the issues of bad rows */
export async function writeFigures(
  batch: number,
  sink: LineSink,
  chunks: Chunks<PreparedFigure>,
  onProgress?: (rows: number) => void,
): Promise<void> {
  const issues: Issue[] = [];
  for await (const figures of chunks) {
    for (const figure of figures) {
      const ordinal = sink.next();
      const issue = figureIssue(figure, ordinal + issues.length);
      if (issue) {
        if (issues.push(issue) >= MOST_ISSUES) throw new Refused(...issues);
        continue;
      }
      await sink.add(figureLine(batch, ordinal, figure));
    }
    onProgress?.(sink.next() - 1);
  }
  if (issues.length > 0) throw new Refused(...issues);
}
