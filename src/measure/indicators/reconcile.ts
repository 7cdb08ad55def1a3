import { convertValue, Decimal, type Unit } from "../../ground/quantity/index.ts";
import type { IndicatorValue, LineageNode } from "./value.ts";

/** How a printed figure stands to the recomputed one. */
export type Verdict = "recomputed" | "consistent" | "reported-only" | "unexplained";

/** A figure as its source printed it. */
export interface Printed {
  readonly value: Decimal;
  readonly unit: Unit;
  /** Decimals that were printed. */
  readonly decimals: number;
}

export interface Reconciliation {
  readonly verdict: Verdict;
  /** Recomputed minus printed, in the printed unit; absent when there is nothing to compare. */
  readonly difference?: Decimal;
  /** The difference relative to the printed figure; absent when that is zero. */
  readonly relative?: Decimal;
}

function leaves(node: LineageNode): LineageNode[] {
  return node.children.length === 0 ? [node] : node.children.flatMap(leaves);
}

/**
 * True when the value is nothing but one record handed through: no factor, no constant, no second record. Such a figure
 * cannot reproduce anything; it *is* what was printed.
 */
export function isHandedThrough(value: IndicatorValue): boolean {
  const ends = leaves(value.lineage);
  return ends.length === 1 && ends[0]?.kind === "records" && ends[0].detail.records === "1";
}

/**
 * Compares a value with the figure that a source printed. They agree when rounding the recomputed value to the printed
 * decimals gives the printed figure; the last digit must be the same, a percentage tolerance is never applied.
 */
export function reconcile(value: IndicatorValue, printed: Printed): Reconciliation {
  if (!value.amount) return { verdict: "reported-only" };
  const recomputed = convertValue(value.amount.value, value.amount.unit, printed.unit);
  const difference = recomputed.minus(printed.value);
  const relative = printed.value.isZero() ? {} : { relative: difference.div(printed.value) };
  const half = new Decimal(10).pow(-printed.decimals).div(2);
  if (difference.abs().gt(half)) return { verdict: "unexplained", difference, ...relative };
  if (isHandedThrough(value)) return { verdict: "reported-only", difference, ...relative };
  const derived = value.caveats.some((caveat) => caveat.kind === "derived");
  return { verdict: derived ? "consistent" : "recomputed", difference, ...relative };
}
