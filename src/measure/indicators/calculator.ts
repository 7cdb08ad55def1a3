import { expectOk, fail, ok, type Result } from "../../ground/issue/index.ts";
import { convert, type Period, previousPeriod } from "../../ground/quantity/index.ts";
import { type Boundary, type Site, sitesIn } from "../boundary/index.ts";
import type { Pins } from "../factors/index.ts";
import { activitiesOf, type Catalogue, type CatalogueEntry, type Method, referencesOf } from "./catalogue.ts";
import { formulaOf } from "./definition.ts";
import { evaluate, type Ground, type Part } from "./evaluate.ts";
import { type Filter, nodesOf } from "./formula.ts";
import { indicatorNode } from "./lineage.ts";
import { needsGaps } from "./coverage.ts";
import type {
  IndicatorValue,
  LineageNode,
  RecordGroup,
  RecordRequest,
  RecordSource,
  SeriesGaps,
  ValueStatus,
} from "./value.ts";

/** One question to the calculator. */
export interface ValueRequest {
  readonly indicator: string;
  readonly period: Period;
  /** Dimension → member; `site` is always allowed. */
  readonly where?: Filter;
  /** Another method than the pinned or default one. */
  readonly method?: string;
}

/** Computes values over one pinned state of records, factors, boundary and definitions. */
export interface Calculator {
  /**
   * Values for all requests; what they need of the ledger is read in one go.
   * @issues INDICATOR-001 (unknown indicator), INDICATOR-002 (not broken down by this), INDICATOR-003 (unknown method)
   */
  values(requests: readonly ValueRequest[]): Promise<Result<IndicatorValue[]>>;
  /** Forgets what rests on these activities and returns the indicators whose values that concerns, in dependency order. */
  invalidate(activities: readonly string[]): string[];
  /** How many values were evaluated since the beginning; what was remembered is not counted. */
  readonly evaluations: () => number;
}

const periodKey = (period: Period): string => `${period.start}..${period.end}`;
const filterKey = (where: Filter): string => JSON.stringify(Object.entries(where).sort());
const requestKey = (request: RecordRequest): string =>
  `${request.activity}|${request.measure}|${periodKey(request.period)}|${request.bySite ? "site" : ""}`;

function statusOf(part: Part): ValueStatus {
  if (!part.amount) return "missing";
  if (part.caveats.some(({ kind }) => kind === "straddling" || kind === "incomplete")) return "partial";
  return part.caveats.some((caveat) => caveat.kind === "pending") ? "preliminary" : "complete";
}

/** The same caveat of the same thing reached by two ways is said once. */
function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

