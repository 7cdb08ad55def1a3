import { sql } from "kysely";
import type { Store } from "../../ground/store/index.ts";
import type { Scope } from "./scope.ts";

/** From the first instant that a record of a scope holds to the last, half-open; undefined where there are none. */
export async function recordedSpan(
  store: Pick<Store, "db">,
  scope: Scope,
): Promise<{ readonly start: Date; readonly end: Date } | undefined> {
  const found = await sql<{ start: number | null; end: number | null }>`
    select (extract(epoch from min(period_start)) * 1000)::float8 as start,
           (extract(epoch from max(period_end)) * 1000)::float8 as end
    from candela.record where batch_id = any(${scope.batches.map(({ id }) => id)}::int[])`.execute(store.db);
  const [row] = found.rows;
  if (typeof row?.start !== "number" || typeof row.end !== "number") return undefined;
  return { start: new Date(row.start), end: new Date(row.end) };
}
