import { eachAlone, waitedH } from "./job-policy.ts";
import type { Outlook } from "./outlook.ts";

/** A part of an hour, or a whole one, in which a job might run. */
interface Piece {
  readonly fromH: number;
  readonly hours: number;
  readonly value: number;
}

/** The cheapest `workH` hours between two instants, as pieces; of equal ones the earlier. */
export function cheapestPieces(outlook: Outlook, fromH: number, toH: number, workH: number): Piece[] {
  const pieces: Piece[] = [];
  for (let at = fromH; at < toH - 1e-9; at = Math.floor(at + 1e-9) + 1)
    pieces.push({
      fromH: at,
      hours: Math.min(toH, Math.floor(at + 1e-9) + 1) - at,
      value: outlook.at(Math.floor(at + 1e-9)),
    });
  pieces.sort((a, b) => a.value - b.value || a.fromH - b.fromH);
  const chosen: Piece[] = [];
  let left = workH;
  for (const piece of pieces) {
    if (left <= 1e-9) break;
    const hours = Math.min(left, piece.hours);
    chosen.push({ ...piece, hours });
    left -= hours;
  }
  return chosen;
}

/** The value below which about a share of the coming hours lies. */
function quantileAhead(outlook: Outlook, fromHour: number, hours: number, share: number): number {
  const sorted = Array.from({ length: hours }, (_, i) => outlook.at(fromHour + i)).sort((a, b) => a - b);
  const at = share * (hours - 1);
  const low = sorted[Math.floor(at)] ?? 0;
  return low + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? low) - low);
}

/**
 * Runs while the intensity is in the lowest three tenths of the day after a job's coming, and once its wait is used up.
 * Does not know how long the job runs.
 * @source umassos/GAIA, src/scheduling/suspend_scheduling_policy.py (`suspend-resume-threshold`)
 */
export const ecovisor = eachAlone("ecovisor", true, (live, now, outlook) => {
  live.memo ??= quantileAhead(outlook, Math.floor(now), 24, 0.3);
  const left = live.queue.longestWaitH - waitedH(live, now);
  return { fromH: outlook.at(Math.floor(now)) < live.memo ? now : now + Math.max(0, left) };
});

/**
 * Runs in the cheapest hours of the time that a job has, which it can because it is told how long the job runs.
 * @source umassos/GAIA, src/scheduling/suspend_scheduling_policy.py (`suspend-resume`); here reviewed every hour, which
 *         changes nothing when the future is known
 */
export const waitAwhile = eachAlone("wait awhile", true, (live, now, outlook) => {
  const work = live.job.lengthH - live.ranH;
  const left = Math.max(0, live.queue.longestWaitH - waitedH(live, now));
  const pieces = cheapestPieces(outlook, now, now + work + left, work);
  const first = pieces.reduce<Piece | undefined>(
    (best, one) => (best && best.fromH < one.fromH ? best : one),
    undefined,
  );
  return first === undefined ? { fromH: now } : { fromH: first.fromH, untilH: first.fromH + first.hours };
});
