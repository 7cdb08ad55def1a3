import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { type IssueTexts, LANGUAGES, placeholders } from "../../src/ground/issue/index.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const CODE = /"([A-Z]{2,12}(?:-[A-Z]+)*-\d{3})"/g;

function usedCodes(): Map<string, string> {
  const used = new Map<string, string>();
  for (const name of readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
    for (const match of readFileSync(join(root, "src", name), "utf8").matchAll(CODE))
      used.set(match[1] as string, name);
  }
  return used;
}

function catalogue(): Map<string, IssueTexts> {
  const folder = join(root, "content/locales/issues");
  const entries = readdirSync(folder).flatMap((name) =>
    Object.entries(parse(readFileSync(join(folder, name), "utf8")) as Record<string, IssueTexts>),
  );
  return new Map(entries);
}

/** Codes without texts, and numbered texts whose code nobody uses. */
function mismatches(used: ReadonlyMap<string, string>, texts: ReadonlyMap<string, IssueTexts>): string[] {
  const untold = [...used].filter(([code]) => !texts.has(code)).map(([code, file]) => `${code} (${file}) has no texts`);
  const orphans = [...texts.keys()]
    .filter((code) => /-\d{3}$/.test(code) && !used.has(code))
    .map((code) => `${code} is used nowhere`);
  return [...untold, ...orphans];
}

it("gives every issue code its texts, and every text its code", () => {
  const [used, texts] = [usedCodes(), catalogue()];
  console.log(`issue codes: ${used.size} used, ${texts.size} with texts`);
  expect(used.size).toBeGreaterThan(20);
  expect(mismatches(used, texts)).toEqual([]);
});

it("uses the same placeholders in every language", () => {
  const uneven = [...catalogue()].flatMap(([code, texts]) =>
    (["message", "remedy"] as const).flatMap((part) => {
      const sets = LANGUAGES.map((language) => [...new Set(placeholders(texts[part][language]))].sort().join());
      return new Set(sets).size > 1 ? [`${code} ${part}: ${sets.join(" | ")}`] : [];
    }),
  );
  expect(uneven).toEqual([]);
});

it("catches a seeded code without texts and a seeded orphan", () => {
  const texts = {
    message: { "zh-Hant": "甲", "zh-Hans": "甲", en: "a" },
    remedy: { "zh-Hant": "乙", "zh-Hans": "乙", en: "b" },
  };
  expect(mismatches(new Map([["SEED-001", "seed.ts"]]), new Map([["SEED-002", texts]]))).toEqual([
    "SEED-001 (seed.ts) has no texts",
    "SEED-002 is used nowhere",
  ]);
});
