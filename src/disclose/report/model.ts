import type { Severity, Text } from "../../ground/issue/index.ts";
import type { StandardCoverage } from "../standards/index.ts";

/** Indicator dimensions that narrow a value down, `{ gender: "female" }`. */
export type Where = Readonly<Record<string, string>>;

/** A node of the tree from a value down to records and factors; what measure hands over fits as it is. */
export interface LineageNode {
  readonly id: string;
  readonly kind: "indicator" | "operation" | "sum" | "records" | "record-set" | "factor" | "constant";
  readonly label: Text;
  /** Decimal as text, unrounded. */
  readonly value?: string;
  readonly unit?: string;
  readonly detail: Readonly<Record<string, string>>;
  readonly children: readonly LineageNode[];
}

export type ValueStatus = "complete" | "partial" | "preliminary" | "missing";

/** How a figure that the source printed stands to the recomputed one. */
export type Verdict = "recomputed" | "consistent" | "reported-only" | "unexplained";

/** What the source itself printed. */
export interface ReportedValue {
  /** Decimal as text, without thousands marks: `93868.52`. */
  readonly value: string;
  /** Places that the source printed. */
  readonly decimals: number;
  /** Its unit, when the source printed another one than the value's. */
  readonly unit?: Text;
  /** Whether it differs from the value; needed when the units do, else found by rounding the value to these places. */
  readonly differs?: boolean;
  /** Table or text in which it stands. */
  readonly place: string;
}

/** What was published before, and why it is no longer the figure. */
export interface Restatement {
  readonly previous: string;
  readonly decimals: number;
  readonly release: string;
  readonly reason: Text;
}

/** One value, ready to be bound into a report. The report rounds it; nothing before it has. */
export interface BoundValue {
  readonly indicator: string;
  readonly title: Text;
  readonly period: string;
  readonly where?: Where;
  /** Decimal as text in the indicator's unit, unrounded; absent when missing. */
  readonly value?: string;
  /** Symbol of the unit, `tCO₂e`, `噸`. */
  readonly unit: Text;
  /** Places shown. */
  readonly precision: number;
  readonly status: ValueStatus;
  /** What is missing, one text each; never empty when the status is missing. A partial value says it here or in `caveats`. */
  readonly missing: readonly Text[];
  /** What else a careful reader must know: estimates, records awaiting approval, factors of other years. */
  readonly caveats?: readonly Text[];
  readonly note?: Text;
  readonly reported?: ReportedValue;
  readonly verdict?: Verdict;
  readonly restatement?: Restatement;
  readonly lineage: LineageNode;
}

/** A finding with its texts set. */
export interface ReportFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly indicators: readonly string[];
  readonly periods: readonly string[];
  readonly expected?: string;
  readonly actual?: string;
  readonly difference?: string;
  readonly message: Text;
  readonly cause?: Text;
  readonly remedy: Text;
}

/** A content pack that the values were computed with. */
export interface PackPin {
  readonly id: string;
  readonly version: string;
  readonly hash: string;
}

export interface ReportMeta {
  readonly entity: Text;
  /** Label of the period reported on, `2025`. */
  readonly period: string;
  /** Labels of the periods shown side by side, the reporting period first. */
  readonly periods: readonly string[];
  /** Where the journal stood: as-at is a position, and the head lets anyone verify what came before it. */
  readonly journal: { readonly position: string; readonly head: string };
  readonly packs: readonly PackPin[];
  /** UTC instant, ISO 8601, from the caller's clock. */
  readonly generatedAt: string;
  /** Set when a later release has replaced this report. */
  readonly supersededBy?: { readonly release: string; readonly reason: Text };
}

/** Everything that a report is built from; nothing else reaches it. */
export interface ReportInputs {
  /** The value of an indicator; undefined when the catalogue has no such indicator or breakdown. */
  readonly values: (indicator: string, period: string, where?: Where) => BoundValue | undefined;
  readonly findings: readonly ReportFinding[];
  /** Coverage of each standard that the template names. */
  readonly coverage: readonly StandardCoverage[];
  readonly meta: ReportMeta;
  readonly texts: ReportTexts;
  /** Name of a dimension (no member) or of one of its members; undefined shows the id. */
  readonly term?: (dimension: string, member?: string) => Text | undefined;
  /** Symbol of a unit named in a lineage; undefined shows the id. */
  readonly unitSymbol?: (unit: string) => Text | undefined;
}

/** The words of reports, `content/locales/report`; missing words are a broken build. */
export type ReportTexts = ReadonlyMap<string, Text>;
