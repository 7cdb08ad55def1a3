import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import {
  type BoundValue,
  buildReport,
  createPdfRenderer,
  type PdfRenderer,
  readReportFonts,
  renderHtml,
  type ReportDocument,
  type ReportInputs,
} from "../../src/disclose/index.ts";
import { expectOk, type Text } from "../../src/ground/issue/index.ts";
import { readHtml } from "./read-html.ts";
import { readPdf } from "./read-pdf.ts";
import { sampleInputs, sampleValue, smallTemplate } from "./sample.ts";

let renderer: PdfRenderer;
beforeAll(async () => {
  renderer = createPdfRenderer(await readReportFonts());
});

const all = (text: string): Text => ({ "zh-Hant": text, "zh-Hans": text, en: text });

/** The sample with one text in every place that data can fill. */
function poisoned(text: string): ReportInputs {
  const inputs = sampleInputs();
  const values = (...request: Parameters<ReportInputs["values"]>): BoundValue | undefined => {
    const value = sampleValue(...request);
    return (
      value && {
        ...value,
        title: all(text),
        unit: all(text),
        note: all(text),
        caveats: [all(text)],
        missing: value.missing.map(() => all(text)),
        lineage: { ...value.lineage, label: all(text), unit: text, detail: { method: text, [text]: text } },
      }
    );
  };
  return {
    ...inputs,
    values,
    findings: [
      {
        code: text,
        severity: "error",
        indicators: ["ghg.scope1"],
        periods: ["2025"],
        expected: text,
        actual: text,
        difference: text,
        message: all(text),
        cause: all(text),
        remedy: all(text),
      },
    ],
    term: () => all(text),
    unitSymbol: () => all(text),
    meta: {
      ...inputs.meta,
      entity: all(text),
      journal: { position: text, head: text },
      packs: [{ id: text, version: text, hash: text }],
      supersededBy: { release: text, reason: all(text) },
    },
  };
}

const build = (text: string): ReportDocument => expectOk(buildReport(smallTemplate, poisoned(text)));

const KNOWN_TAGS = new Set(
  "html head meta title style body a header p h1 h2 h3 nav ul li main div table caption colgroup col thead tbody tr th td data span small article dl dt dd code footer".split(
    " ",
  ),
);
const KNOWN_ATTRIBUTES = new Set(
  "lang charset http-equiv content name class href id scope colspan tabindex role aria-label value title data-indicator data-period data-where data-unit data-status data-origin".split(
    " ",
  ),
);

const HOSTILE = [
  '<script>alert("1")</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  "</style><script>x</script>",
  "<!-- -->",
  "&lt;b&gt; &amp; &#60;",
  "]]> ${x} {{value:ghg.scope1}} {0}",
  '#import "x": * #panic("boom") $x^2$ *bold* _it_ `raw` <label> @ref // /* \\',
  '#read("/etc/passwd") #(1+1) [x] ]] ((',
  "\u0000\u0007\u001b[31m\u202egnp.exe\u2066\ud800",
  "=cmd|' /C calc'!A0",
  "a\u2028b\nc\td",
];

const hostile = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc
    .array(
      fc.constantFrom("<", ">", '"', "'", "&", "#", "$", "[", "]", "{{", "}}", "\\", "`", "*", "@", "/", "a", "碳"),
      { maxLength: 24 },
    )
    .map((parts) => parts.join("")),
);

const outline = (html: string): string[] =>
  readHtml(html).tags.map((tag) => `${tag.closing ? "/" : ""}${tag.name} ${Object.keys(tag.attributes).join()}`);

it("lets no text become markup: the page has the same tags whatever the texts say", () => {
  const clean = new Set(outline(renderHtml(build("x"), "en")));
  fc.assert(
    fc.property(hostile, (text) => {
      const html = renderHtml(build(text), "en");
      const { tags, broken } = readHtml(html);
      expect(broken).toEqual([]);
      expect(tags.filter((tag) => !KNOWN_TAGS.has(tag.name))).toEqual([]);
      expect(tags.flatMap((tag) => Object.keys(tag.attributes)).filter((name) => !KNOWN_ATTRIBUTES.has(name))).toEqual(
        [],
      );
      expect(outline(html).filter((tag) => !clean.has(tag))).toEqual([]);
      expect(html.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
    }),
    { numRuns: 150 },
  );
});

it("shows a hostile text as the text that it is", () => {
  for (const text of HOSTILE.slice(0, 9)) {
    const { texts } = readHtml(renderHtml(build(text), "zh-Hant"));
    expect(texts.filter((shown) => shown.includes(text)).length).toBeGreaterThan(10);
  }
});

it("asks nobody for anything: no script, no address, no inline style", () => {
  const html = renderHtml(build("x"), "en");
  expect(html).not.toMatch(/<script|<link|<img|<iframe|src=|style=|url\(|@import|https?:/i);
  expect(html).toMatch(
    /http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-[A-Za-z0-9+/=]+&#39;/,
  );
});

it("prints a hostile text as the text that it is, and never runs it", () => {
  const printable = HOSTILE.filter((text) => /^[\x20-\x7e]+$/.test(text));
  expect(printable.length).toBeGreaterThan(8);
  for (const text of printable) {
    const { bytes } = expectOk(renderer.render(build(text), "en"));
    const read = readPdf(bytes).pages.flat().join("").replace(/\s/g, "");
    expect(read.split(text.replace(/\s/g, "")).length, text).toBeGreaterThan(10);
  }
});

it("prints any text over the alphabet of markup without being led astray", () => {
  const markup = fc.array(
    fc.constantFrom(
      "<",
      ">",
      '"',
      "'",
      "&",
      "#",
      "$",
      "[",
      "]",
      "(",
      ")",
      "{",
      "}",
      "\\",
      "`",
      "*",
      "_",
      "@",
      "/",
      "//",
      "=",
      "-",
      "~",
      "a",
      "碳",
      "1",
    ),
    { minLength: 1, maxLength: 16 },
  );
  fc.assert(
    fc.property(markup, (parts) => {
      const text = `x${parts.join("")}x`;
      const result = renderer.render(build(text), "zh-Hant");
      expect(result.ok || result.issues).toBe(true);
      if (result.ok) expect(readPdf(result.value.bytes).pages.flat().join("").replace(/\s/g, "")).toContain(text);
    }),
    { numRuns: 25 },
  );
});

it("refuses a character that no font has, naming it, and prints no box in its place", () => {
  const result = renderer.render(build("water 😀 ก"), "en");
  expect(result).toEqual({
    ok: false,
    issues: [{ code: "REPORT-007", severity: "error", at: {}, actual: expect.stringContaining("😀") as string }],
  });
});