export function createCalculator(
  catalogue: Catalogue,
  boundary: Boundary,
  pins: Pins,
  source: RecordSource,
): Calculator {
  const groups = new Map<string, readonly RecordGroup[]>();
  const gaps = new Map<string, readonly SeriesGaps[]>();
  const memo = new Map<string, IndicatorValue>();
  let evaluations = 0;

  const methodOf = (entry: CatalogueEntry, method: string | undefined): Method | undefined => {
    const wanted = formulaOf(entry.definition, method)?.method;
    return entry.methods.find((candidate) => candidate.id === wanted);
  };
  const pinnedMethod = (entry: CatalogueEntry, method: string | undefined): Method => {
    const found = methodOf(entry, method ?? pins.methods[entry.definition.id]);
    if (!found) throw new Error(`no method ${method ?? pins.methods[entry.definition.id]} of ${entry.definition.id}`);
    return found;
  };

  /** The activities below an indicator under the pinned methods. */
  const closure = (id: string, method: string | undefined, seen = new Set<string>()): Set<string> => {
    const entry = catalogue.entries.get(id);
    if (!entry) return seen;
    const { formula } = pinnedMethod(entry, method);
    for (const activity of activitiesOf(formula)) seen.add(activity);
    for (const reference of referencesOf(formula)) closure(reference, undefined, seen);
    return seen;
  };

  const needs = (request: ValueRequest, into: Map<string, RecordRequest>): void => {
    const entry = catalogue.entries.get(request.indicator) as CatalogueEntry;
    for (const node of nodesOf(pinnedMethod(entry, request.method).formula)) {
      if (node.kind === "ref")
        needs({ indicator: node.indicator, period: request.period, where: { ...request.where, ...node.where } }, into);
      if (!("activity" in node)) continue;
      const measure = node.kind === "closing" || node.kind === "opening" ? "stock" : "flow";
      const period = node.kind === "opening" ? previousPeriod(request.period) : request.period;
      // The period before tells which sites ought to have records.
      for (const when of [period, previousPeriod(period)]) {
        const bySite = request.where?.site !== undefined;
        const wanted: RecordRequest = { activity: node.activity, measure, period: when, bySite };
        if (!groups.has(requestKey(wanted))) into.set(requestKey(wanted), wanted);
      }
    }
  };

  /** Looks for the gaps of requests whose records do not hold the whole period, of continuous flows. */
  const readGaps = async (wanted: readonly RecordRequest[]): Promise<void> => {
    const zones = new Map(boundary.sites.map(({ id, timeZone }) => [id, timeZone]));
    const open = wanted.filter((request) => {
      const { activity, measure, period } = request;
      if (measure === "stock" || catalogue.activities.get(activity)?.occurrence === "occasional") return false;
      return (groups.get(requestKey(request)) ?? []).some(({ count, times }) =>
        times.some(({ sites, held }) => {
          const timeZone = zones.get(sites[0] ?? "");
          return count > 0 && timeZone !== undefined && needsGaps(held, period, timeZone);
        }),
      );
    });
    if (open.length === 0) return;
    const found = await source.gaps(open);
    open.forEach((request, index) => gaps.set(requestKey(request), found[index] ?? []));
  };

  const everywhere = new Map(boundary.sites.map((site) => [site.id, site]));
  /** Mostly all sites are in the boundary. */
  const sitesOf = (when: Period): ReadonlyMap<string, Site> => {
    const inside = sitesIn(boundary, when);
    return inside.length === everywhere.size ? everywhere : new Map(inside.map((site) => [site.id, site]));
  };

  const compute = (indicator: string, period: Period, where: Filter, method: string | undefined): IndicatorValue => {
    const key = [indicator, method ?? "", periodKey(period), filterKey(where)].join("|");
    const remembered = memo.get(key);
    if (remembered) return remembered;
    const entry = catalogue.entries.get(indicator) as CatalogueEntry;
    const chosen = pinnedMethod(entry, method);
    const ground: Ground = {
      catalogue,
      sites: sitesOf,
      pins,
      groups: (request) => groups.get(requestKey(request)) ?? [],
      gaps: (request) => gaps.get(requestKey(request)) ?? [],
      valueOf: (id, filter) => compute(id, period, filter, undefined),
    };
    evaluations += 1;
    const part = evaluate(chosen.formula, ground, { indicator, period, where, path: `${indicator}/0` });
    const amount = part.amount && expectOk(convert(part.amount, entry.unit));
    const detail = {
      indicator,
      method: chosen.id,
      period: period.label,
      formula: chosen.text,
      content: entry.pack.name,
      contentHash: entry.pack.hash,
    };
    let tree: LineageNode | undefined;
    const value: IndicatorValue = {
      indicator,
      method: chosen.id,
      period,
      where,
      status: statusOf(part),
      ...(amount ? { amount } : {}),
      ...(part.parts ? { parts: part.parts } : {}),
      missing: distinct(part.missing),
      caveats: distinct(part.caveats),
      activities: [...closure(indicator, method)].sort(),
      get lineage() {
        tree ??= indicatorNode(indicator, entry.definition.title, part.amount, entry.unit, detail, [part.node()]);
        return tree;
      },
    };
    memo.set(key, value);
    return value;
  };

  const check = (request: ValueRequest): Result<ValueRequest> => {
    const at = { indicator: request.indicator, period: request.period.label };
    const entry = catalogue.entries.get(request.indicator);
    if (!entry) return fail({ code: "INDICATOR-001", severity: "error", at, actual: request.indicator });
    const allowed = [...entry.definition.dimensions, "site"];
    for (const dimension of Object.keys(request.where ?? {})) {
      if (!allowed.includes(dimension)) {
        return fail({ code: "INDICATOR-002", severity: "error", at, expected: allowed.join(", "), actual: dimension });
      }
    }
    if (request.method !== undefined && !methodOf(entry, request.method)) {
      const expected = entry.methods.map((method) => method.id).join(", ");
      return fail({ code: "INDICATOR-003", severity: "error", at, expected, actual: request.method });
    }
    return ok(request);
  };

  return {
    evaluations: () => evaluations,
    async values(requests) {
      const checked = requests.map(check);
      const issues = checked.flatMap((result) => (result.ok ? [] : result.issues));
      if (issues.length > 0) return { ok: false, issues };
      const wanted = new Map<string, RecordRequest>();
      for (const request of requests) needs(request, wanted);
      if (wanted.size > 0) {
        const read = await source.read([...wanted.values()]);
        [...wanted.keys()].forEach((key, index) => {
          groups.set(key, read[index] ?? []);
        });
        await readGaps([...wanted.values()]);
      }
      return ok(
        requests.map((request) => compute(request.indicator, request.period, request.where ?? {}, request.method)),
      );
    },
    invalidate(activities) {
      const changed = new Set(activities);
      for (const read of [groups, gaps])
        for (const key of read.keys()) if (changed.has(key.split("|")[0] ?? "")) read.delete(key);
      for (const [key, value] of memo) if (value.activities.some((activity) => changed.has(activity))) memo.delete(key);
      return catalogue.order.filter((id) => [...closure(id, undefined)].some((activity) => changed.has(activity)));
    },
  };
}
