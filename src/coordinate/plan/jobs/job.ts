/** A job that may wait. Times in hours; the axis begins wherever the caller's series begins. */
export interface ShiftableJob {
  readonly arrivalH: number;
  /** Hours that it runs, all its CPUs together; known to nobody but the cluster until it ends. */
  readonly lengthH: number;
  readonly cpus: number;
}

/** A queue in which jobs of similar length are submitted, so that it says how long a job may wait and about how long it runs. */
export interface JobQueue {
  readonly name: "short" | "long";
  /** Most hours that a job of the queue is made to wait on purpose. */
  readonly longestWaitH: number;
  readonly meanLengthH: number;
  /** Ten lengths, each as likely as the others, ascending. */
  readonly likelyLengthsH: readonly number[];
}

/** Jobs of at least so many hours belong to the long queue. */
const LONG_H = 2;
const LIKELY = 10;

function queueFrom(name: JobQueue["name"], longestWaitH: number, lengthsH: readonly number[]): JobQueue {
  const sorted = [...lengthsH].sort((a, b) => a - b);
  const meanLengthH = sorted.reduce((sum, one) => sum + one, 0) / Math.max(1, sorted.length);
  const likelyLengthsH = Array.from({ length: LIKELY }, (_, i) => {
    const slice = sorted.slice(
      Math.floor((i * sorted.length) / LIKELY),
      Math.floor(((i + 1) * sorted.length) / LIKELY),
    );
    return slice.length === 0 ? meanLengthH : slice.reduce((sum, one) => sum + one, 0) / slice.length;
  });
  return { name, longestWaitH, meanLengthH, likelyLengthsH };
}

/**
 * The two queues of a trace, with what its users know of them: how long jobs of each queue run.
 * @param waits  most hours that a job of the short and of the long queue waits on purpose
 * @returns      the queue of a job
 * @source       umassos/GAIA, src/task.py: two queues, parted at two hours, each known by the mean length of its jobs
 */
export function queuesOf(
  jobs: readonly ShiftableJob[],
  waits: { readonly shortH: number; readonly longH: number },
): (job: ShiftableJob) => JobQueue {
  const lengths = jobs.map(({ lengthH }) => lengthH);
  const short = queueFrom(
    "short",
    waits.shortH,
    lengths.filter((one) => one < LONG_H),
  );
  const long = queueFrom(
    "long",
    waits.longH,
    lengths.filter((one) => one >= LONG_H),
  );
  return (job) => (job.lengthH < LONG_H ? short : long);
}
