import type { Decimal, Unit } from "../../ground/quantity/index.ts";

/** How a printed number stands to the amount: "over 40,400", "nearly 300", "no more than 1.28". */
export type Qualifier = "exact" | "over" | "near" | "at-most" | "at-least";

/** Members by dimension, `{ gender: "male" }`; `{}` is the total. */
export type Dims = Readonly<Record<string, string>>;

/** The place of what records give; to the rules it is a table. */
export const LEDGER_PLACE = "ledger";

/** Where a figure is printed. */
export interface Place {
  /** Edition of the report, `2025-zh-Hant`. */
  readonly edition?: string;
  /** Id of a table or a text. */
  readonly place: string;
  readonly row?: string;
  /** Read from the id of the place when it is not given. */
  readonly form?: "table" | "text";
}

/** One figure as printed, or as recomputed from records. */
export interface Figure {
  readonly indicator: string;
  /** Label of the period, as in the order of periods that is checked. */
  readonly period: string;
  readonly dims: Dims;
  /** Undefined where the source has the row and prints no value (a dash). */
  readonly value: Decimal | undefined;
  readonly unit: Unit;
  /** Places after the point as printed; negative when the last digits are rounded off. */
  readonly decimals: number;
  readonly qualifier: Qualifier;
  readonly origin: "reported" | "recomputed";
  readonly where: Place;
  /** Of a recomputed figure: the code of the cause under whose assumption it was computed, `CHECK-CAUSE-FACTOR-YEAR`. */
  readonly variant?: string;
  /** Of a computed figure that stands for a printed one: the activities whose records it rests on, in order. */
  readonly activities?: readonly string[];
}

/** A figure by name. */
export interface Ref {
  readonly indicator: string;
  readonly dims: Dims;
}

/** Members in a fixed order, `gender=male,region=china`; empty for a total. */
export function dimsText(dims: Dims): string {
  return Object.entries(dims)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([dimension, member]) => `${dimension}=${member}`)
    .join(",");
}

/** `people.headcount{gender=male}` */
export function refText(ref: Ref): string {
  const dims = dimsText(ref.dims);
  return dims === "" ? ref.indicator : `${ref.indicator}{${dims}}`;
}

/** Reads what `refText` writes; undefined when it is something else. */
export function parseRef(text: string): Ref | undefined {
  const match = /^([a-z0-9]+(?:[.-][a-z0-9]+)*)(?:\{([^{}]+)\})?$/.exec(text.trim());
  if (!match?.[1]) return undefined;
  const pairs = (match[2] ?? "").split(",").filter((pair) => pair !== "");
  const entries = pairs.map((pair) => pair.split("=").map((part) => part.trim()));
  if (entries.some((entry) => entry.length !== 2 || entry.some((part) => part === ""))) return undefined;
  return { indicator: match[1], dims: Object.fromEntries(entries) as Record<string, string> };
}

/** Whether a figure stands in a table or in running text. */
export function formOf(where: Place): "table" | "text" {
  if (where.place === LEDGER_PLACE) return "table";
  return where.form ?? (/(^|-)(table|appendix|annex|schedule)(-|$)/.test(where.place) ? "table" : "text");
}
