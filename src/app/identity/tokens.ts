import { fail, ok, type Result } from "../../ground/issue/index.ts";
import { append } from "../../ground/journal/index.ts";
import type { Workspace } from "../workspace.ts";
import { IDENTITY_STREAM, type Person, readPeople } from "./people.ts";
import { hashOf, newId, newSecret } from "./secrets.ts";
import { type IdentityTransaction, tablesOf } from "./tables.ts";

/** A token as its owner sees it; the secret is shown once and not kept. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  /** Patterns of actions, `*.read`, `batch.submit`: a token does what its owner may do and one of these covers. */
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** A token of ours is known by its beginning, so that one that leaked can be found. */
const PREFIX = "candela_";

export async function makeToken(
  workspace: Workspace,
  personId: string,
  request: { readonly name: string; readonly scopes: readonly string[]; readonly days: number },
): Promise<{ token: ApiToken; secret: string }> {
  const secret = `${PREFIX}${newSecret()}`;
  const createdAt = workspace.now();
  const expiresAt = new Date(createdAt.getTime() + request.days * 86_400_000);
  const token: ApiToken = { id: newId("t"), name: request.name, scopes: request.scopes, createdAt, expiresAt };
  await workspace.store.transaction(async (plain) => {
    const tx = plain as unknown as IdentityTransaction;
    await tx
      .insertInto("api_token")
      .values({
        id: token.id,
        hash: hashOf(secret),
        person_id: personId,
        name: token.name,
        scopes: [...token.scopes],
        created_at: createdAt,
        expires_at: expiresAt,
      })
      .execute();
    const body = { person: personId, token: token.id, scopes: [...token.scopes], until: expiresAt.toISOString() };
    await append(tx, { stream: IDENTITY_STREAM, actor: workspace.actor.id, kind: "token.made", body }, workspace.now);
  });
  return { token, secret };
}

export async function readTokens({ store }: Pick<Workspace, "store">, personId: string): Promise<ApiToken[]> {
  return tablesOf(store)
    .selectFrom("api_token")
    .select(["id", "name", "scopes", "created_at as createdAt", "expires_at as expiresAt"])
    .where("person_id", "=", personId)
    .orderBy("created_at")
    .execute();
}

/** Ends a token of this person. @issues TOKEN-001 (they have none of this id) */
export async function endToken(workspace: Workspace, personId: string, id: string): Promise<Result<void>> {
  const ended = await workspace.store.transaction(async (plain) => {
    const tx = plain as unknown as IdentityTransaction;
    const taken = await tx
      .deleteFrom("api_token")
      .where("id", "=", id)
      .where("person_id", "=", personId)
      .executeTakeFirst();
    if (taken.numDeletedRows === 0n) return false;
    const body = { person: personId, token: id };
    await append(tx, { stream: IDENTITY_STREAM, actor: workspace.actor.id, kind: "token.ended", body }, workspace.now);
    return true;
  });
  return ended ? ok(undefined) : fail({ code: "TOKEN-001", severity: "error", at: {}, actual: id });
}

/** Whose token a secret is, and what it may be used for. */
export async function personOfToken(
  { store, now }: Workspace,
  secret: string,
): Promise<{ person: Person; scopes: readonly string[] } | undefined> {
  if (!secret.startsWith(PREFIX)) return undefined;
  const row = await tablesOf(store)
    .selectFrom("api_token")
    .select(["person_id as id", "scopes"])
    .where("hash", "=", hashOf(secret))
    .where("expires_at", ">", now())
    .executeTakeFirst();
  if (!row) return undefined;
  const [person] = await readPeople(store, row);
  return person?.active ? { person, scopes: row.scopes } : undefined;
}
