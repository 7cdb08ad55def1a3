import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { fail, ok, type Result } from "../../../ground/issue/index.ts";
import { DELIMITERS, ENCODINGS, type Mapping, mappingSchema } from "../../../measure/index.ts";
import { openCalculator } from "../../compute-values.ts";
import { newId } from "../../identity/secrets.ts";
import { type IdentityTransaction, tablesOf } from "../../identity/tables.ts";
import type { ImportRequest } from "../../jobs/runners.ts";
import { type AnyOperation, apiIssue, type Call, operation } from "../operation.ts";
import { name, periodSchema } from "../schemas.ts";
import { jobSchema, jobJson } from "./jobs.ts";

const MOST_BYTES = 256 * 1024 * 1024;

const uploadSchema = name(
  "Upload",
  z.object({ upload: z.string(), name: z.string(), bytes: z.number(), sha256: z.string() }),
);

/** The last part of a name, without what would steer a terminal, a header or a file system. */
export const plainFileName = (text: string): string =>
  (text.split(/[\\/]/).at(-1) ?? "")
    .replace(/[\p{Cc}\p{Cf}]/gu, "")
    .trim()
    .slice(0, 200) || "upload";

const typeOf = (file: string): string =>
  /\.xlsx$/i.test(file)
    ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    : /\.csv$/i.test(file)
      ? "text/csv"
      : "application/octet-stream";

/** Takes in the bytes of a request as a file of our own naming, and no more of them than may be. @issues API-413 */
async function receive(request: Request, folder: string): Promise<Result<string>> {
  const tooLarge = fail(apiIssue("API-413", { expected: String(MOST_BYTES) }));
  if (Number(request.headers.get("content-length") ?? 0) > MOST_BYTES) return tooLarge;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, randomBytes(12).toString("hex"));
  let bytes = 0;
  async function* counted(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of body) {
      bytes += piece.length;
      if (bytes > MOST_BYTES) throw new TooLarge();
      yield piece;
    }
  }
  try {
    const body = request.body
      ? Readable.fromWeb(request.body as Parameters<typeof Readable.fromWeb>[0])
      : Readable.from([]);
    await pipeline(counted(body), createWriteStream(file, { mode: 0o600 }));
    return ok(file);
  } catch (error) {
    await rm(file, { force: true });
    if (error instanceof TooLarge) return tooLarge;
    throw error;
  }
}

class TooLarge extends Error {}

async function ownUpload(
  { workspace }: Call<unknown, unknown, unknown>,
  id: string,
): Promise<Result<{ sha256: string; name: string }>> {
  const row = await tablesOf(workspace.store)
    .selectFrom("upload")
    .select(["sha256", "name"])
    .where("id", "=", id)
    .where("put_by", "=", workspace.actor.id)
    .executeTakeFirst();
  return row ? ok(row) : fail({ code: "UPLOAD-001", severity: "error", at: {}, actual: id });
}

export const importOperations: readonly AnyOperation[] = [
  operation({
    id: "upload",
    method: "post",
    path: "/uploads",
    tag: "import",
    summary: "Bring in a CSV or XLSX file; its bytes are kept as evidence, and nothing is imported yet.",
    action: "batch.submit",
    narrows: true,
    takesBytes: true,
    query: z.object({ name: z.string().min(1).max(400) }),
    answer: uploadSchema,
    status: 201,
    async handle({ workspace, request, query }) {
      const { store, actor, now } = workspace;
      const received = await receive(request, join(store.folder, "incoming"));
      if (!received.ok) return received;
      const called = plainFileName(query.name);
      try {
        const kept = await store.evidence.put(received.value, { name: called, mediaType: typeOf(called) });
        const id = newId("u");
        await tablesOf(store)
          .insertInto("upload")
          .values({ id, sha256: kept.sha256, name: called, bytes: kept.size, put_by: actor.id, put_at: now() })
          .execute();
        return ok({ upload: id, name: called, bytes: Number(kept.size), sha256: kept.sha256 });
      } finally {
        await rm(received.value, { force: true });
      }
    },
  }),
  operation({
    id: "importUpload",
    method: "post",
    path: "/imports",
    tag: "import",
    summary: "Look at an upload, or import it, as a job: its result has the columns, the rows and every issue.",
    action: "batch.submit",
    narrows: true,
    idempotent: true,
    body: z.strictObject({
      upload: z.string().max(40),
      mode: z.enum(["preview", "submit"]),
      kind: z.enum(["records", "reported"]).default("records"),
      mapping: mappingSchema.optional(),
      encoding: z.enum(ENCODINGS).optional(),
      delimiter: z.enum(DELIMITERS).optional(),
      sheet: z.string().max(200).optional(),
      period: periodSchema.optional(),
      acceptValid: z.boolean().default(false),
      acceptWarnings: z.boolean().default(false),
    }),
    answer: jobSchema,
    status: 202,
    async handle(call) {
      const { workspace, body, service } = call;
      const { upload: id, mode, mapping, encoding, delimiter, sheet, period: label, ...choices } = body;
      const upload = await ownUpload(call, id);
      if (!upload.ok) return upload;
      const opened = label === undefined ? undefined : await openCalculator(workspace, {});
      if (opened && !opened.ok) return opened;
      const period = label === undefined ? undefined : opened?.value.period(label);
      if (period && !period.ok) return period;
      const request: ImportRequest = {
        upload: upload.value,
        options: {
          ...choices,
          preview: mode === "preview",
          ...(mapping ? { mapping: mapping as Mapping } : {}),
          ...(encoding ? { encoding } : {}),
          ...(delimiter ? { delimiter } : {}),
          ...(sheet === undefined ? {} : { sheet }),
          ...(period ? { period: period.value } : {}),
        },
      };
      const job = await workspace.store.transaction(async (plain) => {
        const tx = plain as unknown as IdentityTransaction;
        const made = await service.jobs.add(tx, "import", workspace.actor, request);
        const row = await tx.selectFrom("job").select(["created_at"]).where("id", "=", made).executeTakeFirstOrThrow();
        const waiting = {
          id: made,
          kind: "import",
          actor: workspace.actor.id,
          state: "waiting" as const,
          progress: null,
          createdAt: row.created_at,
          endedAt: null,
          result: null,
          issues: [],
        };
        await call.keep(tx, jobJson(waiting, call));
        return waiting;
      });
      service.jobs.wake();
      return ok(jobJson(job, call));
    },
  }),
];
