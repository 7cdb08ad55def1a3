import { setTimeout as pause } from "node:timers/promises";
import { fail, ok, type Result } from "../../../ground/issue/index.ts";
import { type SourceAccess, unanswered } from "../source.ts";

const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 200;
/** An answer that is larger was not asked for by us. */
const MOST_BYTES = 64_000_000;

/**
 * A JSON document by HTTP GET. What may pass by itself (no connection, a time-out, 429, 5xx) is tried three times.
 * @issues SENSE-031
 */
export async function getJson(
  url: URL,
  headers: Readonly<Record<string, string>>,
  { timeoutMs }: Pick<SourceAccess, "timeoutMs">,
): Promise<Result<unknown>> {
  const name = `${url.origin}${url.pathname}`;
  let last = "";
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    try {
      const answer = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs), redirect: "error" });
      const text = await bounded(answer);
      if (text === undefined) return fail(unanswered(name, `> ${MOST_BYTES} bytes`));
      last = `HTTP ${answer.status}: ${text.slice(0, 150)}`;
      if (answer.status === 429 || answer.status >= 500) continue;
      if (!answer.ok) return fail(unanswered(name, last));
      return ok(JSON.parse(text));
    } catch (error) {
      if (error instanceof SyntaxError) return fail(unanswered(name, last));
      const { message, cause } = error as Error;
      last = cause instanceof Error ? `${message}: ${cause.message}` : message;
    }
  }
  return fail(unanswered(name, last));
}

/** The text of an answer, or undefined when it is too long. */
async function bounded({ body }: Response): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    bytes += part.length;
    if (bytes > MOST_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
