import { createHash } from "node:crypto";
import * as oauth from "oauth4webapi";
import { fail, type Issue, ok, type Result } from "../../ground/issue/index.ts";

/** The OpenID provider by which people may sign in. */
export interface ProviderSettings {
  readonly issuer: URL;
  readonly clientId: string;
  /** Without one we are a public client, which proves itself by PKCE alone. */
  readonly clientSecret?: string;
  /** What the button says. */
  readonly name: string;
}

/** Who the provider says somebody is. */
export interface ProviderIdentity {
  /** The provider and its own, unchanging name for the person. */
  readonly subject: string;
  /** Only an address that the provider has verified. */
  readonly email?: string;
}

/** Sign-in at an OpenID provider: authorization code with PKCE, state and nonce. */
export interface Provider {
  readonly name: string;
  /**
   * Where the browser that holds the secret is to go.
   * @issues SIGNIN-005 (the provider is away or is not one)
   */
  begin(secret: string, redirectUri: string): Promise<Result<string>>;
  /**
   * Who came back from there.
   * @param answer what stands after the `?` of the address they came back to
   * @issues SIGNIN-005, SIGNIN-006 (not what this browser began), SIGNIN-007 (refused there), SIGNIN-009 (an answer that does not hold)
   */
  finish(secret: string, redirectUri: string, answer: string): Promise<Result<ProviderIdentity>>;
}

const LONGEST_ANSWER_MS = 10_000;
/** What a provider says of itself is asked for again after this. */
const KNOWN_FOR_MS = 3_600_000;

/**
 * State, nonce and verifier of a sign-in are all made of the one secret that the browser keeps in a cookie: what comes back
 * fits this browser only, and the server keeps nothing that a flood of beginnings could fill.
 */
const derived = (purpose: "state" | "nonce" | "verifier", secret: string): string =>
  createHash("sha256").update(`candela oidc ${purpose} `).update(secret).digest("base64url");

const said = (text: string): string => text.replace(/[^\x20-\x7e]/g, "?").slice(0, 200);

const issue = (code: `SIGNIN-${string}`, actual: string): Issue => ({
  code,
  severity: "error",
  at: {},
  actual: said(actual),
});

/** No answer at all, as opposed to a wrong one. */
const isAway = (error: unknown): boolean =>
  error instanceof TypeError || (error instanceof Error && /^(Timeout|Abort)Error$/.test(error.name));

/** What went wrong, with the provider's own word for it where it has one. */
function textOf(error: unknown): string {
  if (error instanceof oauth.ResponseBodyError || error instanceof oauth.AuthorizationResponseError) return error.error;
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}

export function createProvider(
  { issuer, clientId, clientSecret, name }: ProviderSettings,
  now: () => number,
): Provider {
  const client: oauth.Client = { client_id: clientId };
  const proof = clientSecret === undefined ? oauth.None() : oauth.ClientSecretBasic(clientSecret);
  const http = () => ({
    signal: AbortSignal.timeout(LONGEST_ANSWER_MS),
    // Only an issuer on this machine may do without TLS; the settings see to that.
    [oauth.allowInsecureRequests]: issuer.protocol === "http:",
  });
  let known: { readonly server: oauth.AuthorizationServer; readonly at: number } | undefined;

  const discover = async (): Promise<Result<oauth.AuthorizationServer>> => {
    if (known && now() - known.at < KNOWN_FOR_MS) return ok(known.server);
    try {
      const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, http()));
      if (!server.authorization_endpoint || !server.token_endpoint || !server.jwks_uri)
        return fail(issue("SIGNIN-005", `${issuer.href}: authorization_endpoint, token_endpoint, jwks_uri`));
      known = { server, at: now() };
      return ok(server);
    } catch (error) {
      return fail(issue("SIGNIN-005", textOf(error)));
    }
  };

  const claimsOf = async (
    server: oauth.AuthorizationServer,
    parameters: URLSearchParams,
    secret: string,
    redirectUri: string,
  ): Promise<ProviderIdentity> => {
    const verifier = derived("verifier", secret);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      proof,
      parameters,
      redirectUri,
      verifier,
      http(),
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: derived("nonce", secret),
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(server, response, http());
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    if (!claims) throw new Error("id_token");
    let person: { readonly [name: string]: unknown } = claims;
    if (claims.email === undefined && server.userinfo_endpoint) {
      const asked = await oauth.userInfoRequest(server, client, tokens.access_token, http());
      person = await oauth.processUserInfoResponse(server, client, claims.sub, asked);
    }
    const { email, email_verified: isVerified } = person;
    return {
      subject: `${server.issuer}#${claims.sub}`,
      ...(typeof email === "string" && isVerified === true ? { email } : {}),
    };
  };

  return {
    name,
    async begin(secret, redirectUri) {
      const server = await discover();
      if (!server.ok) return server;
      const url = new URL(server.value.authorization_endpoint ?? "");
      const asked = {
        client_id: clientId,
        redirect_uri: redirectUri,
        response_type: "code",
        scope: "openid email",
        state: derived("state", secret),
        nonce: derived("nonce", secret),
        code_challenge: await oauth.calculatePKCECodeChallenge(derived("verifier", secret)),
        code_challenge_method: "S256",
      };
      for (const [key, value] of Object.entries(asked)) url.searchParams.set(key, value);
      return ok(url.href);
    },
    async finish(secret, redirectUri, answer) {
      const server = await discover();
      if (!server.ok) return server;
      let parameters: URLSearchParams;
      try {
        const given = new URLSearchParams(answer);
        parameters = oauth.validateAuthResponse(server.value, client, given, derived("state", secret));
      } catch (error) {
        const refused = error instanceof oauth.AuthorizationResponseError;
        return fail(issue(refused ? "SIGNIN-007" : "SIGNIN-006", textOf(error)));
      }
      try {
        return ok(await claimsOf(server.value, parameters, secret, redirectUri));
      } catch (error) {
        // Its keys or addresses may have changed: the next one asks again.
        known = undefined;
        return fail(issue(isAway(error) ? "SIGNIN-005" : "SIGNIN-009", textOf(error)));
      }
    },
  };
}
