import { type Issue, ok, type Result } from "../../ground/issue/index.ts";
import { parseUrl } from "../http/settings.ts";
import type { MailSettings } from "./mailer.ts";

/** A name and an address, or an address alone; nothing that could begin another header. */
const FROM = /^(?:[^<>@\r\n]{1,120} <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/;

/** A password with a bare `%` in it cannot be told from one that is escaped wrongly. */
function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/**
 * The mail server that was set, checked; undefined where none was.
 * @issues SERVER-006 (no smtp address, or one that cannot be decoded), SERVER-007 (no sender's address)
 */
export function readMail(given: {
  readonly url: string | undefined;
  readonly from: string | undefined;
}): Result<MailSettings | undefined> {
  if (!given.url && !given.from) return ok(undefined);
  const issues: Issue[] = [];
  const url = parseUrl(given.url ?? "");
  const isMail = url !== undefined && /^smtps?:$/.test(url.protocol) && url.hostname !== "" && isDecodable(url);
  // The address may hold a password, which must not be printed.
  if (!isMail) issues.push({ code: "SERVER-006", severity: "error", at: {}, actual: url ? url.protocol : "–" });
  if (!FROM.test(given.from ?? ""))
    issues.push({ code: "SERVER-007", severity: "error", at: {}, actual: given.from || "–" });
  if (issues.length > 0 || !url || !given.from) return { ok: false, issues };
  return ok({ url, from: given.from });
}
