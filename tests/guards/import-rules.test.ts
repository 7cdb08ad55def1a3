import { fileURLToPath } from "node:url";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import { expect, it } from "vitest";
import rules from "../../.dependency-cruiser.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

async function violations(baseDir: string): Promise<{ modules: number; broken: string[] }> {
  const result = await cruise(["src", "web/src"], {
    ...rules.options,
    baseDir,
    ruleSet: { forbidden: rules.forbidden },
    validate: true,
  } as never);
  const output = result.output as ICruiseResult;
  const sources = output.modules.filter((module) => /^(src|web)\//.test(module.source));
  return {
    modules: sources.length,
    broken: output.summary.violations.map((found) => `${found.rule.name}: ${found.from} → ${found.to}`),
  };
}

it("holds the table of who may import whom", async () => {
  const { modules, broken } = await violations(root);
  console.log(`import rules: ${modules} modules looked at`);
  expect(modules).toBeGreaterThan(40);
  expect(broken).toEqual([]);
});

it("catches the seeded violations", async () => {
  const { modules, broken } = await violations(fileURLToPath(new URL("./seeded", import.meta.url)));
  expect(modules).toBe(3);
  const names = new Set(broken.map((line) => line.split(":")[0]));
  expect([...names].sort()).toEqual(
    [
      "browser-safe-rooms-know-no-node",
      "ground-stands-alone",
      "measure-is-entered-by-its-door",
      "web-knows-only-quantity-and-issue",
      "wings-touch-the-outside-through-ports",
    ].sort(),
  );
});
