/** What the name of a month column says: a month of a year named elsewhere, or a whole period by itself. */
export type MonthColumn = { readonly month: number } | { readonly period: string };

const ENGLISH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const ENGLISH_LONG = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const CHINESE = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];

function monthNumber(word: string): number | undefined {
  const plain = word.toLowerCase().replace(/\.$/, "");
  const short = plain === "sept" ? 9 : ENGLISH.indexOf(plain) + 1 || ENGLISH_LONG.indexOf(plain) + 1;
  return short || undefined;
}

/**
 * Reads `1月`, `一月`, `Jan`, `2025-01`, `2025年1月`, `Jan 2025`, `2025/01`; anything else is not a month column.
 * @param bare whether a bare `1` … `12` counts too, as it does where a mapping says so
 */
export function monthColumn(name: string, bare = false): MonthColumn | undefined {
  const plain = name.normalize("NFKC").trim();
  const chinese = /^(?:(\d{4})年)?\s*(\d{1,2}|[一二三四五六七八九十]{1,2})月份?$/.exec(plain);
  if (chinese) return made(chinese[1], Number(chinese[2]) || CHINESE.indexOf(chinese[2] ?? "") + 1);
  const dashed = /^(\d{4})[-/.](\d{1,2})$/.exec(plain);
  if (dashed) return made(dashed[1], Number(dashed[2]));
  const english = /^([A-Za-z]{3,9}\.?)(?:[\s\-/,']*(\d{4}|\d{2}))?$/.exec(plain);
  if (english) {
    const year = english[2]?.length === 2 ? `20${english[2]}` : english[2];
    return made(year, monthNumber(english[1] ?? "") ?? 0);
  }
  return bare && /^\d{1,2}$/.test(plain) ? made(undefined, Number(plain)) : undefined;
}

function made(year: string | undefined, month: number): MonthColumn | undefined {
  if (month < 1 || month > 12) return undefined;
  return year === undefined ? { month } : { period: `${year}-${String(month).padStart(2, "0")}` };
}
