import { fail, ok, type Result } from "../../ground/issue/index.ts";
import { append } from "../../ground/journal/index.ts";
import type { Workspace } from "../workspace.ts";
import { hashPassword } from "./passwords.ts";
import { actorIdOf, endAccess, IDENTITY_STREAM, type Person, readPeople } from "./people.ts";
import { hashOf, newSecret } from "./secrets.ts";
import { type IdentityTransaction, tablesOf } from "./tables.ts";

const LASTS_MS = 72 * 3_600_000;

/**
 * A secret with which a person sets a password, once and within three days: how a person joins, and how a forgotten password is
 * replaced. An older one of theirs ends.
 */
export async function makeInvitation(workspace: Workspace, personId: string): Promise<{ secret: string; until: Date }> {
  const secret = newSecret();
  const until = new Date(workspace.now().getTime() + LASTS_MS);
  await workspace.store.transaction(async (plain) => {
    const tx = plain as unknown as IdentityTransaction;
    await tx.deleteFrom("invitation").where("person_id", "=", personId).execute();
    await tx
      .insertInto("invitation")
      .values({ hash: hashOf(secret), person_id: personId, expires_at: until })
      .execute();
    await append(
      tx,
      { stream: IDENTITY_STREAM, actor: workspace.actor.id, kind: "person.invited", body: { person: personId } },
      workspace.now,
    );
  });
  return { secret, until };
}

/** Whom an invitation is for, while it lasts. @issues SIGNIN-004 */
export async function invitedPerson(workspace: Workspace, secret: string): Promise<Result<Person>> {
  const row = await tablesOf(workspace.store)
    .selectFrom("invitation")
    .select("person_id as id")
    .where("hash", "=", hashOf(secret))
    .where("expires_at", ">", workspace.now())
    .executeTakeFirst();
  const [person] = row ? await readPeople(workspace.store, row) : [];
  return person?.active ? ok(person) : fail({ code: "SIGNIN-004", severity: "error", at: {} });
}

/**
 * Sets the password of the invited person; their sessions end, and the invitation with them.
 * @issues SIGNIN-003 (not good enough), SIGNIN-004 (used, too old or wrong)
 */
export async function acceptInvitation(
  workspace: Workspace,
  secret: string,
  password: string,
): Promise<Result<Person>> {
  const person = await invitedPerson(workspace, secret);
  if (!person.ok) return person;
  const { id, name, email } = person.value;
  const hashed = await hashPassword(password, [name, email?.split("@")[0] ?? ""]);
  if (!hashed.ok) return hashed;
  const used = await workspace.store.transaction(async (plain) => {
    const tx = plain as unknown as IdentityTransaction;
    const taken = await tx.deleteFrom("invitation").where("hash", "=", hashOf(secret)).executeTakeFirst();
    if (taken.numDeletedRows === 0n) return false;
    await setPassword(workspace, tx, id, hashed.value);
    return true;
  });
  return used ? person : fail({ code: "SIGNIN-004", severity: "error", at: {} });
}

/** Keeps a new password and ends what was open with the old one. */
export async function setPassword(
  workspace: Workspace,
  tx: IdentityTransaction,
  id: string,
  hashed: string,
): Promise<void> {
  await tx.updateTable("person").set({ password: hashed }).where("id", "=", id).execute();
  await endAccess(tx, id);
  await append(
    tx,
    { stream: IDENTITY_STREAM, actor: actorIdOf(id), kind: "person.password-set", body: { person: id } },
    workspace.now,
  );
}
