import { sql } from "kysely";
import type { Store } from "../../ground/store/index.ts";
import type { Qualifier } from "./reported-lines.ts";
import type { Scope } from "./scope.ts";

/** A figure as a source printed it, as it is read back. */
export interface ReportedFigure {
  readonly batch: number;
  readonly ordinal: number;
  readonly indicator: string;
  /** Label of the period. */
  readonly period: string;
  readonly dims: Readonly<Record<string, string>>;
  /** Decimal text in `unit`; null where the source printed a dash. */
  readonly value: string | null;
  readonly unit: string;
  readonly decimals: number;
  readonly qualifier: Qualifier;
  readonly place: { readonly place?: string; readonly row?: string; readonly edition?: string };
  readonly note?: string;
}

/** The reported figures that count in a scope, in the order in which they were submitted. */
export async function readReported(
  store: Pick<Store, "db">,
  scope: Scope,
  filter: { readonly indicators?: readonly string[]; readonly periods?: readonly string[] } = {},
): Promise<ReportedFigure[]> {
  const batches = scope.reported.map(({ id }) => id);
  const excluded = scope.excluded.filter(({ batch }) => batches.includes(batch));
  const indicators = filter.indicators ? sql`and f.indicator = any(${filter.indicators}::text[])` : sql``;
  const periods = filter.periods ? sql`and f.period = any(${filter.periods}::text[])` : sql``;
  const found = await sql<
    Omit<ReportedFigure, "dims" | "place" | "note"> & { dims: string; place: string; note: string | null }
  >`
    select f.batch_id as batch, f.ordinal, f.indicator, f.period, f.dims, f.value::text as value, f.unit, f.decimals, f.qualifier, f.place, f.note
    from candela.reported_figure f
    where f.batch_id = any(${batches}::int[]) ${indicators} ${periods}
      and not exists (
        select 1 from unnest(${excluded.map(({ batch }) => batch)}::int[], ${excluded.map(({ from }) => from)}::int[], ${excluded.map(({ to }) => to)}::int[]) as x (batch, "from", "to")
        where x.batch = f.batch_id and f.ordinal between x."from" and x."to")
    order by f.batch_id, f.ordinal`.execute(store.db);
  return found.rows.map(({ dims, place, note, ...row }) => ({
    ...row,
    dims: JSON.parse(dims) as Record<string, string>,
    place: JSON.parse(place) as ReportedFigure["place"],
    ...(note === null ? {} : { note }),
  }));
}
