import type { Context, Hono } from "hono";
import { html } from "hono/html";
import { type Issue, type Language, LANGUAGES, renderIssue, textOf } from "../../../ground/issue/index.ts";
import { acceptInvitation, invitedPerson } from "../../identity/invitations.ts";
import { beginSession, checkPassword, endSession } from "../../identity/sessions.ts";
import { cookieOf, isOwned, isSameSite, SESSION_COOKIE } from "../caller.ts";
import { apiIssue } from "../operation.ts";
import { type Frame, page, word } from "../page.ts";
import { preferredLanguage, statusOf } from "../problem.ts";
import { readBody } from "../read-body.ts";
import type { Service } from "../service.ts";
import { sessionCookie } from "./session-cookie.ts";

interface Field {
  readonly name: string;
  /** Of the interface's texts. */
  readonly label: string;
  readonly type: "text" | "email" | "password" | "hidden";
  readonly value?: string;
  /** What a password manager takes it for. */
  readonly autocomplete?: string;
}

interface Form {
  readonly title: string;
  readonly action: string;
  readonly fields: readonly Field[];
  readonly button: string;
  readonly note?: string;
  readonly links?: readonly { readonly href: string; readonly label: string }[];
}

/** Where a page leads after sign-in: a path of ours, never another site. */
export const localPath = (text: string | undefined): string =>
  text !== undefined && /^\/(?![/\\])[\w\-./%?=&]*$/.test(text) ? text : "/";

const languageOf = (context: Context): Language =>
  LANGUAGES.find((language) => language === context.req.query("lang")) ??
  preferredLanguage(context.req.header("accept-language"));

