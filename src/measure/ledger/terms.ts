import { createHash } from "node:crypto";
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

const keyHash = (key: string): Buffer => createHash("sha256").update(key, "utf8").digest();

/**
 * The ids of keys, made where there are none. It works in a short transaction of its own: two imports that meet in a new
 * term do not wait for each other's rows, and a term that no row came to use says nothing.
 */
export async function internTerms(store: Store, kind: TermKind, keys: readonly string[]): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  const byHash = new Map(keys.map((key) => [keyHash(key).toString("hex"), key]));
  const look = async (reader: Queries): Promise<string[]> => {
    const missing = [...byHash.keys()].filter((hash) => !ids.has(byHash.get(hash) as string));
    const found = await sql<{ id: number; hash: string; key: string }>`
      select t.id, encode(t.hash, 'hex') as hash, t.key from candela.term t
      where t.kind = ${kind} and t.hash = any(${missing.map((hash) => Buffer.from(hash, "hex"))}::bytea[])`.execute(
      reader,
    );
    for (const { id, hash, key } of found.rows) {
      if (byHash.get(hash) !== key) throw new Error(`term ${id} does not have the key that its hash says`);
      ids.set(key, id);
    }
    return missing.filter((hash) => !ids.has(byHash.get(hash) as string));
  };
  if ((await look(store.db)).length === 0) return ids;
  await store.transaction(async (tx) => {
    await sql`select pg_advisory_xact_lock(${TERM_LOCK[0]}, ${TERM_LOCK[1]})`.execute(tx);
    const missing = await look(tx);
    if (missing.length === 0) return;
    const numbered = await sql<{ last: number }>`
      update candela.ledger_number set last = last + ${missing.length} where name = 'term' returning last`.execute(tx);
    const last = numbered.rows[0]?.last;
    if (last === undefined) throw new Error("the ledger has no number for terms");
    const first = last - missing.length + 1;
    const made = missing.map((hash, index) => ({ id: first + index, hash, key: byHash.get(hash) as string }));
    await sql`
      insert into candela.term (id, kind, hash, key)
      select id, ${kind}, decode(hash, 'hex'), key from unnest(
        ${made.map(({ id }) => id)}::int[], ${made.map(({ hash }) => hash)}::text[], ${made.map(({ key }) => key)}::text[]
      ) as made (id, hash, key)`.execute(tx);
    for (const { id, key } of made) ids.set(key, id);
  });
  return ids;
}

/** The ids of keys that exist; others are left out. */
export async function findTerms(
  reader: Queries,
  kind: TermKind,
  keys: readonly string[],
): Promise<Map<string, number>> {
  if (keys.length === 0) return new Map();
  const found = await sql<Term>`
    select id, kind, key from candela.term where kind = ${kind} and hash = any(${keys.map(keyHash)}::bytea[])`.execute(
    reader,
  );
  return new Map(found.rows.map(({ id, key }) => [key, id]));
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
