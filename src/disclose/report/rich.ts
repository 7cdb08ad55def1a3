import { type Language, type Text, textOf } from "../../ground/issue/index.ts";
import type { Inline, Line, Rich } from "./document.ts";

/** Builds a line for each language. */
export function richOf(make: (language: Language) => Line): Rich {
  return { "zh-Hant": make("zh-Hant"), "zh-Hans": make("zh-Hans"), en: make("en") };
}

export const richText = (text: Text): Rich =>
  richOf((language) => (text[language] === "" ? [] : [{ text: text[language] }]));

export const richFigure = (figure: string, show: "value" | "reported" | "exact" = "value"): Rich =>
  richOf(() => [{ figure, show }]);

export const richLink = (anchor: string, text: Text): Rich =>
  richOf((language) => [{ link: anchor, text: text[language] }]);

export const richCode = (code: string): Rich => richOf(() => [{ code }]);

export const EMPTY_RICH: Rich = richOf(() => []);

/** Lines one after the other, with a separator between those that hold anything. */
export function joinRich(parts: readonly Rich[], separator: Text): Rich {
  return richOf((language) => {
    const line: Inline[] = [];
    for (const part of parts) {
      if (part[language].length === 0) continue;
      if (line.length > 0) line.push({ text: separator[language] });
      line.push(...part[language]);
    }
    return line;
  });
}

/** Between items of a list in running text. */
export const COMMA: Text = { "zh-Hant": "、", "zh-Hans": "、", en: ", " };
export const SEMICOLON: Text = { "zh-Hant": "；", "zh-Hans": "；", en: "; " };
export const COLON: Text = { "zh-Hant": "：", "zh-Hans": "：", en: ": " };
export const DOT: Text = textOf(() => " · ");

export const joinTexts = (parts: readonly Text[], separator: Text): Text =>
  textOf((language) => parts.map((part) => part[language]).join(separator[language]));