/** Sign-in, set-up of the first owner and joining as plain forms, which need no script. */
export function addSignInPages(app: Hono, service: Service, placeOf: (context: Context) => string): void {
  const { workspace, ownerSetUp } = service;

  const show = (context: Context, form: Form, issues: readonly Issue[] = []): Response => {
    const language = languageOf(context);
    const frame: Frame = {
      language,
      texts: service.words,
      entity: textOf(() => "Candela"),
      position: 0n,
      inLanguage: (other) =>
        `${context.req.path}?${new URLSearchParams({ ...context.req.query(), lang: other }).toString()}`,
    };
    const problems = issues.map((issue) => {
      const { message, remedy } = renderIssue(issue, service.issueTexts);
      return html`<p>${message[language]} ${remedy[language]}</p>`;
    });
    const fields = form.fields.map(({ name, label, type, value, autocomplete }) =>
      type === "hidden"
        ? html`<input type="hidden" name="${name}" value="${value ?? ""}">`
        : html`<label for="${name}">${word(frame, label)}</label><input id="${name}" name="${name}" type="${type}" value="${value ?? ""}" autocomplete="${autocomplete ?? "off"}" required>`,
    );
    const content = html`${problems.length > 0 ? html`<div class="problem" role="alert">${problems}</div>` : ""}
${form.note === undefined ? "" : html`<p>${word(frame, form.note)}</p>`}
<form method="post" action="${form.action}">${fields}<button type="submit">${word(frame, form.button)}</button></form>
${(form.links ?? []).map(({ href, label }) => html`<p><a href="${href}">${word(frame, label)}</a></p>`)}`;
    context.header("cache-control", "no-store");
    const status = issues.length > 0 ? statusOf(issues) : 200;
    return context.html(page(frame, "", word(frame, form.title), content), status as 200) as Response;
  };

  /** The fields of a form that our own page sent; undefined when another site made the browser send it. */
  const readForm = async (context: Context): Promise<URLSearchParams | undefined> => {
    if (!isSameSite(context.req.raw)) return undefined;
    const body = await readBody(context.req.raw, 16_384);
    return body.ok ? new URLSearchParams(body.value.toString("utf8")) : undefined;
  };

  /** Begins a session, in the place of the one there was, and goes on. */
  const enter = async (context: Context, personId: string, next: string): Promise<Response> => {
    const before = cookieOf(context.req.raw, SESSION_COOKIE);
    if (before !== undefined) await endSession(workspace, before);
    context.header("set-cookie", sessionCookie(service, await beginSession(workspace, personId)));
    return context.redirect(next, 303);
  };

  const signInForm = (next: string, email = ""): Form => ({
    title: "sign-in.title",
    action: `/sign-in?next=${encodeURIComponent(next)}`,
    fields: [
      { name: "email", label: "sign-in.email", type: "email", value: email, autocomplete: "username" },
      { name: "password", label: "sign-in.password", type: "password", autocomplete: "current-password" },
    ],
    button: "sign-in.button",
    links: [],
  });
  app.get("/sign-in", async (context) => {
    if (!(await isOwned(workspace))) return context.redirect("/set-up");
    return show(context, signInForm(localPath(context.req.query("next"))));
  });
  app.post("/sign-in", async (context) => {
    const next = localPath(context.req.query("next"));
    const form = await readForm(context);
    if (!form) return show(context, signInForm(next), [apiIssue("API-403")]);
    const email = form.get("email") ?? "";
    const place = placeOf(context);
    const person = await checkPassword(workspace, service.throttles, email, form.get("password") ?? "", place);
    if (!person.ok) return show(context, signInForm(next, email), person.issues);
    return enter(context, person.value.id, next);
  });
  app.post("/sign-out", async (context) => {
    if (!isSameSite(context.req.raw)) return context.redirect("/", 303);
    const session = cookieOf(context.req.raw, SESSION_COOKIE);
    if (session !== undefined) await endSession(workspace, session);
    context.header("set-cookie", sessionCookie(service, undefined));
    return context.redirect("/sign-in", 303);
  });

  const setUpForm = (code: string, name = "", email = ""): Form => ({
    title: "set-up.title",
    note: "set-up.note",
    action: "/set-up",
    fields: [
      { name: "code", label: "set-up.code", type: "text", value: code },
      { name: "name", label: "set-up.name", type: "text", value: name, autocomplete: "name" },
      { name: "email", label: "sign-in.email", type: "email", value: email, autocomplete: "username" },
      { name: "password", label: "set-up.password", type: "password", autocomplete: "new-password" },
    ],
    button: "set-up.button",
  });
  app.get("/set-up", async (context) => {
    if (await isOwned(workspace)) return context.redirect("/sign-in");
    return show(context, setUpForm((context.req.query("code") ?? "").slice(0, 40)));
  });
  app.post("/set-up", async (context) => {
    const form = await readForm(context);
    if (!form) return show(context, setUpForm(""), [apiIssue("API-403")]);
    const field = (name: string): string => (form.get(name) ?? "").slice(0, 400).trim();
    const request = {
      code: field("code"),
      name: field("name"),
      email: field("email"),
      password: form.get("password") ?? "",
    };
    const made = await ownerSetUp.setUp(request, placeOf(context), await service.rights());
    if (!made.ok) return show(context, setUpForm(request.code, request.name, request.email), made.issues);
    return enter(context, made.value, "/");
  });

  const joinForm = (secret: string): Form => ({
    title: "join.title",
    note: "join.note",
    action: "/join",
    fields: [
      { name: "secret", label: "join.title", type: "hidden", value: secret },
      { name: "password", label: "set-up.password", type: "password", autocomplete: "new-password" },
    ],
    button: "join.button",
  });
  app.get("/join", async (context) => {
    const secret = (context.req.query("key") ?? "").slice(0, 100);
    const person = await invitedPerson(workspace, secret);
    return show(context, joinForm(secret), person.ok ? [] : person.issues);
  });
  app.post("/join", async (context) => {
    const form = await readForm(context);
    if (!form) return show(context, joinForm(""), [apiIssue("API-403")]);
    const secret = form.get("secret") ?? "";
    const person = await acceptInvitation(workspace, secret, form.get("password") ?? "");
    if (!person.ok) return show(context, joinForm(secret), person.issues);
    return enter(context, person.value.id, "/");
  });
}
