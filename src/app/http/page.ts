import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import { type Language, LANGUAGES, type Text, textOf } from "../../ground/issue/index.ts";
import { Decimal, formatNumber } from "../../ground/quantity/index.ts";
import type { Finding, IndicatorValue, LineageNode } from "../../measure/index.ts";
import type { InterfaceTexts } from "../interface-texts.ts";
import type { State } from "../workspace.ts";

type Markup = ReturnType<typeof html>;

const NAMES: Readonly<Record<Language, string>> = { "zh-Hant": "繁體中文", "zh-Hans": "简体中文", en: "English" };

export const PAGE_STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, CanvasText 18%, Canvas); --soft: color-mix(in srgb, CanvasText 62%, Canvas); --accent: light-dark(#0b6b50, #6fd3b2); }
body { font: 16px/1.55 system-ui, "Noto Sans", "Noto Sans TC", "Noto Sans SC", sans-serif; margin: 0 auto; max-width: 68rem; padding: 1.5rem; color: CanvasText; background: Canvas; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: baseline; border-bottom: 1px solid var(--line); padding-bottom: .75rem; }
header h1 { font-size: 1.4rem; margin: 0; flex: 1 1 20rem; }
nav a { margin-inline-end: .75rem; }
a { color: var(--accent); } a:focus-visible { outline: 2px solid; outline-offset: 2px; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } caption { text-align: start; color: var(--soft); padding-bottom: .25rem; }
th, td { text-align: start; padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n, th.n { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
.soft { color: var(--soft); } .mark { font-size: .8rem; }
li.error::marker { content: "✗ "; } li.warning::marker { content: "! "; } li.notice::marker { content: "· "; }
ol.findings { padding-inline-start: 1.5rem; } ol.findings > li { margin-bottom: .9rem; } ul.tree { padding-inline-start: 1.2rem; }
form { max-width: 26rem; display: grid; gap: .35rem; } label { margin-top: .5rem; } input { font: inherit; padding: .45rem .6rem; border: 1px solid var(--soft); border-radius: .3rem; background: Canvas; color: CanvasText; }
button { font: inherit; margin-top: 1rem; padding: .5rem 1rem; border: 0; border-radius: .3rem; background: var(--accent); color: Canvas; justify-self: start; cursor: pointer; }
.problem { border-inline-start: 4px solid light-dark(#b3261e, #f2b8b5); padding-inline-start: .75rem; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .75rem; color: var(--soft); font-size: .85rem; }
`;

/** The page's one style, by hash, so that the policy needs no exception. */
export const PAGE_STYLE_HASH = `'sha256-${createHash("sha256").update(PAGE_STYLE).digest("base64")}'`;

export interface Frame {
  readonly language: Language;
  readonly texts: InterfaceTexts;
  readonly entity: Text;
  /** 0 where the page shows nothing of the journal. */
  readonly position: bigint;
  /** Where the same page is in another language; a path below the language's own unless said. */
  readonly inLanguage?: (language: Language) => string;
}

export const word = (frame: Frame, id: string): string => {
  const text = frame.texts.get(id);
  if (!text) throw new Error(`no interface text ${id}`);
  return text[frame.language];
};

/** One page around its content; language links keep the path. */
export function page(frame: Frame, path: string, title: string, content: Markup): Markup {
  const languages = LANGUAGES.map((language) =>
    language === frame.language
      ? html`<strong lang="${language}">${NAMES[language]}</strong> `
      : html`<a lang="${language}" hreflang="${language}" href="${frame.inLanguage?.(language) ?? `/${language}${path}`}">${NAMES[language]}</a>`,
  );
  return html`<!doctype html>
<html lang="${frame.language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${raw(PAGE_STYLE)}</style></head>
<body>
<header><h1>${title}</h1><nav aria-label="language">${languages}</nav></header>
<main>${content}</main>
<footer>Candela${frame.position > 0n ? html` · ${word(frame, "journal")} ${String(frame.position)}` : ""}</footer>
</body></html>`;
}

function cell(frame: Frame, state: State, value: IndicatorValue): Markup {
  const precision = state.model.catalogue.entries.get(value.indicator)?.definition.precision ?? 0;
  const href = `/${frame.language}/lineage/${value.indicator}/${encodeURIComponent(value.period.label)}`;
  const shown = value.amount ? formatNumber(value.amount.value, precision, frame.language) : word(frame, "missing");
  const mark =
    value.status === "complete" || value.status === "missing"
      ? ""
      : html`<br><span class="soft mark">${word(frame, value.status)}</span>`;
  return html`<td class="n"><a href="${href}" class="${value.amount ? "" : "soft"}">${shown}</a>${mark}</td>`;
}

/** The indicators, the findings and the reports: what the plain page shows. */
export function overviewPage(
  frame: Frame,
  state: State,
  values: ReadonlyMap<string, readonly IndicatorValue[]>,
  findings: readonly Finding[],
  period: string,
): Markup {
  const { language } = frame;
  const labels = [...(values.values().next().value ?? [])].map((value) => value.period.label);
  const rows = [...values].map(([id, row]) => {
    const entry = state.model.catalogue.entries.get(id);
    const unit = entry ? state.model.units.symbol(entry.unit, language) : "";
    return html`<tr><th scope="row">${entry?.definition.title[language] ?? id}<br><code class="soft mark">${id}</code></th><td>${unit}</td>${row.map((value) => cell(frame, state, value))}</tr>`;
  });
  const list = findings.map(
    (
      finding,
    ) => html`<li class="${finding.severity}"><strong>${word(frame, finding.severity)}</strong> ${finding.message[language]}
<br><span class="soft">${word(frame, "expected")}: ${finding.expected} · ${word(frame, "actual")}: ${finding.actual}</span>
<br><span class="soft">${finding.cause[language]} ${word(frame, "remedy")}: ${finding.remedy[language]}</span></li>`,
  );
  const reports = LANGUAGES.map(
    (each) =>
      html`<li lang="${each}">${NAMES[each]}: <a href="/report/${each}.html?period=${period}">HTML</a> <a href="/report/${each}.pdf?period=${period}">PDF</a></li>`,
  );
  const title = `${frame.entity[language]}：${word(frame, "title")}`.replace("：", language === "en" ? ": " : "：");
  return page(
    frame,
    "",
    title,
    html`<h2>${word(frame, "report")}</h2><ul>${reports}</ul>
<h2>${word(frame, "indicators")}</h2>
${rows.length === 0 ? html`<p>${word(frame, "empty")}</p>` : html`<div class="wide" tabindex="0"><table><thead><tr><th scope="col">${word(frame, "indicator")}</th><th scope="col">${word(frame, "unit")}</th>${labels.map((label) => html`<th scope="col" class="n">${label}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`}
<h2>${word(frame, "findings")} (${String(findings.length)})</h2>
${list.length === 0 ? html`<p>${word(frame, "none")}</p>` : html`<ol class="findings">${list}</ol>`}`,
  );
}

const TOLD = ["formula", "method", "period", "filter", "groups", "records", "source", "read", "status", "content"];

/** An amount of the tree in the page's language; what has more digits than are shown stays as it is. */
function amountOf(frame: Frame, state: State, node: LineageNode): string {
  if (node.value === undefined) return "";
  const unit = state.model.units.parse(node.unit ?? "ratio");
  const symbol = unit.ok ? state.model.units.symbol(unit.value, frame.language) : (node.unit ?? "");
  const value = new Decimal(node.value);
  return `${formatNumber(value, value.decimalPlaces(), frame.language)} ${symbol}`;
}

/** What the page shows while nothing was set up: what to do. */
export function emptyPage(language: Language, texts: InterfaceTexts): Markup {
  const frame: Frame = { language, texts, entity: textOf(() => "Candela"), position: 0n };
  const title = `Candela${language === "en" ? ": " : "："}${word(frame, "title")}`;
  return page(frame, "", title, html`<p>${word(frame, "empty")}</p>`);
}

function tree(frame: Frame, state: State, node: LineageNode): Markup {
  const detail = TOLD.filter((key) => node.detail[key] !== undefined).map(
    (key) => html`<br><span class="soft mark">${word(frame, `detail.${key}`)}: ${node.detail[key] ?? ""}</span>`,
  );
  const below =
    node.children.length > 0
      ? html`<ul class="tree">${node.children.map((child) => tree(frame, state, child))}</ul>`
      : "";
  return html`<li>${node.label[frame.language]} <strong>${amountOf(frame, state, node)}</strong>${detail}${below}</li>`;
}

/** The tree from a value down to its records and factors. */
export function lineagePage(
  frame: Frame,
  state: State,
  value: IndicatorValue,
  missing: readonly Text[],
  caveats: readonly Text[],
): Markup {
  const { language } = frame;
  const path = `/lineage/${value.indicator}/${encodeURIComponent(value.period.label)}`;
  const notes = [...missing, ...caveats].map((text) => html`<li>${text[language]}</li>`);
  const title = `${value.lineage.label[language]} · ${value.period.label}`;
  return page(
    frame,
    path,
    title,
    html`<p><a href="/${language}">${word(frame, "back")}</a></p>${notes.length > 0 ? html`<h2>${word(frame, "caveats")}</h2><ul>${notes}</ul>` : ""}<h2>${word(frame, "lineage")}</h2><ul class="tree">${tree(frame, state, value.lineage)}</ul>`,
  );
}
