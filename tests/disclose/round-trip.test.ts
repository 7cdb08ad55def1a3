import { beforeAll, describe, expect, it } from "vitest";
import {
  buildReport,
  createPdfRenderer,
  documentHash,
  type Figure,
  type PdfRenderer,
  readReportFonts,
  renderHtml,
  type ReportDocument,
} from "../../src/disclose/index.ts";
import { expectOk, LANGUAGES, type Language } from "../../src/ground/issue/index.ts";
import { readFigures, readHtml } from "./read-html.ts";
import { readPdf } from "./read-pdf.ts";
import { sampleInputs, smallTemplate } from "./sample.ts";

let document: ReportDocument;
let renderer: PdfRenderer;
beforeAll(async () => {
  document = expectOk(buildReport(smallTemplate, sampleInputs()));
  renderer = createPdfRenderer(await readReportFonts());
});

/** Every figure that the blocks show, in reading order, with the digits that must be read. */
function shownFigures(
  report: ReportDocument,
  language: Language,
): { figure: Figure; reported: boolean; digits: string }[] {
  const shown: { figure: Figure; reported: boolean; digits: string }[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const child of node) visit(child);
    else if (typeof node === "object" && node !== null) {
      const inline = node as { figure?: unknown; show?: string };
      if (typeof inline.figure === "string") {
        const figure = report.figures[inline.figure] as Figure;
        const reported = inline.show === "reported";
        const digits = reported ? figure.reported?.display[language] : figure.display?.[language];
        shown.push({ figure, reported, digits: digits ?? report.words["status.missing"]?.[language] ?? "" });
      } else {
        // One language of a line, and content before its detail: the order in which a reader meets them.
        const { content, detail, ...rest } = node as Record<string, unknown>;
        if (language in node) visit((node as Record<string, unknown>)[language]);
        else for (const part of [content, detail, ...Object.values(rest)]) visit(part);
      }
    }
  };
  visit(report.blocks);
  return shown;
}

describe.each(LANGUAGES)("a report in %s", (language) => {
  it("has every figure in the page, with the same digits, its indicator, period and status", () => {
    const read = readFigures(renderHtml(document, language));
    const shown = shownFigures(document, language);
    console.log(`round trip ${language}: ${shown.length} figures`);
    expect(shown.length).toBeGreaterThan(25);
    expect(read).toEqual(
      shown.map(({ figure, reported, digits }) => ({
        indicator: figure.indicator,
        period: figure.period,
        where: Object.entries(figure.where)
          .map(([key, member]) => `${key}=${member}`)
          .join(","),
        status: figure.status,
        origin: reported ? "reported" : "computed",
        value: (reported ? figure.reported?.value : figure.value) ?? "",
        shown: digits,
      })),
    );
  });

  it("has every figure in the printed pages, read back from the file's bytes in the same order", () => {
    const { bytes } = expectOk(renderer.render(document, language));
    const text = readPdf(bytes).pages.flat().join("").replace(/\s/g, "");
    let from = 0;
    const lost: string[] = [];
    for (const { figure, digits } of shownFigures(document, language)) {
      const at = text.indexOf(digits.replace(/\s/g, ""), from);
      if (at === -1) lost.push(`${figure.key} ${digits}`);
      else from = at + 1;
    }
    expect(lost).toEqual([]);
  });

  it("links every figure to its tree, and no link leads nowhere", () => {
    const { tags, broken } = readHtml(renderHtml(document, language));
    const ids = tags.flatMap((tag) => tag.attributes.id ?? []);
    const links = tags
      .flatMap((tag) => (tag.name === "a" ? (tag.attributes.href ?? []) : []))
      .map((href) => href.slice(1));
    expect(broken).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(links.filter((link) => link.startsWith("lineage-")).length).toBeGreaterThan(15);
    expect(links.filter((link) => !ids.includes(link))).toEqual([]);
  });
});

it("keeps the promise of an accessible or an archival file", () => {
  expect(readPdf(expectOk(renderer.render(document, "en", "ua-1")).bytes).promise).toEqual(["pdfuaid:part=1"]);
  expect(readPdf(expectOk(renderer.render(document, "en", "a-2a")).bytes).promise).toEqual([
    "pdfaid:part=2",
    "pdfaid:conformance=A",
  ]);
});

it("gives the same document, page and print, byte for byte, from the same inputs", () => {
  const again = expectOk(buildReport(smallTemplate, sampleInputs()));
  expect(documentHash(again)).toBe(documentHash(document));
  expect(renderHtml(again, "en")).toBe(renderHtml(document, "en"));
  const [first, second] = [expectOk(renderer.render(document, "en")), expectOk(renderer.render(again, "en"))];
  expect(second.bytes.equals(first.bytes)).toBe(true);
});

it("survives being stored: a document read back from JSON renders the same", () => {
  const stored = JSON.parse(JSON.stringify(document)) as ReportDocument;
  expect(documentHash(stored)).toBe(documentHash(document));
  expect(renderHtml(stored, "zh-Hant")).toBe(renderHtml(document, "zh-Hant"));
});
