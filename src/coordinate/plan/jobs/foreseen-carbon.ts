import { type Outlook, outlookOf } from "./outlook.ts";

/** Hours foreseen; later ones repeat the last day. */
const HORIZON_H = 72;
/** How much each of the last five days tells about a coming one. */
const DAYS = [0.4, 0.2, 0.15, 0.15, 0.1] as const;
/** What is left an hour later of today's distance from yesterday. */
const FADING = 0.9;
/** Hours without which nothing is foreseen. */
export const FORESIGHT_PAST_H = 24 * (DAYS.length + 1);

/**
 * Carbon as it can be foreseen at an hour: the last five days at the same time of day, moved by how far the present hour is from the
 * same hour yesterday. Knows nothing later than the hour itself.
 * @param values  [T] per kWh, hourly
 * @returns       the outlook of an hour ≥ FORESIGHT_PAST_H; made once an hour and kept
 */
export function foreseenCarbon(values: ArrayLike<number>): (hour: number) => Outlook {
  const kept = new Map<number, Outlook>();
  const at = (hour: number): number => values[hour] ?? 0;
  return (hour) => {
    const known = kept.get(hour);
    if (known) return known;
    const distance = at(hour) - at(hour - 24);
    const foreseen = Float64Array.from({ length: HORIZON_H }, (_, k) => {
      if (k === 0) return at(hour);
      const ahead = Math.ceil(k / 24);
      const usual = DAYS.reduce((sum, share, day) => sum + share * at(hour + k - 24 * (ahead + day)), 0);
      return Math.max(0, usual + FADING ** k * distance);
    });
    const outlook = outlookOf(foreseen, hour);
    kept.set(hour, outlook);
    return outlook;
  };
}
