import type { JobQueue, ShiftableJob } from "./job.ts";
import type { Outlook } from "./outlook.ts";

/** A job that has come and not ended, as a policy sees it. */
export interface LiveJob {
  readonly job: ShiftableJob;
  readonly queue: JobQueue;
  /** Hours that it has run. */
  ranH: number;
  running: boolean;
  /** Room for what a policy keeps about the job. */
  memo: number | undefined;
}

/** When a job is to run: from `fromH` on, until `untilH`, at which the policy is asked again. In the past = now. */
export interface RunWish {
  readonly fromH: number;
  readonly untilH?: number;
  /** Of those that want to run and do not, lower ones come first; those alike in the order of coming. */
  readonly order?: number;
}

/** What a policy may see besides the jobs. */
export interface ClusterView {
  /** Hours. */
  readonly now: number;
  /** Carbon as it is foreseen now; the hour that has begun is known. */
  readonly outlook: Outlook;
  readonly capacityCpus: number;
  /** All that have come and not ended, in the order of their coming. */
  readonly live: readonly LiveJob[];
}

/** Decides when jobs run. */
export interface JobPolicy {
  readonly name: string;
  /** Whether all jobs are decided on anew at every full hour; else each once, when it comes. */
  readonly reviews: boolean;
  /** Wishes for some of the live jobs, in their order: all of them at a full hour, else one that has come or whose wish is over. */
  wishes(asked: readonly LiveJob[], view: ClusterView): RunWish[];
}

/** A policy that looks at one job at a time. */
export function eachAlone(
  name: string,
  reviews: boolean,
  wish: (live: LiveJob, now: number, outlook: Outlook) => RunWish,
): JobPolicy {
  return { name, reviews, wishes: (asked, { now, outlook }) => asked.map((live) => wish(live, now, outlook)) };
}

/** Hours that a job has waited. */
export function waitedH(live: LiveJob, now: number): number {
  return now - live.job.arrivalH - live.ranH;
}
