import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { ok, type Result } from "../../ground/issue/index.ts";
import { formatHeads, parseHeads, verifyJournal } from "../../ground/journal/index.ts";
import { backup, type Store } from "../../ground/store/index.ts";
import { type ImportOptions, importKept } from "../import-file.ts";
import { type SimulationRequest, simulateApart } from "../simulations.ts";
import { verifyContent } from "../verify-content.ts";
import { VERIFIERS } from "../workspace.ts";
import type { Runner } from "./jobs.ts";

/** What an import job is asked to do. */
export interface ImportRequest {
  readonly upload: { readonly sha256: string; readonly name: string };
  readonly options: Omit<ImportOptions, "onProgress" | "job" | "sources">;
}

/** What the batch of an earlier run of a job came to, when that run was cut off after it had committed. */
async function committedBatch(store: Store, job: string) {
  const found = await sql<{ batch: number; rows: number; digest: string; position: bigint }>`
    select id as batch, rows, encode(digest, 'hex') as digest, submitted_position as position
    from candela.batch where source::jsonb ->> 'job' = ${job} order by id limit 1`.execute(store.db);
  return found.rows[0];
}

const importJob: Runner = async (workspace, { id, request, progress }): Promise<Result<unknown>> => {
  const { upload, options } = request as ImportRequest;
  const before = await committedBatch(workspace.store, id);
  if (before) return ok({ submitted: before, issues: [], counts: { error: 0, warning: 0, notice: 0, byCode: {} } });
  return importKept(workspace, upload, { ...options, job: id, onProgress: progress });
};

const verifyJob: Runner = async ({ store }, { request, progress }) => {
  const text = (request as { against?: string }).against;
  const against = text === undefined ? undefined : parseHeads(text);
  if (against && !against.ok) return against;
  const result = await verifyJournal<Store>(store, {
    verifiers: VERIFIERS,
    onProgress: progress,
    ...(against ? { against: against.value } : {}),
  });
  const evidence = await store.evidence.verify(progress);
  const content = await verifyContent(store);
  return ok({
    head: formatHeads(result.heads),
    checked: {
      events: result.events,
      streams: result.streams,
      rows: result.extraChecked,
      evidence: evidence.checked,
      content: content.checked,
    },
    issues: [...result.issues, ...evidence.issues, ...content.issues],
  });
};

/** Where backups that were asked for from a page lie. */
export const backupFolder = (store: Store): string => join(store.folder, "backups");

const backupJob: Runner = async ({ store, now }, { progress }) => {
  await mkdir(backupFolder(store), { recursive: true, mode: 0o700 });
  const made = await backup(store, backupFolder(store), { onProgress: progress, clock: now });
  if (!made.ok) return made;
  return ok({ ...made.value, file: made.value.file.split(/[\\/]/).at(-1) });
};

/** How each kind of job is done. */
export const RUNNERS: Readonly<Record<string, Runner>> = {
  import: importJob,
  "verify-journal": verifyJob,
  backup: backupJob,
  simulate: (workspace, { id, request, progress }) =>
    simulateApart(workspace, id, request as SimulationRequest, progress),
};
