import { z } from "zod";
import type { Person } from "../../identity/people.ts";
import { csrfTokenOf } from "../../identity/secrets.ts";
import { beginSession, endSession } from "../../identity/sessions.ts";
import { cookieOf, SESSION_COOKIE } from "../caller.ts";
import type { Call } from "../operation.ts";
import { actorJson, actorSchema } from "./identity-schemas.ts";
import { name } from "../schemas.ts";
import { sessionCookie } from "./session-cookie.ts";

export const startedSchema = name("StartedSession", z.object({ actor: actorSchema, csrfToken: z.string() }));

/** Begins a session in the place of the one there was. */
export async function begin(
  { service, request, headers }: Call<unknown, unknown, unknown>,
  person: Person,
): Promise<z.infer<typeof startedSchema>> {
  const before = cookieOf(request, SESSION_COOKIE);
  if (before !== undefined) await endSession(service.workspace, before);
  const secret = await beginSession(service.workspace, person.id);
  headers.append("set-cookie", sessionCookie(service, secret));
  return { actor: actorJson(person), csrfToken: csrfTokenOf(secret) };
}
