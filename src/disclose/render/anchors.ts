import type { Language } from "../../ground/issue/index.ts";
import type { Block, ReportDocument } from "../report/index.ts";

/** Every anchor that the blocks set; a link to any other would lead nowhere. */
export function anchorsOf(blocks: readonly Block[]): Set<string> {
  const anchors: (string | undefined)[] = blocks.flatMap((block) => {
    if (block.kind === "heading") return [block.anchor];
    if (block.kind === "cards") return block.cards.map((card) => card.anchor);
    if (block.kind !== "table") return [];
    const rows = block.groups.flatMap((group) => group.rows);
    return [block.anchor, ...rows.flatMap((row) => [row.anchor, ...row.cells.map((cell) => cell.anchor)])];
  });
  return new Set(anchors.filter((anchor) => anchor !== undefined));
}

/** Whose report it is and what it is, for a window's title and the head of a page. */
export function fullTitle(document: ReportDocument, language: Language): string {
  return `${document.meta.entity[language]}${language === "en" ? " – " : "　"}${document.title[language]}`;
}
