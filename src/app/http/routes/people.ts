import { z } from "zod";
import { fail, ok, type Result } from "../../../ground/issue/index.ts";
import { makeInvitation } from "../../identity/invitations.ts";
import { actorIdOf, changePerson, makePerson, readPeople, type Person } from "../../identity/people.ts";
import { endToken, makeToken, readTokens } from "../../identity/tokens.ts";
import { invitationLetter } from "../../mail/invitation-letter.ts";
import { type AnyOperation, type Call, operation } from "../operation.ts";
import { renderIssues } from "../problem.ts";
import { instantSchema, issueSchema, languageSchema, name, pageOf } from "../schemas.ts";
import { originOf } from "../sign-in/origin.ts";
import { grantSchema, personJson, personSchema } from "../sign-in/identity-schemas.ts";

const personFields = {
  name: z.string().trim().min(1).max(120),
  email: z.email().max(320).nullable(),
  active: z.boolean().default(true),
  grants: z.array(grantSchema).max(100),
};
const personParams = z.object({ person: z.string().max(40) });
const invitationSchema = name(
  "Invitation",
  z.object({
    link: z.string().describe("To be handed over: who opens it sets the password. It works once."),
    until: instantSchema,
    sent: z.boolean().describe("It was sent by mail as well."),
    issues: z.array(issueSchema).describe("Why it was not sent, where it was to be."),
  }),
);

async function onePerson({ workspace }: Call<unknown, unknown, unknown>, id: string): Promise<Result<Person>> {
  const [person] = await readPeople(workspace.store, { id });
  return person ? ok(person) : fail({ code: "PERSON-001", severity: "error", at: {}, actual: id });
}

const inviteQuery = z.object({
  language: languageSchema.optional().describe("Language of the letter; that of Accept-Language without."),
});

/** Makes an invitation and sends it, where there is a mail server; if that fails, the invitation stands and its link is handed over. */
async function invite(
  call: Call<unknown, z.infer<typeof inviteQuery>, unknown>,
  person: Person,
): Promise<z.infer<typeof invitationSchema>> {
  const { service, workspace, query } = call;
  const { secret, until } = await makeInvitation(workspace, person.id);
  const link = `${originOf(call)}/join?key=${secret}`;
  const made = { link, until: until.toISOString() };
  const { name: called, email: address, signsInBy } = person;
  if (!service.mailer || address === null) return { ...made, sent: false, issues: [] };
  const about = { name: called, address, joined: signsInBy.length > 0, link, until };
  const sent = await service.mailer.send(invitationLetter(service.words, query.language ?? call.language, about));
  const issues = sent.ok ? [] : renderIssues(sent.issues, service.issueTexts, call.language);
  return { ...made, sent: sent.ok, issues: issues.map((issue) => ({ ...issue })) };
}

const tokenSchema = name(
  "ApiToken",
  z.object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.string()),
    createdAt: instantSchema,
    expiresAt: instantSchema,
  }),
);
const tokenRequest = z.strictObject({
  name: z.string().trim().min(1).max(120),
  scopes: z
    .array(z.string().regex(/^(\*|[a-z]+(-[a-z]+)*)(\.(\*|[a-z]+(-[a-z]+)*))?$/))
    .min(1)
    .max(50),
  days: z.number().int().min(1).max(366).default(90),
});
const tokenJson = ({ createdAt, expiresAt, scopes, ...token }: Awaited<ReturnType<typeof readTokens>>[number]) => ({
  ...token,
  scopes: [...scopes],
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
});
const madeTokenSchema = tokenSchema.extend({ secret: z.string().describe("Shown once.") });

async function newToken(call: Call<unknown, unknown, z.infer<typeof tokenRequest>>, personId: string) {
  const { token, secret } = await makeToken(call.workspace, personId, call.body);
  return ok({ ...tokenJson(token), secret });
}

