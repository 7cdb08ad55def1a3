/** The three languages, each with its own name and the locale that dates and numbers are set in. */
export const LANGUAGES = [
  { id: "zh-Hant", name: "繁體中文", locale: "zh-Hant-HK" },
  { id: "zh-Hans", name: "简体中文", locale: "zh-Hans-CN" },
  { id: "en", name: "English", locale: "en-GB" },
] as const;

export type Language = (typeof LANGUAGES)[number]["id"];

/** A text of the server in all three languages. */
export type Text = Readonly<Record<Language, string>>;

const KEY = "candela.language";

function ofBrowser(): Language {
  for (const wanted of navigator.languages) {
    if (/^zh-(hant|tw|hk|mo)/i.test(wanted)) return "zh-Hant";
    if (/^zh/i.test(wanted)) return "zh-Hans";
    if (/^en/i.test(wanted)) return "en";
  }
  return "en";
}

/** What was chosen here before, else what the browser asks for. */
export function firstLanguage(): Language {
  const kept = localStorage.getItem(KEY);
  return LANGUAGES.find(({ id }) => id === kept)?.id ?? ofBrowser();
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(KEY, language);
}

export const localeOf = (language: Language): string => LANGUAGES.find(({ id }) => id === language)?.locale ?? "en-GB";
