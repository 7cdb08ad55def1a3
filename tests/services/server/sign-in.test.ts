import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyJournal } from "../../../src/ground/journal/index.ts";
import { discardAll } from "../store/scratch.ts";
import { join, PASSWORD, type Served, serve, sessionOf, setUpOwner, type SignedIn, wrongAnswers } from "./served.ts";

let served: Served;
let owner: SignedIn;
let moment = new Date("2026-03-02T09:00:00Z").getTime();

beforeAll(async () => {
  served = await serve({ now: () => new Date(moment) });
});
afterAll(async () => {
  await served.close();
  await discardAll();
  expect(wrongAnswers).toEqual([]);
});

const codesOf = (answer: { json: Record<string, unknown> }): string[] =>
  ((answer.json.issues ?? []) as { code: string }[]).map(({ code }) => code);

describe("the first owner", () => {
  it("is found by nobody who guesses, and guessing has to wait", async () => {
    const guess = (code: string) =>
      served.ask("POST", "/v1/set-up", {
        body: { code, name: "Mallory", email: "mallory@example.com", password: PASSWORD },
      });
    for (let tries = 0; tries < 10; tries += 1) expect((await guess(`AAAAA-0000${tries}`)).status).toBe(401);
    const waits = await guess("AAAAA-BBBBB");
    expect([waits.status, codesOf(waits), Number(waits.headers.get("retry-after"))]).toEqual([
      429,
      ["SIGNIN-002"],
      900,
    ]);
    // The right code is no better while it waits.
    expect((await guess(served.service.ownerSetUp.code() ?? "")).status).toBe(429);
    moment += 16 * 60_000;
  });

  it("takes a good password only, and there is one first owner", async () => {
    const code = served.service.ownerSetUp.code() ?? "";
    const weak = await served.ask("POST", "/v1/set-up", {
      body: { code, name: "Olive", email: "owner@example.com", password: "olive-olive-olive" },
    });
    expect([weak.status, codesOf(weak)]).toEqual([422, ["SIGNIN-003"]]);
    owner = await setUpOwner(served);
    expect(served.service.ownerSetUp.code()).toBeUndefined();
    const second = await served.ask("POST", "/v1/set-up", {
      body: { code, name: "Mallory", email: "m@example.com", password: PASSWORD },
    });
    expect([second.status, codesOf(second)]).toEqual([409, ["SETUP-002"]]);
  });

  it("closes the pages to everybody else", async () => {
    expect((await served.ask("GET", "/v1/people")).status).toBe(401);
    expect((await served.ask("GET", "/v1/overview")).status).toBe(401);
    const file = await served.ask("GET", "/report/en.pdf");
    expect([file.status, file.headers.get("location")]).toEqual([302, "/"]);
  });
});

