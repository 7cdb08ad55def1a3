export { buildReport } from "./build-report.ts";
export { canonicalJson, documentHash } from "./canonical.ts";
export type { Block, Cell, Column, Figure, Inline, Line, ReportDocument, Rich, Row, Table, Tone } from "./document.ts";
export type {
  BoundValue,
  LineageNode,
  PackPin,
  ReportedValue,
  ReportFinding,
  ReportInputs,
  ReportMeta,
  ReportTexts,
  Restatement,
  ValueStatus,
  Verdict,
  Where,
} from "./model.ts";
export { type ReportTemplate, templateSchema } from "./template.ts";
export { findTypedInNumbers } from "./typed-in-numbers.ts";
export { reportTexts, wordsSchema } from "./words.ts";
