/** An exact decimal with its whole digits in groups of three, a minus sign that is one; what is no decimal stays as it is. */
export function formatDecimal(text: string): string {
  const match = /^(-?)(\d+)(\.\d+)?$/.exec(text);
  if (!match) return text;
  const [, sign, whole = "", fraction = ""] = match;
  return `${sign ? "−" : ""}${whole.replace(/\B(?=(\d{3})+$)/g, ",")}${fraction}`;
}

/** A local day, `2025-03-01`, as the language writes it. */
export function formatDate(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(
    new Date(`${iso.slice(0, 10)}T00:00:00Z`),
  );
}

const dayOf = (iso: string): Date => new Date(`${iso.slice(0, 10)}T00:00:00Z`);

/** First and last day, `2025-03-01..2025-03-31`, as briefly as the language does. */
export function formatDays(range: string, locale: string): string {
  const [first = "", last = first] = range.split("..");
  const format = new Intl.DateTimeFormat(locale, { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" });
  return first === last ? format.format(dayOf(first)) : format.formatRange(dayOf(first), dayOf(last));
}

/** A month, `2025-03`. */
export function formatMonth(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { year: "numeric", month: "short", timeZone: "UTC" }).format(
    dayOf(`${iso}-01`),
  );
}

/** A moment in the reader's own time zone, which it names. */
export function formatMoment(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  }).format(new Date(iso));
}

/** A moment by the clock of a place, to the minute. */
export function formatClock(iso: string, locale: string, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, {
    timeZone,
    ...{ month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  }).format(new Date(iso));
}