export const peopleOperations: readonly AnyOperation[] = [
  operation({
    id: "listPeople",
    method: "get",
    path: "/people",
    tag: "people",
    summary: "Everybody with an account, and what they may do.",
    action: "person.read",
    answer: pageOf(personSchema),
    handle: async ({ workspace }) => ok({ items: (await readPeople(workspace.store)).map(personJson) }),
  }),
  operation({
    id: "listNames",
    method: "get",
    path: "/people/names",
    tag: "people",
    summary: "The names of actors, to be shown in the place of their ids.",
    action: "signed-in",
    answer: z.object({ items: z.array(z.object({ actor: z.string(), name: z.string() })) }),
    handle: async ({ workspace }) => {
      const people = await readPeople(workspace.store);
      return ok({ items: people.map(({ id, name: called }) => ({ actor: actorIdOf(id), name: called })) });
    },
  }),
  operation({
    id: "listRoles",
    method: "get",
    path: "/roles",
    tag: "people",
    summary: "The roles there are, and who may hold them.",
    action: "person.read",
    answer: z.object({ items: z.array(z.object({ role: z.string(), kinds: z.array(z.string()) })) }),
    handle: async ({ service }) => {
      const { roles } = await service.rights();
      return ok({ items: roles.map(({ role, kinds }) => ({ role, kinds: [...kinds] })) });
    },
  }),
  operation({
    id: "makePerson",
    method: "post",
    path: "/people",
    tag: "people",
    summary: "Make an account; a person gets a link by which they set a password.",
    action: "person.manage",
    query: inviteQuery,
    body: z.strictObject({ kind: z.enum(["person", "machine"]).default("person"), ...personFields }),
    answer: z.object({ person: personSchema, invitation: invitationSchema.optional() }),
    status: 201,
    async handle(call) {
      const { workspace, body, service } = call;
      if (body.kind === "person" && body.email === null)
        return fail({ code: "PERSON-005", severity: "error", at: { path: "body.email" } });
      const made = await makePerson(workspace, body, await service.rights());
      const person = made.ok ? await onePerson(call, made.value) : made;
      if (!person.ok) return person;
      const invitation = body.kind === "person" ? { invitation: await invite(call, person.value) } : {};
      return ok({ person: personJson(person.value), ...invitation });
    },
  }),
  operation({
    id: "readPerson",
    method: "get",
    path: "/people/{person}",
    tag: "people",
    summary: "One account; its ETag is what a change has to name.",
    action: "person.read",
    params: personParams,
    answer: personSchema,
    async handle(call) {
      const person = await onePerson(call, call.params.person);
      if (!person.ok) return person;
      call.tag(String(person.value.version));
      return ok(personJson(person.value));
    },
  }),
  operation({
    id: "changePerson",
    method: "put",
    path: "/people/{person}",
    tag: "people",
    summary: "Change an account; who is made inactive is signed out everywhere.",
    action: "person.manage",
    params: personParams,
    body: z.strictObject(personFields),
    answer: personSchema,
    needsVersion: true,
    async handle(call) {
      const { workspace, params, version, body, service } = call;
      const changed = await changePerson(workspace, params.person, version, body, await service.rights());
      const person = changed.ok ? await onePerson(call, params.person) : changed;
      if (!person.ok) return person;
      call.tag(String(person.value.version));
      return ok(personJson(person.value));
    },
  }),
  operation({
    id: "invitePerson",
    method: "post",
    path: "/people/{person}/invitation",
    tag: "people",
    summary: "A new link by which a person sets a password: to join, or because it was forgotten.",
    action: "person.manage",
    params: personParams,
    query: inviteQuery,
    answer: invitationSchema,
    status: 201,
    async handle(call) {
      const person = await onePerson(call, call.params.person);
      if (!person.ok) return person;
      if (person.value.kind !== "person" || !person.value.active)
        return fail({ code: "PERSON-001", severity: "error", at: {}, actual: call.params.person });
      return ok(await invite(call, person.value));
    },
  }),
  operation({
    id: "makeMachineToken",
    method: "post",
    path: "/people/{person}/tokens",
    tag: "people",
    summary: "A token for a machine.",
    action: "person.manage",
    params: personParams,
    body: tokenRequest,
    answer: madeTokenSchema,
    status: 201,
    async handle(call) {
      const person = await onePerson(call, call.params.person);
      if (!person.ok) return person;
      // Nobody makes a token that acts as another person.
      if (person.value.kind !== "machine")
        return fail({ code: "PERSON-001", severity: "error", at: {}, actual: call.params.person });
      return newToken(call, person.value.id);
    },
  }),
  operation({
    id: "listTokens",
    method: "get",
    path: "/tokens",
    tag: "session",
    summary: "One's own tokens.",
    action: "signed-in",
    answer: z.object({ items: z.array(tokenSchema) }),
    handle: async ({ workspace, caller }) =>
      ok({ items: (await readTokens(workspace, caller.person?.id ?? "")).map(tokenJson) }),
  }),
  operation({
    id: "makeToken",
    method: "post",
    path: "/tokens",
    tag: "session",
    summary: "A token for one's own programs; it never does more than its owner may.",
    action: "signed-in",
    body: tokenRequest,
    answer: madeTokenSchema,
    status: 201,
    async handle(call) {
      // A token that could make tokens would outlive its own end and outgrow its own scopes.
      if (call.caller.by !== "session") return fail({ code: "TOKEN-002", severity: "error", at: {} });
      return newToken(call, call.caller.person?.id ?? "");
    },
  }),
  operation({
    id: "endToken",
    method: "delete",
    path: "/tokens/{token}",
    tag: "session",
    summary: "End one of one's own tokens.",
    action: "signed-in",
    params: z.object({ token: z.string().max(40) }),
    status: 204,
    handle: ({ workspace, caller, params }) => endToken(workspace, caller.person?.id ?? "", params.token),
  }),
];
