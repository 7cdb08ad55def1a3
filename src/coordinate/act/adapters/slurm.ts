import { execFile } from "node:child_process";
import { fail, type Issue, ok, type Result } from "../../../ground/issue/index.ts";
import type { Scheduler, Workload } from "../../site/index.ts";
import type { ClusterLimits } from "../limits.ts";
import type { AllowedJobOrder } from "../order.ts";
import type { JobsPort } from "../ports.ts";
import { deadlineNote, jobStates, nodesSchema, nodesToReserve, queueSchema } from "../slurm-jobs.ts";
import type { JobState } from "../state.ts";

export interface SlurmOptions {
  readonly scheduler: Scheduler;
  readonly workloads: readonly Workload[];
  readonly clusters: ReadonlyMap<string, ClusterLimits>;
  readonly now: () => number;
  /** Milliseconds until a command is given up; 10,000 by default. */
  readonly timeoutMs?: number;
}

const MOST_OUTPUT_BYTES = 256_000_000;
/** Slurm counts begin times in whole seconds. */
const SAME_MS = 2500;

const issue = (code: string, actual: string, expected?: string): Issue => ({
  code,
  severity: "error",
  at: { path: "jobs" },
  actual,
  ...(expected === undefined ? {} : { expected }),
  values: { device: "slurm" },
});

/**
 * Jobs of a Slurm cluster by its own commands. A job waits by its StartTime, which Slurm keeps and lets pass by itself;
 * it is never put on hold. A cap is a reservation of nodes with an end.
 */
export function slurmJobs(options: SlurmOptions): JobsPort {
  const { scheduler, workloads, clusters, now, timeoutMs = 10_000 } = options;
  const env = { ...process.env, ...(scheduler.configuration ? { SLURM_CONF: scheduler.configuration } : {}) };
  let last: ReadonlyMap<string, JobState> = new Map();

  const run = (command: string, ...args: string[]): Promise<Result<string>> =>
    new Promise((resolve) => {
      execFile(command, args, { env, timeout: timeoutMs, maxBuffer: MOST_OUTPUT_BYTES }, (error, stdout, stderr) => {
        const said = (stderr.trim() || error?.message) ?? "";
        resolve(error ? fail(issue("ACT-020", `${command}: ${said.split("\n")[0]}`)) : ok(stdout));
      });
    });

  const read = async (): Promise<Result<ReadonlyMap<string, JobState>>> => {
    const printed = await run("squeue", "--json");
    if (!printed.ok) return printed;
    const parsed = queueSchema.safeParse(parseJson(printed.value));
    if (!parsed.success) return fail(issue("ACT-020", `squeue --json: ${parsed.error.issues[0]?.message ?? ""}`));
    last = jobStates(parsed.data.jobs, scheduler, workloads, now());
    return ok(last);
  };

  /** StartTime by seconds from now: Slurm's clock and zone may be others than ours. */
  const beginAt = async (job: string, at: number, ...more: string[]): Promise<Result<void>> => {
    const seconds = Math.max(0, Math.ceil((at - now()) / 1000));
    const set = await run("scontrol", "update", `JobId=${job}`, `StartTime=now+${seconds}`, ...more);
    if (!set.ok) return set;
    const seen = await read();
    if (!seen.ok) return seen;
    const begins = seen.value.get(job);
    // A job that is gone or runs already has nothing to wait for.
    const kept =
      !begins || begins.phase === "running" || Math.abs(begins.beginAt - at) <= SAME_MS || begins.beginAt <= now();
    return kept
      ? ok(undefined)
      : fail(issue("ACT-021", new Date(begins.beginAt).toISOString(), new Date(at).toISOString()));
  };

  const cap = async (order: Extract<AllowedJobOrder, { kind: "cap" }>): Promise<Result<void>> => {
    const cluster = clusters.get(order.cluster);
    if (scheduler.capBy === "none" || !cluster) return fail(issue("ACT-021", "capBy: none", "capBy: nodes"));
    const listed = await run("sinfo", "-N", "--json");
    if (!listed.ok) return listed;
    const parsed = nodesSchema.safeParse(parseJson(listed.value));
    if (!parsed.success) return fail(issue("ACT-020", `sinfo --json: ${parsed.error.issues[0]?.message ?? ""}`));
    const names = scheduler.partitions.filter((one) => one.cluster === order.cluster).map(({ name }) => name);
    const own = parsed.data.nodes.filter(({ partitions }) => partitions?.some((name) => names.includes(name)));
    const reserved = nodesToReserve(own, order.powerKw, cluster);
    const reservation = `ReservationName=candela-cap-${order.cluster}`;
    if (reserved.length === 0) {
      const gone = await run("scontrol", "delete", reservation);
      return gone.ok || isUnknown(gone.issues) ? ok(undefined) : gone;
    }
    const what = [`Nodes=${reserved.join(",")}`, `EndTime=now+${Math.ceil(order.revertAfterS)}`];
    const renewed = await run("scontrol", "update", reservation, ...what);
    if (renewed.ok || !isUnknown(renewed.issues)) return renewed.ok ? ok(undefined) : renewed;
    const made = await run(
      "scontrol",
      "create",
      "reservation",
      reservation,
      "StartTime=now",
      ...what,
      "Users=root",
      "Flags=IGNORE_JOBS",
    );
    return made.ok ? ok(undefined) : made;
  };

  return {
    read,
    async write(order) {
      if (order.kind === "cap") return cap(order);
      if (order.kind === "defer") return beginAt(order.job, order.beginAt);
      if (order.kind === "release") return beginAt(order.job, now());
      // Slurm itself lets a job that was put back wait two minutes: time enough to give it its begin time.
      const deadlineAt = last.get(order.job)?.deadlineAt;
      const back = await run("scontrol", "requeue", "Incomplete", order.job);
      if (!back.ok) return back;
      return beginAt(
        order.job,
        order.beginAt,
        ...(deadlineAt === undefined ? [] : [`AdminComment=${deadlineNote(deadlineAt)}`]),
      );
    },
  };
}

const isUnknown = (issues: readonly Issue[]): boolean =>
  issues.some(({ actual }) => /not found|invalid|does not exist/i.test(actual ?? ""));

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
