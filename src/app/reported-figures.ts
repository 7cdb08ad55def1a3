import { expectOk, ok, type Result } from "../ground/issue/index.ts";
import { Decimal } from "../ground/quantity/index.ts";
import { type Figure, reportedFigures as readFromLedger, scopeAt } from "../measure/index.ts";
import { resolvePosition, type ValuesRequest, type View } from "./compute-values.ts";
import { type State, stateAt, type Workspace } from "./workspace.ts";

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

/**
 * What the source itself printed of indicators, every place that prints it.
 * @issues ASAT-001, BOUNDARY-001, CONTENT-…
 */
export async function readReported(workspace: Workspace, request: ValuesRequest): Promise<Result<PrintedJson[]>> {
  const position = await resolvePosition(workspace, request.asAt);
  if (!position.ok) return position;
  const state = await stateAt(workspace, position.value);
  if (!state.ok) return state;
  const figures = await reportedFigures(workspace, state.value, request);
  const wanted = figures.filter(
    (figure) =>
      (request.indicators === "all" || request.indicators.includes(figure.indicator)) &&
      request.periods.includes(figure.period) &&
      sameMembers(figure.dims, request.where ?? {}),
  );
  return ok(
    wanted.map((figure) => ({
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
    })),
  );
}

/** The periods that a source printed figures for, newest first; the last full year when nothing was printed. */
export async function reportedPeriods(workspace: Workspace): Promise<string[]> {
  const rows = await readFromLedger(workspace.store, await scopeAt(workspace.store));
  const counts = new Map<string, number>();
  for (const { period } of rows) counts.set(period.label, (counts.get(period.label) ?? 0) + 1);
  // A target year or two stand beside the years that tables are made of.
  const most = Math.max(0, ...counts.values());
  const periods = [...counts].filter(([, count]) => count * 5 >= most).map(([period]) => period);
  return periods.length > 0 ? periods.sort().reverse() : [String(workspace.now().getUTCFullYear() - 1)];
}
