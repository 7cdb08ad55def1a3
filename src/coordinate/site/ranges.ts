/** Kinds of day that a tariff tells apart. */
export const DAY_KINDS = ["workday", "weekend", "holiday"] as const;

export type DayKind = (typeof DAY_KINDS)[number];

const PART = /^(\d{1,2})(?:\s*[-–]\s*(\d{1,2}))?$/;

function parts(text: string): [number, number | undefined][] | undefined {
  const found = text.split(",").map((part) => PART.exec(part.trim()));
  return found.every((match) => match !== null)
    ? found.map((match) => [Number(match[1]), match[2] === undefined ? undefined : Number(match[2])])
    : undefined;
}

/** Months 1–12 of a text such as `1, 7-8` or `12-2`; undefined when it is none. */
export function parseMonths(text: string): number[] | undefined {
  const months = new Set<number>();
  for (const [from, to = from] of parts(text) ?? [[0, 0]]) {
    if (from < 1 || from > 12 || to < 1 || to > 12) return undefined;
    for (let month = from; ; month = (month % 12) + 1) {
      months.add(month);
      if (month === to) break;
    }
  }
  return [...months].sort((a, b) => a - b);
}

/** Hours 0–23 of a text such as `22-6, 11-18`, the end not included; `0-24` is the whole day. Undefined when it is none. */
export function parseHours(text: string): number[] | undefined {
  const hours = new Set<number>();
  for (const [from, to] of parts(text) ?? [[0, undefined]]) {
    if (to === undefined || from > 23 || to > 24 || from === to) return undefined;
    for (let hour = from; ; hour = (hour + 1) % 24) {
      hours.add(hour);
      if ((hour + 1) % 24 === to % 24) break;
    }
  }
  return [...hours].sort((a, b) => a - b);
}

/** Kinds of day of a text such as `weekend, holiday`; undefined when one of them is none. */
export function parseDays(text: string): DayKind[] | undefined {
  const named = text.split(",").map((part) => DAY_KINDS.find((kind) => kind === part.trim()));
  return named.every((kind) => kind !== undefined) ? [...new Set(named)] : undefined;
}
