import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readProvider } from "../../../src/app/identity/provider-settings.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { discardAll } from "../store/scratch.ts";
import { type ProviderForTests, startProvider } from "./provider-for-tests.ts";
import {
  type Answer,
  PASSWORD,
  type Served,
  serve,
  sessionOf,
  setUpOwner,
  type SignedIn,
  wrongAnswers,
} from "./served.ts";

let provider: ProviderForTests;
let served: Served;
let owner: SignedIn;

beforeAll(async () => {
  provider = await startProvider(["http://localhost/sign-in/provider"]);
  served = await serve({ provider: expectOk(readProvider({ ...provider, name: "Example ID" })) });
  owner = await setUpOwner(served);
});
afterAll(async () => {
  await served.close();
  await provider.stop();
  await discardAll();
  expect(wrongAnswers).toEqual([]);
});
beforeEach(() => {
  provider.tamper = undefined;
});

const codesOf = (answer: Answer): string[] =>
  ((answer.json.issues ?? []) as { code: string }[]).map(({ code }) => code);

/** The secret that a browser keeps between leaving and coming back. */
const kept = (answer: Answer): string =>
  /candela_provider=([^;,]*)/.exec(answer.headers.get("set-cookie") ?? "")?.[1] ?? "";

const begin = () => served.ask("POST", "/v1/session/provider");
const finish = (secret: string, back: URL, cookies = "") =>
  served.ask("POST", "/v1/session/provider/answer", {
    body: { answer: back.search.slice(1) },
    headers: { cookie: `candela_provider=${secret}${cookies}` },
  });

/** Goes to the provider and back as one of its people. */
async function signInAs(who: string | undefined): Promise<Answer> {
  provider.who = who;
  const begun = await begin();
  return finish(kept(begun), await provider.visit(String(begun.json.url)));
}

const invite = async (name: string, email: string): Promise<{ id: string; key: string }> => {
  const body = { name, email, grants: [{ role: "preparer" }] };
  const made = await served.ask("POST", "/v1/people", { ...owner, body });
  const { link } = made.json.invitation as { link: string };
  return { id: (made.json.person as { id: string }).id, key: new URL(link).searchParams.get("key") ?? "" };
};

/** Everything that a sign-in might change. */
async function stored(): Promise<unknown> {
  const { rows } = await served.workspace.store.pool().query<Record<string, unknown>>(
    `select (select count(*) from candela.journal_event) as events, (select count(*) from candela.session) as sessions,
      (select count(*) from candela.invitation) as invitations,
      (select string_agg(id || coalesce(oidc_subject, '') || version, ',' order by id) from candela.person) as people`,
  );
  return rows[0];
}

describe("sign-in at a provider", () => {
  it("ties the account of an invitation to who comes with its verified address, and knows them by their subject then", async () => {
    provider.accounts.set("mei-1", { email: "Mei@Example.com", email_verified: true });
    const { id, key } = await invite("Mei", "mei@example.com");
    const first = await signInAs("mei-1");
    expect([first.status, (first.json.actor as { person: string }).person]).toEqual([200, id]);
    // The invitation is used up by it.
    const late = await served.ask("POST", "/v1/invitations/accept", { body: { key, password: PASSWORD } });
    expect(codesOf(late)).toEqual(["SIGNIN-004"]);
    const how = { cookie: sessionOf(first), csrf: String(first.json.csrfToken) };
    expect((await served.ask("GET", "/v1/tokens", how)).status).toBe(200);
    // Another address at the provider is no other person.
    provider.accounts.set("mei-1", { email: "mei.li@example.com", email_verified: false });
    const again = await signInAs("mei-1");
    expect((again.json.actor as { person: string }).person).toBe(id);
    const person = await served.ask("GET", `/v1/people/${id}`, owner);
    expect(person.json.signsInBy).toEqual(["oidc"]);
    const { rows } = await served.workspace.store
      .pool()
      .query<{ body: string; actor: string }>(
        "select body, actor from candela.journal_event where kind = 'person.provider-linked'",
      );
    expect(rows).toEqual([{ actor: `person:${id}`, body: JSON.stringify({ person: id }) }]);
  });

  it("begins another session in the place of the one there was, and takes the secret back", async () => {
    const before = sessionOf(await signInAs("mei-1"));
    const begun = await begin();
    const back = await provider.visit(String(begun.json.url));
    const csrf = String(
      (await served.ask("GET", "/v1/session", { headers: { cookie: `candela_session=${before}` } })).json.csrfToken,
    );
    const after = await served.ask("POST", "/v1/session/provider/answer", {
      body: { answer: back.search.slice(1) },
      headers: { cookie: `candela_provider=${kept(begun)}; candela_session=${before}` },
      csrf,
    });
    expect(after.status).toBe(200);
    expect(sessionOf(after)).not.toBe(before);
    expect((await served.ask("GET", "/v1/tokens", { cookie: before })).status).toBe(401);
    expect(after.headers.get("set-cookie")).toMatch(/candela_provider=; .*Max-Age=0/);
  });

  it("says on the sign-in page by whom, and asks for no more than it needs", async () => {
    expect((await served.ask("GET", "/v1/session")).json.provider).toEqual({ name: "Example ID" });
    const begun = await begin();
    const url = new URL(String(begun.json.url));
    expect(begun.headers.get("set-cookie")).toMatch(/HttpOnly; SameSite=Strict/);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: "code",
      scope: "openid email",
      code_challenge_method: "S256",
      redirect_uri: "http://localhost/sign-in/provider",
    });
    expect(url.href).not.toContain(kept(begun));
  });
});