describe("a session", () => {
  const signIn = (password: string, cookie?: string, email = "owner@example.com") =>
    served.ask("POST", "/v1/session", { body: { email, password }, ...(cookie === undefined ? {} : { cookie }) });

  it("is another one after each sign-in: one planted before is worth nothing", async () => {
    const planted = "planted-by-somebody-else";
    const answer = await signIn(PASSWORD, planted);
    expect(answer.status).toBe(200);
    expect(sessionOf(answer)).not.toBe(planted);
    expect((await served.ask("GET", "/v1/tokens", { cookie: planted })).status).toBe(401);
    const again = await served.ask("POST", "/v1/session", {
      body: { email: "owner@example.com", password: PASSWORD },
      cookie: sessionOf(answer),
      csrf: String(answer.json.csrfToken),
    });
    expect(sessionOf(again)).not.toBe(sessionOf(answer));
    expect((await served.ask("GET", "/v1/tokens", { cookie: sessionOf(answer) })).status).toBe(401);
    expect((await served.ask("GET", "/v1/tokens", { cookie: sessionOf(again) })).status).toBe(200);
  });

  it("has a cookie that no script reads and no other site sends", async () => {
    const cookie = (await signIn(PASSWORD)).headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/; HttpOnly; SameSite=Lax/);
    expect(cookie).not.toContain("Secure");
    const behindTls = await serve({ publicUrl: "https://esg.example.com" });
    const code = behindTls.service.ownerSetUp.code();
    const body = { code, name: "Olive", email: "o@example.com", password: PASSWORD };
    const started = await behindTls.ask("POST", "/v1/set-up", { body });
    expect(started.headers.get("set-cookie")).toMatch(/; Secure$/);
    expect((await behindTls.ask("GET", "/health", { headers: { host: "evil.example" } })).status).toBe(421);
    await behindTls.close();
  });

  it("ends when it was not used, when it is old, and at sign-out", async () => {
    const cookie = sessionOf(await signIn(PASSWORD));
    moment += 11 * 3_600_000;
    expect((await served.ask("GET", "/v1/tokens", { cookie })).status).toBe(200);
    moment += 13 * 3_600_000;
    expect((await served.ask("GET", "/v1/tokens", { cookie })).status).toBe(401);
    const old = sessionOf(await signIn(PASSWORD));
    for (let hours = 0; hours < 7 * 24; hours += 11) {
      moment += 11 * 3_600_000;
      await served.ask("GET", "/v1/tokens", { cookie: old });
    }
    expect((await served.ask("GET", "/v1/tokens", { cookie: old })).status).toBe(401);
    const out = await signIn(PASSWORD);
    const how = { cookie: sessionOf(out), csrf: String(out.json.csrfToken) };
    expect((await served.ask("DELETE", "/v1/session", how)).status).toBe(204);
    expect((await served.ask("GET", "/v1/tokens", how)).status).toBe(401);
  });

  it("tells nothing of who has an account, and lets nobody guess for long", async () => {
    const wrong = await signIn("not the right password");
    const nobody = await signIn("not the right password", undefined, "nobody@example.com");
    expect([wrong.status, wrong.text]).toEqual([nobody.status, nobody.text]);
    for (let tries = 0; tries < 4; tries += 1) expect((await signIn(`wrong ${tries}`)).status).toBe(401);
    const waits = await signIn(PASSWORD);
    expect([waits.status, codesOf(waits)]).toEqual([429, ["SIGNIN-002"]]);
    moment += 6 * 60_000;
    expect((await signIn(PASSWORD)).status).toBe(200);
  });

  it("lets nobody guess for long by asking at once", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => signIn(`wrong ${index}`)));
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5);
    moment += 16 * 60_000;
    owner = await (async () => {
      const answer = await signIn(PASSWORD);
      return { cookie: sessionOf(answer), csrf: String(answer.json.csrfToken), person: owner.person };
    })();
  });
});

describe("a write by a browser", () => {
  const body = { name: "a token", scopes: ["*.read"] };
  it.each<[string, Record<string, unknown>]>([
    ["without the page's token", { csrf: undefined }],
    ["with another session's token", { csrf: "A".repeat(43) }],
    ["that another site makes it send", { headers: { origin: "https://evil.example" } }],
    ["that the browser says another site makes it send", { headers: { "sec-fetch-site": "cross-site" } }],
    ["that a sibling site makes it send", { headers: { "sec-fetch-site": "same-site" } }],
  ])("%s is refused", async (_, change) => {
    const answer = await served.ask("POST", "/v1/tokens", { ...owner, body, ...change } as never);
    expect([answer.status, codesOf(answer)]).toEqual([403, ["API-403"]]);
  });

  it("of our own page is taken", async () => {
    const headers = { origin: "http://localhost", "sec-fetch-site": "same-origin" };
    expect((await served.ask("POST", "/v1/tokens", { ...owner, body, headers })).status).toBe(201);
  });

  it.each<[string, unknown]>([
    ["/v1/session", { email: "owner@example.com", password: PASSWORD }],
    ["/v1/set-up", { code: "x", name: "M", email: "m@example.com", password: PASSWORD }],
    ["/v1/invitations/accept", { key: "x", password: PASSWORD }],
  ])("to %s that another site sends is refused, though nobody is signed in", async (path, sent) => {
    for (const headers of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }]) {
      const answer = await served.ask("POST", path, { body: sent, headers: headers as Record<string, string> });
      expect([answer.status, codesOf(answer), answer.headers.get("set-cookie")]).toEqual([403, ["API-403"], null]);
    }
  });

  it.each(["/sign-in", "/set-up", "/join", "/sign-out"])("of a form to %s is taken nowhere", async (path) => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await served.ask("POST", path, { body: "email=owner@example.com", headers });
    expect([answer.status, answer.headers.get("set-cookie")]).toEqual([404, null]);
  });
});

