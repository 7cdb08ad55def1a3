import { createHash } from "node:crypto";
import { sql } from "kysely";
import type { Queries } from "./tables.ts";
import type { Term } from "./terms.ts";

const PAGE = 5000;

/**
 * The digest of the terms with these ids, read in pages.
 * @param ranges ascending ranges of ids, as in a batch's event
 */
export async function readTermsDigest(
  reader: Queries,
  ranges: readonly (readonly [number, number])[],
): Promise<Buffer> {
  const hash = createHash("sha256").update("candela-terms-1");
  for (const ids of pages(ranges)) {
    const found =
      await sql<Term>`select id, kind, key from candela.term where id = any(${ids}::int[]) order by id`.execute(reader);
    for (const { id, kind, key } of found.rows) {
      const bytes = Buffer.from(key, "utf8");
      hash.update(`${id} ${kind} ${bytes.length}\n`).update(bytes);
    }
  }
  return hash.digest();
}

function* pages(ranges: readonly (readonly [number, number])[]): Generator<number[]> {
  let page: number[] = [];
  for (const [first, last] of ranges) {
    for (let id = first; id <= last; id += 1) {
      page.push(id);
      if (page.length === PAGE) {
        yield page;
        page = [];
      }
    }
  }
  if (page.length > 0) yield page;
}
