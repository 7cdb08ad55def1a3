import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** A secret that is handed out once: 256 bits, in characters that a link and a header take. */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** What is kept of a secret of full entropy; such a one needs no slow hash. */
export const hashOf = (secret: string): Buffer => createHash("sha256").update(secret, "utf8").digest();

/** A short id that says nothing: `p-4f0c…`. */
export const newId = (prefix: string): string => `${prefix}-${randomBytes(9).toString("hex")}`;

/** Whether two texts are the same, in a time that tells nothing of where they differ. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(hashOf(a), hashOf(b));
}

/** The token that a page sends back with each write, so that another site's page cannot: a function of its session. */
export const csrfTokenOf = (session: string): string =>
  createHash("sha256").update("candela csrf ").update(session).digest("base64url");

/** A code to be read from a terminal and typed: twenty letters and digits without those that look alike, about 98 bits. */
export function readableCode(): string {
  const alphabet = "ABCDEFGHJKMNPQRSTVWXYZ23456789";
  let code = "";
  while (code.length < 20) {
    for (const byte of randomBytes(32)) {
      // Above the last whole multiple the letters would not be equally likely.
      if (byte < Math.floor(256 / alphabet.length) * alphabet.length && code.length < 20)
        code += alphabet[byte % alphabet.length] ?? "";
    }
  }
  return (code.match(/.{5}/g) ?? []).join("-");
}
