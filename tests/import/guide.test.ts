import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parse } from "yaml";
import type { IssueTexts } from "../../src/ground/issue/index.ts";
import { IssueSink, prepareReported, readTable, bytesSource } from "../../src/measure/ledger/import/index.ts";
import { contextForTests, importBytes } from "../../src/measure/ledger/import/import-for-tests.ts";

const file = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
const guide = file("docs/guides/import.md");
const texts = parse(file("content/locales/issues/import.yaml")) as Record<string, IssueTexts>;

/** The fenced blocks of a language by their names. */
function blocks(language: string): Map<string, string> {
  return new Map(
    [...guide.matchAll(new RegExp(`\`\`\`${language} (\\w+)\\n([^]*?)\`\`\``, "g"))].map(([, name = "", text = ""]) => [
      name,
      text,
    ]),
  );
}

/** The table of issues as the guide must show it. */
function issueTable(): string {
  const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("{", "‹").replaceAll("}", "›");
  const rows = Object.entries(texts).map(
    ([code, { message, remedy }]) => `| ${code} | ${cell(message.en)} | ${cell(remedy.en)} |`,
  );
  return ["| code | what is wrong | what to do |", "|---|---|---|", ...rows].join("\n");
}

it("shows every issue with its texts", () => {
  expect(Object.keys(texts).length).toBeGreaterThan(60);
  const shown = guide.slice(guide.indexOf("| code |")).trim();
  expect(shown).toBe(issueTable());
});

it("shows tables and mappings that work", async () => {
  const [tables, mappings] = [blocks("csv"), blocks("yaml")];
  expect([...tables.keys()]).toEqual(["plain", "reported", "meters", "months"]);
  const found: Record<string, [number, string[]]> = {};
  for (const [name, csv] of tables) {
    if (name === "reported") continue;
    const mapping = mappings.get(name);
    const { rows, issues } = await importBytes(csv, {
      acceptWarnings: true,
      ...(mapping === undefined ? {} : { mapping }),
    });
    found[name] = [rows.length, issues.map(({ code }) => code)];
  }
  expect(found).toEqual({ plain: [3, []], meters: [2, []], months: [24, ["IMPORT-034", "IMPORT-064"]] });
});

it("shows reported figures that are read", async () => {
  const issues = new IssueSink();
  const table = await readTable(
    bytesSource("reported.csv", Buffer.from(blocks("csv").get("reported") ?? "")),
    { kind: "reported" },
    issues,
  );
  const indicators = ["ghg.scope1", "energy.total"].map((id) => ({ id, unit: id === "ghg.scope1" ? "tCO2e" : "MWh" }));
  const prepared = table && prepareReported(table, { indicators, units: contextForTests().units }, {}, issues);
  const values: (string | null)[] = [];
  for await (const chunk of prepared?.chunks ?? []) values.push(...chunk.map(({ value }) => value));
  expect(issues.listed).toEqual([]);
  expect(values).toEqual(["138.37", "95000", null]);
});
