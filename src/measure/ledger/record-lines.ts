import type { Issue } from "../../ground/issue/index.ts";
import { BASES } from "./tables.ts";
import { copyField, copyNullable, timestampText } from "./copy-text.ts";
import type { PreparedRow } from "./import/prepared-row.ts";
import type { TermKind } from "./terms.ts";

/** The columns of a record in the order of its canonical text. */
export const RECORD_COLUMNS =
  "batch_id, ordinal, activity_id, site_id, dims_id, unit_id, evidence_id, basis, period_start, period_end, amount, entered, note";

/** The terms of a row, in the order of its columns. */
export const ROW_TERMS: readonly TermKind[] = ["activity", "site", "dims", "unit", "evidence"];

const CANONICAL_AMOUNT = /^(?:-?(?:0|[1-9]\d{0,28})\.\d{9})$/;
const BASIS_NUMBER: ReadonlyMap<string, number> = new Map(BASES.map((basis, index) => [basis, index]));
const FIRST_MS = Date.UTC(1900, 0, 1);
const LAST_MS = Date.UTC(3000, 0, 1);

/**
 * What is wrong with a prepared row as such, whatever it means: the ledger keeps nothing that its own text could not give back.
 * @issues LEDGER-002 (amount), LEDGER-003 (period), LEDGER-004 (basis), LEDGER-005 (a NUL or half a character)
 */
export function rowIssue(row: PreparedRow, ordinal: number): Issue | undefined {
  const at = { row: ordinal };
  if (!CANONICAL_AMOUNT.test(row.amount) || row.amount === "-0.000000000") {
    return { code: "LEDGER-002", severity: "error", at, actual: row.amount.slice(0, 80) };
  }
  const { periodStart, periodEnd } = row;
  const whole = Number.isInteger(periodStart) && Number.isInteger(periodEnd);
  if (!whole || periodStart < FIRST_MS || periodEnd > LAST_MS || periodStart >= periodEnd) {
    return { code: "LEDGER-003", severity: "error", at, actual: `${periodStart}..${periodEnd}` };
  }
  if (!BASIS_NUMBER.has(row.basis)) {
    return { code: "LEDGER-004", severity: "error", at, expected: BASES.join(", "), actual: String(row.basis) };
  }
  if (unstorable(row.entered) || (row.note !== undefined && unstorable(row.note))) {
    return { code: "LEDGER-005", severity: "error", at };
  }
  return undefined;
}

/** PostgreSQL keeps no NUL, and half of a surrogate pair has no bytes. */
export function unstorable(text: string): boolean {
  return text.includes("\0") || /\p{Surrogate}/u.test(text);
}

/** The canonical text of a row: its line in a COPY, with ids of terms in place of their keys. */
export function recordLine(batch: number, ordinal: number, ids: Int32Array, first: number, row: PreparedRow): string {
  const terms = `${ids[first]}\t${ids[first + 1]}\t${ids[first + 2]}\t${ids[first + 3]}\t${ids[first + 4]}`;
  const period = `${timestampText(row.periodStart)}\t${timestampText(row.periodEnd)}`;
  return `${batch}\t${ordinal}\t${terms}\t${BASIS_NUMBER.get(row.basis)}\t${period}\t${row.amount}\t${copyField(row.entered)}\t${copyNullable(row.note)}\n`;
}
