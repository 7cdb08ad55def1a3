import { describe, expect, it } from "vitest";
import { sampleInputs, sampleValue, smallTemplate } from "../../../tests/disclose/sample.ts";
import { expectOk } from "../../ground/issue/index.ts";
import { buildReport } from "./build-report.ts";
import type { Block, Cell, ReportDocument, Table } from "./document.ts";
import type { ReportInputs } from "./model.ts";
import type { ReportTemplate, TemplateBlock } from "./template.ts";

const english = (document: ReportDocument, cell: Cell | undefined): string =>
  [cell?.content, cell?.detail]
    .map((rich) =>
      (rich?.en ?? [])
        .map((inline) => {
          if ("text" in inline) return inline.text;
          if ("code" in inline) return inline.code;
          const figure = document.figures[inline.figure];
          return (inline.show === "reported" ? figure?.reported?.display.en : figure?.display?.en) ?? "?";
        })
        .join(""),
    )
    .concat(cell?.badge ? [`[${cell.badge.text.en}]`] : [])
    .filter(Boolean)
    .join(" | ");

const rowsOf = (document: ReportDocument, anchor: string): string[][] => {
  const table = document.blocks.find((block): block is Table => block.kind === "table" && block.anchor === anchor);
  return (table?.groups ?? []).flatMap((group) => [
    ...(group.title ? [[`# ${group.title.en}`]] : []),
    ...group.rows.map((row) => row.cells.map((cell) => english(document, cell))),
  ]);
};

const build = (changes: Partial<ReportInputs> = {}, template: ReportTemplate = smallTemplate): ReportDocument =>
  expectOk(buildReport(template, sampleInputs(changes)));
const text = (words: string): { "zh-Hant": string; "zh-Hans": string; en: string } => ({
  "zh-Hant": words,
  "zh-Hans": words,
  en: words,
});
const codes = (block: TemplateBlock, changes: Partial<ReportInputs> = {}): string[] => {
  const result = buildReport({ ...smallTemplate, blocks: [...smallTemplate.blocks, block] }, sampleInputs(changes));
  return result.ok ? [] : result.issues.map((issue) => `${issue.code} ${issue.actual ?? ""}`);
};

describe("the table of figures", () => {
  it("shows value, state, what the source printed where it differs, and what was restated", () => {
    expect(rowsOf(build(), "table-kpi")).toEqual([
      ["# A1 Emissions"],
      // 138.3699768 is 138.37 at the two places printed: nothing to show beside it. 221.95 is not 222.4 at one place.
      ["Direct emissions", "tCO₂e", "138.37", "221.95 | reported 222.4"],
      ["Total emissions", "tCO₂e", "93,868.52 | [Not approved]", "83,882.80 | Restated from 83,880.1"],
      // −0.04 rounds to nothing, and nothing has no sign.
      ["Water used", "t", "0.0", "187,205.9 | [Partial]"],
      ["# People"],
      ["Employees", "persons", "2,472", "3,756"],
      ["By gender"],
      ["Male", "persons", "1,684", "2,768"],
      ["Female", "persons", "788", "988"],
      // Missing is never 0: the source's own figure is told as such, or nothing.
      ["Training hours per person – Female", "h", "11.90 | [Reported only]", "[Missing]"],
    ]);
  });

  it("says below the table what is missing and what was used, each thing once", () => {
    const items = build().blocks.flatMap((block) =>
      block.kind === "list"
        ? block.items.map((item) => item.en.map((inline) => ("text" in inline ? inline.text : "")).join(""))
        : [],
    );
    expect(items).toEqual([
      "Restated (replaces release 2024-r1; reason: a site was added): Total emissions (2024)",
      "includes estimated records: Water used (2025)",
      "Missing (records of the fourth quarter): Water used (2024)",
      "Missing (records of training hours by gender): Training hours per person – Female",
      "Water used: measured as withdrawal",
      "Natural gas: 56.1 kgCO2/GJ. Source: IPCC, 2006 Guidelines, Table 2.2",
      "Diesel: 74.1 kgCO2/GJ (unverified). Source: IPCC, 2006 Guidelines, Table 2.2",
    ]);
  });
});

it("binds figures into sentences, each language by itself", () => {
  const paragraph = build().blocks.find(
    (block): block is Extract<Block, { kind: "paragraph" }> => block.kind === "paragraph",
  );
  expect(paragraph?.text.en).toEqual([
    { text: "Direct emissions" },
    { text: " came to " },
    { figure: "ghg.scope1@2025" },
    { text: " " },
    { text: "tCO₂e" },
    { text: ", after " },
    { figure: "ghg.scope1@2024" },
    { text: " in " },
    { text: "2024" },
    { text: ". Findings: " },
    { text: "2" },
    { text: "." },
  ]);
});