describe("nobody gets an account by coming from a provider", () => {
  it.each<[string, string, { email?: string; email_verified?: boolean }, boolean]>([
    ["is known to nobody", "eve-1", { email: "eve@example.com", email_verified: true }, false],
    [
      "has an address that the provider did not verify",
      "eve-2",
      { email: "ivy@example.com", email_verified: false },
      true,
    ],
    ["has no address", "eve-3", {}, true],
    [
      "has the address of an account that is not invited anew",
      "eve-4",
      { email: "owner@example.com", email_verified: true },
      false,
    ],
  ])("who %s is refused, and nothing changes", async (_, who, account, invited) => {
    provider.accounts.set(who, account);
    if (invited && !(await served.ask("GET", "/v1/people", owner)).json.items.some(({ name }) => name === "Ivy"))
      await invite("Ivy", "ivy@example.com");
    const before = await stored();
    const answer = await signInAs(who);
    expect([answer.status, codesOf(answer), answer.headers.get("set-cookie")]).toEqual([403, ["SIGNIN-008"], null]);
    expect(await stored()).toEqual(before);
  });

  it("and who was made inactive stays outside", async () => {
    const { id } = await invite("Kim", "kim@example.com");
    provider.accounts.set("kim-1", { email: "kim@example.com", email_verified: true });
    expect((await signInAs("kim-1")).status).toBe(200);
    const read = await served.ask("GET", `/v1/people/${id}`, owner);
    const headers = { "if-match": read.headers.get("etag") ?? "" };
    const body = { name: "Kim", email: "kim@example.com", active: false, grants: [] };
    expect((await served.ask("PUT", `/v1/people/${id}`, { ...owner, body, headers })).status).toBe(200);
    expect(codesOf(await signInAs("kim-1"))).toEqual(["SIGNIN-008"]);
  });
});

