import { all, expectOk, fail, ok, type Result } from "../ground/issue/index.ts";
import type { Store } from "../ground/store/index.ts";
import { lastPosition, positionAt } from "../ground/journal/index.ts";
import { parsePeriod, type Period, roundTo } from "../ground/quantity/index.ts";
import {
  type ViewBasis,
  type Calculator,
  createCalculator,
  type Filter,
  type IndicatorValue,
  ledgerRecordSource,
  type RecordSource,
  scopeAt,
} from "../measure/index.ts";
import { checkWhere } from "./check-where.ts";
import { type State, stateAt, type Workspace } from "./workspace.ts";

/** At what point of the store's history to look, and whether unapproved records count. */
export interface View {
  /** A journal position or an ISO instant; now when absent. */
  readonly asAt?: string;
  readonly basis?: ViewBasis;
  readonly engine?: "postgres" | "columnar";
}

/** A calculator over one pinned moment. */
export interface Opened {
  readonly state: State;
  readonly calculator: Calculator;
  readonly position: bigint;
  readonly basis: ViewBasis;
  /** Where records are read, for calculators over other pins. */
  readonly source: RecordSource;
  period(text: string): Result<Period>;
}

/**
 * Resolves a view to the position that pins everything.
 * @issues ASAT-001 (neither a position nor an instant, or not within what was recorded)
 */
export async function resolvePosition(workspace: Workspace, asAt: string | undefined): Promise<Result<bigint>> {
  const { db } = workspace.store;
  const last = await lastPosition(db);
  if (asAt === undefined) return ok(last);
  const wrong = fail({ code: "ASAT-001", severity: "error", at: {}, expected: `1–${last}`, actual: asAt });
  if (/^\d{1,15}$/.test(asAt)) return BigInt(asAt) >= 1n && BigInt(asAt) <= last ? ok(BigInt(asAt)) : wrong;
  const moment = new Date(asAt);
  if (Number.isNaN(moment.getTime()) || !/^\d{4}-\d{2}-\d{2}/.test(asAt)) return wrong;
  const position = await positionAt(db, moment);
  return position >= 1n ? ok(position) : wrong;
}

/** What a position and a basis open never changes, so the latest few stay open with their values. */
const kept = new WeakMap<Store, Map<string, Opened>>();
const KEPT = 4;

/** Opens a calculator over what was in force, and what was recorded, at a moment. */
export async function openCalculator(workspace: Workspace, view: View): Promise<Result<Opened>> {
  const position = await resolvePosition(workspace, view.asAt);
  if (!position.ok) return position;
  const basis = view.basis ?? "submitted";
  const open = kept.get(workspace.store) ?? new Map<string, Opened>();
  kept.set(workspace.store, open);
  const key = `${position.value} ${basis} ${view.engine ?? ""}`;
  const known = open.get(key);
  if (known) return ok(known);
  const opened = await openAt(workspace, position.value, basis, view.engine);
  if (!opened.ok) return opened;
  if (open.size >= KEPT) open.delete(open.keys().next().value ?? "");
  open.set(key, opened.value);
  return opened;
}

async function openAt(
  workspace: Workspace,
  position: bigint,
  basis: ViewBasis,
  engine: View["engine"],
): Promise<Result<Opened>> {
  const state = await stateAt(workspace, position);
  if (!state.ok) return state;
  const { model, boundary, pins } = state.value;
  const scope = await scopeAt(workspace.store, { at: position, basis });
  const source = ledgerRecordSource(workspace.store, scope, boundary, engine, workspace.onProgress);
  return ok({
    state: state.value,
    calculator: createCalculator(model.catalogue, boundary, pins, source),
    position,
    basis,
    source,
    period: (text) => parsePeriod(text, { fiscalYearStartMonth: boundary.entity.fiscalYearStartMonth }),
  });
}

/** A value as the command line and the API give it: decimals as text, rounded once to the declared precision. */
export function valueJson(value: IndicatorValue, state: State): Record<string, unknown> {
  const entry = state.model.catalogue.entries.get(value.indicator);
  if (!entry) throw new Error(`no definition of ${value.indicator}`);
  const { precision, title } = entry.definition;
  return {
    indicator: value.indicator,
    title,
    period: value.period.label,
    where: value.where,
    value: value.amount ? roundTo(value.amount.value, precision).toFixed(precision) : null,
    exact: value.amount?.value.toFixed() ?? null,
    unit: entry.definition.unit,
    status: value.status,
    method: value.method,
    ...(value.parts
      ? {
          numerator: { value: value.parts.numerator.value.toFixed(), unit: value.parts.numerator.unit.id },
          denominator: { value: value.parts.denominator.value.toFixed(), unit: value.parts.denominator.unit.id },
        }
      : {}),
    missing: value.missing,
    caveats: value.caveats,
    position: String(state.position),
    lineage: value.lineage,
  };
}

export interface ValuesRequest extends View {
  /** Ids, or all that the catalogue has. */
  readonly indicators: readonly string[] | "all";
  readonly periods: readonly string[];
  readonly where?: Filter;
  readonly method?: string;
}

/** Values of indicators × periods at one moment. */
export async function computeValues(
  workspace: Workspace,
  request: ValuesRequest,
): Promise<Result<{ values: IndicatorValue[]; state: State }>> {
  const opened = await openCalculator(workspace, request);
  if (!opened.ok) return opened;
  const { calculator, state, period } = opened.value;
  const periods = all(request.periods.map(period));
  if (!periods.ok) return periods;
  const indicators = request.indicators === "all" ? [...state.model.catalogue.entries.keys()] : request.indicators;
  const asked = checkWhere(state, indicators, request.where ?? {});
  if (!asked.ok) return asked;
  const requests = indicators.flatMap((indicator) =>
    expectOk(periods).map((each) => ({
      indicator,
      period: each,
      ...(request.where ? { where: request.where } : {}),
      ...(request.method === undefined ? {} : { method: request.method }),
    })),
  );
  const values = await calculator.values(requests);
  return values.ok ? ok({ values: values.value, state }) : values;
}
