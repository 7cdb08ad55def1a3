import type { Issue } from "../../ground/issue/index.ts";
import type { EnvelopeLimits } from "./limits.ts";
import { type AllowedJobOrder, type JobOrder, targetOf } from "./order.ts";
import type { JobState, SiteState } from "./state.ts";

interface Verdict {
  readonly order?: AllowedJobOrder;
  readonly refusal?: Issue;
}

function issue(code: string, order: JobOrder, expected: string, actual: string): Issue {
  return { code, severity: "warning", at: { path: targetOf(order) }, expected, actual, values: { order: order.kind } };
}

/** Beyond it there are no dates. */
const LAST_DATE_MS = 8.64e15;
const instant = (ms: number): string => (Math.abs(ms) <= LAST_DATE_MS ? new Date(ms).toISOString() : String(ms));

/**
 * Orders to the scheduler of jobs, each within what the job bears: deferred by a begin time that comes by itself, never
 * past the last start that keeps the deadline; stopped only with a checkpoint at hand; a cap within the cluster's range.
 * @issues ACT-012 (job not known), ACT-013 (its class, or a person's hold, does not allow it), ACT-014 (deadline),
 *         ACT-015 (no checkpoint), ACT-016 (ran too short), ACT-017 (cap outside the range), ACT-008 (no such cluster)
 */
export function jobsWithin(
  wanted: readonly JobOrder[],
  state: SiteState,
  limits: EnvelopeLimits,
): { readonly allowed: readonly AllowedJobOrder[]; readonly refusals: readonly Issue[] } {
  const seen = new Set<string>();
  const verdicts = wanted.map((order): Verdict => {
    const key = `${order.kind === "cap" ? "cluster" : "job"} ${targetOf(order)}`;
    if (seen.has(key)) return { refusal: issue("ACT-011", order, "–", targetOf(order)) };
    seen.add(key);
    if (order.kind === "cap") return capWithin(order, limits);
    const job = state.jobs?.get(order.job);
    if (!job) return { refusal: issue("ACT-012", order, "–", order.job) };
    if (order.kind === "release") return releaseWithin(order, job);
    return order.kind === "defer"
      ? deferWithin(order, job, state.at, limits)
      : requeueWithin(order, job, state.at, limits);
  });
  return {
    allowed: verdicts.flatMap(({ order }) => (order ? [order] : [])),
    refusals: verdicts.flatMap(({ refusal }) => (refusal ? [refusal] : [])),
  };
}

function capWithin(order: Extract<JobOrder, { kind: "cap" }>, limits: EnvelopeLimits): Verdict {
  const cluster = limits.clusters.get(order.cluster);
  if (!cluster) return { refusal: issue("ACT-008", order, [...limits.clusters.keys()].join(", "), order.cluster) };
  const { idleKw, fullKw } = cluster;
  // A cap that is no number caps nothing.
  const powerKw = Number.isNaN(order.powerKw) ? fullKw : Math.min(Math.max(order.powerKw, idleKw), fullKw);
  const allowed = { ...order, powerKw, revertAfterS: limits.revertAfterS };
  return powerKw === order.powerKw
    ? { order: allowed }
    : { order: allowed, refusal: issue("ACT-017", order, `${idleKw}–${fullKw} kW`, `${order.powerKw} kW`) };
}

function releaseWithin(order: Extract<JobOrder, { kind: "release" }>, job: JobState): Verdict {
  if (job.held) return { refusal: issue("ACT-013", order, "–", "held") };
  return job.phase === "pending" ? { order } : { refusal: issue("ACT-013", order, "pending", job.phase) };
}

/** The last instant from which a job of this length still ends by its deadline, and no further ahead than is allowed. */
function latestStart(job: JobState, lengthS: number, now: number, limits: EnvelopeLimits): number {
  const furthest = now + limits.longestDeferS * 1000;
  if (job.deadlineAt === undefined) return furthest;
  return Math.min(furthest, job.deadlineAt - (lengthS + limits.startMarginS) * 1000);
}

function deferWithin(
  order: Extract<JobOrder, { kind: "defer" }>,
  job: JobState,
  now: number,
  limits: EnvelopeLimits,
): Verdict {
  if (job.held) return { refusal: issue("ACT-013", order, "–", "held") };
  if (!job.deferrable || job.phase !== "pending") return { refusal: issue("ACT-013", order, "pending", job.phase) };
  const latest = latestStart(job, job.limitS, now, limits);
  // What is past, or no instant at all, is no deferral.
  if (!(order.beginAt > now)) return { refusal: issue("ACT-014", order, `> ${instant(now)}`, instant(order.beginAt)) };
  if (order.beginAt <= latest) return { order };
  const refusal = issue("ACT-014", order, `≤ ${instant(latest)}`, instant(order.beginAt));
  if (latest > now) return { order: { ...order, beginAt: latest }, refusal };
  // It can no longer wait: if it waits by an earlier order of ours, it goes now.
  return job.beginAt > now ? { order: { kind: "release", job: order.job }, refusal } : { refusal };
}

function requeueWithin(
  order: Extract<JobOrder, { kind: "requeue" }>,
  job: JobState,
  now: number,
  limits: EnvelopeLimits,
): Verdict {
  if (!job.suspendable || job.phase !== "running") return { refusal: issue("ACT-013", order, "running", job.phase) };
  const lostS = job.checkpointAt === undefined ? Number.POSITIVE_INFINITY : (now - job.checkpointAt) / 1000;
  if (!(lostS >= 0 && lostS <= (job.checkpointS ?? 0)))
    return { refusal: issue("ACT-015", order, `≤ ${job.checkpointS ?? 0} s`, `${lostS} s`) };
  const ranS = job.startedAt === undefined ? 0 : (now - job.startedAt) / 1000;
  if (ranS < limits.leastRunS) return { refusal: issue("ACT-016", order, `≥ ${limits.leastRunS} s`, `${ranS} s`) };
  // It must make up for what it loses, and the scheduler counts its whole limit again.
  const latest = latestStart(job, Math.max(job.limitS, job.remainingS + lostS), now, limits);
  return order.beginAt > now && order.beginAt <= latest
    ? { order }
    : { refusal: issue("ACT-014", order, `≤ ${instant(latest)}`, instant(order.beginAt)) };
}
