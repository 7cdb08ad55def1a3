import { z } from "zod";
import { fail, type Issue, ok, type Result } from "../../../ground/issue/index.ts";
import type { Provider } from "../../identity/provider.ts";
import { personOfIdentity } from "../../identity/provider-link.ts";
import { newSecret } from "../../identity/secrets.ts";
import { cookieOf } from "../caller.ts";
import { type AnyOperation, type Call, operation } from "../operation.ts";
import { begin, startedSchema } from "../sign-in/begin-session.ts";
import { originOf } from "../sign-in/origin.ts";
import { PROVIDER_COOKIE, providerCookie } from "../sign-in/provider-cookie.ts";

/** The page of ours that the provider sends the browser back to. */
const RETURN_PATH = "/sign-in/provider";

const issue = (code: `SIGNIN-${string}`): Issue => ({ code, severity: "error", at: {} });

interface Way {
  readonly provider: Provider;
  readonly redirectUri: string;
}

/** @issues SIGNIN-002 (too many tries), SIGNIN-010 (there is no provider) */
function wayOf(call: Call<unknown, unknown, unknown>): Result<Way> {
  const { provider, throttles } = call.service;
  if (!provider) return fail(issue("SIGNIN-010"));
  const waitMs = throttles.place.waitMs(call.place);
  if (waitMs > 0) return fail({ ...issue("SIGNIN-002"), values: { seconds: String(Math.ceil(waitMs / 1000)) } });
  return ok({ provider, redirectUri: `${originOf(call)}${RETURN_PATH}` });
}

export const providerOperations: readonly AnyOperation[] = [
  operation({
    id: "beginProviderSignIn",
    method: "post",
    path: "/session/provider",
    tag: "session",
    summary: "Where to go to sign in at the OpenID provider; sets a cookie that lets this browser alone come back.",
    action: "anybody",
    answer: z.object({ url: z.string() }),
    async handle(call): Promise<Result<{ url: string }>> {
      const way = wayOf(call);
      if (!way.ok) return way;
      const secret = newSecret();
      const url = await way.value.provider.begin(secret, way.value.redirectUri);
      if (!url.ok) return url;
      call.headers.append("set-cookie", providerCookie(call.service, secret));
      return ok({ url: url.value });
    },
  }),
  operation({
    id: "finishProviderSignIn",
    method: "post",
    path: "/session/provider/answer",
    tag: "session",
    summary: "Sign in by what the OpenID provider sent this browser back with.",
    action: "anybody",
    body: z.strictObject({ answer: z.string().max(8192).describe("What stands after the ? of the address.") }),
    answer: startedSchema,
    async handle(call): Promise<Result<z.infer<typeof startedSchema>>> {
      const { service, place, request, body } = call;
      const way = wayOf(call);
      if (!way.ok) return way;
      const secret = cookieOf(request, PROVIDER_COOKIE(service));
      if (secret === undefined) return fail({ ...issue("SIGNIN-006"), actual: "–" });
      service.throttles.place.failed(place);
      const identity = await way.value.provider.finish(secret, way.value.redirectUri, body.answer);
      if (!identity.ok) return identity;
      const person = await personOfIdentity(service.workspace, identity.value);
      if (!person.ok) return person;
      service.throttles.place.succeeded(place);
      // It served once; a second answer by it is none.
      call.headers.append("set-cookie", providerCookie(service, undefined));
      return ok(await begin(call, person.value));
    },
  }),
];
