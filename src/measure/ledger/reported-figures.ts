import { sql } from "kysely";
import type { Period } from "../../ground/quantity/index.ts";
import type { Store } from "../../ground/store/index.ts";
import type { RecordKey } from "./correct.ts";
import type { Qualifier } from "./reported-lines.ts";
import { countsAt, type Scope } from "./scope.ts";

/** A figure as its source printed it, read back. */
export interface ReportedFigure {
  readonly key: RecordKey;
  readonly indicator: string;
  readonly period: Period;
  readonly dims: Readonly<Record<string, string>>;
  /** Decimal text as printed; null where the source has a dash. */
  readonly value: string | null;
  readonly unit: string;
  readonly decimals: number;
  readonly qualifier: Qualifier;
  readonly place: Readonly<Record<string, string>>;
  readonly note?: string;
}

interface Row extends Omit<ReportedFigure, "key" | "period" | "dims" | "place" | "note"> {
  readonly batch_id: number;
  readonly ordinal: number;
  readonly period: string;
  readonly period_start: string;
  readonly period_end: string;
  readonly dims: string;
  readonly place: string;
  readonly note: string | null;
}

/** The reported figures that count in a scope, of some indicators or of all, in the order in which they were submitted. */
export async function reportedFigures(
  store: Pick<Store, "db">,
  scope: Scope,
  indicators?: readonly string[],
): Promise<ReportedFigure[]> {
  const only = indicators ? sql`and f.indicator = any(${indicators}::text[])` : sql``;
  const found = await sql<Row>`
    select f.* from candela.reported_figure f
    where f.batch_id = any(${scope.reported.map(({ id }) => id)}::int[]) ${only} and not exists (
      select 1 from candela.supersession s join candela.batch b on b.id = s.by_batch_id
      where s.batch_id = f.batch_id and s.ordinal = f.ordinal and ${countsAt("b", scope.basis, scope.position)})
    order by f.batch_id, f.ordinal`.execute(store.db);
  return found.rows.map((row) => ({
    key: { batch: row.batch_id, ordinal: row.ordinal },
    indicator: row.indicator,
    period: { start: row.period_start, end: row.period_end, label: row.period },
    dims: JSON.parse(row.dims) as Record<string, string>,
    value: row.value,
    unit: row.unit,
    decimals: row.decimals,
    qualifier: row.qualifier,
    place: JSON.parse(row.place) as Record<string, string>,
    ...(row.note === null ? {} : { note: row.note }),
  }));
}
