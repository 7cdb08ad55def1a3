/** A start tag or an end tag met in a page. */
export interface Tag {
  readonly name: string;
  readonly closing: boolean;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface ReadPage {
  readonly tags: readonly Tag[];
  /** Text between tags, entities resolved, one entry for each run. */
  readonly texts: readonly string[];
  /** What did not parse as text, tag or doctype. */
  readonly broken: readonly string[];
}

const TOKEN = /<!doctype html>|<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*>|([^<>]+)|([<>])/gi;
const ATTRIBUTE = /([a-z-]+)(?:="([^"]*)")?/gi;
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

export const unescapeHtml = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? "");

/** Reads a page strictly: quoted attributes, known entities, balanced tags are the caller's to judge. The style sheet is left out. */
export function readHtml(html: string): ReadPage {
  const tags: Tag[] = [];
  const texts: string[] = [];
  const broken: string[] = [];
  for (const match of html.replace(/<style>[^<]*<\/style>/, "").matchAll(TOKEN)) {
    const [whole, closing, name, attributes = "", text, stray] = match;
    if (stray !== undefined) broken.push(html.slice(match.index, match.index + 40));
    else if (text !== undefined) {
      if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(text)) broken.push(text);
      texts.push(unescapeHtml(text));
    } else if (name !== undefined) {
      const read = Object.fromEntries(
        [...attributes.matchAll(ATTRIBUTE)].map(([, key = "", value = ""]) => [key.toLowerCase(), unescapeHtml(value)]),
      );
      tags.push({ name: name.toLowerCase(), closing: closing === "/", attributes: read });
    } else if (whole.toLowerCase() !== "<!doctype html>") broken.push(whole);
  }
  return { tags, texts, broken };
}

export interface ReadFigure {
  readonly indicator: string;
  readonly period: string;
  readonly where: string;
  readonly status: string;
  readonly origin: string;
  readonly value: string;
  readonly shown: string;
}

/** The figures that a page shows, with what their attributes say. */
export function readFigures(html: string): ReadFigure[] {
  return [...html.matchAll(/<data class="figure"([^>]*)>(.*?)<\/data>/gs)].map(([, attributes = "", inner = ""]) => {
    const read = Object.fromEntries(
      [...attributes.matchAll(ATTRIBUTE)].map(([, key = "", value = ""]) => [key, unescapeHtml(value)]),
    );
    return {
      indicator: read["data-indicator"] ?? "",
      period: read["data-period"] ?? "",
      where: read["data-where"] ?? "",
      status: read["data-status"] ?? "",
      origin: read["data-origin"] ?? "",
      value: read.value ?? "",
      shown: unescapeHtml(inner.replace(/<[^>]*>/g, "")),
    };
  });
}
