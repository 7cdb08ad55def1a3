import { createHash } from "node:crypto";
import type { Language } from "../../ground/issue/index.ts";
import type { Block, Cell, Column, Figure, Inline, Line, ReportDocument, Row, Table } from "../report/index.ts";
import { anchorsOf, fullTitle } from "./anchors.ts";
import { REPORT_STYLE } from "./html-style.ts";
import { Markup, markup } from "./markup.ts";

/** What a content security policy must allow for a report to be styled: `style-src 'sha256-…'`. */
export const REPORT_STYLE_HASH = `sha256-${createHash("sha256").update(REPORT_STYLE).digest("base64")}`;

const POLICY = `default-src 'none'; style-src '${REPORT_STYLE_HASH}'; base-uri 'none'; form-action 'none'`;
const STYLE = new Markup(REPORT_STYLE);
const DEEPEST = 8;

interface Page {
  readonly document: ReportDocument;
  readonly language: Language;
  readonly anchors: ReadonlySet<string>;
}

const word = ({ document, language }: Page, name: string): string => document.words[name]?.[language] ?? "";

/** A figure with everything a machine or a careful reader may ask of it. */
function figureMarkup(page: Page, figure: Figure, show: "value" | "reported" | "exact"): Markup {
  const { language } = page;
  const reported = show === "reported";
  const text = reported ? figure.reported?.display[language] : figure.display?.[language];
  const shown = text ?? word(page, "status.missing");
  const exact = reported ? figure.reported?.value : figure.value;
  const linked = figure.lineage !== undefined && page.anchors.has(figure.lineage) && show !== "exact";
  const inner = linked ? markup`<a href="#${figure.lineage}">${shown}</a>` : markup`${shown}`;
  const where = Object.entries(figure.where)
    .map(([dimension, member]) => `${dimension}=${member}`)
    .join(",");
  return markup`<data class="figure" value="${exact ?? ""}" data-indicator="${figure.indicator}" data-period="${figure.period}" data-where="${where}" data-unit="${figure.unit[language]}" data-status="${figure.status}" data-origin="${reported ? "reported" : "computed"}">${inner}</data>`;
}

function inlineMarkup(page: Page, inline: Inline): Markup {
  if ("text" in inline && !("link" in inline)) return markup`${inline.text}`;
  if ("link" in inline)
    return page.anchors.has(inline.link)
      ? markup`<a href="#${inline.link}">${inline.text}</a>`
      : markup`${inline.text}`;
  if ("code" in inline) return markup`<code>${inline.code}</code>`;
  const figure = page.document.figures[inline.figure];
  if (!figure) throw new Error(`the document has no figure ${inline.figure}`);
  return figureMarkup(page, figure, inline.show ?? "value");
}

const lineMarkup = (page: Page, line: Line): Markup => markup`${line.map((inline) => inlineMarkup(page, inline))}`;

function cellContent(page: Page, cell: Cell): Markup {
  const badge = cell.badge
    ? markup`<span class="badge t-${cell.badge.tone}">${cell.badge.text[page.language]}</span>`
    : undefined;
  const content = lineMarkup(page, cell.content[page.language]);
  const detail = cell.detail ? markup`<small>${lineMarkup(page, cell.detail[page.language])}</small>` : undefined;
  return markup`${content}${badge && content.toString() !== "" ? " " : ""}${badge}${detail}`;
}

function cellMarkup(page: Page, cell: Cell, column: Column | undefined, first: boolean, group: boolean): Markup {
  const id = cell.anchor === undefined ? undefined : markup` id="${cell.anchor}"`;
  const align = column?.align ?? "start";
  const span = cell.span === undefined ? undefined : markup` colspan="${String(cell.span)}"`;
  const content = cellContent(page, cell);
  if (first) return markup`<th scope="${group ? "rowgroup" : "row"}" class="${align}"${id}${span}>${content}</th>`;
  return markup`<td class="${align}"${id}${span}>${content}</td>`;
}

