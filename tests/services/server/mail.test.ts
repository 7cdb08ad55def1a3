import { afterAll, beforeAll, expect, it } from "vitest";
import { readMail } from "../../../src/app/mail/mail-settings.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { discardAll } from "../store/scratch.ts";
import { type MailSink, startMailSink } from "./mail-sink.ts";
import { PASSWORD, type Served, serve, setUpOwner, type SignedIn, wrongAnswers } from "./served.ts";

let sink: MailSink;
let served: Served;
let owner: SignedIn;

beforeAll(async () => {
  sink = await startMailSink();
  served = await serve({ mail: { url: sink.url, from: "Candela <candela@example.com>" } });
  owner = await setUpOwner(served);
});
afterAll(async () => {
  await served.close();
  await sink.stop();
  await discardAll();
  expect(wrongAnswers).toEqual([]);
});

interface Made {
  readonly person: { readonly id: string };
  readonly invitation: { readonly link: string; readonly sent: boolean; readonly issues: { code: string }[] };
}

const invite = async (by: Served, name: string, email: string, language = "en"): Promise<Made> => {
  const how = { ...owner, body: { name, email, grants: [{ role: "preparer" }] } };
  const made = await by.ask("POST", `/v1/people?language=${language}`, how);
  expect(made.status).toBe(201);
  return made.json as unknown as Made;
};
const opens = async (link: string): Promise<number> => {
  const body = { key: new URL(link).searchParams.get("key"), password: PASSWORD };
  return (await served.ask("POST", "/v1/invitations/accept", { body })).status;
};

it.each([
  ["en", "Your invitation to Candela", "Dear Wong Mei,", "A new password for Candela"],
  ["zh-Hant", "邀請使用 Candela", "Wong Mei：", "設定新的 Candela 密碼"],
  ["zh-Hans", "邀请使用 Candela", "Wong Mei：", "设置新的 Candela 密码"],
])("sends invitations and resets in %s, each with a link that opens", async (language, subject, greeting, again) => {
  const address = `mei.${language.toLowerCase()}@example.com`;
  const { person, invitation } = await invite(served, "Wong Mei", address, language);
  expect([invitation.sent, invitation.issues]).toEqual([true, []]);
  const letter = sink.received.at(-1);
  expect([letter?.from, letter?.to]).toEqual(["candela@example.com", [address]]);
  expect([letter?.headers.subject, letter?.headers["auto-submitted"]]).toEqual([subject, "auto-generated"]);
  const lines = letter?.text.split(/\r?\n/) ?? [];
  expect(lines[0]).toBe(greeting);
  expect(lines).toContain(invitation.link);
  expect(await opens(invitation.link)).toBe(200);

  const reset = await served.ask("POST", `/v1/people/${person.id}/invitation?language=${language}`, owner);
  expect(reset.json.sent).toBe(true);
  expect(sink.received.at(-1)?.headers.subject).toBe(again);
  expect(sink.received.at(-1)?.text).toContain(String(reset.json.link));
});

it("lets no name begin another header or another recipient", async () => {
  const name = "Eve\r\nBcc: all@example.com\r\n\r\nhello";
  const { invitation } = await invite(served, name, "eve@example.com");
  expect(invitation.sent).toBe(true);
  const letter = sink.received.at(-1);
  expect(letter?.to).toEqual(["eve@example.com"]);
  expect(Object.keys(letter?.headers ?? {})).not.toContain("bcc");
  expect(letter?.text).toContain(invitation.link);
});

it("lets the invitation stand when the letter is not taken, and says so with the link", async () => {
  sink.refuse = "550 no such mailbox";
  const before = sink.received.length;
  const { invitation } = await invite(served, "Kim", "kim@example.com");
  sink.refuse = undefined;
  expect([invitation.sent, invitation.issues.map(({ code }) => code)]).toEqual([false, ["MAIL-001"]]);
  expect(JSON.stringify(invitation.issues)).toContain("550");
  expect(sink.received.length).toBe(before);
  expect(await opens(invitation.link)).toBe(200);
});

it("says so when there is no mail server at its address, or none with TLS, and goes on without one", async () => {
  const gone = await startMailSink();
  await gone.stop();
  const from = "candela@example.com";
  const withTls = new URL(sink.url);
  withTls.search = "";
  const before = sink.received.length;
  for (const [index, url] of [gone.url, withTls].entries()) {
    const other = await serve({ mail: { url, from }, workspace: served.workspace });
    const { invitation } = await invite(other, `Lee ${index}`, `lee${index}@example.com`);
    expect([invitation.sent, invitation.issues.map(({ code }) => code)]).toEqual([false, ["MAIL-001"]]);
    expect(await opens(invitation.link)).toBe(200);
  }
  expect(sink.received.length).toBe(before);
  const none = await serve({ workspace: served.workspace });
  const { invitation } = await invite(none, "Ho", "ho@example.com");
  expect([invitation.sent, invitation.issues]).toEqual([false, []]);
  expect((await none.ask("GET", "/v1/session")).json.mails).toBe(false);
});

it("takes an address of a mail server and a sender only, and prints no password", () => {
  const read = (url: string | undefined, from: string | undefined) => {
    const settings = readMail({ url, from });
    return settings.ok ? settings.value : settings.issues.map(({ code, actual }) => `${code} ${actual}`);
  };
  expect(read(undefined, undefined)).toBeUndefined();
  expect(read("https://user:secret@mail.example.com", "candela")).toEqual(["SERVER-006 https:", "SERVER-007 candela"]);
  expect(read("smtp://mail.example.com", "C <c@example.com>\r\nBcc: x@example.com")).toHaveLength(1);
  expect(read("smtp://user:50%off@mail.example.com", "c@example.com")).toEqual(["SERVER-006 smtp:"]);
  expect(read(undefined, "c@example.com")).toEqual(["SERVER-006 –"]);
  expect(expectOk(readMail({ url: "smtps://u:p@mail.example.com", from: "Candela <c@example.com>" }))?.from).toBe(
    "Candela <c@example.com>",
  );
});
