import { type Language, type Text, textOf } from "../../ground/issue/index.ts";
import { Decimal, formatNumber, roundTo, type Unit, type UnitTable } from "../../ground/quantity/index.ts";
import { dimsText, type Figure, type Ref } from "./figure.ts";
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
  const membersOf = (ref: Ref, language: Language | undefined): string[] =>
    Object.entries(ref.dims).map(
      ([dimension, member]) => (language && titles.member?.(dimension, member)?.[language]) ?? member,
    );
  const title = (ref: Ref, language: Language | undefined): string => {
    if (!language) return ref.indicator + (dimsText(ref.dims) === "" ? "" : `{${dimsText(ref.dims)}}`);
    const members = membersOf(ref, language);
    const [open, close] = BRACKETS[language];
    const name = titles.indicator?.(ref.indicator)?.[language] ?? ref.indicator;
    return members.length === 0 ? name : `${name}${open}${members.join(LIST[language])}${close}`;
  };
  const printed = (figure: Figure, language: Language | undefined): string => {
    if (figure.value === undefined) return "–";
    const plain = plainUnit(units, figure.unit);
    const value = figure.value.times(plain.factor);
    const shown = number(value, figure.decimals - plain.places, false, language) + unitText(plain.unit, language);
    const sign = PRINTED_SIGNS[figure.qualifier];
    return sign === "" ? shown : `${sign} ${shown}`;
  };
  const amountText = (
    value: Decimal,
    of: Unit,
    decimals: number,
    sign: boolean,
    language: Language | undefined,
  ): string => {
    const plain = plainUnit(units, of);
    return (
      number(fromBase(value, plain.unit), decimals - plain.places, sign, language) + unitText(plain.unit, language)
    );
  };
  const set = (param: Param, language?: Language): string => {
    switch (param.kind) {
      case "text":
        return typeof param.text === "string" ? param.text : param.text[language ?? "en"];
      case "place":
        return (language && titles.place?.(param.id)?.[language]) ?? param.id;
      case "word":
        return (language && words(param.word)?.[language]) ?? param.word;
      case "member":
        return (language && titles.member?.(param.dimension, param.member)?.[language]) ?? param.member;
      case "figure":
        return title(param.ref, language);
      case "amount":
        return amountText(param.value, param.unit, param.decimals, param.sign ?? false, language);
      case "printed":
        return printed(param.figure, language);
      case "members": {
        const names = membersOf(param.ref, language);
        return names.length > 0 ? names.join(LIST[language ?? "en"]) : title(param.ref, language);
      }
      case "share":
        return `${number(asDecimal(param.value).times(100), param.decimals, param.sign ?? false, language)}%`;
      case "range": {
        const { low, high } = param.interval;
        const plain = plainUnit(units, param.unit);
        const places = param.decimals - plain.places;
        const [a, b] = [low, high].map((end) => number(fromBase(end, plain.unit), places, false, language));
        const unit = unitText(plain.unit, language);
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

const PRINTED_SIGNS = { exact: "", over: ">", near: "≈", "at-most": "≤", "at-least": "≥" } as const;

/** A unit with a number in front, 10000*kWh, is shown as its plain unit: 9,500,000 kWh. */
function plainUnit(units: UnitTable, unit: Unit): { unit: Unit; factor: Decimal; places: number } {
  const match = /^(\d+(?:\.\d+)?)\*([A-Za-z][A-Za-z0-9_]*)$/.exec(unit.id);
  if (!match?.[1] || !match[2]) return { unit, factor: new Decimal(1), places: 0 };
  const factor = new Decimal(match[1]);
  return { unit: units.unit(match[2]), factor, places: Math.round(factor.log(10).toNumber()) };
}

export const joinCases = (cases: readonly Text[]): Text =>
  textOf((language) => cases.map((text) => text[language]).join(language === "en" ? "; " : "；"));
