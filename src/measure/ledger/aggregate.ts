import { ok, type Result } from "../../ground/issue/index.ts";
import type { RecordGroup } from "../indicators/index.ts";
import type { AggregateRequest, AggregateRow } from "./aggregate-request.ts";
import type { AggregatePlan, PlanPart, RecordEngine } from "./aggregate-plan.ts";
import { foldGroups } from "./fold-groups.ts";
import { distinctIds, foldRows, type PlannedRows, periodSpans } from "./fold-rows.ts";
import type { Scope } from "./scope.ts";
import { type SiteGroup, siteGroups } from "./site-calendar.ts";
import type { Queries } from "./tables.ts";
import { findTerms, type TermNames } from "./terms.ts";

export type { AggregateRequest, AggregateRow } from "./aggregate-request.ts";

/** What records are read with. */
export interface RecordReader {
  readonly engine: RecordEngine;
  /** The database, for names. */
  readonly db: Queries;
  readonly names: TermNames;
}

/**
 * Sums records set-wise: one statement whatever the number of periods.
 * @issues LEDGER-020 (a sum has more digits than are kept exactly)
 */
export async function aggregate(
  reader: RecordReader,
  scope: Scope,
  request: AggregateRequest,
): Promise<Result<AggregateRow[]>> {
  if (request.bucket && request.measure === "stock") throw new Error("stocks have no buckets");
  const planned = await planRows(reader, scope, request);
  return planned ? foldRows(planned, request) : ok([]);
}

/**
 * Sums records for formulas, period by period: sites that no formula tells apart stand together.
 * @param alike  sites of which it does not matter which is which
 * @issues LEDGER-020
 */
export async function sumGroups(
  reader: RecordReader,
  scope: Scope,
  request: AggregateRequest,
  alike: readonly (readonly string[])[],
): Promise<Result<readonly (readonly RecordGroup[])[]>> {
  const planned = await planRows(reader, scope, request, alike);
  return planned ? foldGroups(planned, request, alike) : ok(request.periods.map(() => []));
}

/** What an engine found, with what its numbers stand for; undefined where there is nothing to ask. */
async function planRows(
  reader: RecordReader,
  scope: Scope,
  request: AggregateRequest,
  alike: readonly (readonly string[])[] = [],
): Promise<PlannedRows | undefined> {
  const { measure, periods, calendar, bucket } = request;
  const activities = request.activities && [...(await findTerms(reader.db, "activity", request.activities)).values()];
  if (scope.batches.length === 0 || periods.length === 0 || activities?.length === 0) return undefined;
  const groups = siteGroups(calendar, periods, bucket !== undefined);
  const several = alike.filter(({ length }) => length > 1);
  const sites = await findTerms(reader.db, "site", several.flat());
  const plan: AggregatePlan = {
    measure,
    batches: scope.batches.map(({ id }) => id),
    pending: scope.batches.filter(({ pending }) => pending).map(({ id }) => id),
    excluded: excludedRecords(scope),
    ...(activities ? { activities } : {}),
    parts: await planParts(reader.db, groups, measure),
    days: bucket !== undefined,
    ...(several.length > 0 ? { alike: several.map((some) => some.flatMap((site) => sites.get(site) ?? [])) } : {}),
  };
  const rows = await reader.engine.aggregate(plan);
  const terms = [rows.activity, rows.site, rows.dims].flatMap((ids) => [...distinctIds(ids)]);
  const name = await reader.names.keys(reader.db, [...terms, ...[...new Set(rows.together)].flat()]);
  const spans = groups.map(({ bounds }, part) => periodSpans((plan.parts[part] as PlanPart).instants, bounds));
  return { rows, spans, name };
}

function excludedRecords(scope: Scope): Scope["excluded"] {
  const ids = new Set(scope.batches.map(({ id }) => id));
  return scope.excluded.filter(({ batch }) => ids.has(batch));
}

async function planParts(db: Queries, groups: readonly SiteGroup[], measure: "flow" | "stock"): Promise<PlanPart[]> {
  const named = groups.flatMap(({ sites }) => (sites === "all" ? [] : "in" in sites ? sites.in : sites.notIn));
  const ids = await findTerms(db, "site", [...new Set(named)]);
  const known = (sites: readonly string[]): number[] => sites.flatMap((site) => ids.get(site) ?? []);
  return groups.map(({ sites, bounds, shifts }) => ({
    sites: sites === "all" ? "all" : "in" in sites ? { in: known(sites.in) } : { notIn: known(sites.notIn) },
    instants: instantsOf(bounds, measure),
    shifts,
  }));
}

function instantsOf(bounds: SiteGroup["bounds"], measure: "flow" | "stock"): number[] {
  const all = measure === "flow" ? bounds.flat() : bounds.map(([, end]) => end);
  return [...new Set(all)].sort((a, b) => a - b);
}
