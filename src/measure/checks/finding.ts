import type { Severity, Text } from "../../ground/issue/index.ts";
import type { Decimal, Unit } from "../../ground/quantity/index.ts";
import type { Figure, Place, Ref } from "./figure.ts";
import type { Interval } from "./interval.ts";

/** What a rule found, as the report, the CLI and the API show it. */
export interface Finding {
  /** Stable, `CHECK-PARTS-SUM`. */
  readonly code: string;
  readonly severity: Severity;
  readonly indicators: readonly string[];
  /** Newest first. */
  readonly periods: readonly string[];
  /** Of the case with the largest effect, with units. */
  readonly expected: string;
  readonly actual: string;
  readonly difference: string;
  /** Code of the likely cause, `CHECK-CAUSE-PLAIN-AVERAGE`. */
  readonly causeCode: string;
  readonly cause: Text;
  readonly remedy: Text;
  readonly message: Text;
  /** Every place that prints one of the figures. */
  readonly places: readonly Place[];
}

/** A value in a message; amounts are in base units and shown in `unit`. */
export type Param =
  | { readonly kind: "text"; readonly text: Text | string }
  | { readonly kind: "figure"; readonly ref: Ref }
  | {
      readonly kind: "amount";
      readonly value: Decimal;
      readonly unit: Unit;
      readonly decimals: number;
      readonly sign?: boolean;
    }
  | { readonly kind: "range"; readonly interval: Interval; readonly unit: Unit; readonly decimals: number }
  | { readonly kind: "share"; readonly value: Decimal | number; readonly decimals: number; readonly sign?: boolean }
  | { readonly kind: "place"; readonly id: string }
  | { readonly kind: "printed"; readonly figure: Figure }
  | { readonly kind: "members"; readonly ref: Ref }
  | { readonly kind: "labelled"; readonly label: Param; readonly value: Param }
  | { readonly kind: "not" | "at-least" | "at-most"; readonly of: Param }
  | { readonly kind: "member"; readonly dimension: string; readonly member: string }
  | { readonly kind: "word"; readonly word: string }
  | { readonly kind: "list"; readonly items: readonly Param[] };

/** A figure of one period that a defect is about. */
export interface Subject extends Ref {
  readonly period: string;
}

/** One defect in one period as a rule sees it, before defects with one root are merged. */
export interface Draft {
  readonly code: string;
  readonly severity: Severity;
  readonly cause: string;
  readonly subjects: readonly Subject[];
  /** Instead of those of the subjects, for what has no figure. */
  readonly indicators?: readonly string[];
  /** Further figures of the relation: when one of them has a defect that explains this one, this one is not told again. */
  readonly involved?: readonly Subject[];
  readonly expected: Param;
  readonly actual: Param;
  readonly difference: Param;
  /** Relative size, for the order. */
  readonly effect: number;
  /** Fill the texts of the code and of the cause. */
  readonly values?: Readonly<Record<string, Param>>;
  /** What the places are read from; the first is the one the finding is about. */
  readonly figures: readonly Figure[];
  /** Drafts with another key are never merged with this one. */
  readonly key?: string;
  /** Several cases of one figure and period are told apart by it: the cut by gender, the cut by grade. */
  readonly aspect?: string;
  /** Codes under which this is told, when one of them is raised about the same indicator and period. */
  readonly joins?: readonly string[];
}

export const text = (value: Text | string): Param => ({ kind: "text", text: value });

export const amount = (value: Decimal, figure: Pick<Figure, "unit" | "decimals">, sign = false): Param => ({
  kind: "amount",
  value,
  unit: figure.unit,
  decimals: Math.max(0, figure.decimals),
  sign,
});

/** An interval, shown as one amount when it is one at the places printed. */
export const range = (interval: Interval, figure: Pick<Figure, "unit" | "decimals">): Param => ({
  kind: "range",
  interval,
  unit: figure.unit,
  decimals: Math.max(0, figure.decimals),
});

/** A part of one, shown in percent. */
export const share = (value: Decimal | number, decimals = 1, sign = false): Param => ({
  kind: "share",
  value,
  decimals,
  sign,
});

export const not = (of: Param): Param => ({ kind: "not", of });

export const atLeast = (of: Param): Param => ({ kind: "at-least", of });

export const atMost = (of: Param): Param => ({ kind: "at-most", of });

export const list = (items: readonly Param[]): Param => ({ kind: "list", items });

/** Amounts of several figures, each with its name or its period before it. */
export const labelled = (label: Param, value: Param): Param => ({ kind: "labelled", label, value });

/** A figure as its source printed it, "over" and "nearly" included. */
export const printed = (figure: Figure): Param => ({ kind: "printed", figure });

export const placed = (id: string): Param => ({ kind: "place", id });

/** Only the members of a figure, where its indicator has been named already. */
export const members = (ref: Ref): Param => ({ kind: "members", ref });

export const named = (ref: Ref): Param => ({ kind: "figure", ref });
