import { sql } from "kysely";
import { fail, ok, type Result } from "../../ground/issue/index.ts";
import { append } from "../../ground/journal/index.ts";
import type { Workspace } from "../workspace.ts";
import { actorIdOf, endAccess, IDENTITY_STREAM, type Person, readPeople } from "./people.ts";
import type { ProviderIdentity } from "./provider.ts";
import { type IdentityTransaction, tablesOf } from "./tables.ts";

/**
 * Whose account it is that somebody at the provider has. Nobody gets one by coming from there: the first time, an open
 * invitation to the address that the provider has verified is used up, and ties the account to that person of the provider.
 * @issues SIGNIN-008 (known to nobody here)
 */
export async function personOfIdentity(workspace: Workspace, identity: ProviderIdentity): Promise<Result<Person>> {
  const { store } = workspace;
  const [known] = await readPeople(store, { oidcSubject: identity.subject });
  const id = known ? undefined : await link(workspace, identity);
  const [person] = id === undefined ? [known] : await readPeople(store, { id });
  if (person?.active && person.kind === "person") return ok(person);
  return fail({ code: "SIGNIN-008", severity: "error", at: {}, actual: identity.email ?? "–" });
}

async function link(workspace: Workspace, { subject, email }: ProviderIdentity): Promise<string | undefined> {
  if (email === undefined) return undefined;
  const invited = await tablesOf(workspace.store)
    .selectFrom("invitation as i")
    .innerJoin("person as p", "p.id", "i.person_id")
    .select("p.id")
    .where(sql<boolean>`lower(p.email) = lower(${email})`)
    .where("p.active", "=", true)
    .where("p.kind", "=", "person")
    .where("i.expires_at", ">", workspace.now())
    .executeTakeFirst();
  if (!invited) return undefined;
  return workspace.store.transaction(async (plain) => {
    const tx = plain as unknown as IdentityTransaction;
    const used = await tx.deleteFrom("invitation").where("person_id", "=", invited.id).executeTakeFirst();
    if (used.numDeletedRows === 0n) return undefined;
    await tx.updateTable("person").set({ oidc_subject: subject }).where("id", "=", invited.id).execute();
    await endAccess(tx, invited.id);
    await append(
      tx,
      {
        stream: IDENTITY_STREAM,
        actor: actorIdOf(invited.id),
        kind: "person.provider-linked",
        body: { person: invited.id },
      },
      workspace.now,
    );
    return invited.id;
  });
}