describe("a token", () => {
  it("does what its scopes say and its owner may, until it ends", async () => {
    const made = await served.ask("POST", "/v1/tokens", {
      ...owner,
      body: { name: "reader", scopes: ["*.read"], days: 1 },
    });
    const token = String(made.json.secret);
    expect((await served.ask("GET", "/v1/people", { token })).status).toBe(200);
    const person = { name: "x", email: "x@example.com", grants: [] };
    expect((await served.ask("POST", "/v1/people", { token, body: person })).status).toBe(403);
    expect((await served.ask("POST", "/v1/tokens", { token, body: { name: "more", scopes: ["*"] } })).status).toBe(422);
    moment += 2 * 86_400_000;
    expect((await served.ask("GET", "/v1/people", { token })).status).toBe(401);
  });

  it("of another person cannot be ended, and a wrong one is nobody", async () => {
    const answer = await served.ask("POST", "/v1/session", {
      body: { email: "owner@example.com", password: PASSWORD },
    });
    owner = { ...owner, cookie: sessionOf(answer), csrf: String(answer.json.csrfToken) };
    const mei = await join(served, owner, "mei", [{ role: "preparer" }]);
    const made = await served.ask("POST", "/v1/tokens", { ...owner, body: { name: "mine", scopes: ["*"] } });
    expect((await served.ask("DELETE", `/v1/tokens/${String(made.json.id)}`, mei)).status).toBe(404);
    expect((await served.ask("DELETE", `/v1/tokens/${String(made.json.id)}`, owner)).status).toBe(204);
    for (const token of ["candela_wrong", "x", String(made.json.secret)])
      expect((await served.ask("GET", "/v1/tokens", { token })).status).toBe(401);
  });
});

describe("people", () => {
  it("join by a link that works once, and lose every access when they leave", async () => {
    const made = await served.ask("POST", "/v1/people", {
      ...owner,
      body: { name: "Ken", email: "ken@example.com", grants: [{ role: "approver", sites: ["north"] }] },
    });
    const id = (made.json.person as { id: string }).id;
    const key = new URL((made.json.invitation as { link: string }).link).searchParams.get("key");
    const accept = () => served.ask("POST", "/v1/invitations/accept", { body: { key, password: PASSWORD } });
    const ken = await accept();
    expect(ken.status).toBe(200);
    expect((await accept()).status).toBe(410);
    const how = { cookie: sessionOf(ken), csrf: String(ken.json.csrfToken) };
    const session = await served.ask("GET", "/v1/session", how);
    expect(session.json.limited).toContain("value.read");

    const read = await served.ask("GET", `/v1/people/${id}`, owner);
    const leave = { name: "Ken", email: "ken@example.com", active: false, grants: [] };
    const change = (version: string) =>
      served.ask("PUT", `/v1/people/${id}`, { ...owner, body: leave, headers: { "if-match": version } });
    expect((await served.ask("PUT", `/v1/people/${id}`, { ...owner, body: leave })).status).toBe(428);
    expect((await change('"0"')).status).toBe(412);
    expect((await change(read.headers.get("etag") ?? "")).status).toBe(200);
    expect((await served.ask("GET", "/v1/tokens", how)).status).toBe(401);
  });

  it("hold roles that there are, and one owner stays", async () => {
    const body = { name: "Zed", email: "zed@example.com", grants: [{ role: "king" }, { role: "controller" }] };
    const made = await served.ask("POST", "/v1/people", { ...owner, body });
    expect([made.status, codesOf(made)]).toEqual([422, ["PERSON-002", "PERSON-002"]]);
    const me = await served.ask("GET", `/v1/people/${owner.person}`, owner);
    const leave = { name: "Olive", email: "owner@example.com", grants: [{ role: "manager" }] };
    const headers = { "if-match": me.headers.get("etag") ?? "" };
    const last = await served.ask("PUT", `/v1/people/${owner.person}`, { ...owner, body: leave, headers });
    expect([last.status, codesOf(last)]).toEqual([409, ["PERSON-004"]]);
  });

  it("are in the journal by their ids, with what they might before and after, and not by name", async () => {
    const found = await served.workspace.store
      .pool()
      .query<{ kind: string; body: string; actor: string }>(
        "select kind, body, actor from candela.journal_event where stream = 'identity' order by seq",
      );
    expect(new Set(found.rows.map(({ kind }) => kind))).toEqual(
      new Set(["person.made", "person.password-set", "person.invited", "person.changed", "token.made", "token.ended"]),
    );
    expect(found.rows.map(({ body }) => body).join()).not.toMatch(/example\.com|Ken|Olive/);
    const changed = found.rows.find(({ kind }) => kind === "person.changed");
    expect(JSON.parse(changed?.body ?? "{}")).toMatchObject({
      before: { active: true, grants: [{ role: "approver", sites: ["north"] }] },
      after: { active: false, grants: [] },
    });
    expect((await verifyJournal(served.workspace.store)).issues).toEqual([]);
  });

  it("are looked up by nobody who has no right to", async () => {
    const board = await join(served, owner, "bo", [{ role: "board" }]);
    expect((await served.ask("GET", "/v1/people", board)).status).toBe(403);
  });
});
