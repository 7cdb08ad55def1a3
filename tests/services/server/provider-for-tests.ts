import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";

/** Somebody whom the provider knows. */
export interface Account {
  readonly email?: string;
  readonly email_verified?: boolean;
}

/** A real OpenID provider on this machine, at which whoever comes is signed in as the person of `who`. */
export interface ProviderForTests {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Signs in as this one; undefined refuses. */
  who: string | undefined;
  readonly accounts: Map<string, Account>;
  /** Changes an answer of the token endpoint on its way. */
  tamper: ((answer: Record<string, unknown>) => unknown) | undefined;
  /** Goes as a browser goes from the address of `begin` until it is sent back to us, and says with what. */
  visit(url: string): Promise<URL>;
  stop(): Promise<void>;
  readonly tokensAsked: () => number;
}

/** @param redirectUris where it may send people back to; read at the first request, so that a server may be started first */
export async function startProvider(redirectUris: readonly string[]): Promise<ProviderForTests> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [clientId, clientSecret] = ["candela", "a secret of the client, long enough"];
  const accounts = new Map<string, Account>();
  const make = (): Provider =>
    new Provider(issuer, {
      clients: [
        {
          client_id: clientId,
          client_secret: clientSecret,
          redirect_uris: redirectUris,
          grant_types: ["authorization_code"],
        },
      ],
      pkce: { required: () => true },
      claims: { openid: ["sub"], email: ["email", "email_verified"] },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      cookies: { keys: ["a key of the test"] },
      findAccount: (_: unknown, id: string) => ({
        accountId: id,
        claims: () => ({ sub: id, ...accounts.get(id) }),
      }),
    });
  let made: Provider | undefined;
  const provider = (): Provider => (made ??= make());
  let tokensAsked = 0;

  const interact = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { prompt, session, params } = await provider().interactionDetails(request, response);
    const { who } = running;
    if (who === undefined) {
      await provider().interactionFinished(request, response, { error: "access_denied" });
      return;
    }
    if (prompt.name === "login") {
      await provider().interactionFinished(request, response, { login: { accountId: who } });
      return;
    }
    const grant = new (provider().Grant)({ accountId: session?.accountId ?? who, clientId: params.client_id });
    grant.addOIDCScope("openid email");
    await provider().interactionFinished(request, response, { consent: { grantId: await grant.save() } });
  };

  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith("/interaction/")) {
      void interact(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
      return;
    }
    if (request.url === "/token") {
      tokensAsked += 1;
      const { tamper } = running;
      if (tamper) {
        const end = response.end.bind(response) as (text: string) => ServerResponse;
        response.end = ((text: string) => {
          response.removeHeader("content-length");
          const changed = tamper(JSON.parse(text) as Record<string, unknown>);
          return end(typeof changed === "string" ? changed : JSON.stringify(changed));
        }) as never;
      }
    }
    void provider().callback()(request, response);
  });

  const running: ProviderForTests = {
    issuer,
    clientId,
    clientSecret,
    who: undefined,
    accounts,
    tamper: undefined,
    tokensAsked: () => tokensAsked,
    async visit(url) {
      const cookies = new Map<string, string>();
      let at = new URL(url);
      for (let hops = 0; hops < 12 && at.origin === issuer; hops += 1) {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
        const seen = await fetch(at, { redirect: "manual", headers: { cookie } });
        for (const set of seen.headers.getSetCookie()) {
          const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
          cookies.set(name, value);
        }
        const next = seen.headers.get("location");
        if (next === null) throw new Error(`${at.pathname}: ${seen.status} ${await seen.text()}`);
        at = new URL(next, at);
      }
      return at;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return running;
}
