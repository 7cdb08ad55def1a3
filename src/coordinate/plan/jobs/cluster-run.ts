import type { JobQueue, ShiftableJob } from "./job.ts";
import type { JobPolicy, LiveJob, RunWish } from "./job-policy.ts";
import type { Outlook } from "./outlook.ts";

/** What became of a job. */
export interface JobRun {
  readonly job: ShiftableJob;
  readonly endH: number;
  /** Hours between its coming and its end in which it did not run. */
  readonly waitedH: number;
  readonly suspensions: number;
  /** Carbon by the true values, one kW a CPU. */
  readonly carbon: number;
}

export interface ClusterRun {
  readonly jobs: readonly JobRun[];
  readonly carbon: number;
  readonly meanWaitH: number;
  readonly suspensions: number;
  /** Most CPUs in use at a time; never above the capacity. */
  readonly mostCpus: number;
}

interface Placed extends LiveJob {
  wish: RunWish;
  carbon: number;
  suspensions: number;
}

const EPSILON = 1e-9;

/**
 * Runs jobs on a cluster by a policy. Who wants to run and finds room, runs: in the order of coming, smaller ones past those that
 * do not fit. Whoever runs and should not, is suspended; that costs no time.
 * @param capacityCpus  CPUs of the cluster; a job that needs more counts as needing all of them
 * @param foreseen      outlook as it is made at an hour
 * @param actual        true values, for the account alone
 */
export function runCluster(
  jobs: readonly ShiftableJob[],
  queueOf: (job: ShiftableJob) => JobQueue,
  capacityCpus: number,
  policy: JobPolicy,
  foreseen: (hour: number) => Outlook,
  actual: Outlook,
): ClusterRun {
  const coming = [...jobs].sort((a, b) => a.arrivalH - b.arrivalH);
  const done: JobRun[] = [];
  let live: Placed[] = [];
  let next = 0;
  let now = coming[0]?.arrivalH ?? 0;
  let reviewed = Math.floor(now);
  let mostCpus = 0;
  const cpusOf = (one: Placed): number => Math.min(one.job.cpus, capacityCpus);

  while (next < coming.length || live.length > 0) {
    let then = coming[next]?.arrivalH ?? Number.POSITIVE_INFINITY;
    if (policy.reviews && live.length > 0) then = Math.min(then, Math.floor(now + EPSILON) + 1);
    for (const one of live) {
      if (one.running) {
        then = Math.min(then, now + one.job.lengthH - one.ranH, one.wish.untilH ?? then);
      } else if (one.wish.fromH > now + EPSILON) then = Math.min(then, one.wish.fromH);
    }
    then = Math.max(then, now);
    for (const one of live)
      if (one.running) {
        one.ranH += then - now;
        one.carbon += one.job.cpus * actual.between(now, then);
      }
    now = then;

    const outlook = foreseen(Math.floor(now + EPSILON));
    const hourHasCome = Math.floor(now + EPSILON) > reviewed;
    reviewed = Math.floor(now + EPSILON);
    for (const one of live)
      if (one.job.lengthH - one.ranH <= EPSILON) {
        const { job, carbon, suspensions } = one;
        done.push({ job, endH: now, waitedH: Math.max(0, now - job.arrivalH - job.lengthH), suspensions, carbon });
      }
    live = live.filter((one) => one.job.lengthH - one.ranH > EPSILON);
    const come: Placed[] = [];
    for (; next < coming.length && (coming[next]?.arrivalH ?? 0) <= now + EPSILON; next++) {
      const job = coming[next] as ShiftableJob;
      const seen = { job, queue: queueOf(job), ranH: 0, running: false, memo: undefined };
      come.push({ ...seen, wish: { fromH: now }, carbon: 0, suspensions: 0 });
    }
    live.push(...come);
    const over = (one: Placed): boolean =>
      one.running && (one.wish.untilH ?? Number.POSITIVE_INFINITY) <= now + EPSILON;
    const asked = policy.reviews && hourHasCome ? live : [...live.filter(over), ...come];
    if (asked.length > 0) {
      const wishes = policy.wishes(asked, { now, outlook, capacityCpus, live });
      asked.forEach((one, i) => {
        one.wish = wishes[i] ?? { fromH: now };
      });
    }

    let used = 0;
    for (const one of live) {
      if (one.running && one.wish.fromH > now + EPSILON) {
        one.running = false;
        one.suspensions += 1;
      }
      if (one.running) used += cpusOf(one);
    }
    const ready = live.filter((one) => !one.running && one.wish.fromH <= now + EPSILON);
    ready.sort((a, b) => (a.wish.order ?? 0) - (b.wish.order ?? 0));
    for (const one of ready)
      if (used + cpusOf(one) <= capacityCpus) {
        one.running = true;
        used += cpusOf(one);
      }
    mostCpus = Math.max(mostCpus, used);
  }
  const sum = (of: (one: JobRun) => number): number => done.reduce((total, one) => total + of(one), 0);
  return {
    jobs: done,
    carbon: sum((one) => one.carbon),
    meanWaitH: sum((one) => one.waitedH) / Math.max(1, done.length),
    suspensions: sum((one) => one.suspensions),
    mostCpus,
  };
}