describe("an answer that does not hold", () => {
  const refused = async (work: () => Promise<Answer>, status: number, code: string): Promise<void> => {
    const before = await stored();
    const answer = await work();
    expect([answer.status, codesOf(answer), answer.headers.get("set-cookie")]).toEqual([status, [code], null]);
    expect(await stored()).toEqual(before);
  };
  const begun = async () => {
    provider.who = "mei-1";
    const answer = await begin();
    return { secret: kept(answer), back: await provider.visit(String(answer.json.url)) };
  };

  it("comes to another browser than the one that began, or to one that began nothing", async () => {
    const mine = await begun();
    const other = kept(await begin());
    await refused(() => finish(other, mine.back), 403, "SIGNIN-006");
    await refused(
      () => served.ask("POST", "/v1/session/provider/answer", { body: { answer: mine.back.search.slice(1) } }),
      403,
      "SIGNIN-006",
    );
  });

  it("has another state, another issuer, or no code", async () => {
    for (const [name, value] of [
      ["state", "another"],
      ["iss", "https://evil.example"],
    ] as const) {
      const { secret, back } = await begun();
      back.searchParams.set(name, value);
      await refused(() => finish(secret, back), 403, "SIGNIN-006");
    }
    const { secret, back } = await begun();
    back.searchParams.delete("code");
    await refused(() => finish(secret, back), 502, "SIGNIN-009");
  });

  it("is a refusal of the provider", async () => {
    await refused(() => signInAs(undefined), 403, "SIGNIN-007");
  });

  it("is used again, or was made up", async () => {
    const { secret, back } = await begun();
    expect((await finish(secret, back)).status).toBe(200);
    await refused(() => finish(secret, back), 502, "SIGNIN-009");
    back.searchParams.set("code", "made-up");
    await refused(() => finish(secret, back), 502, "SIGNIN-009");
  });

  const withPayload = (token: unknown, change: object): string => {
    const [head = "", payload = "", signature = ""] = String(token).split(".");
    const claims = { ...(JSON.parse(Buffer.from(payload, "base64url").toString()) as object), ...change };
    return [head, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
  };
  it.each<[string, (answer: Record<string, unknown>) => unknown]>([
    ["no JSON", () => "<html>"],
    ["no token of identity", ({ id_token: _, ...rest }) => rest],
    ["a token that is none", (answer) => ({ ...answer, id_token: "a.b.c" })],
    [
      "another person, which breaks the signature",
      (answer) => ({ ...answer, id_token: withPayload(answer.id_token, { sub: "owner" }) }),
    ],
    ["another nonce", (answer) => ({ ...answer, id_token: withPayload(answer.id_token, { nonce: "other" }) })],
    ["another audience", (answer) => ({ ...answer, id_token: withPayload(answer.id_token, { aud: "other" }) })],
    ["a token that has run out", (answer) => ({ ...answer, id_token: withPayload(answer.id_token, { exp: 1 }) })],
    [
      "another issuer",
      (answer) => ({ ...answer, id_token: withPayload(answer.id_token, { iss: "https://evil.example" }) }),
    ],
  ])("brings %s", async (_, tamper) => {
    provider.tamper = tamper;
    await refused(() => signInAs("mei-1"), 502, "SIGNIN-009");
  });

  it("is asked for by another site", async () => {
    for (const path of ["/v1/session/provider", "/v1/session/provider/answer"]) {
      const headers = { origin: "https://evil.example" };
      const answer = await served.ask("POST", path, { headers, body: { answer: "x" } });
      expect([answer.status, codesOf(answer)]).toEqual([403, ["API-403"]]);
    }
  });

  it("is made up time and again, and has to wait without asking the provider", async () => {
    const { secret, back } = await begun();
    back.searchParams.set("code", "made-up");
    const answers = [];
    for (let tries = 0; tries < 60; tries += 1) answers.push(await finish(secret, back));
    expect(answers.at(-1)?.status).toBe(429);
    const asked = provider.tokensAsked();
    expect(codesOf(await finish(secret, back))).toEqual(["SIGNIN-002"]);
    expect(provider.tokensAsked()).toBe(asked);
  });
});

it("says when the provider is away, and when there is none", async () => {
  const gone = await startProvider([]);
  await gone.stop();
  for (const [settings, code] of [
    [expectOk(readProvider({ ...gone, clientSecret: undefined, name: undefined })), "SIGNIN-005"],
    [undefined, "SIGNIN-010"],
  ] as const) {
    const other = await serve({ provider: settings, workspace: served.workspace });
    const answer = await other.ask("POST", "/v1/session/provider");
    expect([codesOf(answer), answer.headers.get("set-cookie")]).toEqual([[code], null]);
  }
});

it("takes a whole and safe setting only, and says all that is wrong with it", () => {
  const none = { issuer: undefined, clientId: undefined, clientSecret: undefined, name: undefined };
  const codes = (given: Record<string, string>) => {
    const read = readProvider({ ...none, ...given });
    return read.ok ? read.value : read.issues.map(({ code, expected, actual }) => [code, expected ?? actual]);
  };
  expect(codes({})).toBeUndefined();
  expect(codes({ clientSecret: "x" })).toEqual([
    ["SERVER-005", "CANDELA_OIDC_ISSUER"],
    ["SERVER-005", "CANDELA_OIDC_CLIENT_ID"],
  ]);
  for (const issuer of ["http://id.example.com", "id.example.com", "ftp://x", "https://id.example.com/?x=1"])
    expect(codes({ issuer, clientId: "c" })).toEqual([["SERVER-004", issuer]]);
  expect(codes({ issuer: "https://id.example.com/realm", clientId: "c" })).toMatchObject({ name: "id.example.com" });
});
