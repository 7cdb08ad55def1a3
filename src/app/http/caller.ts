import { type Actor, coversAction, type Extent, type Rights } from "../../ground/actor/index.ts";
import { actorOf, hasOwner, type Person } from "../identity/people.ts";
import { csrfTokenOf, sameSecret } from "../identity/secrets.ts";
import { personOfSession } from "../identity/sessions.ts";
import { personOfToken } from "../identity/tokens.ts";
import type { Workspace } from "../workspace.ts";
import { parseUrl } from "./settings.ts";

/** Who asks, and how we know. */
export interface Caller {
  readonly actor: Actor;
  /** Absent for a reader on this machine before anybody owns the store. */
  readonly person?: Person;
  readonly by: "session" | "token" | "local";
  /** The secret of their session. */
  readonly session?: string;
  /** Scopes of their token. */
  readonly scopes?: readonly string[];
}

/** Before there is an owner, who sits at this machine reads and changes nothing. */
const LOCAL_READER: Actor = { id: "local-reader", kind: "person", name: "Local reader", roles: ["assurer"] };

export const SESSION_COOKIE = "candela_session";

/** The value of a cookie of a request. */
export function cookieOf(request: Request, name: string): string | undefined {
  for (const part of (request.headers.get("cookie") ?? "").split(";")) {
    const [key, value] = part.trim().split("=", 2);
    if (key === name && value) return value;
  }
  return undefined;
}

const owned = new WeakSet<Workspace["store"]>();

/** Whether this store has an owner; once it has one it always has. */
export async function isOwned(workspace: Workspace): Promise<boolean> {
  if (owned.has(workspace.store)) return true;
  const there = await hasOwner(workspace.store);
  if (there) owned.add(workspace.store);
  return there;
}

/** Who sends a request; undefined when we do not know, or no longer. */
export async function callerOf(
  workspace: Workspace,
  request: Request,
  options: { readonly loopbackOnly: boolean },
): Promise<Caller | undefined> {
  const bearer = /^Bearer ([\w-]{1,200})$/.exec(request.headers.get("authorization") ?? "")?.[1];
  if (request.headers.has("authorization")) {
    const found = bearer === undefined ? undefined : await personOfToken(workspace, bearer);
    return found && { actor: actorOf(found.person), person: found.person, by: "token", scopes: found.scopes };
  }
  const session = cookieOf(request, SESSION_COOKIE);
  const person = session === undefined ? undefined : await personOfSession(workspace, session);
  if (person && session !== undefined) return { actor: actorOf(person), person, by: "session", session };
  if (options.loopbackOnly && !(await isOwned(workspace))) return { actor: LOCAL_READER, by: "local" };
  return undefined;
}

/** Where a caller may do something: by the rights of their roles, and by the scopes of the token they use. */
export function extentsOf(caller: Caller, rights: Rights, action: string): readonly Extent[] {
  if (caller.scopes && !caller.scopes.some((scope) => coversAction(scope, action))) return [];
  return rights.extents(caller.actor, action);
}

/**
 * Whether a write comes from our own page. A browser sends the session's cookie along with what any site makes it send, so the
 * cookie alone proves nothing: the page must also show the token that only it can read, and a browser that says which site
 * asked must name ours.
 */
export function isOwnPage(request: Request, caller: Caller, token: string | null): boolean {
  if (caller.session === undefined || !isSameSite(request)) return false;
  return token !== null && sameSecret(token, csrfTokenOf(caller.session));
}

/** Whether a browser's own words, where there are any, name this site as the one that asks. */
export function isSameSite(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return false;
  const origin = request.headers.get("origin");
  return origin === null || parseUrl(origin)?.host === request.headers.get("host");
}
