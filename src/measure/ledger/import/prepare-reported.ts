import { FigureReader } from "./figure-reader.ts";
import type { IssueSink } from "./issue-sink.ts";
import type { ImportOutcome, Prepared, PreparedReported, PrepareOptions, ReportedContext } from "./prepared-row.ts";
import type { Table } from "./read-table.ts";

/**
 * Checks the rows of a table of reported figures and hands them out in chunks, under the same rules as `prepareRecords`.
 * @issues IMPORT-002, IMPORT-040, IMPORT-048, IMPORT-080 … IMPORT-086, and those of units, amounts and periods
 */
export function prepareReported(
  table: Table,
  context: ReportedContext,
  options: PrepareOptions,
  issues: IssueSink,
): Prepared<PreparedReported> {
  const reader = new FigureReader(table, context, issues);
  const chunkRows = options.chunkRows ?? 10_000;
  let prepared = 0;
  let outcome: ImportOutcome | undefined;

  async function* chunks(): AsyncGenerator<readonly PreparedReported[]> {
    const clean = (): boolean => !issues.unreadable && (issues.errors === 0 || options.acceptValid === true);
    let rows: PreparedReported[] = [];
    for await (const block of table.blocks) {
      reader.readBlock(block, rows);
      if (rows.length < chunkRows) continue;
      if (clean()) {
        prepared += rows.length;
        yield rows;
      }
      rows = [];
    }
    if (reader.rowsRead === 0 && !issues.unreadable)
      issues.add({ code: "IMPORT-002", severity: "error", at: { file: table.file, row: table.header.row } });
    if (rows.length > 0 && clean()) {
      prepared += rows.length;
      yield rows;
    }
    const accepted = clean() && prepared > 0 && (issues.warnings === 0 || options.acceptWarnings === true);
    outcome = { accepted, rowsRead: reader.rowsRead, rowsPrepared: prepared, rowsRejected: reader.rowsRejected };
  }

  return {
    chunks: chunks(),
    outcome() {
      if (!outcome) throw new Error("the chunks have not all been taken");
      return outcome;
    },
  };
}
