import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import { ALL_RULES, check } from "../../src/measure/index.ts";
import { exampleInput } from "./example-input.ts";
import { type Expected, score } from "./score.ts";

const expected = parse(readFileSync(new URL("example-findings.yaml", import.meta.url), "utf8")) as Expected[];
const report = check(exampleInput());

/** Rules that nothing in the published report may set off: no figure of it is off by a power of ten between years, no sum of records lacks a part. */
const SILENT = ["scale-slip", "completeness"];

describe("the published report", () => {
  it("has the inconsistencies a careful assurer raises, and no others", () => {
    const { missed, unexpected, table } = score("example", report.findings, expected, report.checked);
    console.log(table);
    expect(missed).toEqual([]);
    expect(unexpected.map(({ code, message }) => `${code}: ${message.en}`)).toEqual([]);
  });

  it("is looked at by every rule", () => {
    expect(Object.keys(report.checked)).toEqual(ALL_RULES.map(({ id }) => id));
    expect(Object.entries(report.checked).filter(([, count]) => count === 0)).toEqual([]);
    const told = new Set(expected.map(({ rule }) => rule));
    expect(ALL_RULES.map(({ id }) => id).filter((id) => !told.has(id))).toEqual(SILENT);
  });

  it("has its findings ordered by severity", () => {
    const ranks = report.findings.map(({ severity }) => ["error", "warning", "notice"].indexOf(severity));
    expect(ranks).toEqual([...ranks].sort());
  });

  it("leaves no placeholder open in any language", () => {
    const texts = report.findings.flatMap(({ message, cause, remedy }) =>
      [message, cause, remedy].flatMap((text) => Object.values(text)),
    );
    expect(texts.filter((text) => /\{|\}|undefined|NaN|Infinity/.test(text))).toEqual([]);
  });
});

it.each([
  [
    "CHECK-WEIGHTED-MEAN",
    "2025",
    { causeCode: "CHECK-CAUSE-PLAIN-AVERAGE", actual: "13.80 h/person", severity: "error" },
  ],
  ["CHECK-UNIT-SLIP", "2025", { difference: "×100", severity: "error" }],
  ["CHECK-STOCK-FLOW", "2025", { actual: "2472 person", difference: "-772 person" }],
  ["CHECK-RATIO", "2025", { causeCode: "CHECK-CAUSE-DENOMINATOR", expected: "5.44%", actual: "≈ 5.8%" }],
  ["CHECK-CLASSIFICATION", "2025", { causeCode: "CHECK-CAUSE-BOUGHT-ENERGY" }],
  ["CHECK-PARTS-SUM", "2024", { causeCode: "CHECK-CAUSE-PART-DASH", difference: "+36.2 MWh" }],
  ["CHECK-GAS-COVERAGE", "2025", { expected: "138.94 tCO2e", actual: "138.37 tCO2e" }],
])("%s of %s says what, where and why", (code, period, content) => {
  expect(report.findings.find((finding) => finding.code === code && finding.periods[0] === period)).toMatchObject(
    content,
  );
});
