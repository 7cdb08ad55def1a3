import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { SUITES } from "../../scripts/suites.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const PATHS = SUITES.flatMap((suite) => suite.vitest ?? []);

/** Test files that no suite runs. */
function orphans(files: readonly string[]): string[] {
  return files.filter((file) => !PATHS.some((path) => file.startsWith(path)));
}

it("runs every test file in a suite", () => {
  const files = ["src", "tests", "examples"].flatMap((folder) =>
    readdirSync(`${root}/${folder}`, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => `${folder}/${name}`),
  );
  console.log(`suites: ${files.length} test files, ${PATHS.length} paths`);
  expect(files.length).toBeGreaterThan(60);
  expect(orphans(files)).toEqual([]);
});

it("catches a seeded file that no suite runs", () => {
  expect(orphans(["src/nowhere/seeded.test.ts"])).toEqual(["src/nowhere/seeded.test.ts"]);
});
