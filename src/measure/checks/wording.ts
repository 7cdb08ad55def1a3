import { type Language, type Text, textOf } from "../../ground/issue/index.ts";
import { Decimal, formatNumber, roundTo, type Unit, type UnitTable } from "../../ground/quantity/index.ts";
import { dimsText, type Ref } from "./figure.ts";
import { fromBase } from "./figure-set.ts";
import type { Param } from "./finding.ts";

/** The texts of one code: the finding's message with its `{cases}`, one case, and what to do. */
export interface CheckTexts {
  readonly message: Text;
  readonly case?: Text;
  readonly remedy: Text;
}

/** Names of what findings speak of; what has none is shown by its id. */
export interface Titles {
  indicator?(id: string): Text | undefined;
  member?(dimension: string, member: string): Text | undefined;
  place?(id: string): Text | undefined;
}

const LIST: Readonly<Record<Language, string>> = { "zh-Hant": "、", "zh-Hans": "、", en: ", " };
const BRACKETS: Readonly<Record<Language, readonly [string, string]>> = {
  "zh-Hant": ["（", "）"],
  "zh-Hans": ["（", "）"],
  en: [" (", ")"],
};

const PLAIN_SIGNS = { not: "≠", "at-least": "≥", "at-most": "≤" } as const;

/** Sets parameters in words of a language, or, without one, in signs that every language shares. */
export interface Wording {
  set(param: Param, language?: Language): string;
  fill(template: string, values: Readonly<Record<string, Param>>, language: Language): string;
}

/**
 * @param words texts of `CHECK-WORD-…` codes by their last part, for directions and the like
 */
export function createWording(units: UnitTable, titles: Titles, words: (word: string) => Text | undefined): Wording {
  const number = (value: Decimal, decimals: number, sign: boolean, language: Language | undefined): string => {
    const places = Math.max(0, decimals);
    const shown = language ? formatNumber(value, places, language) : roundTo(value, places).toFixed(places);
    return sign && value.gt(0) ? `+${shown}` : shown;
  };
  const unitText = (unit: Unit, language: Language | undefined): string => {
    if (unit.id === "ratio") return "";
    if (unit.id === "percent") return "%";
    return ` ${language ? units.symbol(unit, language) : unit.id}`;
  };
  const title = (ref: Ref, language: Language | undefined): string => {
    if (!language) return ref.indicator + (dimsText(ref.dims) === "" ? "" : `{${dimsText(ref.dims)}}`);
    const members = Object.entries(ref.dims).map(
      ([dimension, member]) => titles.member?.(dimension, member)?.[language] ?? member,
    );
    const [open, close] = BRACKETS[language];
    const name = titles.indicator?.(ref.indicator)?.[language] ?? ref.indicator;
    return members.length === 0 ? name : `${name}${open}${members.join(LIST[language])}${close}`;
  };
  const set = (param: Param, language?: Language): string => {
    switch (param.kind) {
      case "text":
        return typeof param.text === "string" ? place(param.text, language) : param.text[language ?? "en"];
      case "word":
        return (language && words(param.word)?.[language]) ?? param.word;
      case "member":
        return (language && titles.member?.(param.dimension, param.member)?.[language]) ?? param.member;
      case "figure":
        return title(param.ref, language);
      case "amount":
        return (
          number(fromBase(param.value, param.unit), param.decimals, param.sign ?? false, language) +
          unitText(param.unit, language)
        );
      case "share":
        return `${number(asDecimal(param.value).times(100), param.decimals, param.sign ?? false, language)}%`;
      case "range": {
        const { low, high } = param.interval;
        const [a, b] = [low, high].map((end) => number(fromBase(end, param.unit), param.decimals, false, language));
        const unit = unitText(param.unit, language);
        if (!high.isFinite()) return `≥ ${a}${unit}`;
        if (!low.isFinite()) return `≤ ${b}${unit}`;
        return a === b ? `${a}${unit}` : `${a}–${b}${unit}`;
      }
      case "list":
        return param.items.map((item) => set(item, language)).join(LIST[language ?? "en"]);
      case "labelled":
        return `${set(param.label, language)} ${set(param.value, language)}`;
      default:
        return `${PLAIN_SIGNS[param.kind]} ${set(param.of, language)}`;
    }
  };
  const place = (id: string, language: Language | undefined): string =>
    (language && titles.place?.(id)?.[language]) ?? id;
  return {
    set,
    fill: (template, values, language) =>
      template.replace(/\{([a-zA-Z]+)\}/g, (_, name: string) => {
        const value = values[name];
        return value === undefined ? "–" : set(value, language);
      }),
  };
}

const asDecimal = (value: Decimal | number): Decimal => new Decimal(value);

export const joinCases = (cases: readonly Text[]): Text =>
  textOf((language) => cases.map((text) => text[language]).join(language === "en" ? "; " : "；"));
