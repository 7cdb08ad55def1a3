import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { parseDocumentsIfStale } from "../../scripts/build.mjs";
import { PACKAGE_FOLDER } from "../../src/app/package-folder.ts";
import { knowDocuments, parseYaml, readYaml } from "../../src/ground/content/index.ts";

/** What the build has parsed is what a parse gives, and is taken for that very text alone. */

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

afterEach(() => knowDocuments(new Map()));

it("keeps every shipped document as its parse gives it", async () => {
  await parseDocumentsIfStale();
  const known = JSON.parse(readFileSync(join(PACKAGE_FOLDER, "dist/documents.json"), "utf8")) as Record<string, string>;
  const texts = ["content", "examples"].flatMap((folder) =>
    readdirSync(join(PACKAGE_FOLDER, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".yaml"))
      .map((name) => readFileSync(join(PACKAGE_FOLDER, folder, name), "utf8")),
  );
  const kept = texts.filter((text) => known[hashOf(text)] !== undefined);
  for (const text of kept) expect(JSON.parse(known[hashOf(text)] ?? "")).toStrictEqual(parse(text));
  console.log(`documents: ${texts.length}, parsed by the build: ${kept.length}`);
  expect(kept.length).toBe(texts.length);
});

it("takes what was parsed for that text, and parses any other", () => {
  const text = "a: 1\n";
  // A value that no parse of the text gives shows where it came from.
  knowDocuments(new Map([[hashOf(text), '{"a":"known"}']]));
  expect(parseYaml(text)).toEqual({ a: "known" });
  expect(parseYaml("a:  1\n")).toEqual({ a: 1 });
});

it("tells by a parse where a known document does not fit", () => {
  const text = "a: 1\nb: 2\n";
  knowDocuments(new Map([[hashOf(text), '{"a":1,"b":2}']]));
  expect(readYaml(text, "x.yaml", z.object({ a: z.number(), b: z.string() }))).toMatchObject({
    issues: [{ code: "CONTENT-004", at: { file: "x.yaml", path: "b", line: 2 } }],
  });
});