function rowMarkup(page: Page, row: Row, columns: readonly Column[]): Markup {
  const id = row.anchor === undefined ? undefined : markup` id="${row.anchor}"`;
  const classes = [row.title ? "title" : "", row.depth > 0 ? `d${Math.min(row.depth, DEEPEST)}` : ""]
    .filter(Boolean)
    .join(" ");
  const cells = row.cells.map((cell, index) => cellMarkup(page, cell, columns[index], index === 0, row.title ?? false));
  return markup`<tr${id}${classes ? markup` class="${classes}"` : undefined}>${cells}</tr>
`;
}

function tableMarkup(page: Page, table: Table): Markup {
  const { language } = page;
  const total = table.columns.reduce((sum, column) => sum + column.width, 0);
  const widths = table.columns.map(
    (column) => markup`<col class="w${String(Math.round((column.width / total) * 100))}">`,
  );
  const head = table.columns.map(
    (column) => markup`<th scope="col" class="${column.align}">${column.title[language]}</th>`,
  );
  const groups = table.groups.map((group) => {
    const title = group.title
      ? markup`<tr class="group"><th scope="rowgroup" colspan="${String(table.columns.length)}">${group.title[language]}</th></tr>`
      : undefined;
    return markup`<tbody>${title}${group.rows.map((row) => rowMarkup(page, row, table.columns))}</tbody>
`;
  });
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${table.caption[language]}"><table id="${table.anchor}" class="${table.style}">
<caption>${table.caption[language]}</caption><colgroup>${widths}</colgroup><thead><tr>${head}</tr></thead>
${groups}</table></div>
`;
}

function blockMarkup(page: Page, block: Block): Markup {
  const { language } = page;
  switch (block.kind) {
    case "heading":
      return block.level === 1
        ? markup`<h2 id="${block.anchor}">${block.text[language]}</h2>`
        : markup`<h3 id="${block.anchor}">${block.text[language]}</h3>`;
    case "paragraph":
      return markup`<p class="${block.tone}">${lineMarkup(page, block.text[language])}</p>
`;
    case "list":
      return markup`${block.title ? markup`<p class="notes">${block.title[language]}</p>` : undefined}<ul class="notes">${block.items.map((item) => markup`<li>${lineMarkup(page, item[language])}</li>`)}</ul>
`;
    case "table":
      return tableMarkup(page, block);
    case "cards":
      return markup`${block.cards.map(
        (
          card,
        ) => markup`<article class="card t-${card.badge.tone}" id="${card.anchor}"><span class="badge t-${card.badge.tone}">${card.badge.text[language]}</span>
<h3>${lineMarkup(page, card.title[language])}</h3><dl>${card.fields.map((field) => markup`<dt>${field.label[language]}</dt><dd>${lineMarkup(page, field.value[language])}</dd>`)}</dl></article>
`,
      )}`;
  }
}

/**
 * One report in one language as one self-contained file: no script, no request, one style sheet that a content security
 * policy can name by its hash.
 */
export function renderHtml(document: ReportDocument, language: Language): string {
  const page = { document, language, anchors: anchorsOf(document.blocks) };
  const title = document.title[language];
  const headings = document.blocks.filter((block) => block.kind === "heading");
  const contents = headings.map(
    (heading) =>
      markup`<li class="l${String(heading.level)}"><a href="#${heading.anchor}">${heading.text[language]}</a></li>`,
  );
  const { meta } = document;
  return markup`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Candela">
<title>${fullTitle(document, language)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#report">${word(page, "skip")}</a>
<header class="top"><p>${meta.entity[language]}</p><h1>${title}</h1></header>
<nav aria-label="${word(page, "contents")}"><h2>${word(page, "contents")}</h2><ul>${contents}</ul></nav>
<main id="report">
${document.blocks.map((block) => blockMarkup(page, block))}</main>
<footer><code>${meta.journal.head}</code></footer>
</body>
</html>
`.toString();
}
