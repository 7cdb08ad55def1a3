import { Readable } from "node:stream";
import { z } from "zod";
import { fail, ok } from "../../../ground/issue/index.ts";
import { type AnyOperation, operation } from "../operation.ts";
import { flag, name } from "../schemas.ts";

const evidenceSchema = name(
  "Evidence",
  z.object({ sha256: z.string(), name: z.string(), mediaType: z.string(), bytes: z.string() }),
);
const params = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** Types that a browser may show by itself; anything else it is only given to keep. */
const SHOWN = new Set(["application/pdf", "image/png", "image/jpeg"]);

/** What a file is called when it is saved. @source RFC 6266, RFC 8187 */
function disposition(shown: boolean, called: string): string {
  const ascii = called.replace(/[^\w.-]/g, "_");
  const encoded = encodeURIComponent(called).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return `${shown ? "inline" : "attachment"}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

export const evidenceOperations: readonly AnyOperation[] = [
  operation({
    id: "readEvidence",
    method: "get",
    path: "/evidence/{sha256}",
    tag: "evidence",
    summary: "What a document is, by the hash of its bytes.",
    action: "evidence.read",
    params,
    answer: evidenceSchema,
    async handle({ workspace, params: { sha256 } }) {
      const kept = await workspace.store.evidence.open(sha256);
      if (!kept.ok) return kept;
      const { name: called, mediaType, size } = kept.value;
      return ok({ sha256, name: called, mediaType, bytes: String(size) });
    },
  }),
  operation({
    id: "downloadEvidence",
    method: "get",
    path: "/evidence/{sha256}/content",
    tag: "evidence",
    summary: "The bytes of a document.",
    action: "evidence.read",
    params,
    query: z.object({ show: flag.default(false).describe("To be looked at, where its type allows.") }),
    media: ["application/octet-stream"],
    async handle({ workspace, params: { sha256 }, query }) {
      const kept = await workspace.store.evidence.open(sha256);
      if (!kept.ok) return fail(...kept.issues);
      const { name: called, mediaType, size, read } = kept.value;
      const shown = query.show && SHOWN.has(mediaType);
      return new Response(Readable.toWeb(read()) as ReadableStream, {
        headers: {
          "content-type": SHOWN.has(mediaType) ? mediaType : "application/octet-stream",
          "content-length": String(size),
          "content-disposition": disposition(shown, called),
          // Whatever is in it, it acts on nothing here.
          "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'self'",
          etag: `"${sha256}"`,
          "cache-control": "private, max-age=31536000, immutable",
        },
      });
    },
  }),
];
