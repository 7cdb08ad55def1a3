import { z } from "zod";
import type { Scheduler, Workload } from "../site/index.ts";
import type { JobState } from "./state.ts";

/** Of a job as `squeue --json` gives it (Slurm 22.05), what is used. */
const jobSchema = z.object({
  job_id: z.number().int(),
  job_state: z.string(),
  partition: z.string(),
  priority: z.number().nullish(),
  submit_time: z.number(),
  eligible_time: z.number().nullish(),
  start_time: z.number().nullish(),
  time_limit: z.number().nullish(),
  deadline: z.number().nullish(),
  restart_cnt: z.number().nullish(),
  requeue: z.boolean().nullish(),
  comment: z.string().nullish(),
  admin_comment: z.string().nullish(),
  tres_req_str: z.string().nullish(),
});

export const queueSchema = z.object({ jobs: z.array(jobSchema) });

export type SlurmJob = z.infer<typeof jobSchema>;

const RUNNING = new Set(["RUNNING", "CONFIGURING"]);

/** What a job writes into its own comment to say that it can be stopped: `candela:checkpoint=2025-06-01T08:00:00Z`. */
const CHECKPOINT = /candela:checkpoint=(\S+)/;
/** What is noted for a job that is put back: Slurm forgets when it was submitted first. */
const DEADLINE = /candela:deadline=(\d+)/;

export function deadlineNote(deadlineAt: number): string {
  return `candela:deadline=${Math.round(deadlineAt)}`;
}

/**
 * Jobs of the partitions that the site file names. A job without accelerators or without a time limit is none that can be
 * planned: it is there, and rigid.
 */
export function jobStates(
  jobs: readonly SlurmJob[],
  scheduler: Scheduler,
  workloads: readonly Workload[],
  now: number,
): ReadonlyMap<string, JobState> {
  return new Map(
    jobs.flatMap((job): (readonly [string, JobState])[] => {
      const partition = scheduler.partitions.find(({ name }) => name === job.partition);
      const workload = workloads.find(({ id }) => id === partition?.workload);
      const running = RUNNING.has(job.job_state);
      if (!partition || !workload || (!running && job.job_state !== "PENDING")) return [];
      const limitS = (job.time_limit ?? 0) > 0 ? (job.time_limit ?? 0) * 60 : Number.POSITIVE_INFINITY;
      const startedAt = running ? (job.start_time ?? 0) * 1000 : undefined;
      const ranS = startedAt === undefined ? 0 : Math.max(0, (now - startedAt) / 1000);
      const accelerators = acceleratorsOf(job.tres_req_str ?? "");
      const deadlineAt = deadlineOf(job, workload);
      const checkpointAt = instantOf(CHECKPOINT.exec(job.comment ?? "")?.[1]);
      const before = !running && (job.restart_cnt ?? 0) > 0 ? job.submit_time * 1000 : undefined;
      const began = startedAt ?? before;
      return [
        [
          String(job.job_id),
          {
            id: String(job.job_id),
            workload: workload.id,
            cluster: partition.cluster,
            accelerators,
            phase: running ? "running" : "pending",
            held: job.priority === 0,
            beginAt: (job.eligible_time ?? 0) * 1000,
            ...(began === undefined ? {} : { startedAt: began }),
            remainingS: Math.max(0, limitS - ranS),
            limitS,
            ...(deadlineAt === undefined ? {} : { deadlineAt }),
            deferrable: workload.class !== "serving" && accelerators > 0 && Number.isFinite(limitS),
            suspendable: workload.suspendable && job.requeue === true,
            ...(checkpointAt === undefined ? {} : { checkpointAt }),
            ...(workload.checkpointH === undefined ? {} : { checkpointS: workload.checkpointH * 3600 }),
          },
        ],
      ];
    }),
  );
}

/** Slurm's own deadline, what was noted when the job was put back, or the class's from its submission on; the earliest. */
function deadlineOf(job: SlurmJob, { deadlineH }: Workload): number | undefined {
  const noted = DEADLINE.exec(job.admin_comment ?? "")?.[1];
  const own = (job.deadline ?? 0) > 0 ? [(job.deadline ?? 0) * 1000] : [];
  const byClass =
    noted !== undefined
      ? [Number(noted)]
      : deadlineH === undefined
        ? []
        : [job.submit_time * 1000 + deadlineH * 3_600_000];
  const all = [...own, ...byClass];
  return all.length === 0 ? undefined : Math.min(...all);
}

function instantOf(text: string | undefined): number | undefined {
  const ms = text === undefined ? Number.NaN : /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** `cpu=8,mem=5G,node=2,gres/gpu=16` → 16. */
function acceleratorsOf(tres: string): number {
  return Number(/(?:^|,)gres\/gpu=(\d+)/.exec(tres)?.[1] ?? 0);
}

/** A node as `sinfo -N --json` gives it. */
export const nodesSchema = z.object({
  nodes: z.array(
    z.object({
      name: z.string(),
      state: z.string(),
      gres: z.string().nullish(),
      partitions: z.array(z.string()).nullish(),
    }),
  ),
});

export type SlurmNode = z.infer<typeof nodesSchema>["nodes"][number];

/**
 * Nodes to keep free of new jobs so that a cluster takes at most a power, idle ones first. Nodes that run jobs go on
 * with these: only when they end does the cap reach them.
 * @returns names; none when the cap binds nothing
 */
export function nodesToReserve(
  nodes: readonly SlurmNode[],
  powerKw: number,
  cluster: { readonly accelerators: number; readonly idleKw: number; readonly fullKw: number },
): readonly string[] {
  const swingKw = (cluster.fullKw - cluster.idleKw) / cluster.accelerators;
  let spareKw = powerKw - cluster.idleKw;
  const idleLast = [...nodes].sort((a, b) => Number(a.state === "idle") - Number(b.state === "idle"));
  return idleLast
    .filter((node) => {
      const gpus = Number(/gpu(?::[^:,()]+)?:(\d+)/.exec(node.gres ?? "")?.[1] ?? 0);
      const fits = spareKw >= gpus * swingKw - 1e-9;
      if (fits) spareKw -= gpus * swingKw;
      return !fits;
    })
    .map(({ name }) => name);
}
