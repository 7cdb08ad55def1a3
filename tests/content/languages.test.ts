import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { SIMPLIFIED_ONLY, TRADITIONAL_ONLY } from "./script-characters.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** The data of this project: everything in three languages that reaches a reader. */
const FOLDERS = ["content", "examples", "web/src"];

interface Found {
  readonly at: string;
  readonly text: Readonly<Record<string, unknown>>;
}

/** Everything that has a text in at least one of the three languages. */
function textsOf(value: unknown, at: string): Found[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => textsOf(item, `${at}[${index}]`));
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value);
  if (entries.some(([key]) => key === "zh-Hant" || key === "zh-Hans"))
    return [{ at, text: value as Record<string, unknown> }];
  return entries.flatMap(([key, item]) => textsOf(item, `${at}.${key}`));
}

function allTexts(): Found[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".yaml"))
      .flatMap((name) => textsOf(parse(readFileSync(join(root, folder, name), "utf8")), `${folder}/${name}`)),
  );
}

const HAN = /\p{Script=Han}/u;
/** English may name the scale words that people write in tables: 萬元, 百萬, 億. */
const SCALE_WORDS = /[百千萬億元]+/gu;

/** What is wrong with one text: a language missing or empty, characters of the other script, Chinese in the English. */
function faults({ at, text }: Found): string[] {
  const missing = ["zh-Hant", "zh-Hans", "en"].filter((language) => {
    const words = text[language];
    return Array.isArray(words) ? words.length === 0 : typeof words !== "string" || words.trim() === "";
  });
  const words = (language: string): string => [text[language] ?? ""].flat().map(String).join(" | ");
  const simplified = [...words("zh-Hant")].filter((sign) => SIMPLIFIED_ONLY.has(sign));
  const traditional = [...words("zh-Hans")].filter((sign) => TRADITIONAL_ONLY.has(sign));
  return [
    ...missing.map((language) => `${at}: no ${language}`),
    ...(simplified.length > 0 ? [`${at}: simplified ${simplified.join("")} in ${words("zh-Hant")}`] : []),
    ...(traditional.length > 0 ? [`${at}: traditional ${traditional.join("")} in ${words("zh-Hans")}`] : []),
    ...(HAN.test(
      words("en")
        .replace(/[“"「].*?[”"」]/g, "")
        .replace(SCALE_WORDS, ""),
    )
      ? [`${at}: Chinese in ${words("en")}`]
      : []),
  ];
}

/** Folders whose texts name files, units or quote the source; units write what people write in any script. */
const EXEMPT = /^content\/units\//;

it("has every text in three languages, each in its own script", () => {
  const texts = allTexts().filter(({ at }) => !EXEMPT.test(at));
  console.log(
    `texts: ${texts.length}, traditional-only characters: ${TRADITIONAL_ONLY.size}, simplified-only: ${SIMPLIFIED_ONLY.size}`,
  );
  expect(texts.length).toBeGreaterThan(500);
  expect(texts.flatMap(faults)).toEqual([]);
});

it.each([
  ["a language that is missing", { "zh-Hant": "能源", en: "Energy" }, "no zh-Hans"],
  [
    "a simplified character in traditional text",
    { "zh-Hant": "溫室气體", "zh-Hans": "温室气体", en: "Gas" },
    "simplified 气",
  ],
  [
    "a traditional character in simplified text",
    { "zh-Hant": "溫室氣體", "zh-Hans": "温室氣体", en: "Gas" },
    "traditional 氣",
  ],
  ["Chinese in the English", { "zh-Hant": "水", "zh-Hans": "水", en: "水" }, "Chinese in"],
])("catches %s", (_, text, fault) => {
  expect(faults({ at: "seed", text }).join()).toContain(fault);
});
