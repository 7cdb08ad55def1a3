import { eachAlone, type JobPolicy, type LiveJob, type RunWish, waitedH } from "./job-policy.ts";
import { likelyRestH, loadProfile } from "./load-profile.ts";
import type { Outlook } from "./outlook.ts";
import { cheapestPieces } from "./suspend-policies.ts";

/** Hours ahead for which load is expected. */
const HORIZON_H = 96;
/** What an hour of a CPU that is not there costs, as a share of the mean carbon of the day ahead. */
const CROWDING = 0.4;

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}

/** What is decided about a job by the carbon at stake: the larger, the earlier. */
function stake({ job, queue }: LiveJob): number {
  return job.cpus * queue.meanLengthH;
}

/**
 * Starts each job when its carbon, its waiting and the crowding of the cluster together cost least, decided anew every hour
 * until it has started. Carbon is that of all its CPUs over the lengths that jobs of its queue have, so wide and long jobs wait for
 * clean hours and small ones, which would save little, do not. Hours for which more is expected than the cluster holds are dearer.
 * @param waitPrice  carbon (of one kW, in the unit of the outlook) that an hour of one job's waiting must save
 * @source own method, docs/guides/job-shifting.md
 */
export function shiftStarts(waitPrice: number): JobPolicy {
  let expected = loadProfile(0, HORIZON_H);

  function startOf(one: LiveJob, now: number, outlook: Outlook, capacityCpus: number): number {
    const lengths = one.queue.likelyLengthsH;
    const crowding = CROWDING * (outlook.between(now, now + 24) / 24);
    const excess = Number.isFinite(capacityCpus) ? expected.excessOf(one.job.cpus, capacityCpus) : () => 0;
    const cost = (start: number): number =>
      waitPrice * (start - now) +
      one.job.cpus *
        mean(
          lengths.map((length) => outlook.between(start, start + length) + crowding * excess(start, start + length)),
        );
    const last = one.job.arrivalH + one.queue.longestWaitH;
    let best = now;
    let least = cost(now);
    for (let start = Math.floor(now) + 1; start <= last; start++) {
      const here = cost(start);
      if (here < least - 1e-9) [best, least] = [start, here];
    }
    expected.add(best, lengths, one.job.cpus);
    return best;
  }

  return {
    name: "shift starts",
    reviews: true,
    wishes(asked, { now, outlook, capacityCpus, live }) {
      if (asked.length === live.length) {
        expected = loadProfile(now, HORIZON_H);
        for (const one of live) if (one.running) expected.add(now, likelyRestH(one), one.job.cpus);
      }
      const wishes: RunWish[] = asked.map(() => ({ fromH: now }));
      asked
        .map((one, index) => ({ one, index }))
        .filter(({ one }) => !one.running)
        .sort((a, b) => stake(b.one) - stake(a.one) || a.index - b.index)
        .forEach(({ one, index }) => {
          wishes[index] = { fromH: startOf(one, now, outlook, capacityCpus), order: -stake(one) };
        });
      return wishes;
    },
  };
}

/** The wait, of those up to `leftH`, whose cheapest hours for `workH` and the price of waiting together cost least. */
function bestWait(
  outlook: Outlook,
  now: number,
  workH: number,
  leftH: number,
  cpus: number,
  waitPrice: number,
): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let wait = 0; wait <= leftH + 1e-9; wait++) {
    const pieces = cheapestPieces(outlook, now, now + workH + wait, workH);
    const cost = waitPrice * wait + cpus * pieces.reduce((sum, { hours, value }) => sum + hours * value, 0);
    if (cost < least - 1e-9) [best, least] = [wait, cost];
  }
  return best;
}

/**
 * Runs and suspends each job so that its carbon and its waiting together cost least, decided anew every hour.
 * Does not know how long the job runs: it is taken to run as long as jobs of its queue that ran as long so far.
 * @param waitPrice  as of `shiftStarts`
 * @source own method, docs/guides/job-shifting.md
 */
export function shiftAndSuspend(waitPrice: number): JobPolicy {
  return eachAlone("shift and suspend", true, (live, now, outlook) => {
    const left = live.queue.longestWaitH - waitedH(live, now);
    if (left <= 0) return { fromH: now };
    const work = mean(likelyRestH(live));
    const wait = bestWait(outlook, now, work, left, live.job.cpus, waitPrice);
    const pieces = cheapestPieces(outlook, now, now + work + wait, work);
    return { fromH: Math.min(...pieces.map(({ fromH }) => fromH)) };
  });
}
