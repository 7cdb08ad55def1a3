import type { Language } from "../issue/index.ts";

/** Words that multiply the unit they stand before or in (萬噸, 人民幣百萬元, RMB million), longest first. Simplified keys. */
const SCALE_WORDS: readonly (readonly [word: string, factor: string])[] = [
  ["hundredmillion", "100000000"],
  ["tenthousand", "10000"],
  ["thousand", "1000"],
  ["million", "1000000"],
  ["billion", "1000000000"],
  ["'000,000", "1000000"],
  ["000,000", "1000000"],
  ["'000'000", "1000000"],
  ["'000", "1000"],
  ["百万", "1000000"],
  ["千万", "10000000"],
  ["十万", "100000"],
  ["万亿", "1000000000000"],
  ["千亿", "100000000000"],
  ["百亿", "10000000000"],
  ["十亿", "1000000000"],
  ["亿", "100000000"],
  ["万", "10000"],
  ["千", "1000"],
  ["百", "100"],
  ["mil", "1000000"],
  ["mn", "1000000"],
  ["bn", "1000000000"],
];

/** A scale word taken out of a text. */
export interface Scaled {
  readonly factor: string;
  readonly rest: string;
}

/**
 * Every way to read a key as a scale word and a remainder, in order of preference: the longest word, at the front (with
 * an optional 個 behind it), then inside or behind, as in 人民币百万元 and RMB million.
 */
export function scaleReadings(key: string): Scaled[] {
  const lower = key.toLowerCase();
  const readings: Scaled[] = [];
  for (const [word, factor] of SCALE_WORDS) {
    const index = lower.indexOf(word);
    if (index < 0) continue;
    const [before, after] = [key.slice(0, index), key.slice(index + word.length)];
    readings.push({ factor, rest: before + after });
    const filler = /^(?:个|s(?=[A-Za-z]))/.exec(after);
    if (filler) readings.push({ factor, rest: before + after.slice(filler[0].length) });
  }
  return readings;
}

const SHOWN: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  "zh-Hant": {
    "100": "百",
    "1000": "千",
    "10000": "萬",
    "100000": "十萬",
    "1000000": "百萬",
    "10000000": "千萬",
    "100000000": "億",
  },
  "zh-Hans": {
    "100": "百",
    "1000": "千",
    "10000": "万",
    "100000": "十万",
    "1000000": "百万",
    "10000000": "千万",
    "100000000": "亿",
  },
  en: { "1000": "thousand ", "1000000": "million ", "1000000000": "billion " },
};

/** A plain factor before a unit's symbol: 萬 in 萬噸, `10,000 ` in `10,000 t`. */
export function scaleSymbol(factor: string, language: Language): string {
  return SHOWN[language][factor] ?? `${factor.replace(/\B(?=(\d{3})+$)/g, ",")} `;
}
