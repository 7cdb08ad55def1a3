import { type Issue, ok, type Result } from "../../ground/issue/index.ts";
import { isLoopback, parseUrl } from "../http/settings.ts";
import type { ProviderSettings } from "./provider.ts";

/** What is set of a provider, each as it stands in the environment. */
type Given = Readonly<Record<"issuer" | "clientId" | "clientSecret" | "name", string | undefined>>;

/**
 * The OpenID provider that was set, checked; undefined where none was.
 * @issues SERVER-004 (no https address), SERVER-005 (issuer and client id are not both there)
 */
export function readProvider(given: Given): Result<ProviderSettings | undefined> {
  const { issuer: text, clientId, clientSecret, name } = given;
  if (!text && !clientId && !clientSecret && !name) return ok(undefined);
  const issues: Issue[] = [];
  const missing = [...(text ? [] : ["CANDELA_OIDC_ISSUER"]), ...(clientId ? [] : ["CANDELA_OIDC_CLIENT_ID"])];
  for (const expected of missing) issues.push({ code: "SERVER-005", severity: "error", at: {}, expected });
  const issuer = text ? parseUrl(text) : undefined;
  const isSafe = issuer?.protocol === "https:" || (issuer?.protocol === "http:" && isLoopback(issuer.hostname));
  if (text && (!isSafe || issuer?.search || issuer?.hash))
    issues.push({ code: "SERVER-004", severity: "error", at: {}, actual: text });
  if (issues.length > 0 || !issuer || !clientId) return { ok: false, issues };
  return ok({ issuer, clientId, ...(clientSecret ? { clientSecret } : {}), name: name || issuer.host });
}
