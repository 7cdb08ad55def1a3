import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { setAnswerLanguage } from "../api/client.ts";
import { formatClock, formatDate, formatDays, formatDecimal, formatMoment, formatMonth } from "./format.ts";
import { firstLanguage, keepLanguage, type Language, localeOf, type Text } from "./language.ts";

type Dictionary = Readonly<Record<string, string>>;

const LOADERS: Readonly<Record<Language, () => Promise<{ default: Dictionary }>>> = {
  en: () => import("virtual:texts/en"),
  "zh-Hant": () => import("virtual:texts/zh-Hant"),
  "zh-Hans": () => import("virtual:texts/zh-Hans"),
};

/** What a page says, and how it sets figures and dates, in the reader's language. */
export interface Texts {
  readonly language: Language;
  setLanguage(language: Language): void;
  /** The text of an id with its `{placeholders}` filled. An id without a text is a defect and throws. */
  say(id: string, values?: Readonly<Record<string, string | number>>): string;
  /** Whether an id has a text: for ids that the server gives. */
  has(id: string): boolean;
  /** A text of the server. */
  pick(text: Text): string;
  /** An exact decimal with its digits grouped; never by way of a float. */
  decimal(text: string): string;
  date(iso: string): string;
  /** `2025-03-01..2025-03-31` in words. */
  days(range: string): string;
  /** `2025-03` in words. */
  month(iso: string): string;
  moment(iso: string): string;
  /** An instant by the clock of a place, to the minute: where what happens is meant by that clock. */
  clock(iso: string, timeZone: string): string;
}

const Context = createContext<Texts | undefined>(undefined);

export function useTexts(): Texts {
  const texts = useContext(Context);
  if (!texts) throw new Error("texts are used outside their provider");
  return texts;
}

function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{([a-zA-Z]+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** Loads the dictionary of the language, and shows nothing until it is there: no page is ever half translated. */
export function TextsProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [language, setLanguage] = useState(() => {
    const first = firstLanguage();
    setAnswerLanguage(first);
    return first;
  });
  const [loaded, setLoaded] = useState<{ language: Language; dictionary: Dictionary }>();
  useEffect(() => {
    let current = true;
    void LOADERS[language]().then((module) => {
      if (current) setLoaded({ language, dictionary: module.default });
    });
    return () => {
      current = false;
    };
  }, [language]);
  useEffect(() => {
    if (loaded) document.documentElement.lang = loaded.language;
  }, [loaded]);
  const texts = useMemo<Texts | undefined>(() => {
    if (!loaded) return undefined;
    const { dictionary } = loaded;
    const locale = localeOf(loaded.language);
    return {
      language: loaded.language,
      setLanguage: (next) => {
        keepLanguage(next);
        setAnswerLanguage(next);
        setLanguage(next);
      },
      say: (id, values = {}) => {
        const template = dictionary[id];
        if (template === undefined) throw new Error(`no text ${id}`);
        return fill(template, values);
      },
      has: (id) => id in dictionary,
      pick: (text) => text[loaded.language],
      decimal: formatDecimal,
      date: (iso) => formatDate(iso, locale),
      days: (range) => formatDays(range, locale),
      month: (iso) => formatMonth(iso, locale),
      moment: (iso) => formatMoment(iso, locale),
      clock: (iso, timeZone) => formatClock(iso, locale, timeZone),
    };
  }, [loaded]);
  return texts ? <Context value={texts}>{children}</Context> : undefined;
}
