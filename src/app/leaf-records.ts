import { fail, ok, type Result } from "../ground/issue/index.ts";
import type { Period } from "../ground/quantity/index.ts";
import { calendarOf, type IndicatorValue, pageRecords, scopeAt, type ViewBasis } from "../measure/index.ts";
import { leafFilter, leavesOf, type TracedRecord, traced } from "./trace-records.ts";
import type { State, Workspace } from "./workspace.ts";

/** Some of the records behind one leaf, and where the next ones begin. */
export interface LeafPage {
  readonly records: readonly TracedRecord[];
  readonly next?: string;
}

/**
 * The records behind one leaf of a value's lineage, page by page, site after site.
 * @param node   id of the leaf in the tree
 * @param cursor where the page before ended: a site's place in the leaf's list, and a mark within it
 * @issues LINEAGE-001 (no such leaf)
 */
export async function leafRecords(
  workspace: Workspace,
  value: IndicatorValue,
  state: State,
  request: { readonly node: string; readonly basis: ViewBasis; readonly cursor?: string; readonly limit: number },
): Promise<Result<LeafPage>> {
  const leaves = leavesOf(value.lineage);
  const leaf = leaves.find(({ id }) => id === request.node);
  if (!leaf) {
    const expected = leaves.map(({ id }) => id).join(", ") || "–";
    return fail({ code: "LINEAGE-001", severity: "error", at: {}, expected, actual: request.node });
  }
  const { activity = "", start = "", end = "", period: label = "", site, sites = "", measure, filter } = leaf.detail;
  const all = (site === undefined ? sites.split(", ") : [site]).filter(Boolean);
  const scope = await scopeAt(workspace.store, { at: state.position, basis: request.basis });
  const period: Period = { start, end, label };
  const [from = "0", ...mark] = (request.cursor ?? "0").split(":");
  const records: TracedRecord[] = [];
  let after: string | undefined = mark.join(":") || undefined;
  for (let index = Number.parseInt(from, 10) || 0; index < all.length; index += 1) {
    if (records.length >= request.limit) return ok({ records, next: `${index}:` });
    const one = all[index];
    const page = await pageRecords(
      workspace.store,
      scope,
      {
        activity,
        measure: measure === "stock" ? "stock" : "flow",
        period,
        calendar: calendarOf(state.boundary),
        where: leafFilter(filter),
        ...(one === undefined ? {} : { site: one }),
      },
      { limit: request.limit - records.length, ...(after === undefined ? {} : { after }) },
    );
    after = undefined;
    records.push(...page.records.map((record) => traced(record, state)));
    if (page.next !== undefined) return ok({ records, next: `${index}:${page.next}` });
  }
  return ok({ records });
}
