import { SESSION_COOKIE } from "../caller.ts";
import type { Service } from "../service.ts";

const WEEK_SECONDS = 7 * 86_400;

/**
 * The cookie of a session, or the one that takes it away: out of reach of scripts, not sent along by other sites, and only over
 * TLS wherever the product is reached by it.
 */
export function sessionCookie(service: Service, secret: string | undefined): string {
  const secure = service.settings.publicUrl?.protocol === "https:" ? "; Secure" : "";
  const life = secret === undefined ? "Max-Age=0" : `Max-Age=${WEEK_SECONDS}`;
  return `${SESSION_COOKIE}=${secret ?? ""}; Path=/; HttpOnly; SameSite=Lax; ${life}${secure}`;
}
