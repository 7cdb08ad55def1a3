import type { Service } from "../service.ts";

const TEN_MINUTES_SECONDS = 600;

const isSecure = ({ settings }: Service): boolean => settings.publicUrl?.protocol === "https:";

/** Behind TLS a name that no neighbouring host can plant. */
export const PROVIDER_COOKIE = (service: Service): string =>
  isSecure(service) ? "__Host-candela_provider" : "candela_provider";

/** The cookie of a sign-in that was begun at the provider, or the one that takes it away. Only our own page ever sends it. */
export function providerCookie(service: Service, secret: string | undefined): string {
  const life = secret === undefined ? "Max-Age=0" : `Max-Age=${TEN_MINUTES_SECONDS}`;
  const secure = isSecure(service) ? "; Secure" : "";
  return `${PROVIDER_COOKIE(service)}=${secret ?? ""}; Path=/; HttpOnly; SameSite=Strict; ${life}${secure}`;
}
