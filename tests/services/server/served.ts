import path from "node:path";
import type { z } from "zod";
import { createApp } from "../../../src/app/http/app.ts";
import type { AnyOperation } from "../../../src/app/http/operation.ts";
import { createService, type Service } from "../../../src/app/http/service.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { type ServerSettings, readSettings } from "../../../src/app/http/settings.ts";
import type { ProviderSettings } from "../../../src/app/identity/provider.ts";
import type { MailSettings } from "../../../src/app/mail/mailer.ts";
import { openWorkspace, type Workspace } from "../../../src/app/workspace.ts";
import { scratch } from "../store/scratch.ts";

/** An answer as a test looks at it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, unknown> & { items: Record<string, unknown>[] };
}

export interface Asking {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookie?: string;
  readonly csrf?: string;
  readonly token?: string;
}

/** The application over a real store, asked in this process as a browser or a program asks. */
export interface Served {
  readonly workspace: Workspace;
  readonly service: Service;
  ask(method: string, target: string, how?: Asking): Promise<Answer>;
  close(): Promise<void>;
}

export const PASSWORD = "four unrelated words here";

/** Answers that are not as the API document says. */
export const wrongAnswers: string[] = [];

const answerCheck = (one: AnyOperation, body: unknown): void => {
  const schema = (one as unknown as { answer?: z.ZodType }).answer;
  const parsed = schema?.safeParse(JSON.parse(JSON.stringify(body)));
  if (parsed && !parsed.success) wrongAnswers.push(`${one.id}: ${parsed.error.message}`);
};

export async function serve(
  options: {
    readonly publicUrl?: string;
    readonly now?: () => Date;
    readonly folder?: string;
    readonly provider?: ProviderSettings | undefined;
    readonly mail?: MailSettings | undefined;
    /** One that is open already, and stays so. */
    readonly workspace?: Workspace;
  } = {},
): Promise<Served> {
  const folder = options.folder ?? path.join(scratch(), "data");
  const opened = options.workspace ?? expectOk(await openWorkspace({ folder }));
  const workspace: Workspace = { ...opened, ...(options.now ? { now: options.now } : {}) };
  const settings: ServerSettings = {
    ...expectOk(readSettings({ host: "127.0.0.1", port: 0, publicUrl: options.publicUrl })),
    ...(options.provider ? { provider: options.provider } : {}),
    ...(options.mail ? { mail: options.mail } : {}),
  };
  const service = await createService(workspace, settings, { logLevel: "silent" });
  const app = createApp(service, { answerCheck });
  const origin = options.publicUrl ?? "http://localhost";
  return {
    workspace,
    service,
    async ask(method, target, { body, headers = {}, cookie, csrf, token } = {}) {
      const isBytes = body instanceof Uint8Array || typeof body === "string";
      const response = await app.fetch(
        new Request(new URL(target.startsWith("/v1") ? `/api${target}` : target, origin), {
          method,
          headers: {
            host: new URL(origin).host,
            ...(body === undefined || isBytes ? {} : { "content-type": "application/json" }),
            ...(cookie === undefined ? {} : { cookie: `candela_session=${cookie}` }),
            ...(csrf === undefined ? {} : { "x-csrf-token": csrf }),
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: isBytes ? (body as string) : JSON.stringify(body) }),
        }),
      );
      const text = await response.text();
      const isJson = /json/.test(response.headers.get("content-type") ?? "");
      const json = (isJson ? JSON.parse(text) : {}) as Answer["json"];
      return { status: response.status, headers: response.headers, text, json };
    },
    async close() {
      await workspace.close();
    },
  };
}

/** The secret of a session that an answer begins. */
export const sessionOf = (answer: Answer): string =>
  /candela_session=([^;]*)/.exec(answer.headers.get("set-cookie") ?? "")?.[1] ?? "";

/** Someone who is signed in. */
export interface SignedIn {
  readonly cookie: string;
  readonly csrf: string;
  readonly person: string;
}

const signedIn = (answer: Answer): SignedIn => {
  if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`);
  const actor = answer.json.actor as { person: string };
  return { cookie: sessionOf(answer), csrf: String(answer.json.csrfToken), person: actor.person };
};

/** The first owner, by the code that the terminal shows. */
export async function setUpOwner(served: Served, email = "owner@example.com"): Promise<SignedIn> {
  const code = served.service.ownerSetUp.code();
  const body = { code, name: "Olive", email, password: PASSWORD };
  return signedIn(await served.ask("POST", "/v1/set-up", { body }));
}

/** Another person with these roles, who has opened the link and set a password. */
export async function join(
  served: Served,
  owner: SignedIn,
  name: string,
  grants: readonly object[],
): Promise<SignedIn> {
  const body = { name, email: `${name}@example.com`, grants };
  const made = await served.ask("POST", "/v1/people", { ...owner, body });
  if (made.status !== 201) throw new Error(made.text);
  const { link } = made.json.invitation as { link: string };
  const key = new URL(link).searchParams.get("key");
  return signedIn(await served.ask("POST", "/v1/invitations/accept", { body: { key, password: PASSWORD } }));
}
