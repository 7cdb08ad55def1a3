/** What a local time is in UTC: one instant, none (the clocks went forward over it), or two (they went back over it). */
export type LocalInstant =
  | { readonly kind: "one"; readonly ms: number }
  | { readonly kind: "none" }
  | { readonly kind: "two"; readonly first: number; readonly second: number };

const MS_PER_DAY = 86_400_000;

/**
 * Turns wall-clock times of one time zone into instants. Asking the calendar of the platform is slow, so each day's offset is kept; only a
 * day on which the clocks change is looked at closely.
 */
export class ZoneClock {
  readonly #format: Intl.DateTimeFormat;
  /** Local day → offset in ms when it is the same all day, NaN when the clocks change. */
  readonly #offsets = new Map<number, number>();

  /** @param timeZone an IANA name; an unknown one throws */
  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  /**
   * @param day  days since 1970-01-01 on the local calendar
   * @param time milliseconds into that day, up to 24:00
   */
  instant(day: number, time: number): LocalInstant {
    const local = day * MS_PER_DAY + time;
    let offset = this.#offsets.get(day);
    if (offset === undefined) {
      const before = this.#offsetAt((day - 1) * MS_PER_DAY);
      const after = this.#offsetAt((day + 2) * MS_PER_DAY);
      offset = before === after ? before : Number.NaN;
      this.#offsets.set(day, offset);
    }
    if (!Number.isNaN(offset)) return { kind: "one", ms: local - offset };
    const offsets = new Set([this.#offsetAt(local - MS_PER_DAY), this.#offsetAt(local + MS_PER_DAY)]);
    const instants = [...offsets]
      .map((candidate) => local - candidate)
      .filter((ms) => ms + this.#offsetAt(ms) === local);
    const [first, second] = instants.sort((a, b) => a - b);
    if (first === undefined) return { kind: "none" };
    return second === undefined ? { kind: "one", ms: first } : { kind: "two", first, second };
  }

  /** The zone's distance from UTC at an instant, in ms. */
  #offsetAt(ms: number): number {
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(ms)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
  }
}
