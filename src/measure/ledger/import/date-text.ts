/** How the parts of a date follow one another where the text itself does not tell. */
export const DATE_ORDERS = ["YMD", "DMY", "MDY"] as const;

export type DateOrder = (typeof DATE_ORDERS)[number];

/** A moment on a wall clock: days since 1970-01-01 and minutes into the day, and its distance from UTC where the text gives it. */
export interface LocalMoment {
  readonly day: number;
  /** Milliseconds into the day; undefined when the text is a date alone. */
  readonly time: number | undefined;
  /** Minutes east of UTC, when the text says so. */
  readonly offset: number | undefined;
}

export type DateReading =
  | { readonly kind: "moment"; readonly moment: LocalMoment }
  /** Day and month could be either way round. */
  | { readonly kind: "ambiguous" }
  | { readonly kind: "invalid" }
  /** Not a date in any form known. */
  | { readonly kind: "none" };

const DATE =
  /^(\d{4})(?:-(\d{1,2})-(\d{1,2})|\/(\d{1,2})\/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})[日號号]?|(\d{2})(\d{2}))(?:$|[T ]+)/;
const SHORT = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:$|[T ]+)/;
const TIME = /^(\d{1,2})[:：](\d{2})(?:[:：](\d{2})(?:\.(\d{1,3})\d*)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;

const MS_PER_DAY = 86_400_000;

/** Reads `2025-01-31`, `2025/1/31`, `2025.1.31`, `2025年1月31日`, `20250131`, and with an order `31/1/2025`; a time and an offset may follow. */
export function readDate(text: string, order?: DateOrder): DateReading {
  const plain = text.trim();
  let year: number;
  let month: number;
  let day: number;
  let rest: string;
  const long = DATE.exec(plain);
  if (long) {
    year = Number(long[1]);
    month = Number(long[2] ?? long[4] ?? long[6] ?? long[8] ?? long[10]);
    day = Number(long[3] ?? long[5] ?? long[7] ?? long[9] ?? long[11]);
    rest = plain.slice(long[0].length);
  } else {
    const short = SHORT.exec(plain);
    if (!short) return { kind: "none" };
    const first = Number(short[1]);
    const second = Number(short[3]);
    const chosen =
      order === "DMY" || order === "MDY"
        ? order
        : first > 12
          ? "DMY"
          : second > 12
            ? "MDY"
            : first === second
              ? "DMY"
              : undefined;
    if (chosen === undefined) return { kind: "ambiguous" };
    year = Number(short[4]);
    [day, month] = chosen === "DMY" ? [first, second] : [second, first];
    rest = plain.slice(short[0].length);
  }
  const start = Date.UTC(year, month - 1, day);
  const back = new Date(start);
  if (year < 1900 || year > 2200 || back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day)
    return { kind: "invalid" };
  if (rest === "") return { kind: "moment", moment: { day: start / MS_PER_DAY, time: undefined, offset: undefined } };
  const time = TIME.exec(rest);
  if (!time) return { kind: "invalid" };
  const [hours, minutes, seconds] = [Number(time[1]), Number(time[2]), Number(time[3] ?? 0)];
  const fraction = Number((time[4] ?? "0").padEnd(3, "0"));
  const midnightAfter = hours === 24 && minutes === 0 && seconds === 0 && fraction === 0;
  if ((hours > 23 && !midnightAfter) || minutes > 59 || seconds > 59) return { kind: "invalid" };
  const ms = ((hours * 60 + minutes) * 60 + seconds) * 1000 + fraction;
  return { kind: "moment", moment: { day: start / MS_PER_DAY, time: ms, offset: offsetOf(time[5]) } };
}

function offsetOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text === "Z") return 0;
  const sign = text.startsWith("-") ? -1 : 1;
  return sign * (Number(text.slice(1, 3)) * 60 + Number(text.slice(-2)));
}

/** The day of a local moment as `2025-01-31`. */
export function dayText(day: number): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}
