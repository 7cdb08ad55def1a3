import { sql } from "kysely";
import { fail, ok, type Result } from "../../ground/issue/index.ts";
import type { Workspace } from "../workspace.ts";
import { verifyPassword } from "./passwords.ts";
import { type Person, readPeople } from "./people.ts";
import { hashOf, newSecret } from "./secrets.ts";
import type { Throttle } from "./throttle.ts";
import { tablesOf } from "./tables.ts";

const HOUR_MS = 3_600_000;
/** A session ends when nothing was asked for so long … */
const IDLE_MS = 12 * HOUR_MS;
/** … and in any case after this. */
const LONGEST_MS = 7 * 24 * HOUR_MS;
/** A session is marked as seen no more often than this, so that reading is not writing. */
const MARK_MS = 60_000;

/** Begins a session: a new secret each time, so that one planted before sign-in is worth nothing after it. */
export async function beginSession({ store, now }: Workspace, personId: string): Promise<string> {
  const secret = newSecret();
  const at = now();
  await tablesOf(store)
    .insertInto("session")
    .values({ hash: hashOf(secret), person_id: personId, created_at: at, seen_at: at })
    .execute();
  await tablesOf(store)
    .deleteFrom("session")
    .where((where) =>
      where.or([
        where("seen_at", "<", new Date(at.getTime() - IDLE_MS)),
        where("created_at", "<", new Date(at.getTime() - LONGEST_MS)),
      ]),
    )
    .execute();
  return secret;
}

export async function endSession({ store }: Workspace, secret: string): Promise<void> {
  await tablesOf(store).deleteFrom("session").where("hash", "=", hashOf(secret)).execute();
}

/** Whose session a secret is, while it lasts. */
export async function personOfSession({ store, now }: Workspace, secret: string): Promise<Person | undefined> {
  const at = now().getTime();
  const hash = hashOf(secret);
  const row = await tablesOf(store)
    .selectFrom("session")
    .select(["person_id", "seen_at"])
    .where("hash", "=", hash)
    .where("seen_at", ">=", new Date(at - IDLE_MS))
    .where("created_at", ">=", new Date(at - LONGEST_MS))
    .executeTakeFirst();
  if (!row) return undefined;
  if (row.seen_at.getTime() < at - MARK_MS)
    await sql`update candela.session set seen_at = ${new Date(at)} where hash = ${hash}`.execute(tablesOf(store));
  const [person] = await readPeople(store, { id: row.person_id });
  return person?.active ? person : undefined;
}

/** Counts what was guessed: by address and place, by address from anywhere, and by place. */
export interface SignInThrottles {
  readonly account: Throttle;
  readonly accountAnywhere: Throttle;
  readonly place: Throttle;
}

/**
 * Checks an address and a password. Whether the address is known is not told, by words or by time.
 * @param place where the request comes from, as far as it can be believed
 * @issues SIGNIN-001 (address and password do not fit), SIGNIN-002 (too many tries; `values.seconds` to wait)
 */
export async function checkPassword(
  workspace: Workspace,
  throttles: SignInThrottles,
  email: string,
  password: string,
  place: string,
): Promise<Result<Person>> {
  const name = email.trim().toLowerCase();
  const kept = [
    [throttles.account, `${name} ${place}`],
    [throttles.accountAnywhere, name],
    [throttles.place, place],
  ] as const;
  const waitMs = Math.max(...kept.map(([throttle, key]) => throttle.waitMs(key)));
  if (waitMs > 0) {
    const seconds = String(Math.ceil(waitMs / 1000));
    return fail({ code: "SIGNIN-002", severity: "error", at: {}, values: { seconds } });
  }
  // Counted before the slow part: tries made at once must not all slip through.
  for (const [throttle, key] of kept) throttle.failed(key);
  const row = await tablesOf(workspace.store)
    .selectFrom("person")
    .select(["id", "password"])
    .where(sql<boolean>`lower(email) = ${name}`)
    .where("active", "=", true)
    .where("kind", "=", "person")
    .executeTakeFirst();
  const [person] = (await verifyPassword(row?.password, password)) && row ? await readPeople(workspace.store, row) : [];
  if (!person) return fail({ code: "SIGNIN-001", severity: "error", at: {} });
  for (const [throttle, key] of kept) throttle.succeeded(key);
  return ok(person);
}
