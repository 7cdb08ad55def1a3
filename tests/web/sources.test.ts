import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parse } from "yaml";

const root = fileURLToPath(new URL("../..", import.meta.url));
const names = readdirSync(join(root, "web/src"), { recursive: true, encoding: "utf8" });
const read = (name: string): string => readFileSync(join(root, "web/src", name), "utf8");
const texts = new Set(
  names.filter((name) => name.endsWith("texts.yaml")).flatMap((name) => Object.keys(parse(read(name)) as object)),
);

/** Ids that a source says by name and that have no text. */
const unsaid = (source: string): string[] =>
  [...source.matchAll(/\bsay\("([^"]+)"/g)].map(([, id]) => id ?? "").filter((id) => !texts.has(id));

it("has a text for everything that a page says by name", () => {
  const sources = names.filter((name) => name.endsWith(".tsx") || name.endsWith(".ts"));
  console.log(`texts: ${texts.size}, sources: ${sources.length}`);
  expect(texts.size).toBeGreaterThan(100);
  expect(sources.flatMap((name) => unsaid(read(name)))).toEqual([]);
  expect(unsaid('say("seeded.violation")')).toEqual(["seeded.violation"]);
});

it("knows the API as its document says it", { timeout: 120_000 }, () => {
  const run = spawnSync(process.execPath, [join(root, "scripts/api-client.mjs"), "--check"], { encoding: "utf8" });
  expect(run.stdout).toMatch(/^\d\d operations looked at\n$/);
  expect(run.status).toBe(0);
});
