import { z } from "zod";
import { coversExtent } from "../../../ground/actor/index.ts";
import { fail, ok } from "../../../ground/issue/index.ts";
import { batchExtents, type BatchSummary, decide, listBatches } from "../../../measure/index.ts";
import { modelNow, type Workspace, writerOf } from "../../workspace.ts";
import { type AnyOperation, type Call, operation } from "../operation.ts";
import { name, pageOf, positionSchema } from "../schemas.ts";
import { notThere } from "./views.ts";

const batchSchema = name(
  "Batch",
  z.object({
    id: z.number(),
    kind: z.enum(["records", "reported"]),
    name: z.string(),
    rows: z.number(),
    digest: z.string(),
    submittedBy: z.string(),
    submittedPosition: positionSchema,
    decision: z.enum(["approved", "rejected"]).nullable(),
    decidedBy: z.string().nullable(),
    decidedPosition: positionSchema.nullable(),
    supersedes: z.number().describe("Rows of other batches that it takes the place of."),
    mayDecide: z.boolean().describe("Whether this caller may approve or reject it."),
  }),
);

/** What a write of the ledger came to. */
export const batchDoneSchema = name("BatchDone", z.object({ batch: z.number(), position: positionSchema }));

/** The workspace of a call whose answer is to be kept with the batch that it writes. */
export const batchAlongside = (call: Call<unknown, unknown, unknown>): Workspace => ({
  ...call.workspace,
  alongside: (tx, { batch, position }) => call.keep(tx, { batch, position: String(position) }),
});

const params = z.object({ batch: z.coerce.number().int().min(1).max(2_147_483_647) });

/** Those of the batches that lie within the caller's extents, with whether they may decide on each. */
async function visible(call: Call<unknown, unknown, unknown>, batches: readonly BatchSummary[]) {
  const { workspace, extents, caller, service } = call;
  const limited = extents.every(({ sites, activities }) => sites ?? activities);
  const about = limited
    ? await batchExtents(
        workspace.store,
        batches.map(({ id }) => id),
      )
    : undefined;
  const rights = await service.rights();
  return batches
    .filter(({ id }) => about === undefined || coversExtent(extents, about.get(id)))
    .map((batch): z.infer<typeof batchSchema> => {
      const where = about?.get(batch.id);
      const may = rights.may(caller.actor, "batch.approve", {
        kind: "batch",
        id: String(batch.id),
        submittedBy: batch.submittedBy,
        ...(where ? { about: where } : {}),
      });
      return {
        ...batch,
        submittedPosition: String(batch.submittedPosition),
        decidedPosition: batch.decidedPosition === null ? null : String(batch.decidedPosition),
        mayDecide: batch.decision === null && may === true,
      };
    });
}

export const batchOperations: readonly AnyOperation[] = [
  operation({
    id: "listBatches",
    method: "get",
    path: "/batches",
    tag: "batches",
    summary: "What was submitted, the latest first, and what waits for a decision.",
    action: "batch.read",
    narrows: true,
    query: z.object({
      pending: z.enum(["true", "false"]).default("false"),
      cursor: z
        .string()
        .regex(/^\d{1,10}$/)
        .optional(),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    answer: pageOf(batchSchema),
    async handle(call) {
      const { workspace, query } = call;
      const batches = await listBatches(workspace.store, {
        pending: query.pending === "true",
        limit: query.limit + 1,
        ...(query.cursor === undefined ? {} : { before: BigInt(query.cursor) }),
      });
      const shown = batches.slice(0, query.limit);
      const last = shown.at(-1);
      return ok({
        items: await visible(call, shown),
        ...(batches.length > query.limit && last ? { next: String(last.submittedPosition) } : {}),
      });
    },
  }),
  operation({
    id: "readBatch",
    method: "get",
    path: "/batches/{batch}",
    tag: "batches",
    summary: "One batch.",
    action: "batch.read",
    narrows: true,
    params,
    answer: batchSchema,
    async handle(call) {
      const found = await listBatches(call.workspace.store, { id: call.params.batch, limit: 1 });
      if (found.length === 0)
        return fail({ code: "LEDGER-010", severity: "error", at: { record: String(call.params.batch) } });
      const [batch] = await visible(call, found);
      if (!batch) return fail(await notThere(call, "batch.read", String(call.params.batch)));
      call.tag(`${batch.id}-${batch.decidedPosition ?? "0"}`);
      return ok(batch);
    },
  }),
  ...(["approve", "reject"] as const).map((decision) =>
    operation({
      id: `${decision}Batch`,
      method: "post",
      path: `/batches/{batch}/${decision}`,
      tag: "batches",
      summary:
        decision === "approve"
          ? "Approve what another person submitted."
          : "Reject what another person submitted; it no longer counts.",
      action: `batch.${decision}`,
      narrows: true,
      idempotent: true,
      params,
      body: z.strictObject({ reason: z.string().trim().max(2000).optional() }),
      answer: batchDoneSchema,
      async handle(call) {
        const model = await modelNow(call.workspace);
        if (!model.ok) return model;
        const { reason } = call.body;
        const done = await decide(writerOf(batchAlongside(call), model.value), call.params.batch, decision, reason);
        return done.ok ? ok({ batch: done.value.batch, position: String(done.value.position) }) : done;
      },
    }),
  ),
];
