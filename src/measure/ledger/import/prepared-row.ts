import type { Result, Text } from "../../../ground/issue/index.ts";
import type { Json } from "../../../ground/journal/index.ts";
import type { Period, UnitTable } from "../../../ground/quantity/index.ts";

export type Basis = "measured" | "estimated" | "derived";

/** One activity record, checked and ready to be written to the ledger as it is. */
export interface PreparedRow {
  readonly activity: string;
  readonly site: string;
  /** Canonical JSON of the dimensions, keys sorted, `{}` when there are none. */
  readonly dims: string;
  /** Id of the unit as entered. */
  readonly unit: string;
  /** Canonical JSON of the evidence reference. */
  readonly evidence: string;
  readonly basis: Basis;
  /** UTC, ms; the start of the period in the site's time zone. */
  readonly periodStart: number;
  /** UTC, ms; the first instant after the period. */
  readonly periodEnd: number;
  /** Exact decimal with nine places, in the base unit of the unit's dimensions (MJ, kg, CNY …). */
  readonly amount: string;
  /** The amount as the file has it. */
  readonly entered: string;
  readonly note?: string;
}

/** What the import must know of a type of activity; an item of `content/activities` is one. */
export interface ImportActivity {
  readonly id: string;
  readonly title?: Text | undefined;
  /** Its display unit; amounts may come in any unit of the same dimensions. */
  readonly unit: string;
  readonly measure: "flow" | "stock";
  /** Names of its dimensions, each with the values allowed; any value, where none is listed. */
  readonly dimensions?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Dimensions that are alternative ways to cut the same total: a record carries exactly one of them. */
  readonly cuts?: readonly string[] | undefined;
  /** How amounts of another dimension become its own: `1 t/m3`. Nothing else is converted. */
  readonly conversions?: readonly { readonly at: string }[] | undefined;
  /** The least amount allowed, in its display unit. */
  readonly minimum?: string | undefined;
}

export interface ImportSite {
  readonly id: string;
  /** IANA name, `Asia/Shanghai`. */
  readonly timeZone: string;
  /** What people call it; matched besides the id. */
  readonly names?: readonly string[] | undefined;
}

/** A record in effect that a new row meets: same activity, site and dimensions, and a period in common. */
export interface MetRecord {
  /** Index of the row in the chunk that was asked about. */
  readonly index: number;
  /** How the record is named to people, `batch 3, row 17`. */
  readonly record: string;
  readonly periodStart: number;
  readonly periodEnd: number;
  readonly amount: string;
  readonly evidence: string;
}

/** Port: what the ledger already holds. Asked once per chunk and once per series at the end, never per row. */
export interface ExistingRecords {
  meeting(rows: readonly PreparedRow[]): Promise<readonly MetRecord[]>;
  /** For each series the amounts of records in effect, base units per hour for flows, base units for stocks; at most 100, the latest. */
  amounts(
    series: readonly { readonly activity: string; readonly site: string; readonly dims: string }[],
  ): Promise<readonly (readonly number[])[]>;
}

/** Port: the reference that the text of an evidence cell stands for; `undefined` asks for what a row without one rests on. */
export type EvidenceResolver = (text: string | undefined) => Result<Readonly<Record<string, Json>>>;

/** What the import must know of an indicator. */
export interface ImportIndicator {
  readonly id: string;
  readonly title?: Text | undefined;
  readonly unit: string;
  /** By what it may be broken down. */
  readonly dimensions?: readonly string[] | undefined;
}

/** What reported figures are checked against. */
export interface ReportedContext {
  readonly indicators: readonly ImportIndicator[];
  readonly units: UnitTable;
  /** 1 to 12; January unless said otherwise. */
  readonly fiscalYearStartMonth?: number;
}

/** One figure as a source printed it, checked and ready to be written to the ledger as it is. */
export interface PreparedReported {
  readonly indicator: string;
  readonly period: Period;
  /** Canonical JSON of the dimensions, keys sorted, `{}` when there are none. */
  readonly dims: string;
  /** Decimal text in `unit`; null where the source printed a dash, with the note `dash`. */
  readonly value: string | null;
  /** Id of the unit as printed. */
  readonly unit: string;
  /** Places after the point as printed. */
  readonly decimals: number;
  readonly qualifier: "exact" | "over" | "near" | "at-most" | "at-least";
  /** Canonical JSON `{ edition?, place, row? }`. */
  readonly place: string;
  readonly note?: string;
}

/** What rows are checked against. */
export interface RecordContext {
  readonly activities: readonly ImportActivity[];
  readonly sites: readonly ImportSite[];
  readonly units: UnitTable;
  /** 1 to 12; January unless said otherwise. */
  readonly fiscalYearStartMonth?: number;
  /** The period that is being reported; rows outside it are errors. */
  readonly period?: Period;
  readonly evidence: EvidenceResolver;
  readonly existing?: ExistingRecords;
}

export interface PrepareOptions {
  /** Keep the rows that are good and leave the others out, instead of refusing the file. */
  readonly acceptValid?: boolean;
  /** The warnings have been seen and are accepted. */
  readonly acceptWarnings?: boolean;
  /** Rows per chunk. */
  readonly chunkRows?: number;
}

/** How an import ended. Until `accepted` is true nothing that was handed out may be kept. */
export interface ImportOutcome {
  readonly accepted: boolean;
  readonly rowsRead: number;
  readonly rowsPrepared: number;
  readonly rowsRejected: number;
}

/** Rows in chunks, and after the last chunk how it ended. */
export interface Prepared<Row> {
  readonly chunks: AsyncIterable<readonly Row[]>;
  /** Throws while chunks are still to come. */
  outcome(): ImportOutcome;
}
