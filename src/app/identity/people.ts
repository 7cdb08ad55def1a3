import { sql } from "kysely";
import type { Actor, Extent, Grant, Rights } from "../../ground/actor/index.ts";
import { fail, type Issue, ok, type Result } from "../../ground/issue/index.ts";
import { append, type Json } from "../../ground/journal/index.ts";
import type { Workspace } from "../workspace.ts";
import { newId } from "./secrets.ts";
import { type IdentityTransaction, tablesOf } from "./tables.ts";

/** A person, or a program with an account, as the owner sees them. */
export interface Person {
  readonly id: string;
  readonly kind: "person" | "machine";
  readonly name: string;
  readonly email: string | null;
  readonly active: boolean;
  /** Raised by every change; what a change has to name. */
  readonly version: number;
  readonly grants: readonly Grant[];
  /** How they can sign in so far. */
  readonly signsInBy: readonly ("password" | "oidc")[];
}

/** The journal's stream of who may do what. */
export const IDENTITY_STREAM = "identity";

/** The id of a person as an actor. */
export const actorIdOf = (personId: string): string => `person:${personId}`;

/** A person as the actor of what they do; a role without limits is held everywhere. */
export function actorOf(person: Person): Actor {
  const unlimited = (grant: Extent): boolean => grant.sites === undefined && grant.activities === undefined;
  return {
    id: actorIdOf(person.id),
    kind: person.kind,
    name: person.name,
    roles: person.grants.filter(unlimited).map(({ role }) => role),
    grants: person.grants.filter((grant) => !unlimited(grant)),
  };
}

/** Everybody there is, or those asked for. */
export async function readPeople(
  db: Pick<Workspace["store"], "db">,
  which: { readonly id?: string; readonly email?: string; readonly oidcSubject?: string } = {},
): Promise<Person[]> {
  let query = tablesOf(db).selectFrom("person as p");
  if (which.id !== undefined) query = query.where("p.id", "=", which.id);
  if (which.email !== undefined) query = query.where(sql<boolean>`lower(p.email) = lower(${which.email})`);
  if (which.oidcSubject !== undefined) query = query.where("p.oidc_subject", "=", which.oidcSubject);
  const rows = await query
    .select(["p.id", "p.kind", "p.name", "p.email", "p.active", "p.version"])
    .select(sql<boolean>`p.password is not null`.as("password"))
    .select(sql<boolean>`p.oidc_subject is not null`.as("oidc"))
    .select(
      sql<
        { role: string; sites: string[] | null; activities: string[] | null }[]
      >`coalesce((select json_agg(json_build_object('role', g.role, 'sites', g.sites, 'activities', g.activities) order by g.role, g.sites, g.activities)
        from candela.person_grant g where g.person_id = p.id), '[]'::json)`.as("grants"),
    )
    .orderBy("p.created_at")
    .orderBy("p.id")
    .execute();
  return rows.map(({ password, oidc, grants, ...person }) => ({
    ...person,
    grants: grants.map(({ role, sites, activities }) => ({
      role,
      ...(sites ? { sites } : {}),
      ...(activities ? { activities } : {}),
    })),
    signsInBy: [...(password ? ["password" as const] : []), ...(oidc ? ["oidc" as const] : [])],
  }));
}

/** Whether anybody owns this store yet; until then only this machine reads, and nobody writes from the pages. */
export async function hasOwner(db: Pick<Workspace["store"], "db">): Promise<boolean> {
  const found = await sql<{
    there: boolean;
  }>`select exists (select from candela.person_grant where role = 'owner') as there`.execute(tablesOf(db));
  return found.rows[0]?.there === true;
}

/** What is said of a person when they are made or changed. */
export interface PersonRequest {
  readonly name: string;
  readonly email: string | null;
  readonly kind: "person" | "machine";
  readonly active: boolean;
  readonly grants: readonly Grant[];
}

const grantJson = ({ role, sites, activities }: Grant): Json => ({
  role,
  ...(sites ? { sites: [...sites] } : {}),
  ...(activities ? { activities: [...activities] } : {}),
});

/**
 * Roles that there are, for kinds that may hold them.
 * @issues PERSON-002
 */
export function checkGrants(request: Pick<PersonRequest, "kind" | "grants">, rights: Rights): Issue[] {
  return request.grants.flatMap((grant, index): Issue[] => {
    const known = rights.roles.filter(({ kinds }) => kinds.includes(request.kind)).map(({ role }) => role);
    if (known.includes(grant.role)) return [];
    return [
      {
        code: "PERSON-002",
        severity: "error",
        at: { path: `grants.${index}.role` },
        expected: known.join(", "),
        actual: grant.role,
      },
    ];
  });
}

async function writeGrants(tx: IdentityTransaction, id: string, grants: readonly Grant[]): Promise<void> {
  await tx.deleteFrom("person_grant").where("person_id", "=", id).execute();
  for (const { role, sites, activities } of grants)
    await tx
      .insertInto("person_grant")
      .values({
        person_id: id,
        role,
        sites: sites ? [...sites] : null,
        activities: activities ? [...activities] : null,
      })
      .execute();
}

