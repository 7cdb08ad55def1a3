const MS_PER_DAY = 86_400_000;

const SPECIAL = /[\\\b\f\n\r\t\v]/;
const ALL_SPECIAL = /[\\\b\f\n\r\t\v]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

/** A text as PostgreSQL's COPY writes it: what goes in is, byte for byte, what comes out again. */
export function copyField(text: string): string {
  return SPECIAL.test(text) ? text.replace(ALL_SPECIAL, (character) => ESCAPES[character] ?? character) : text;
}

/** A text that may be absent. */
export function copyNullable(text: string | null | undefined): string {
  return text === null || text === undefined ? "\\N" : copyField(text);
}

const REMEMBERED = 65_536;
const days = new Map<number, string>();

function dayText(day: number): string {
  let text = days.get(day);
  if (text === undefined) {
    if (days.size >= REMEMBERED) days.clear();
    text = new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
    days.set(day, text);
  }
  return text;
}

const two = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, "0"));

/**
 * An instant as PostgreSQL prints a `timestamp` under DateStyle ISO: `2025-03-09 16:00:00`, with a fraction only where there is one.
 * @param ms UTC, years 0001–9999
 */
export function timestampText(ms: number): string {
  const day = Math.floor(ms / MS_PER_DAY);
  const time = ms - day * MS_PER_DAY;
  const seconds = Math.floor(time / 1000);
  const clock = `${two[Math.floor(seconds / 3600)]}:${two[Math.floor(seconds / 60) % 60]}:${two[seconds % 60]}`;
  const fraction = time % 1000;
  const places = fraction === 0 ? "" : `.${String(fraction).padStart(3, "0").replace(/0+$/, "")}`;
  return `${dayText(day)} ${clock}${places}`;
}
