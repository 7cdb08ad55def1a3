import { expectOk, fail, ok, type Result, type Text } from "../ground/issue/index.ts";
import { roundTo } from "../ground/quantity/index.ts";
import { findRecord, type IndicatorValue, type RecordKey, type ViewBasis } from "../measure/index.ts";
import { openCalculator } from "./compute-values.ts";
import { leavesOf } from "./trace-records.ts";
import { liesBehind } from "./verdicts.ts";
import type { State, Workspace } from "./workspace.ts";

/** A figure that rests on a record. */
export interface TouchedFigure {
  readonly indicator: string;
  readonly title: Text;
  readonly period: string;
  readonly value: string | null;
  readonly unit: string;
  readonly status: IndicatorValue["status"];
  /** Ids of the leaves of its lineage that hold the record. */
  readonly nodes: readonly string[];
}

/** The month, the quarter and the fiscal year that a moment lies in at a site. */
function periodsAround(moment: Date, timeZone: string, fiscalYearStartMonth: number): string[] {
  const [year = 0, month = 1] = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit" })
    .format(moment)
    .split("-")
    .map(Number);
  const calendar = [`${year}-${String(month).padStart(2, "0")}`, `${year}Q${Math.ceil(month / 3)}`, String(year)];
  const fiscal = month >= fiscalYearStartMonth ? year : year - 1;
  return fiscalYearStartMonth === 1 ? calendar : [...calendar, `FY${fiscal}`, `FY${fiscal + 1}`];
}

/**
 * Back up from a record: which figures of its month, quarter and year rest on it, by the predicates of their lineages.
 * @issues RECORD-001 (no such record), and what computing has
 */
export async function figuresTouching(
  workspace: Workspace,
  key: RecordKey,
  view: { readonly asAt?: string; readonly basis?: ViewBasis },
): Promise<Result<TouchedFigure[]>> {
  const id = `${key.batch}#${key.ordinal}`;
  const record = await findRecord(workspace.store, key);
  if (!record) return fail({ code: "RECORD-001", severity: "error", at: { record: id }, expected: "4#17" });
  const opened = await openCalculator(workspace, view);
  if (!opened.ok) return opened;
  const { state, calculator } = opened.value;
  const derived = {
    activity: record.activity,
    site: record.site,
    dims: JSON.parse(record.dims) as Record<string, string>,
    start: new Date(record.periodStart),
    end: new Date(record.periodEnd),
    evidence: record.evidence,
  };
  const timeZone = state.boundary.sites.find((site) => site.id === record.site)?.timeZone ?? "UTC";
  const labels = periodsAround(new Date(record.periodEnd - 1), timeZone, state.boundary.entity.fiscalYearStartMonth);
  const periods = labels.map(opened.value.period).flatMap((period) => (period.ok ? [period.value] : []));
  const requests = [...state.model.catalogue.entries.keys()].flatMap((indicator) =>
    periods.map((period) => ({ indicator, period })),
  );
  const values = expectOk(await calculator.values(requests));
  return ok(
    values
      .filter(({ activities }) => activities.includes(record.activity))
      .flatMap((value) =>
        touched(
          value,
          leavesOf(value.lineage)
            .filter((leaf) => liesBehind(derived, leaf, state))
            .map((leaf) => leaf.id),
          state,
        ),
      ),
  );
}

function touched(value: IndicatorValue, nodes: readonly string[], state: State): TouchedFigure[] {
  const entry = state.model.catalogue.entries.get(value.indicator);
  if (!entry || nodes.length === 0) return [];
  const { precision, title, unit } = entry.definition;
  return [
    {
      indicator: value.indicator,
      title,
      period: value.period.label,
      value: value.amount ? roundTo(value.amount.value, precision).toFixed(precision) : null,
      unit,
      status: value.status,
      nodes,
    },
  ];
}