it("counts the outcome of every figure, and names the findings of what nothing explains", () => {
  expect(rowsOf(build(), "table-outcome")).toEqual([
    ["# Key figures"],
    ["Direct emissions", "[Recomputed]", "Finding 1 | [Unexplained]"],
    ["Total emissions", "[Consistent]", "Not printed by the source"],
    ["Water used", "Not printed by the source", "Not printed by the source"],
    ["Employees", "Not printed by the source", "Not printed by the source"],
    ["Employees – Male", "Not printed by the source", "Not printed by the source"],
    ["Employees – Female", "Not printed by the source", "Not printed by the source"],
    ["Training hours per person – Female", "[Reported only]", "–"],
    ["# Totals"],
    ["[Recomputed]", "1", "0"],
    ["[Consistent]", "1", "0"],
    ["[Reported only]", "1", "0"],
    ["[Unexplained]", "0", "1"],
  ]);
});

it("says for each requirement whether it is met, why not, and where", () => {
  expect(rowsOf(build(), "table-index")).toEqual([
    ["A1 Emissions"],
    ["A1.1", "Amounts emitted", "[Met]", "Key figures"],
    [
      "A1.2",
      "Water and training | Total emissions is not approved yet; Training hours per person is as reported only",
      "[Partly met]",
      "Key figures",
    ],
    ["A1.3", "Policy", "[Met]", "Environment"],
    ["A1.4", "Hazardous waste | explanation: none is produced", "[Explained]", ""],
    ["A1.5", "Internal carbon price | in force from 2027-01-01", "[Not yet in force]", ""],
  ]);
});

it("tells the findings by severity", () => {
  const cards = build().blocks.find((block) => block.kind === "cards");
  expect(
    cards?.kind === "cards" &&
      cards.cards.map((card) => [
        card.badge.text.en,
        card.title.en.map((inline) => ("text" in inline ? inline.text : "")).join(""),
      ]),
  ).toEqual([
    ["Error", "1. The recomputed value is not the reported one"],
    ["Notice", "2. Water falls sharply"],
  ]);
});

it("opens a figure down to records and factors, the periods side by side, and links what has a tree of its own", () => {
  const document = build();
  expect(rowsOf(document, "tree-ghg.scope1").map((row) => row.map((cell) => cell.split(" | ")[0]))).toEqual([
    ["Figure in the report", "tCO₂e", "138.37", "221.95"],
    ["Fuel burnt × natural gas", "kgCO2", "≈ 138,369.977", "≈ 138,369.977"],
    ["Fuel burnt", "GJ", "2,466.488", "2,466.488"],
    ["Natural gas", "kgCO2/GJ", "56.1", "56.1"],
    ["Diesel", "kgCO2/GJ", "74.1", "74.1"],
  ]);
  const total = document.blocks.find(
    (block): block is Table => block.kind === "table" && block.anchor === "tree-ghg.scope1-2",
  );
  expect(total?.groups[0]?.rows[1]?.cells[0]?.content.en).toEqual([
    { link: "tree-ghg.scope1", text: "Direct emissions" },
  ]);
  expect(total?.groups[0]?.rows).toHaveLength(2);
});

it("warns on its first line when a later release has replaced it", () => {
  const [first] = build({
    meta: { ...sampleInputs().meta, supersededBy: { release: "2025-r2", reason: text("a correction") } },
  }).blocks;
  expect(first).toMatchObject({
    kind: "paragraph",
    tone: "warning",
    text: { en: [{ text: "This report has been superseded by release 2025-r2. Reason: a correction" }] },
  });
});

describe("what stops a report, all at once", () => {
  it.each<[string, TemplateBlock, string[]]>([
    ["a binding nobody knows", { paragraph: text("{{valeu:ghg.scope1}}") }, ["REPORT-002 valeu:ghg.scope1"]],
    ["a value that does not exist", { paragraph: text("{{value:ghg.scope9}}") }, ["REPORT-003 ghg.scope9@2025"]],
    ["a requirement that no standard has", { paragraph: text("{{requirement:demo:Z9}}") }, ["REPORT-004 demo:Z9"]],
    ["a standard that is not there", { index: { id: "other", standard: "gri" } }, ["REPORT-004 gri"]],
    ["a table that is not there", { closing: { id: "other", tables: ["nowhere"] } }, ["REPORT-005 nowhere"]],
    ["an id used twice", { findings: { id: "findings" } }, ["REPORT-006 findings"]],
    ["two at once", { paragraph: text("{{x}} {{value:no.such}}") }, ["REPORT-002 x", "REPORT-003 no.such@2025"]],
  ])("%s", (_, block, expected) => {
    expect(codes(block)).toEqual(expected);
  });

  it.each([
    ["a value that is not a decimal", { value: "1,234" }, "REPORT-008 1,234"],
    ["a missing value that has one", { status: "missing", missing: [text("x")] }, "REPORT-009 1"],
    ["a partial value that says nothing of what is missing", { status: "partial" }, "REPORT-010 partial"],
  ] as const)("%s", (_, change, expected) => {
    const values: ReportInputs["values"] = (indicator, period, where) => {
      const value = sampleValue(indicator, period, where);
      return value && indicator === "people.headcount" && period === "2025" && !where
        ? { ...value, value: "1", ...change }
        : value;
    };
    const result = buildReport(smallTemplate, sampleInputs({ values }));
    expect(result.ok ? [] : result.issues.map((issue) => `${issue.code} ${issue.actual ?? ""}`)).toEqual([expected]);
  });
});
