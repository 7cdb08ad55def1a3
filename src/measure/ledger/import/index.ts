export { convertedUnit } from "./converted-unit.ts";
export { fileSource } from "./file-source.ts";
export { type IssueCounts, IssueSink } from "./issue-sink.ts";
export { type Mapping, mappingSchema, parseMapping } from "./mapping.ts";
export { prepareRecords } from "./prepare-records.ts";
export { prepareReported } from "./prepare-reported.ts";
export type {
  Basis,
  EvidenceResolver,
  ExistingRecords,
  ImportActivity,
  ImportIndicator,
  ImportOutcome,
  ImportSite,
  MetRecord,
  Prepared,
  PreparedReported,
  PreparedRow,
  PrepareOptions,
  RecordContext,
  ReportedContext,
} from "./prepared-row.ts";
export { DELIMITERS, type Delimiter } from "./read-csv.ts";
export type { ReadLimits } from "./read-limits.ts";
export { type ReadOptions, type ReadProgress, readTable, type Table } from "./read-table.ts";
export { bytesSource, type TableSource } from "./table-source.ts";
export { type Encoding, ENCODINGS, encodingNamed } from "./text-encoding.ts";
