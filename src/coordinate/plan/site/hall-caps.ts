import type { Prepared } from "./prepare.ts";

/** Something that halls take and of which there is only so much, by step. */
export interface Scarce {
  /** [halls][T] taken per kW of IT power; 0 where a hall takes none. */
  readonly perKw: readonly Float64Array[];
  /** [T] left for jobs. */
  readonly room: Float64Array;
}

/** [halls] how much of the jobs' power could be in each hall: that of every job on the cluster that it prefers. */
function shares({ site, jobs, clusters }: Prepared): Float64Array {
  const kw = new Float64Array(site.halls.length);
  for (const { job, places } of jobs) {
    const own = clusters[places[0]?.cluster ?? -1];
    if (own) kw[own.hall] = (kw[own.hall] ?? 0) + job.accelerators * (own.levels[0]?.addKw ?? 0);
  }
  return kw;
}

/**
 * The same request with less IT power for jobs in some steps, so that what is scarce is not exceeded: a search that places
 * jobs under these caps finds plans that the limits of the whole site allow.
 */
export function withHallCaps(prepared: Prepared, scarce: readonly Scarce[]): Prepared {
  const weights = shares(prepared);
  const hallKw = prepared.hallKw.map((list) => Float64Array.from(list));
  for (const { perKw, room } of scarce)
    for (let step = 0; step < prepared.steps; step++) {
      const left = room[step] ?? Number.POSITIVE_INFINITY;
      if (!Number.isFinite(left)) continue;
      const all = perKw.reduce((sum, list, hall) => sum + ((list[step] ?? 0) > 0 ? (weights[hall] ?? 0) : 0), 0);
      for (const [hall, list] of hallKw.entries()) {
        const each = perKw[hall]?.[step] ?? 0;
        if (each <= 0 || all <= 0) continue;
        const rigid = Math.max(...prepared.rigidKw.map((halls) => halls[hall]?.[step] ?? 0));
        const own = (Math.max(0, left) * (weights[hall] ?? 0)) / all / each;
        list[step] = Math.min(list[step] ?? 0, rigid + own);
      }
    }
  return { ...prepared, hallKw };
}
