import { periodInstants } from "../ground/quantity/index.ts";
import {
  type DerivedRecord,
  type Figure,
  type IndicatorValue,
  type LineageNode,
  type Reconciliation,
  reconcile,
} from "../measure/index.ts";
import type { State } from "./workspace.ts";

function leavesOf(node: LineageNode): LineageNode[] {
  return [...(node.kind === "records" ? [node] : []), ...node.children.flatMap(leavesOf)];
}

/** Whether a derived record lies behind a leaf of a lineage. */
export function liesBehind(record: DerivedRecord, leaf: LineageNode, state: State): boolean {
  const { activity, filter = "", start = "", end = "", period = "", measure } = leaf.detail;
  if (record.activity !== activity) return false;
  const members = filter
    .split(", ")
    .filter(Boolean)
    .map((pair) => pair.split("="));
  if (!members.every(([dimension = "", member]) => record.dims[dimension] === member)) return false;
  const timeZone = state.boundary.sites.find((site) => site.id === record.site)?.timeZone ?? "UTC";
  const bounds = periodInstants({ start, end, label: period }, timeZone);
  return measure === "stock"
    ? record.end.getTime() === bounds.end.getTime()
    : record.start >= bounds.start && record.end <= bounds.end;
}

/** Where a figure is printed, as evidence cites it. */
const locatorOf = (printed: Figure): string => `${printed.where.place}/${printed.where.row ?? ""}`;

/**
 * How a printed figure stands to the recomputed one. A value that rests on a record which was derived from that very
 * figure reproduces nothing: it is reported only.
 */
export function verdictOn(
  value: IndicatorValue,
  printed: Figure,
  derived: readonly DerivedRecord[],
  state: State,
): Reconciliation | undefined {
  if (!printed.value) return undefined;
  const result = reconcile(value, { value: printed.value, unit: printed.unit, decimals: printed.decimals });
  if (result.verdict !== "consistent") return result;
  const leaves = leavesOf(value.lineage);
  const fromItself = derived.some(
    (record) =>
      (JSON.parse(record.evidence) as { locator?: string }).locator === locatorOf(printed) &&
      leaves.some((leaf) => liesBehind(record, leaf, state)),
  );
  return fromItself ? { ...result, verdict: "reported-only" } : result;
}
