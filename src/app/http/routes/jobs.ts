import { z } from "zod";
import { fail, type Issue, ok, type Result } from "../../../ground/issue/index.ts";
import { foundJob, type Job } from "../../jobs/jobs.ts";
import type { IdentityTransaction } from "../../identity/tables.ts";
import { type AnyOperation, type Call, operation } from "../operation.ts";
import { renderIssues } from "../problem.ts";
import { instantSchema, issueSchema, name } from "../schemas.ts";

export const jobSchema = name(
  "Job",
  z.object({
    id: z.string(),
    kind: z.string(),
    actor: z.string(),
    state: z.enum(["waiting", "running", "done", "failed"]),
    progress: z.string().nullable(),
    createdAt: instantSchema,
    endedAt: instantSchema.nullable(),
    result: z.unknown().describe("What came of it, by its kind."),
    issues: z.array(issueSchema).describe("All issues of the result, or those for which there is none."),
  }),
);

/** A job with its issues in the caller's language. */
export function jobJson(job: Job, { service, language }: Call<unknown, unknown, unknown>): z.infer<typeof jobSchema> {
  const { issues: found = [], ...result } = (job.result ?? {}) as { issues?: Issue[] };
  return {
    ...job,
    createdAt: job.createdAt.toISOString(),
    endedAt: job.endedAt?.toISOString() ?? null,
    result: job.result === null ? null : result,
    issues: renderIssues([...job.issues, ...found], service.issueTexts, language).map((issue) => ({ ...issue })),
  };
}

const params = z.object({ job: z.string().max(40) });

/** A job of the caller's own, or any where they may look after the whole. @issues JOB-001 */
async function visibleJob(call: Call<z.infer<typeof params>, unknown, unknown>): Promise<Result<Job>> {
  const { service, params: asked, caller } = call;
  const job = foundJob(await service.jobs.read(asked.job), asked.job);
  if (!job.ok || job.value.actor === caller.actor.id || (await seesAll(call))) return job;
  return foundJob(undefined, asked.job);
}

const seesAll = async ({ service, caller }: Call<unknown, unknown, unknown>): Promise<boolean> =>
  (await service.rights()).may(caller.actor, "system.read", { kind: "job" }) === true;

/** Makes a job, kept with the answer under the request's key. */
export async function begin(
  call: Call<unknown, unknown, unknown>,
  kind: string,
  request: unknown,
): Promise<z.infer<typeof jobSchema>> {
  const { workspace, service } = call;
  const id = await workspace.store.transaction(async (plain) => {
    const tx = plain as unknown as IdentityTransaction;
    const made = await service.jobs.add(tx, kind, workspace.actor, request);
    await call.keep(tx, jobJson(waiting(made, kind, call), call));
    return made;
  });
  service.jobs.wake();
  return jobJson(waiting(id, kind, call), call);
}

const waiting = (id: string, kind: string, { workspace }: Call<unknown, unknown, unknown>): Job => ({
  id,
  kind,
  actor: workspace.actor.id,
  state: "waiting",
  progress: null,
  createdAt: workspace.now(),
  endedAt: null,
  result: null,
  issues: [],
});

const HEARTBEAT_MS = 15_000;

/** Events of a job until it has ended: first how it stands, so that who comes back after a reload has missed nothing. */
function follow(call: Call<z.infer<typeof params>, unknown, unknown>, id: string): Response {
  const { service, request } = call;
  const encoder = new TextEncoder();
  let leave = (): void => {};
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      let ended = false;
      let sending = Promise.resolve();
      const end = (): void => {
        if (ended) return;
        ended = true;
        leave();
        controller.close();
      };
      const send = async (): Promise<void> => {
        const job = ended ? undefined : await service.jobs.read(id);
        if (ended || !job) return;
        controller.enqueue(encoder.encode(`event: job\ndata: ${JSON.stringify(jobJson(job, call))}\n\n`));
        if (job.state === "done" || job.state === "failed") end();
      };
      const next = (): void => {
        sending = sending.then(send).catch(end);
      };
      const unwatch = service.jobs.watch(id, next);
      const beat = setInterval(() => {
        if (!ended) controller.enqueue(encoder.encode(": still here\n\n"));
      }, HEARTBEAT_MS);
      leave = () => {
        ended = true;
        unwatch();
        clearInterval(beat);
        service.stopping.removeEventListener("abort", end);
      };
      service.stopping.addEventListener("abort", end);
      request.signal.addEventListener("abort", end);
      next();
    },
    cancel: () => leave(),
  });
  return new Response(stream, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" },
  });
}

export const jobOperations: readonly AnyOperation[] = [
  operation({
    id: "listJobs",
    method: "get",
    path: "/jobs",
    tag: "jobs",
    summary: "Long work, the latest first: one's own, or everybody's for who looks after the whole.",
    action: "signed-in",
    query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
    answer: z.object({ items: z.array(jobSchema) }),
    async handle(call) {
      const { service, query, caller } = call;
      const jobs = await service.jobs.list((await seesAll(call)) ? undefined : caller.actor.id, query.limit);
      return ok({ items: jobs.map((job) => jobJson(job, call)) });
    },
  }),
  operation({
    id: "readJob",
    method: "get",
    path: "/jobs/{job}",
    tag: "jobs",
    summary: "One job, and what came of it.",
    action: "signed-in",
    params,
    answer: jobSchema,
    async handle(call) {
      const job = await visibleJob(call);
      return job.ok ? ok(jobJson(job.value, call)) : job;
    },
  }),
  operation({
    id: "followJob",
    method: "get",
    path: "/jobs/{job}/events",
    tag: "jobs",
    summary: "How a job goes on, as server-sent events, until it has ended.",
    action: "signed-in",
    params,
    media: ["text/event-stream"],
    async handle(call) {
      const job = await visibleJob(call);
      return job.ok ? follow(call, job.value.id) : fail(...job.issues);
    },
  }),
  operation({
    id: "verifyJournal",
    method: "post",
    path: "/journal/verify",
    tag: "journal",
    summary:
      "Recompute every chain and every row's digest, as a job; against a head that was printed earlier, if given.",
    action: "journal.verify",
    idempotent: true,
    body: z.strictObject({ against: z.string().max(200).optional() }),
    answer: jobSchema,
    status: 202,
    handle: async (call) => ok(await begin(call, "verify-journal", call.body)),
  }),
  operation({
    id: "takeBackup",
    method: "post",
    path: "/backups",
    tag: "system",
    summary: "Write everything into one file, as a job, while others work.",
    action: "backup.take",
    idempotent: true,
    answer: jobSchema,
    status: 202,
    handle: async (call) => ok(await begin(call, "backup", {})),
  }),
];
