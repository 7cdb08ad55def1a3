/** The three languages of every text, in the order in which they are shown. */
export const LANGUAGES = ["zh-Hant", "zh-Hans", "en"] as const;

export type Language = (typeof LANGUAGES)[number];

/** One text in each of the three languages. */
export type Text = Readonly<Record<Language, string>>;

/** Builds a text from one value per language. */
export function textOf(make: (language: Language) => string): Text {
  return { "zh-Hant": make("zh-Hant"), "zh-Hans": make("zh-Hans"), en: make("en") };
}
