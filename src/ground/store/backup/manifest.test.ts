import path from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { isAllowedPath, readManifest } from "./manifest.ts";

it.each([
  ["evidence/sha256/2c/2cf24dba", true],
  ["telemetry/2025/06/年 30.parquet", true],
  ["content/T16:00.json", true],
  ["content/..hidden", true],
  ["content/../secret", false],
  ["content/..", false],
  ["content/./a", false],
  ["content//a", false],
  ["content/", false],
  ["content", false],
  ["/content/a", false],
  ["postgres/run", false],
  ["secret", false],
  ["content/a\\..\\b", false],
  ["content/a\u0000", false],
  ["content/a\nb", false],
  [`content/${"x".repeat(2000)}`, false],
  ["", false],
])("the path %j: %j", (text, allowed) => {
  expect(isAllowedPath(text)).toBe(allowed);
});

it("lets no path out of the data folder", () => {
  const step = fc.oneof(fc.constantFrom("..", ".", "", "content", "evidence", "/", "\\", "a"), fc.string());
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
      const text = steps.join("/");
      if (isAllowedPath(text)) expect(path.join("/data", text)).toMatch(/^\/data\/(evidence|content|telemetry)\/./su);
    }),
  );
});

it("never throws on what is no manifest", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => !readManifest(text, "b.tar").ok));
});
