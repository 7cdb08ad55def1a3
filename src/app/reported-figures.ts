import { all, expectOk, ok, type Result } from "../ground/issue/index.ts";
import { Decimal, type UnitTable } from "../ground/quantity/index.ts";
import { type Figure, reportedFigures as readFromLedger, scopeAt } from "../measure/index.ts";
import { type Opened, openCalculator, type ValuesRequest, type View } from "./compute-values.ts";
import { checkWhere } from "./check-where.ts";
import type { State, Workspace } from "./workspace.ts";

/** A printed figure as the command line gives it. */
export interface PrintedJson {
  readonly indicator: string;
  readonly period: string;
  readonly where: Readonly<Record<string, string>>;
  readonly value: string | null;
  readonly unit: string;
  readonly status: "reported" | "dash";
  readonly qualifier: string;
  readonly place: string;
  readonly row?: string;
  readonly edition?: string;
}

/** The figures that sources printed, as the checks want them; a unit that does not parse is a broken invariant, the import has read it. */
export async function reportedFigures(workspace: Workspace, state: State, view: View): Promise<Figure[]> {
  const scope = await scopeAt(workspace.store, { at: state.position, basis: view.basis ?? "submitted" });
  const rows = await readFromLedger(workspace.store, scope);
  return rows.map((row) => ({
    indicator: row.indicator,
    period: row.period.label,
    dims: row.dims,
    value: row.value === null ? undefined : new Decimal(row.value),
    unit: expectOk(state.model.units.parse(row.unit)),
    decimals: row.decimals,
    qualifier: row.qualifier,
    origin: "reported",
    where: {
      place: row.place.place ?? "",
      ...(row.place.row ? { row: row.place.row } : {}),
      ...(row.place.edition ? { edition: row.place.edition } : {}),
    },
  }));
}

const sameMembers = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean => {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
};

/** Printed figures with the periods asked for, by label, and the units that their ids name. */
export interface Printed {
  readonly figures: readonly PrintedJson[];
  readonly periods: readonly string[];
  readonly units: UnitTable;
}

/**
 * What the source itself printed of indicators, every place that prints it.
 * @issues ASAT-001, BOUNDARY-001, CONTENT-…, PERIOD-…, and those of `checkWhere`
 */
export async function readReported(workspace: Workspace, request: ValuesRequest): Promise<Result<Printed>> {
  const opened = await openCalculator(workspace, request);
  if (!opened.ok) return opened;
  const { state, period } = opened.value;
  const wantedPeriods = all(request.periods.map(period));
  if (!wantedPeriods.ok) return wantedPeriods;
  const periods = wantedPeriods.value.map(({ label }) => label);
  const known = state.model.catalogue.entries;
  const ids = request.indicators === "all" ? [...known.keys()] : request.indicators;
  const asked = checkWhere(state, ids, request.where ?? {});
  if (!asked.ok) return asked;
  const figures = await reportedFigures(workspace, state, request);
  const wanted = figures.filter(
    (figure) =>
      ids.includes(figure.indicator) &&
      periods.includes(figure.period) &&
      sameMembers(figure.dims, request.where ?? {}),
  );
  const printed = wanted.map(
    (figure): PrintedJson => ({
      indicator: figure.indicator,
      period: figure.period,
      where: figure.dims,
      value: figure.value?.toFixed(Math.max(0, figure.decimals)) ?? null,
      unit: figure.unit.id,
      status: figure.value ? "reported" : "dash",
      qualifier: figure.qualifier,
      place: figure.where.place,
      ...(figure.where.row === undefined ? {} : { row: figure.where.row }),
      ...(figure.where.edition === undefined ? {} : { edition: figure.where.edition }),
    }),
  );
  return ok({ figures: printed, periods, units: state.model.units });
}

/** The periods that a source printed figures for, as at a moment, newest first. */
export async function printedPeriods(workspace: Workspace, at: Pick<Opened, "position" | "basis">): Promise<string[]> {
  const rows = await readFromLedger(
    workspace.store,
    await scopeAt(workspace.store, { at: at.position, basis: at.basis }),
  );
  const counts = new Map<string, number>();
  for (const { period } of rows) counts.set(period.label, (counts.get(period.label) ?? 0) + 1);
  // A target year or two stand beside the years that tables are made of.
  const most = Math.max(0, ...counts.values());
  const periods = [...counts].filter(([, count]) => count * 5 >= most).map(([period]) => period);
  return periods.sort().reverse();
}

/** The same, and the last full year when nothing was printed. */
export async function reportedPeriods(workspace: Workspace, at: Pick<Opened, "position" | "basis">): Promise<string[]> {
  const periods = await printedPeriods(workspace, at);
  return periods.length > 0 ? periods : [String(workspace.now().getUTCFullYear() - 1)];
}
