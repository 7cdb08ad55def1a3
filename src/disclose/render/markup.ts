import { printable } from "./printable.ts";

/** HTML that is known to be well formed; only `markup` makes it, so a plain text can never pass for it. */
export class Markup {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

export type Content = string | Markup | readonly Content[] | undefined;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text as HTML text or as a quoted attribute's value. */
export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark);
}

function written(content: Content): string {
  if (content === undefined) return "";
  if (typeof content === "string") return escapeHtml(content);
  if (content instanceof Markup) return content.toString();
  return content.map(written).join("");
}

/** Writes HTML: what is interpolated is escaped unless it is markup already. Attributes are always quoted by the template. */
export function markup(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(parts.map((part, index) => `${part}${written(contents[index])}`).join(""));
}
