import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildReport, findTypedInNumbers, templateSchema } from "../../src/disclose/index.ts";
import { LANGUAGES } from "../../src/ground/issue/index.ts";
import { contentFiles, root, sampleInputs, smallTemplate } from "./sample.ts";

const templates = contentFiles("content/reports");
const words = contentFiles("content/locales/report");

describe("no number is typed into a report", () => {
  it("looks at every text of every template and of the words they share", () => {
    const found = [...templates, ...words].map(({ name, tree }) => findTypedInNumbers(tree, name));
    const looked = found.reduce((sum, file) => sum + file.looked, 0);
    console.log(`typed-in numbers: ${looked} texts in ${found.length} files looked at`);
    expect(templates.length).toBeGreaterThan(0);
    expect(looked).toBeGreaterThan(250);
    expect(found.flatMap((file) => file.issues)).toEqual([]);
  });

  it.each([
    ["a digit", "排放 93,868.52 噸"],
    ["a full-width digit", "排放８３噸"],
    ["a year", "2025年"],
    ["a footnote mark", "員工總數¹"],
    ["a Roman numeral sign", "範圍Ⅱ"],
    ["a circled number", "見①"],
    ["Chinese numerals", "減少三十噸"],
    ["a Chinese percentage", "減少百分之五"],
    ["a Chinese count", "共三家"],
    ["an English number word", "fell by forty per cent"],
    ["a digit beside a binding", "{{value:ghg.scope1}} + 1"],
    ["a digit inside what only looks like a binding", "{{ value:ghg.scope1 } 7 }"],
  ])("catches a seeded violation: %s", (_, seeded) => {
    const tree = {
      id: "seeded",
      blocks: [{ heading: { id: "a", text: { "zh-Hant": seeded, "zh-Hans": "無", en: "none" } } }],
    };
    expect(findTypedInNumbers(tree, "seeded.yaml").issues).toEqual([
      {
        code: "REPORT-001",
        severity: "error",
        at: { file: "seeded.yaml", path: "blocks[0].heading.text.zh-Hant" },
        actual: expect.any(String) as string,
      },
    ]);
  });

  it.each([
    "{{value:ghg.scope1@2025}} {{unit:ghg.scope1}}",
    "{{requirement:hkex-c2:A1}}",
    "二氧化碳排放（範圍一）",
    "千瓦時、兆瓦時",
    "Scope of the figures",
    "一般披露",
  ])("lets stand: %s", (text) => {
    expect(findTypedInNumbers({ text }, "near-miss.yaml").issues).toEqual([]);
  });

  it("stops the build of a report whose template holds one", () => {
    const blocks = [{ paragraph: { "zh-Hant": "共 7 項", "zh-Hans": "共", en: "all" } }, ...smallTemplate.blocks];
    const result = buildReport({ ...smallTemplate, blocks }, sampleInputs());
    expect(result.ok ? [] : result.issues.map((issue) => issue.code)).toEqual(["REPORT-001"]);
  });
});

it("keeps no word that no report uses", () => {
  const sources = readdirSync(`${root}src/disclose`, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => readFileSync(`${root}src/disclose/${name}`, "utf8"))
    .join("\n");
  // A word is named whole, or by its first part and a name that is put in: `status.${status}`.
  const used = (key: string): boolean =>
    sources.includes(`"${key}"`) ||
    key.split(".").some((_, index, parts) => sources.includes(`\`${parts.slice(0, index + 1).join(".")}.\${`));
  const orphans = (keys: readonly string[]): string[] => keys.filter((key) => !used(key));
  const keys = words.flatMap(({ tree }) => Object.keys(tree as object));
  console.log(`words of reports: ${keys.length} looked at`);
  expect(keys.length).toBeGreaterThan(80);
  expect(orphans(keys)).toEqual([]);
  expect(orphans(["seeded.word", "page"])).toEqual(["seeded.word"]);
});

it("gives every template the form that reports need", () => {
  for (const { tree } of templates) expect(templateSchema.safeParse(tree).error).toBeUndefined();
});

/** Every text of a tree that has one language, and which languages it lacks. */
function incompleteTexts(tree: unknown, path = ""): string[] {
  if (typeof tree !== "object" || tree === null) return [];
  const has = LANGUAGES.filter((language) => language in tree);
  if (has.length > 0 && has.length < LANGUAGES.length) return [path];
  return Object.entries(tree).flatMap(([key, child]) => incompleteTexts(child, `${path}/${key}`));
}

it("speaks all three languages everywhere, Chinese in both scripts", () => {
  const result = buildReport(smallTemplate, sampleInputs());
  expect(result.ok).toBe(true);
  const trees = [...templates, ...words, { name: "document", tree: result }];
  expect(trees.flatMap(({ name, tree }) => incompleteTexts(tree, name))).toEqual([]);
  expect(incompleteTexts({ a: { "zh-Hant": "甲", en: "a" } }, "seeded")).toEqual(["seeded/a"]);
});
