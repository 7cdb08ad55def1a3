import type { IssueSink } from "./issue-sink.ts";
import type {
  ExistingRecords,
  ImportOutcome,
  Prepared,
  PreparedRow,
  PrepareOptions,
  RecordContext,
} from "./prepared-row.ts";
import type { Table } from "./read-table.ts";
import { RecordReader } from "./record-reader.ts";
import type { Series } from "./record-series.ts";
import type { ScaleSlip } from "./scale-slips.ts";

const SERIES_PER_QUESTION = 500;

/**
 * Checks the rows of a table and turns them into records for the ledger, in chunks. All or nothing by default: from the first error on no more
 * chunks come, yet the rest is read so that every issue is known; with `acceptValid` the good rows keep coming.
 * Write chunks in one transaction and commit it only when `outcome().accepted`.
 * @issues IMPORT-002, IMPORT-040 … IMPORT-071, and those of units, amounts and periods
 */
export function prepareRecords(
  table: Table,
  context: RecordContext,
  options: PrepareOptions,
  issues: IssueSink,
): Prepared<PreparedRow> {
  const reader = new RecordReader(table, context, issues);
  const chunkRows = options.chunkRows ?? 4096;
  const stocks = new Set(context.activities.filter(({ measure }) => measure === "stock").map(({ id }) => id));
  let prepared = 0;
  let held = 0;
  let outcome: ImportOutcome | undefined;

  async function* chunks(): AsyncGenerator<readonly PreparedRow[]> {
    let rows: PreparedRow[] = [];
    let numbers: number[] = [];
    const wanted = (): boolean => !issues.unreadable && (issues.errors === 0 || options.acceptValid === true);
    for await (const block of table.blocks) {
      reader.readBlock(block, rows, numbers);
      while (rows.length >= chunkRows) {
        const chunk = await checked(rows.slice(0, chunkRows), numbers.slice(0, chunkRows));
        rows = rows.slice(chunkRows);
        numbers = numbers.slice(chunkRows);
        if (!wanted()) continue;
        prepared += chunk.length;
        yield chunk;
      }
    }
    const last = await checked(rows, numbers);
    reader.finish();
    if (reader.rowsRead === 0 && !issues.unreadable)
      issues.add({ code: "IMPORT-002", severity: "error", at: { file: table.file, row: table.header.row } });
    await reportSlips(table, reader.index.all, context.existing, issues);
    if (last.length > 0 && wanted()) {
      prepared += last.length;
      yield last;
    }
    const clean = !issues.unreadable && (issues.errors === 0 || options.acceptValid === true);
    const accepted = clean && prepared > 0 && (issues.warnings === 0 || options.acceptWarnings === true);
    outcome = { accepted, rowsRead: reader.rowsRead, rowsPrepared: prepared, rowsRejected: reader.rowsRejected + held };
  }

  /** The rows of a chunk less those that the ledger already holds. @issues IMPORT-061, IMPORT-062 */
  async function checked(rows: PreparedRow[], numbers: readonly number[]): Promise<PreparedRow[]> {
    if (!context.existing || rows.length === 0) return rows;
    const drop = new Set<number>();
    for (const met of await context.existing.meeting(rows)) {
      const row = rows[met.index];
      if (!row) continue;
      const same = met.periodStart === row.periodStart && met.periodEnd === row.periodEnd;
      // Two stocks at overlapping times are two readings of the same thing, not twice the amount.
      if (!same && stocks.has(row.activity)) continue;
      const twice = same && met.evidence === row.evidence;
      if (twice) drop.add(met.index);
      issues.add({
        code: twice ? "IMPORT-061" : "IMPORT-062",
        severity: twice ? "error" : "warning",
        at: { file: table.file, row: numbers[met.index] ?? 0 },
        values: { record: met.record, activity: row.activity, site: row.site },
      });
    }
    held += drop.size;
    return drop.size === 0 ? rows : rows.filter((_, index) => !drop.has(index));
  }

  return {
    chunks: chunks(),
    outcome() {
      if (!outcome) throw new Error("the chunks have not all been taken");
      return outcome;
    },
  };
}

/** @issues IMPORT-066 an amount off by a power of ten, IMPORT-067 the same in money */
async function reportSlips(
  table: Table,
  series: Iterable<Series>,
  existing: ExistingRecords | undefined,
  issues: IssueSink,
): Promise<void> {
  const all = [...series];
  for (let from = 0; from < all.length; from += SERIES_PER_QUESTION) {
    const some = all.slice(from, from + SERIES_PER_QUESTION);
    const known = await existing?.amounts(
      some.map(({ rules, site, dims }) => ({ activity: rules.activity.id, site, dims })),
    );
    for (const [index, one] of some.entries())
      for (const slip of one.sizes.slips(known?.[index])) reportSlip(table, one, slip, issues);
  }
}

function reportSlip(table: Table, series: Series, slip: ScaleSlip, issues: IssueSink): void {
  const times = `10${"0".repeat(Math.abs(slip.power) - 1)}`.replace(/\B(?=(\d{3})+$)/g, ",");
  const shown = slip.rows.slice(0, 8).join(", ");
  issues.add({
    code: series.money ? "IMPORT-067" : "IMPORT-066",
    severity: "warning",
    at: {
      file: table.file,
      ...(table.sheet === undefined ? {} : { sheet: table.sheet }),
      row: slip.rows[0] ?? 0,
      column: table.header.columns.find(({ field }) => field === "amount")?.name ?? "amount",
    },
    values: {
      activity: series.rules.activity.id,
      site: series.site,
      times: slip.power > 0 ? `× ${times}` : `÷ ${times}`,
      rows: slip.count > 8 ? `${shown} …` : shown,
      count: String(slip.count),
    },
  });
}
