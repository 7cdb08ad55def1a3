import { fail, ok, type Result } from "../../ground/issue/index.ts";
import { apiIssue } from "./operation.ts";

/** A document that people or programs write is far below this. */
export const MOST_JSON_BYTES = 1024 * 1024;
const SLOWEST_MS = 20_000;

/**
 * Reads a body within limits of size and time.
 * @issues API-408 (too slow), API-413 (too large)
 */
export async function readBody(
  request: Request,
  mostBytes = MOST_JSON_BYTES,
  slowestMs = SLOWEST_MS,
): Promise<Result<Buffer>> {
  const tooLarge = fail(apiIssue("API-413", { expected: `${mostBytes}` }));
  if (Number(request.headers.get("content-length") ?? 0) > mostBytes) return tooLarge;
  const reader = request.body?.getReader();
  if (!reader) return ok(Buffer.alloc(0));
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), slowestMs);
  });
  try {
    for (;;) {
      const next = await Promise.race([reader.read(), late]);
      if (next === "late") {
        void reader.cancel().catch(() => {});
        return fail(apiIssue("API-408", { expected: `${slowestMs / 1000}` }));
      }
      if (next.done) return ok(Buffer.concat(pieces));
      bytes += next.value.length;
      if (bytes > mostBytes) {
        void reader.cancel().catch(() => {});
        return tooLarge;
      }
      pieces.push(next.value);
    }
  } finally {
    clearTimeout(timer);
  }
}
