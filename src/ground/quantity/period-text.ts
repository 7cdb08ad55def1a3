import { fail, type Result, type Where } from "../issue/index.ts";
import { plainText } from "./amount.ts";
import { addDays, dateNumber, firstOfMonth } from "./local-date.ts";
import { type FiscalCalendar, fiscalYearPeriod, type Period, periodOf } from "./period.ts";

const ENGLISH_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH_NAME =
  "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";
const NUMERALS: Readonly<Record<string, number>> = {
  一: 1,
  二: 2,
  三: 3,
  四: 4,
  首: 1,
  上: 1,
  下: 2,
  "1": 1,
  "2": 2,
  "3": 3,
  "4": 4,
};

/** First day and day after the last. */
type Span = readonly [start: string, end: string];

type Form = readonly [pattern: RegExp, read: (groups: string[], calendar: FiscalCalendar) => Span];

const months = (year: number, first: number, count: number): Span => [
  firstOfMonth(year, first),
  firstOfMonth(year, first + count),
];

function day(year: string, month: string, date: string): Span {
  const text = `${year}-${month.padStart(2, "0")}-${date.padStart(2, "0")}`;
  return [text, dateNumber(text) === undefined ? text : addDays(text, 1)];
}

const monthNumber = (name: string): number => ENGLISH_MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;

function fiscal(year: number, calendar: FiscalCalendar, first = 0, count = 12): Span {
  const start = fiscalYearPeriod(year, calendar).start;
  return months(Number(start.slice(0, 4)), Number(start.slice(5, 7)) + first, count);
}

const YEAR = "((?:19|20|21)\\d\\d)";
const form = (pattern: string, read: Form[1]): Form => [new RegExp(`^${pattern}$`, "i"), read];

/** The forms of one period, tried in order, without spaces. */
const FORMS: readonly Form[] = [
  form(`${YEAR}(?:年|年度|全年)?`, ([y]) => months(Number(y), 1, 12)),
  form(`(?:FY|fiscalyear|財年|财年|財政年度|财政年度)${YEAR}`, ([y], calendar) => fiscal(Number(y), calendar)),
  form(`${YEAR}(?:財年|财年|財政年度|财政年度)`, ([y], calendar) => fiscal(Number(y), calendar)),
  form(`FY${YEAR}-?Q([1-4])`, ([y, q], calendar) => fiscal(Number(y), calendar, 3 * (Number(q) - 1), 3)),
  form(`FY${YEAR}-?H([12])`, ([y, h], calendar) => fiscal(Number(y), calendar, 6 * (Number(h) - 1), 6)),
  form(`${YEAR}年?[-.]?Q([1-4])`, ([y, q]) => months(Number(y), 3 * Number(q) - 2, 3)),
  form(`Q([1-4])[-/]?${YEAR}年?`, ([q, y]) => months(Number(y), 3 * Number(q) - 2, 3)),
  form(`${YEAR}年?第?([一二三四首1-4])季度?`, ([y, q]) => months(Number(y), 3 * (NUMERALS[q ?? ""] ?? 1) - 2, 3)),
  form(`${YEAR}年?[-.]?H([12])`, ([y, h]) => months(Number(y), 6 * Number(h) - 5, 6)),
  form(`H([12])[-/]?${YEAR}年?`, ([h, y]) => months(Number(y), 6 * Number(h) - 5, 6)),
  form(`${YEAR}年?([上下])半年`, ([y, h]) => months(Number(y), 6 * (NUMERALS[h ?? ""] ?? 1) - 5, 6)),
  form(`${YEAR}[-/.](0?[1-9]|1[0-2])`, ([y, m]) => months(Number(y), Number(m), 1)),
  form(`${YEAR}年(0?[1-9]|1[0-2])月份?`, ([y, m]) => months(Number(y), Number(m), 1)),
  form(`${MONTH_NAME}[-,']?${YEAR}`, ([name, y]) => months(Number(y), monthNumber(name ?? ""), 1)),
  form(`${YEAR}[-]?${MONTH_NAME}`, ([y, name]) => months(Number(y), monthNumber(name ?? ""), 1)),
  form(`${YEAR}([-/.])(\\d\\d?)\\2(\\d\\d?)`, ([y, , m, d]) => day(y ?? "", m ?? "", d ?? "")),
  form(`${YEAR}年(\\d\\d?)月(\\d\\d?)[日號号]`, ([y, m, d]) => day(y ?? "", m ?? "", d ?? "")),
  form(`(\\d\\d?)(?:st|nd|rd|th)?${MONTH_NAME},?${YEAR}`, ([d, name, y]) =>
    day(y ?? "", String(monthNumber(name ?? "")), d ?? ""),
  ),
  form(`${MONTH_NAME}(\\d\\d?)(?:st|nd|rd|th)?,${YEAR}`, ([name, d, y]) =>
    day(y ?? "", String(monthNumber(name ?? "")), d ?? ""),
  ),
];