const emailTaken = (email: string | null): Result<never> =>
  fail({ code: "PERSON-003", severity: "error", at: { path: "email" }, actual: email ?? "" });

/** PostgreSQL's code of a unique index that refuses. */
const isTaken = (error: unknown): boolean => (error as { code?: string }).code === "23505";

/**
 * Makes a person, and says so in the journal.
 * @issues PERSON-002 (no such role), PERSON-003 (the address belongs to another)
 */
export async function makePerson(
  workspace: Workspace,
  request: PersonRequest,
  rights: Rights,
  also: (tx: IdentityTransaction, id: string) => Promise<void> = async () => {},
): Promise<Result<string>> {
  const wrong = checkGrants(request, rights);
  if (wrong.length > 0) return fail(...wrong);
  const id = newId("p");
  const { name, email, kind, active, grants } = request;
  try {
    await workspace.store.transaction(async (plain) => {
      const tx = plain as unknown as IdentityTransaction;
      await tx
        .insertInto("person")
        .values({
          id,
          kind,
          name,
          email,
          active,
          version: 1,
          created_at: workspace.now(),
          password: null,
          oidc_subject: null,
        })
        .execute();
      await writeGrants(tx, id, grants);
      await also(tx, id);
      const body = { person: id, personKind: kind, after: { active, grants: grants.map(grantJson) } };
      await append(
        tx,
        { stream: IDENTITY_STREAM, actor: workspace.actor.id, kind: "person.made", body },
        workspace.now,
      );
    });
  } catch (error) {
    if (isTaken(error)) return emailTaken(email);
    throw error;
  }
  return ok(id);
}

/** Thrown to roll back; the use case turns it into a failed result. */
class Stop extends Error {
  readonly issue: Issue;
  constructor(issue: Issue) {
    super(issue.code);
    this.issue = issue;
  }
}

/**
 * Changes a person as they were at a version; sessions and tokens of who is no longer active end with it.
 * @issues PERSON-001 (no such person), PERSON-002, PERSON-003, PERSON-004 (the last owner), API-412 (changed meanwhile)
 */
export async function changePerson(
  workspace: Workspace,
  id: string,
  version: string,
  request: Omit<PersonRequest, "kind">,
  rights: Rights,
): Promise<Result<void>> {
  try {
    await workspace.store.transaction(async (plain) => {
      const tx = plain as unknown as IdentityTransaction;
      await sql`select id from candela.person where id = ${id} for update`.execute(tx);
      const [before] = await readPeople({ db: tx as unknown as Workspace["store"]["db"] }, { id });
      if (!before) throw new Stop({ code: "PERSON-001", severity: "error", at: {}, actual: id });
      if (String(before.version) !== version)
        throw new Stop({
          code: "API-412",
          severity: "error",
          at: {},
          expected: String(before.version),
          actual: version,
        });
      const [wrong] = checkGrants({ kind: before.kind, grants: request.grants }, rights);
      if (wrong) throw new Stop(wrong);
      const { name, email, active, grants } = request;
      await tx
        .updateTable("person")
        .set({ name, email, active, version: before.version + 1 })
        .where("id", "=", id)
        .execute();
      await writeGrants(tx, id, grants);
      await keepOneOwner(tx);
      if (!active) await endAccess(tx, id);
      const changed = [...(name === before.name ? [] : ["name"]), ...(email === before.email ? [] : ["email"])];
      const body = {
        person: id,
        changed,
        before: { active: before.active, grants: before.grants.map(grantJson) },
        after: { active, grants: grants.map(grantJson) },
      };
      await append(
        tx,
        { stream: IDENTITY_STREAM, actor: workspace.actor.id, kind: "person.changed", body },
        workspace.now,
      );
    });
  } catch (error) {
    if (error instanceof Stop) return fail(error.issue);
    if (isTaken(error)) return emailTaken(request.email);
    throw error;
  }
  return ok(undefined);
}

/** A store whose last owner leaves would be nobody's. Counted under a lock: two who leave at once wait for each other. */
async function keepOneOwner(tx: IdentityTransaction): Promise<void> {
  await sql`lock table candela.person_grant in share row exclusive mode`.execute(tx);
  const found = await sql<{ owners: number }>`
    select count(*)::int as owners from candela.person_grant g join candela.person p on p.id = g.person_id
    where g.role = 'owner' and g.sites is null and g.activities is null and p.active and p.kind = 'person'`.execute(tx);
  if (found.rows[0]?.owners === 0) throw new Stop({ code: "PERSON-004", severity: "error", at: {} });
}

/** Ends every session, token and open link of a person. */
export async function endAccess(tx: IdentityTransaction, id: string): Promise<void> {
  for (const table of ["session", "api_token", "invitation"] as const)
    await tx.deleteFrom(table).where("person_id", "=", id).execute();
}
