import { describe, expect, it } from "vitest";
import {
  type BoundValue,
  buildReport,
  coverage,
  createPdfRenderer,
  createStandardTree,
  readReportFonts,
  renderHtml,
  type ReportInputs,
  type StandardTree,
  standardSchema,
  templateSchema,
} from "../../src/disclose/index.ts";
import { expectOk, LANGUAGES, type Text } from "../../src/ground/issue/index.ts";
import { contentFiles, sampleInputs } from "./sample.ts";

interface Definition {
  readonly id: string;
  readonly title: Text;
  readonly precision: number;
  readonly standards?: readonly string[];
}

const indicators = new Map(
  contentFiles("content/indicators").flatMap(({ tree }) =>
    (tree as Definition[]).map((item) => [item.id, item] as const),
  ),
);
const trees = new Map<string, StandardTree>(
  contentFiles("content/standards").map(({ tree }) => {
    const standard = standardSchema.parse(tree);
    return [standard.id, expectOk(createStandardTree(standard, new Set(indicators.keys())))];
  }),
);
const nothing: Text = { "zh-Hant": "全部記錄", "zh-Hans": "全部记录", en: "all records" };

/** Every indicator of the shipped catalogue, with no data at all. */
const empty: ReportInputs = sampleInputs({
  findings: [],
  values: (indicator, period, where): BoundValue | undefined => {
    const definition = indicators.get(indicator);
    return (
      definition && {
        indicator,
        title: definition.title,
        period,
        ...(where ? { where } : {}),
        unit: nothing,
        precision: definition.precision,
        status: "missing",
        missing: [nothing],
        lineage: { id: indicator, kind: "indicator", label: definition.title, detail: {}, children: [] },
      }
    );
  },
  coverage: [...trees.values()].map((tree) =>
    coverage(tree, { indicatorStatus: () => "missing", narrativeAnswered: () => undefined }),
  ),
});

describe.each(contentFiles("content/reports"))("$name", ({ tree }) => {
  const template = templateSchema.parse(tree);

  it("binds only what the shipped catalogue and standards have", () => {
    const document = expectOk(buildReport(template, empty));
    console.log(`${template.id}: ${Object.keys(document.figures).length} figures, ${document.blocks.length} blocks`);
    expect(Object.keys(document.figures).length).toBeGreaterThan(50);
  });

  it("shows a store without data as missing, never as 0, in every language and format", async () => {
    const document = expectOk(buildReport(template, empty));
    expect(
      Object.values(document.figures).filter((figure) => figure.status !== "missing" || figure.display !== undefined),
    ).toEqual([]);
    const renderer = createPdfRenderer(await readReportFonts());
    for (const language of LANGUAGES) {
      const html = renderHtml(document, language);
      expect(html).not.toMatch(/<td class="end"[^>]*>\s*[\d–]/);
      expect(html.split(`>${document.words["status.missing"]?.[language] ?? ""}<`).length).toBeGreaterThan(100);
      expect(expectOk(renderer.render(document, language)).pages).toBeGreaterThan(8);
    }
  });
});

it("keeps indicators and standards agreed on what answers what", () => {
  const claims = [...indicators.values()].flatMap(({ id, standards = [] }) =>
    standards.map((reference) => ({ id, reference })),
  );
  const unknown = claims.filter(({ reference }) => {
    const [standard = "", requirement = ""] = reference.split(":");
    return !trees.get(standard)?.standard.requirements.some((entry) => entry.id === requirement);
  });
  console.log(`standards: ${trees.size} standards, ${claims.length} references of indicators looked at`);
  expect(trees.size).toBeGreaterThan(1);
  expect(claims.length).toBeGreaterThan(40);
  expect(unknown).toEqual([]);
});
