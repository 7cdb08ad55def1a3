import { type QueryExecutorProvider, sql } from "kysely";
import { fail, ok, type Result } from "../../../ground/issue/index.ts";
import { appendAll, type NewEvent } from "../../../ground/journal/index.ts";
import type { Migration, Store } from "../../../ground/store/index.ts";

/** What running a site needs in the database: a number by which one who was overtaken is known. */
export const actMigrations: readonly Migration[] = [
  {
    id: "0060-site-fence",
    async up(tx) {
      await sql`create table candela.site_fence (site text collate "C" primary key, token bigint not null)`.execute(tx);
    },
  },
];

/** "run " as 32 bits: the class of locks on sites. */
const SITE_LOCK = 0x72756e20;

/** The site is no longer ours to run. */
export class LostSite extends Error {}

/** The right to run a site, which one process at a time has. */
export interface SiteLock {
  readonly token: bigint;
  /** False once the connection that holds the lock is gone: another may have it. */
  held(): boolean;
  /**
   * Appends events while the site is ours. The token is compared in the same transaction, so that one who was overtaken
   * without noticing can neither write nor, as what is sent is written first, act.
   * @throws LostSite
   */
  record(events: readonly NewEvent[], clock: () => Date): Promise<void>;
  release(): Promise<void>;
}

/**
 * Takes the lock of a site: a lock of the database session, which ends with the process however it ends.
 * @issues ACT-031 (another process runs the site)
 */
export async function lockSite(store: Store, site: string): Promise<Result<SiteLock>> {
  const client = await store.pool().connect();
  let held = true;
  client.on("error", () => {
    held = false;
  });
  client.on("end", () => {
    held = false;
  });
  const got = await client.query<{ got: boolean }>("select pg_try_advisory_lock($1, hashtext($2)) as got", [
    SITE_LOCK,
    site,
  ]);
  if (!got.rows[0]?.got) {
    client.release();
    return fail({ code: "ACT-031", severity: "error", at: {}, actual: site });
  }
  const token = await store.transaction(async (tx) => {
    const next = await sql<{ token: bigint }>`
      insert into candela.site_fence (site, token) values (${site}, 1)
      on conflict (site) do update set token = candela.site_fence.token + 1 returning token`.execute(tx);
    return BigInt(next.rows[0]?.token ?? 0);
  });
  return ok({
    token,
    held: () => held,
    async record(events, clock) {
      if (!held) throw new LostSite(site);
      await store.transaction(async (tx) => {
        if ((await currentToken(tx, site)) !== token) throw new LostSite(site);
        await appendAll(tx, events, clock);
      });
      if (!held) throw new LostSite(site);
    },
    async release() {
      // The lock goes with its session.
      held = false;
      client.release(true);
    },
  });
}

async function currentToken(tx: QueryExecutorProvider, site: string): Promise<bigint> {
  const found = await sql<{ token: bigint }>`
    select token from candela.site_fence where site = ${site} for share`.execute(tx);
  return BigInt(found.rows[0]?.token ?? 0);
}
