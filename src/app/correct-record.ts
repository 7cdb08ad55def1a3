import { fail, ok, type Result } from "../ground/issue/index.ts";
import { lastPosition } from "../ground/journal/index.ts";
import { AMOUNT_SCALE, convert, type Quantity, parseAmount, quantity, scaledAmount } from "../ground/quantity/index.ts";
import {
  convertedUnit,
  correct,
  findRecord,
  type PreparedRow,
  type RecordKey,
  type Submitted,
  withdraw,
} from "../measure/index.ts";
import { stateAt, type Workspace, writerOf } from "./workspace.ts";

export interface CorrectionRequest {
  /** `batch#ordinal`, as a trace shows it. */
  readonly record: string;
  readonly reason: string;
  readonly amount?: string;
  /** The record's own unit when absent. */
  readonly unit?: string;
  /** What the corrected amount rests on; the record's own evidence when absent. */
  readonly evidence?: string;
  readonly basis?: PreparedRow["basis"];
}

/** Reads `4#17`. */
export function parseRecordKey(text: string): RecordKey | undefined {
  const match = /^(\d{1,9})#(\d{1,9})$/.exec(text.trim());
  return match ? { batch: Number(match[1]), ordinal: Number(match[2]) } : undefined;
}

/**
 * Corrects a record: another takes its place from now on, and every past position keeps what it had.
 * @issues RECORD-001 (no such record), RECORD-002 (less than the activity can be), AMOUNT-…, UNIT-…, LEDGER-…, ACTOR-001
 */
export async function correctRecord(workspace: Workspace, request: CorrectionRequest): Promise<Result<Submitted>> {
  const state = await stateAt(workspace, await lastPosition(workspace.store.db));
  if (!state.ok) return state;
  const { model } = state.value;
  const key = parseRecordKey(request.record);
  const row = key && (await findRecord(workspace.store, key));
  if (!key || !row)
    return fail({ code: "RECORD-001", severity: "error", at: { record: request.record }, expected: "4#17" });
  const writer = writerOf(workspace, model);
  const correction = {
    records: [key],
    reason: request.reason,
    source: JSON.parse(row.evidence) as Record<string, string>,
    name: `correction of ${request.record}`,
  };
  if (request.amount === undefined) return withdraw(writer, correction);
  const at = { record: request.record, column: "amount" };
  const unit = model.units.parse(request.unit ?? row.unit, at);
  if (!unit.ok) return unit;
  const activity = model.activities.get(row.activity);
  const wanted = model.units.parse(activity?.unit ?? row.unit, at);
  if (!wanted.ok) return wanted;
  const entered = parseAmount(request.amount, at);
  if (!entered.ok) return entered;
  // A correction may come in the dimensions that an import may: water by the cubic metre.
  const converted = convertedUnit(unit.value, wanted.value, activity?.conversions ?? [], model.units);
  const as = converted?.unit ?? unit.value;
  const amount: Quantity = quantity(entered.value, as, at);
  const fits = convert(amount, wanted.value, { path: row.activity });
  if (!fits.ok) return fits;
  if (activity?.minimum !== undefined && fits.value.value.lt(activity.minimum))
    return fail({
      code: "RECORD-002",
      severity: "error",
      at,
      expected: `≥ ${activity.minimum} ${wanted.value.id}`,
      actual: `${request.amount} ${unit.value.id}`,
    });
  const scaled = scaledAmount(request.amount, as, AMOUNT_SCALE, at);
  if (!scaled.ok) return scaled;
  const evidence =
    request.evidence === undefined
      ? row.evidence
      : JSON.stringify({ locator: "", source: request.evidence, type: "citation" });
  const replacement: PreparedRow = {
    ...row,
    amount: scaled.value,
    entered: request.amount,
    unit: unit.value.id,
    evidence,
    basis: request.basis ?? row.basis,
    note: converted ? `${request.reason}; ${request.amount} ${as.id} × ${converted.at}` : request.reason,
  };
  const submitted = await correct(writer, { ...correction, replacement: [replacement] });
  return submitted.ok ? ok(submitted.value) : submitted;
}
