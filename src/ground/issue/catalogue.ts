import type { Issue, Where } from "./issue.ts";
import { type Language, LANGUAGES, type Text, textOf } from "./language.ts";

/** What `content/locales/issues` holds for one code. */
export interface IssueTexts {
  readonly message: Text;
  readonly remedy: Text;
}

export type IssueCatalogue = ReadonlyMap<string, IssueTexts>;

/** An issue with its texts, as the CLI, the API and the pages show it. */
export interface RenderedIssue extends Issue {
  readonly message: Text;
  readonly remedy: Text;
}

const PLACEHOLDER = /\{([a-zA-Z]+)\}/g;

/** The names in a template's `{placeholders}`. */
export function placeholders(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map((match) => match[1] ?? "");
}

/**
 * Sets an issue's texts: `{expected}`, `{actual}` and the names in `values` and `at` are filled in.
 * A code without texts is a broken invariant and throws: a guard keeps code and catalogue together.
 */
export function renderIssue(issue: Issue, catalogue: IssueCatalogue): RenderedIssue {
  const texts = catalogue.get(issue.code);
  if (!texts) throw new Error(`no texts for issue code ${issue.code}`);
  const fields: Record<string, string | number | undefined> = {
    ...issue.at,
    ...issue.values,
    expected: issue.expected,
    actual: issue.actual,
  };
  const fill = (template: string): string =>
    template.replace(PLACEHOLDER, (_, name: string) => String(fields[name] ?? "–"));
  return {
    ...issue,
    message: textOf((language) => fill(texts.message[language])),
    remedy: textOf((language) => fill(texts.remedy[language])),
  };
}

const WORDS: Record<Language, { row: string; column: string; line: string }> = {
  "zh-Hant": { row: "第 {} 行", column: "欄 {}", line: "第 {} 列" },
  "zh-Hans": { row: "第 {} 行", column: "列 {}", line: "第 {} 行" },
  en: { row: "row {}", column: "column {}", line: "line {}" },
};

/** `at` in words, `water.csv, row 3, column amount`. */
export function describeWhere(at: Where, language: Language): string {
  const words = WORDS[language];
  const parts = [
    at.file,
    at.sheet,
    at.line === undefined ? undefined : words.line.replace("{}", String(at.line)),
    at.row === undefined ? undefined : words.row.replace("{}", String(at.row)),
    at.column === undefined ? undefined : words.column.replace("{}", at.column),
    at.path,
    at.record,
    at.indicator,
    at.period,
  ];
  return parts.filter((part) => part !== undefined).join(language === "en" ? ", " : "，");
}

/** Reads a catalogue from parsed content: `{ CODE: { message: {…}, remedy: {…} } }`; a code given twice throws. */
export function issueCatalogue(documents: readonly Readonly<Record<string, IssueTexts>>[]): IssueCatalogue {
  const catalogue = new Map<string, IssueTexts>();
  for (const document of documents) {
    for (const [code, texts] of Object.entries(document)) {
      if (catalogue.has(code)) throw new Error(`issue code ${code} has texts twice`);
      for (const language of LANGUAGES) {
        if (!texts.message?.[language] || !texts.remedy?.[language])
          throw new Error(`issue code ${code} lacks its ${language} text`);
      }
      catalogue.set(code, texts);
    }
  }
  return catalogue;
}
