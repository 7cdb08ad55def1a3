import type { Issue } from "../../ground/issue/index.ts";
import type { Period } from "../../ground/quantity/index.ts";
import { copyField, copyNullable } from "./copy-text.ts";
import { unstorable } from "./record-lines.ts";

export const QUALIFIERS = ["exact", "over", "near", "at-most", "at-least"] as const;

export type Qualifier = (typeof QUALIFIERS)[number];

/** One figure as a source printed it, checked and ready to be written to the ledger as it is. */
export interface PreparedFigure {
  readonly indicator: string;
  readonly period: Period;
  /** Canonical JSON of the dimensions, `{}` when there are none. */
  readonly dims: string;
  /** Decimal text in `unit`; null where the source printed a dash. */
  readonly value: string | null;
  readonly unit: string;
  /** Places after the point as printed. */
  readonly decimals: number;
  readonly qualifier: Qualifier;
  /** Canonical JSON of where it stands: edition, table or text, row. */
  readonly place: string;
  readonly note?: string;
}

/** The columns of a reported figure in the order of its canonical text. */
export const FIGURE_COLUMNS =
  "batch_id, ordinal, indicator, period, period_start, period_end, dims, value, unit, decimals, qualifier, place, note";

const DECIMAL = /^-?(?:0|[1-9]\d{0,37})(?:\.\d{1,20})?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** @issues LEDGER-002 (value), LEDGER-003 (period), LEDGER-005 (a NUL or half a character), LEDGER-006 (decimals, qualifier) */
export function figureIssue(figure: PreparedFigure, ordinal: number): Issue | undefined {
  const at = { row: ordinal, indicator: figure.indicator, period: figure.period.label };
  const { start, end } = figure.period;
  if (figure.value !== null && (!DECIMAL.test(figure.value) || /^-0(?:\.0*)?$/.test(figure.value))) {
    return { code: "LEDGER-002", severity: "error", at, actual: figure.value.slice(0, 80) };
  }
  if (!DATE.test(start) || !DATE.test(end) || start >= end) {
    return { code: "LEDGER-003", severity: "error", at, actual: `${start}..${end}` };
  }
  const { decimals, qualifier } = figure;
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > 20 || !QUALIFIERS.includes(qualifier)) {
    return {
      code: "LEDGER-006",
      severity: "error",
      at,
      expected: `0–20, ${QUALIFIERS.join(", ")}`,
      actual: `${decimals}, ${qualifier}`,
    };
  }
  const texts = [figure.indicator, figure.period.label, figure.dims, figure.unit, figure.place, figure.note ?? ""];
  return texts.some(unstorable) ? { code: "LEDGER-005", severity: "error", at } : undefined;
}

/** The canonical text of a figure: its line in a COPY. */
export function figureLine(batch: number, ordinal: number, figure: PreparedFigure): string {
  const { period } = figure;
  const fields = [
    batch,
    ordinal,
    copyField(figure.indicator),
    copyField(period.label),
    period.start,
    period.end,
    copyField(figure.dims),
    figure.value ?? "\\N",
    copyField(figure.unit),
    figure.decimals,
    figure.qualifier,
    copyField(figure.place),
    copyNullable(figure.note),
  ];
  return `${fields.join("\t")}\n`;
}
