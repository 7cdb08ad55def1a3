import { z } from "zod";
import { ok, type Result } from "../../../ground/issue/index.ts";
import { acceptInvitation } from "../../identity/invitations.ts";
import { hashPassword, verifyPassword } from "../../identity/passwords.ts";
import { setPassword } from "../../identity/invitations.ts";
import { csrfTokenOf } from "../../identity/secrets.ts";
import { checkPassword, endSession } from "../../identity/sessions.ts";
import { type IdentityTransaction, tablesOf } from "../../identity/tables.ts";
import { extentsOf, isOwned } from "../caller.ts";
import { type AnyOperation, type Call, operation } from "../operation.ts";
import { name } from "../schemas.ts";
import { begin, startedSchema } from "../sign-in/begin-session.ts";
import { sessionCookie } from "../sign-in/session-cookie.ts";
import { actorJson, actorSchema, passwordSchema } from "../sign-in/identity-schemas.ts";

const sessionSchema = name(
  "Session",
  z.object({
    signedIn: z.boolean(),
    /** Nobody owns this store yet: the terminal that started the server shows how to. */
    needsOwner: z.boolean(),
    actor: actorSchema.optional(),
    csrfToken: z.string().optional().describe("To be sent as X-CSRF-Token with every write."),
    may: z.array(z.string()).describe("Actions that this caller may take somewhere."),
    limited: z.array(z.string()).describe("Those of them that end at some sites or activities."),
    mails: z.boolean().describe("Invitations go out by mail."),
    provider: z.object({ name: z.string() }).optional().describe("An OpenID provider by which people sign in."),
  }),
);

/** The actions that operations take; set by the list of operations, which this one is part of. */
let actions: readonly string[] = [];
export const setActions = (all: readonly string[]): void => {
  actions = all;
};

async function sessionOf({ service, workspace, caller }: Call): Promise<z.infer<typeof sessionSchema>> {
  const rights = await service.rights();
  const extents = actions.map((action) => ({ action, extents: extentsOf(caller, rights, action) }));
  const may = extents.filter((one) => one.extents.length > 0);
  const limited = may.filter((one) => one.extents.every(({ sites, activities }) => sites ?? activities));
  return {
    signedIn: caller.person !== undefined,
    needsOwner: !(await isOwned(workspace)),
    ...(caller.person ? { actor: actorJson(caller.person) } : {}),
    ...(caller.session === undefined ? {} : { csrfToken: csrfTokenOf(caller.session) }),
    may: may.map(({ action }) => action),
    limited: limited.map(({ action }) => action),
    mails: service.mailer !== undefined,
    ...(service.provider ? { provider: { name: service.provider.name } } : {}),
  };
}

export const sessionOperations: readonly AnyOperation[] = [
  operation({
    id: "readSession",
    method: "get",
    path: "/session",
    tag: "session",
    summary: "Who is signed in, and what they may do.",
    action: "anybody",
    answer: sessionSchema,
    handle: async (call) => ok(await sessionOf(call)),
  }),
  operation({
    id: "signIn",
    method: "post",
    path: "/session",
    tag: "session",
    summary: "Sign in by address and password; sets the cookie of the sign-in.",
    action: "anybody",
    body: z.strictObject({ email: z.string().max(320), password: z.string().max(1024) }),
    answer: startedSchema,
    async handle(call): Promise<Result<z.infer<typeof startedSchema>>> {
      const { service, body, place } = call;
      const person = await checkPassword(service.workspace, service.throttles, body.email, body.password, place);
      return person.ok ? ok(await begin(call, person.value)) : person;
    },
  }),
  operation({
    id: "signOut",
    method: "delete",
    path: "/session",
    tag: "session",
    summary: "Sign out: the cookie is worth nothing from now on.",
    action: "signed-in",
    status: 204,
    async handle({ service, caller, headers }) {
      if (caller.session !== undefined) await endSession(service.workspace, caller.session);
      headers.set("set-cookie", sessionCookie(service, undefined));
      return ok(undefined);
    },
  }),
  operation({
    id: "setUpOwner",
    method: "post",
    path: "/set-up",
    tag: "session",
    summary: "Become the first owner, by the code that the terminal shows.",
    action: "anybody",
    body: z.strictObject({
      code: z.string().max(40),
      name: z.string().trim().min(1).max(120),
      email: z.email().max(320),
      password: passwordSchema,
    }),
    answer: startedSchema,
    status: 201,
    async handle(call) {
      const { service, body, place, workspace } = call;
      const made = await service.ownerSetUp.setUp(body, place, await service.rights());
      if (!made.ok) return made;
      const person = await checkPassword(workspace, service.throttles, body.email, body.password, place);
      return person.ok ? ok(await begin(call, person.value)) : person;
    },
  }),
  operation({
    id: "acceptInvitation",
    method: "post",
    path: "/invitations/accept",
    tag: "session",
    summary: "Set a password by the key of an invitation or a reset, and sign in.",
    action: "anybody",
    body: z.strictObject({ key: z.string().max(100), password: passwordSchema }),
    answer: startedSchema,
    async handle(call) {
      const person = await acceptInvitation(call.service.workspace, call.body.key, call.body.password);
      return person.ok ? ok(await begin(call, person.value)) : person;
    },
  }),
  operation({
    id: "changePassword",
    method: "put",
    path: "/session/password",
    tag: "session",
    summary: "Change one's own password; every other session and token of theirs ends.",
    action: "signed-in",
    body: z.strictObject({ current: z.string().max(1024), password: passwordSchema }),
    answer: startedSchema,
    async handle(call): Promise<Result<z.infer<typeof startedSchema>>> {
      const { workspace, caller, body, place, service } = call;
      const { person } = caller;
      if (!person) throw new Error("a signed-in caller is a person");
      const row = await tablesOf(workspace.store)
        .selectFrom("person")
        .select("password")
        .where("id", "=", person.id)
        .executeTakeFirst();
      if (service.throttles.place.waitMs(place) > 0 || !(await verifyPassword(row?.password, body.current))) {
        service.throttles.place.failed(place);
        return { ok: false, issues: [{ code: "SIGNIN-001", severity: "error", at: { path: "current" } }] };
      }
      const hashed = await hashPassword(body.password, [person.name, person.email?.split("@")[0] ?? ""]);
      if (!hashed.ok) return hashed;
      await workspace.store.transaction((tx) =>
        setPassword(workspace, tx as unknown as IdentityTransaction, person.id, hashed.value),
      );
      return ok(await begin(call, person));
    },
  }),
];