/** 2024/25: two calendar years, so only a fiscal year that is not the calendar year can be meant. */
const TWO_YEARS = /^(?:FY)?((?:19|20|21)\d\d)[-/](\d\d|\d{4})(?:年度|財年|财年|財政年度|财政年度)?$/i;
const DAY_FIRST = /^\d\d?[-/.]\d\d?[-/.]\d{4}$|^\d\d?[-/.]\d\d?[-/.]\d\d$|^\d{6}$|^\d{8}$/;
const INCLUSIVE = /\s*(?:至|到|~|〜|—|–|\bto\b|\buntil\b|\bthrough\b|\s-\s)\s*/i;

/** The later year of `2024/25`, `2024-2025`; undefined when the second does not follow the first. */
function laterYear(compact: string): number | undefined {
  const [, first = "", second = ""] = TWO_YEARS.exec(compact) ?? [];
  const year = Number(second.padStart(4, first));
  return first !== "" && year === Number(first) + 1 ? year : undefined;
}

function oneSpan(text: string, calendar: FiscalCalendar): Span | "ambiguous" | undefined {
  const compact = text.replaceAll(/\s/g, "");
  const later = laterYear(compact);
  const acrossYears = (calendar.fiscalYearStartMonth ?? 1) !== 1;
  // 2010-11 is a month; 2009/10 is October 2009 to one reader and a fiscal year to another; 2024-2025 may be both years.
  const likeMonth = /^\d{4}[-/](0\d|1[0-2])$/.test(compact);
  if (later !== undefined && !(likeMonth && (compact.includes("-") || !acrossYears)))
    return acrossYears && !likeMonth && !/-\d{4}/.test(compact) ? fiscal(later, calendar) : "ambiguous";
  for (const [pattern, read] of FORMS) {
    const match = pattern.exec(compact);
    if (match) return read(match.slice(1), calendar);
  }
  return undefined;
}

/** From the first day of one to the last day of the other; `2025年1月1日至12月31日` takes the year from the front. */
function inclusiveSpan(text: string, calendar: FiscalCalendar): Span | "ambiguous" | undefined {
  const [left, right, ...more] = text.split(INCLUSIVE).map((part) => part.replaceAll(/\s|止$/g, ""));
  if (left === undefined || right === undefined || more.length > 0) return undefined;
  const first = oneSpan(left, calendar);
  const last = oneSpan(
    /^\d\d?月/.test(right) && left.includes("年") ? `${left.slice(0, 4)}年${right}` : right,
    calendar,
  );
  if (first === "ambiguous" || last === "ambiguous") return "ambiguous";
  return first && last ? [first[0], last[1]] : undefined;
}

/**
 * Reads a period as people write it: `2025`, `FY2025`, `2024/25`, `2025Q1`, `2025年第一季度`, `2025H1`, `2025-03`, `2025年3月`,
 * `Mar 2025`, `2025-03-09`, `2025-01-01..2025-02-15` (half-open, the last day is not in it), `2025年1月1日至2025年12月31日`
 * (the last day is in it).
 * @issues PERIOD-001 not a period; PERIOD-002 a day that does not exist; PERIOD-003 ends before it starts;
 *         PERIOD-004 day and month, or the kind of year, cannot be told apart
 */
export function parsePeriod(text: string, options: FiscalCalendar = {}, at: Where = {}): Result<Period> {
  const plain = plainText(text);
  const problem = (code: string): Result<never> =>
    fail({
      code,
      severity: "error",
      at,
      actual: plain.length > 80 ? `${plain.slice(0, 77)}…` : plain,
      expected: "2025 | 2025Q1 | 2025-03 | 2025-01-01..2025-02-15",
    });
  if (plain === "" || plain.length > 100) return problem("PERIOD-001");
  const halfOpen = /^(\d{4}-\d\d-\d\d)\s?\.\.\s?(\d{4}-\d\d-\d\d)$/.exec(plain);
  if (halfOpen) return periodOf(halfOpen[1] ?? "", halfOpen[2] ?? "", options, at);
  const span = oneSpan(plain, options) ?? inclusiveSpan(plain, options);
  if (span === "ambiguous" || DAY_FIRST.test(plain)) return problem("PERIOD-004");
  return span ? periodOf(span[0], span[1], options, at) : problem("PERIOD-001");
}
