import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { placeholders } from "../../src/ground/issue/index.ts";
import { relationsForTests, textsForTests } from "../../src/measure/checks/figures-for-tests.ts";
import { ALL_RULES } from "../../src/measure/index.ts";

const folder = new URL("../../src/measure/checks/", import.meta.url);

/** Codes that rules and content use: their own, causes and words. */
function usedCodes(): Set<string> {
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => readFileSync(new URL(name, folder), "utf8"));
  const written = sources.flatMap((text) =>
    [...text.matchAll(/"(CHECK-[A-Z-]+[A-Z])"/g)].map((match) => match[1] ?? ""),
  );
  return new Set([...written, ...causesIn(relationsForTests)]);
}

const causesIn = (items: readonly object[]): string[] =>
  [...JSON.stringify(items).matchAll(/CHECK-CAUSE-[A-Z-]+/g)].map((match) => match[0]);

it("has texts for every code that rules may raise, and for every cause", () => {
  const codes = usedCodes();
  for (const rule of ALL_RULES) for (const code of rule.codes) codes.add(code);
  console.log(`check codes: ${codes.size} used, ${textsForTests.size} with texts`);
  expect(codes.size).toBeGreaterThan(50);
  expect([...codes].filter((code) => !textsForTests.has(code))).toEqual([]);
});

it("has no text that nothing uses, words and causes for callers aside", () => {
  const codes = usedCodes();
  const callers = ["CHECK-CAUSE-FACTOR-SET"];
  const orphans = [...textsForTests.keys()].filter(
    (code) => !codes.has(code) && !code.startsWith("CHECK-WORD-") && !callers.includes(code),
  );
  expect(orphans).toEqual([]);
});

it("gives every rule's code a case, with one set of placeholders in the three languages", () => {
  for (const rule of ALL_RULES) {
    for (const code of rule.codes) {
      const texts = textsForTests.get(code);
      expect(texts?.case, code).toBeDefined();
      const sets = (["zh-Hant", "zh-Hans", "en"] as const).map((language) =>
        placeholders(texts?.case?.[language] ?? "")
          .sort()
          .join(),
      );
      expect(new Set(sets).size, `${code}: ${sets.join(" | ")}`).toBe(1);
    }
  }
});
