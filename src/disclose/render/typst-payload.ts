import type { Language } from "../../ground/issue/index.ts";
import type { Block, Cell, Line, ReportDocument, Tone } from "../report/index.ts";
import { anchorsOf, fullTitle } from "./anchors.ts";
import { printable } from "./printable.ts";

/** One language of a report as plain data for the typesetter: every text printable, every link leading somewhere. */
export type TypstPayload = Readonly<Record<string, unknown>>;

const COLOURS: Readonly<Record<Tone, "good" | "info" | "warn" | "bad" | "soft">> = {
  complete: "good",
  recomputed: "good",
  met: "good",
  consistent: "info",
  notice: "info",
  explained: "info",
  partial: "warn",
  preliminary: "warn",
  warning: "warn",
  partly: "warn",
  "reported-only": "warn",
  missing: "bad",
  error: "bad",
  unexplained: "bad",
  open: "bad",
  "not-in-force": "soft",
};

/** The face that a language is set in first; the other serves characters that the first lacks. */
const FONTS: Readonly<Record<Language, readonly string[]>> = {
  "zh-Hant": ["Noto Sans TC", "Noto Sans SC"],
  "zh-Hans": ["Noto Sans SC", "Noto Sans TC"],
  en: ["Noto Sans TC", "Noto Sans SC"],
};

const LOCALES: Readonly<Record<Language, { lang: string; region: string }>> = {
  "zh-Hant": { lang: "zh", region: "HK" },
  "zh-Hans": { lang: "zh", region: "CN" },
  en: { lang: "en", region: "GB" },
};

/** The payload of one language. */
export function typstPayload(document: ReportDocument, language: Language): TypstPayload {
  const anchors = anchorsOf(document.blocks);
  const target = (anchor: string | undefined): string | null =>
    anchor !== undefined && anchors.has(anchor) ? anchor : null;

  const line = (inlines: Line, withPages: boolean): unknown[] =>
    inlines.map((inline) => {
      if ("figure" in inline) {
        const figure = document.figures[inline.figure];
        if (!figure) throw new Error(`the document has no figure ${inline.figure}`);
        const text = inline.show === "reported" ? figure.reported?.display[language] : figure.display?.[language];
        return {
          k: "f",
          v: printable(text ?? document.words["status.missing"]?.[language] ?? ""),
          a: inline.show === "exact" ? null : target(figure.lineage),
        };
      }
      if ("link" in inline) {
        const anchor = target(inline.link);
        return anchor === null
          ? { k: "t", v: printable(inline.text) }
          : { k: "l", v: printable(inline.text), a: anchor, page: withPages };
      }
      if ("code" in inline) return { k: "c", v: printable(inline.code) };
      return { k: "t", v: printable(inline.text) };
    });

  const cell = (content: Cell, withPages: boolean): unknown => ({
    anchor: content.anchor ?? null,
    content: line(content.content[language], withPages),
    detail: content.detail ? line(content.detail[language], withPages) : [],
    badge: content.badge ? { tone: COLOURS[content.badge.tone], v: printable(content.badge.text[language]) } : null,
    span: content.span ?? 1,
  });

  const block = (source: Block): unknown => {
    switch (source.kind) {
      case "heading":
        return { kind: "heading", level: source.level, text: printable(source.text[language]), anchor: source.anchor };
      case "paragraph":
        return { kind: "paragraph", tone: source.tone, text: line(source.text[language], false) };
      case "list":
        return {
          kind: "list",
          title: source.title ? printable(source.title[language]) : null,
          items: source.items.map((item) => line(item[language], false)),
        };
      case "cards":
        return {
          kind: "cards",
          cards: source.cards.map((card) => ({
            anchor: card.anchor,
            badge: { tone: COLOURS[card.badge.tone], v: printable(card.badge.text[language]) },
            title: line(card.title[language], false),
            fields: card.fields.map((field) => ({
              label: printable(field.label[language]),
              value: line(field.value[language], false),
            })),
          })),
        };
      case "table": {
        const withPages = source.style === "index";
        return {
          kind: "table",
          anchor: source.anchor,
          caption: printable(source.caption[language]),
          columns: source.columns.map((column) => ({
            title: printable(column.title[language]),
            end: column.align === "end",
            width: column.width,
          })),
          groups: source.groups.map((group) => ({
            title: group.title ? printable(group.title[language]) : null,
            rows: group.rows.map((row) => ({
              anchor: row.anchor ?? null,
              depth: Math.min(row.depth, 8),
              title: row.title ?? false,
              cells: row.cells.map((each) => cell(each, withPages)),
            })),
          })),
        };
      }
    }
  };

  const first = document.blocks.findIndex((each) => each.kind !== "paragraph" || each.tone !== "warning");
  const body = first === -1 ? document.blocks.length : first;
  const word = (name: string): string => document.words[name]?.[language] ?? "";
  const [year = 1970, month = 1, day = 1] = document.meta.generatedAt.slice(0, 10).split("-").map(Number);
  return {
    ...LOCALES[language],
    fonts: FONTS[language],
    title: printable(document.title[language]),
    "full-title": printable(fullTitle(document, language)),
    entity: printable(document.meta.entity[language]),
    contents: word("contents"),
    page: word("page"),
    "on-page": word("on-page"),
    footer: printable(document.meta.journal.head),
    date: [year, month, day],
    // What warns of the whole report stands on its cover.
    cover: document.blocks.slice(0, body).map(block),
    blocks: document.blocks.slice(body).map(block),
  };
}
