import { fail, type Issue, ok, type Result } from "../../ground/issue/index.ts";
import type { ProviderSettings } from "../identity/provider.ts";
import type { MailSettings } from "../mail/mailer.ts";

/** Where the server listens, and how it is reached. */
export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  /** How people reach it, `https://esg.example.com`; without one it is reached on this machine alone. */
  readonly publicUrl?: URL;
  /** Addresses of proxies whose word on where a request comes from is believed. */
  readonly trustedProxies: readonly string[];
  /** By whom people may sign in beside their passwords. */
  readonly provider?: ProviderSettings;
  /** By whom invitations go out; without one their links are handed over. */
  readonly mail?: MailSettings;
}

/** A text as an address; undefined when it is none. */
export const parseUrl = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

/** Whether only this machine reaches an address. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * What the command line and the environment say, checked: whoever listens beyond this machine has to say how it is reached,
 * because links, cookies and the sign-in of another provider depend on it.
 * @issues SERVER-001 (no address although it is not only this machine), SERVER-002 (not an address)
 */
export function readSettings(given: {
  readonly host: string;
  readonly port: number;
  readonly publicUrl?: string | undefined;
  readonly trustedProxies?: string | undefined;
}): Result<ServerSettings> {
  const issues: Issue[] = [];
  const url = given.publicUrl === undefined ? undefined : parseUrl(given.publicUrl);
  if (given.publicUrl !== undefined && (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/"))
    issues.push({ code: "SERVER-002", severity: "error", at: {}, actual: given.publicUrl });
  if (given.publicUrl === undefined && !isLoopback(given.host))
    issues.push({ code: "SERVER-001", severity: "error", at: {}, actual: given.host });
  if (issues.length > 0) return fail(...issues);
  return ok({
    host: given.host,
    port: given.port,
    ...(url ? { publicUrl: url } : {}),
    trustedProxies: (given.trustedProxies ?? "")
      .split(",")
      .map((address) => address.trim())
      .filter(Boolean),
  });
}
