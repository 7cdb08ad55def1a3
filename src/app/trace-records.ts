import { expectOk, ok, type Result } from "../ground/issue/index.ts";
import { baseUnit, convertValue, type Period } from "../ground/quantity/index.ts";
import {
  calendarOf,
  type Filter,
  type IndicatorValue,
  type LedgerRecord,
  type LineageNode,
  pageRecords,
  scopeAt,
} from "../measure/index.ts";
import type { View } from "./compute-values.ts";
import type { State, Workspace } from "./workspace.ts";

/** One record as a trace shows it. */
export interface TracedRecord {
  /** `batch#ordinal`: what a correction names. */
  readonly record: string;
  readonly site: string;
  readonly dims: Filter;
  readonly period: string;
  readonly amount: string;
  readonly unit: string;
  readonly basis: string;
  readonly evidence: string;
  readonly note?: string;
}

/** The first records behind one leaf of a lineage. */
export interface TracedLeaf {
  readonly node: string;
  readonly activity: string;
  readonly rows: readonly TracedRecord[];
  readonly more: boolean;
}

export function leavesOf(node: LineageNode): LineageNode[] {
  return [...(node.kind === "records" ? [node] : []), ...node.children.flatMap(leavesOf)];
}

export function leafFilter(text: string | undefined): Filter {
  return Object.fromEntries(
    (text ?? "")
      .split(", ")
      .filter(Boolean)
      .map((pair) => pair.split("=") as [string, string]),
  );
}

/** Evidence in one line: what and where. */
export function evidenceText(evidence: string): string {
  const reference = JSON.parse(evidence) as Record<string, string>;
  const where = reference.locator ? `: ${reference.locator}` : "";
  const hash = reference.sha256 ? ` (sha256 ${reference.sha256.slice(0, 12)}…)` : "";
  return `${reference.type} ${reference.source ?? reference.name ?? ""}${where}${hash}`;
}

export function traced(record: LedgerRecord, state: State): TracedRecord {
  const activity = state.model.activities.get(record.activity);
  const unit = expectOk(state.model.units.parse(activity?.unit ?? record.unit));
  const timeZone = state.boundary.sites.find((site) => site.id === record.site)?.timeZone ?? "UTC";
  const day = (moment: Date): string =>
    new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(moment);
  return {
    record: `${record.key.batch}#${record.key.ordinal}`,
    site: record.site,
    dims: JSON.parse(record.dims) as Filter,
    period: `${day(record.start)}..${day(record.end)}`,
    amount: convertValue(record.amount, baseUnit(unit.dimensions), unit).toFixed(),
    unit: unit.id,
    basis: record.basis,
    evidence: evidenceText(record.evidence),
    ...(record.note === undefined ? {} : { note: record.note }),
  };
}

/**
 * The first records behind a value, leaf by leaf until `limit` of them are listed. Leaves that are not reached say that there
 * are more: a lineage is a tree of predicates, and opening it must not read what nobody looks at.
 */
export async function traceRecords(
  workspace: Workspace,
  value: IndicatorValue,
  state: State,
  options: View & { readonly limit: number },
): Promise<Result<TracedLeaf[]>> {
  const scope = await scopeAt(workspace.store, { at: state.position, basis: options.basis ?? "submitted" });
  const leaves = new Map(leavesOf(value.lineage).map((node) => [JSON.stringify(node.detail), node]));
  const pages: TracedLeaf[] = [];
  let left = options.limit;
  for (const node of leaves.values()) {
    const { activity = "", start = "", end = "", period: label = "", site, sites = "" } = node.detail;
    if (left <= 0) {
      pages.push({ node: node.id, activity, rows: [], more: true });
      continue;
    }
    const period: Period = { start, end, label };
    const rows: TracedRecord[] = [];
    let more = false;
    for (const one of site === undefined ? sites.split(", ") : [site]) {
      if (rows.length >= left) {
        more = true;
        break;
      }
      const page = await pageRecords(
        workspace.store,
        scope,
        {
          activity,
          measure: node.detail.measure === "stock" ? "stock" : "flow",
          period,
          calendar: calendarOf(state.boundary),
          where: leafFilter(node.detail.filter),
          site: one,
        },
        { limit: left - rows.length },
      );
      rows.push(...page.records.map((record) => traced(record, state)));
      more ||= page.next !== undefined;
    }
    left -= rows.length;
    pages.push({ node: node.id, activity, rows, more });
  }
  return ok(pages);
}
