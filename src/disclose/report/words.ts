import { z } from "zod";
import { textSchema } from "../../ground/content/index.ts";
import { type Text, textOf } from "../../ground/issue/index.ts";
import type { ReportTexts } from "./model.ts";

/** A file of `content/locales/report`: word → its text in three languages. */
export const wordsSchema = z.record(z.string().regex(/^[a-z]+([.-][A-Za-z]+)*$/), textSchema);

/** The words of all files; a word given twice is a broken build and throws. */
export function reportTexts(files: readonly Readonly<Record<string, Text>>[]): ReportTexts {
  const texts = new Map<string, Text>();
  for (const file of files) {
    for (const [word, text] of Object.entries(file)) {
      if (texts.has(word)) throw new Error(`the report's word ${word} has texts twice`);
      texts.set(word, text);
    }
  }
  return texts;
}

/** A word with its `{placeholders}` as they are, for those that only a renderer can fill: page numbers. */
export function unfilledWord(texts: ReportTexts, word: string): Text {
  const text = texts.get(word);
  if (!text) throw new Error(`the report has no word ${word}`);
  return text;
}

/** A word with its `{placeholders}` filled; a word that does not exist is a broken build and throws. */
export function wordOf(texts: ReportTexts, word: string, values: Readonly<Record<string, Text | string>> = {}): Text {
  const text = unfilledWord(texts, word);
  return textOf((language) =>
    text[language].replace(/\{([a-zA-Z]+)\}/g, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`the report's word ${word} needs ${name}`);
      return typeof value === "string" ? value : value[language];
    }),
  );
}

/** The same text in every language: an id, a number, a hash. */
export const sameText = (text: string): Text => textOf(() => text);
