import type { Language, Severity, Text } from "../../ground/issue/index.ts";
import type { ReportMeta, ValueStatus, Verdict, Where } from "./model.ts";

/** A run of text: plain, a figure by its key, a link inside the document, or an identifier set in the fixed-width face. */
export type Inline =
  | { readonly text: string }
  | { readonly figure: string; readonly show?: "value" | "reported" | "exact" }
  | { readonly link: string; readonly text: string }
  | { readonly code: string };

export type Line = readonly Inline[];

/** One line in each language; where the languages order words differently, so do the bindings. */
export type Rich = Readonly<Record<Language, Line>>;

/** A value as printed: rounded once, here, with its exact text beside it. */
export interface Figure {
  readonly key: string;
  readonly indicator: string;
  readonly period: string;
  readonly where: Where;
  readonly title: Text;
  readonly unit: Text;
  readonly status: ValueStatus;
  /** Exact decimal as text; absent when missing. */
  readonly value?: string;
  /** Decimal as text after the one rounding; absent when missing. */
  readonly rounded?: string;
  readonly display?: Text;
  readonly missing: readonly Text[];
  readonly caveats: readonly Text[];
  readonly reported?: {
    readonly value: string;
    readonly display: Text;
    readonly place: string;
    readonly differs: boolean;
  };
  readonly verdict?: Verdict;
  readonly restatement?: { readonly previous: Text; readonly release: string; readonly reason: Text };
  /** Anchor of its tree in the lineage annex; absent when the template has no such annex. */
  readonly lineage?: string;
}

export type Tone = ValueStatus | Severity | Verdict | "met" | "partly" | "explained" | "open" | "not-in-force";

export interface Cell {
  readonly content: Rich;
  /** A second, smaller line. */
  readonly detail?: Rich;
  /** A coloured word before the content; the word always stands, colour is never the only sign. */
  readonly badge?: { readonly tone: Tone; readonly text: Text };
  readonly anchor?: string;
  readonly span?: number;
}

export interface Row {
  readonly anchor?: string;
  /** Steps of indentation of the first cell. */
  readonly depth: number;
  /** A row that titles the rows below it. */
  readonly title?: boolean;
  readonly cells: readonly Cell[];
}

export interface Column {
  readonly title: Text;
  readonly align: "start" | "end";
  /** Share of the width, relative to the other columns. */
  readonly width: number;
}

export interface RowGroup {
  readonly title?: Text;
  readonly anchor?: string;
  readonly rows: readonly Row[];
}

export interface Heading {
  readonly kind: "heading";
  readonly anchor: string;
  readonly level: 1 | 2;
  readonly text: Text;
}
export interface Paragraph {
  readonly kind: "paragraph";
  readonly tone: "body" | "note" | "warning";
  readonly text: Rich;
}
export interface List {
  readonly kind: "list";
  readonly title?: Text;
  readonly items: readonly Rich[];
}
export interface Table {
  readonly kind: "table";
  readonly anchor: string;
  readonly caption: Text;
  readonly style: "figures" | "index" | "lineage" | "plain";
  readonly columns: readonly Column[];
  readonly groups: readonly RowGroup[];
}
/** Things told one by one, each with a title and named fields: the findings. */
export interface Cards {
  readonly kind: "cards";
  readonly cards: readonly {
    readonly anchor: string;
    readonly badge: { readonly tone: Tone; readonly text: Text };
    readonly title: Rich;
    readonly fields: readonly { readonly label: Text; readonly value: Rich }[];
  }[];
}

export type Block = Heading | Paragraph | List | Table | Cards;

/** A report: a plain tree that serialises, whose canonical text is what a release hashes, and that renderers only lay out. */
export interface ReportDocument {
  readonly format: "candela-report/1";
  readonly template: string;
  readonly title: Text;
  readonly meta: ReportMeta;
  readonly figures: Readonly<Record<string, Figure>>;
  readonly blocks: readonly Block[];
  /** Words that renderers need: badges, page numbers, the contents' title. */
  readonly words: Readonly<Record<string, Text>>;
}
