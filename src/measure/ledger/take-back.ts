import { sql } from "kysely";
import type { Store } from "../../ground/store/index.ts";
import type { Queries } from "./tables.ts";

/** "candela" and "writ": held together by all who write a batch, alone by who takes back what a refused one left. */
const WRITE_LOCK = [0x63616e64, 0x77726974] as const;

/** How far the ledger had come when a batch was begun. */
export interface Mark {
  readonly batch: number;
  readonly term: number;
  /** Position of the last batch that was committed; null where there is none. */
  readonly committed: string | null;
}

const readMark = async (on: Queries): Promise<Mark> => {
  const found = await sql<Mark>`
    select (select last from candela.ledger_number where name = 'batch') as batch,
      (select last from candela.ledger_number where name = 'term') as term,
      (select max(submitted_position)::text from candela.batch) as committed`.execute(on);
  const [mark] = found.rows;
  if (!mark) throw new Error("the ledger has no numbers");
  return mark;
};

/** Says in a transaction that it writes a batch, and reads where the ledger stands before it takes anything. */
export async function beginWriting(tx: Queries): Promise<Mark> {
  // A statement of its own: the next one sees what was taken back while this one waited.
  await sql`select pg_advisory_xact_lock_shared(${WRITE_LOCK[0]}, ${WRITE_LOCK[1]})`.execute(tx);
  return readMark(tx);
}

/**
 * Takes back the numbers and the terms that a refused batch has used up: they are made in short transactions of their own, so
 * that imports do not wait for each other, and outlive the rows. While others write, or when one has committed since, they may
 * rest on these terms: then all of it stays, which says nothing and harms nobody.
 */
export async function takeBack(store: Store, { batch, term, committed }: Mark): Promise<void> {
  await store.transaction(async (tx) => {
    const locked = await sql<{ alone: boolean }>`
      select pg_try_advisory_xact_lock(${WRITE_LOCK[0]}, ${WRITE_LOCK[1]}) as alone`.execute(tx);
    if (locked.rows[0]?.alone !== true || (await readMark(tx)).committed !== committed) return;
    // What the trigger on terms asks for, for this transaction alone: migration 0011.
    await sql`select set_config('candela.taking_back', 'on', true)`.execute(tx);
    await sql`delete from candela.term where id > ${term}`.execute(tx);
    await sql`
      update candela.ledger_number set last = case name when 'batch' then ${batch}::int else ${term}::int end
      where name in ('batch', 'term')`.execute(tx);
  });
}
