import { sql } from "kysely";
import type { Store } from "../../ground/store/index.ts";
import type { Queries } from "./tables.ts";

export type TermKind = "activity" | "site" | "dims" | "unit" | "evidence";

export interface Term {
  readonly id: number;
  readonly kind: TermKind;
  readonly key: string;
}

/** "candela" and "terms": who adds terms waits for who is adding some. */
const TERM_LOCK = [0x63616e64, 0x7465726d] as const;

/**
 * The ids of keys, made where there are none. It works in a short transaction of its own: two imports that meet in a new
 * term do not wait for each other's rows, and a term that no row came to use says nothing.
 */
export async function internTerms(store: Store, kind: TermKind, keys: readonly string[]): Promise<Map<string, number>> {
  const ids = await findTerms(store.db, kind, keys);
  const missing = keys.filter((key) => !ids.has(key));
  if (missing.length === 0) return ids;
  const made = await store.transaction(async (tx) => {
    // A statement of its own: the next one then sees what others have added meanwhile.
    await sql`select pg_advisory_xact_lock(${TERM_LOCK[0]}, ${TERM_LOCK[1]})`.execute(tx);
    return sql<Term>`
      with asked as materialized (
        select a.key, a.hash, (select t.id from candela.term t where t.kind = ${kind} and t.hash = a.hash and t.key = a.key) as id
        from (select key, sha256(convert_to(key, 'UTF8')) as hash from unnest(${missing}::text[]) as given (key)) a
      ), new as materialized (
        select key, hash, row_number() over () as place from asked where id is null
      ), numbered as (
        update candela.ledger_number set last = last + (select count(*)::int from new) where name = 'term' returning last
      ), made as (
        insert into candela.term (id, kind, hash, key)
        select numbered.last - (select count(*)::int from new) + new.place, ${kind}, new.hash, new.key from new cross join numbered
        returning id, key
      )
      select id, key from asked where id is not null union all select id, key from made`.execute(tx);
  });
  for (const { id, key } of made.rows) ids.set(key, id);
  return ids;
}

/** The ids of keys that exist; others are left out. */
export async function findTerms(
  reader: Queries,
  kind: TermKind,
  keys: readonly string[],
): Promise<Map<string, number>> {
  if (keys.length === 0) return new Map();
  // Looked up one by one in the index: a join would be free to read the whole table.
  const found = await sql<{ id: number | null; key: string }>`
    select (
      select t.id from candela.term t where t.kind = ${kind} and t.hash = sha256(convert_to(asked.key, 'UTF8')) and t.key = asked.key
    ) as id, asked.key from unnest(${keys}::text[]) as asked (key)`.execute(reader);
  return new Map(found.rows.flatMap(({ id, key }): [string, number][] => (id === null ? [] : [[key, id]])));
}

/** Terms never change, so what was read once is known for good. */
export class TermNames {
  readonly #known = new Map<number, string>();

  /** The keys of ids; an id without a term is a broken invariant and throws. */
  async keys(reader: Queries, ids: Iterable<number>): Promise<(id: number) => string> {
    const missing = [...new Set(ids)].filter((id) => !this.#known.has(id));
    if (missing.length > 0) {
      const found = await sql<{
        id: number;
        key: string;
      }>`select id, key from candela.term where id = any(${missing}::int[])`.execute(reader);
      for (const { id, key } of found.rows) this.#known.set(id, key);
    }
    return (id) => {
      const key = this.#known.get(id);
      if (key === undefined) throw new Error(`no term ${id}`);
      return key;
    };
  }
}
