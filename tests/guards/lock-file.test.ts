import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { missingEntries } from "../../scripts/complete-lock.mjs";

const lock = JSON.parse(readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8")) as {
  packages: Record<string, { optionalDependencies?: Record<string, string> }>;
};

it("holds every package of other platforms, or npm ci refuses it (scripts/complete-lock.mjs adds them)", () => {
  const named = Object.values(lock.packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
  console.log(`lock file: ${Object.keys(lock.packages).length} packages, ${named.length} optional ones named`);
  expect(named.length).toBeGreaterThan(50);
  expect(missingEntries(lock)).toEqual([]);
});

it("catches a seeded lock file without one", () => {
  const seeded = { packages: { "node_modules/a": { optionalDependencies: { "@a/linux-arm64-musl": "1.0.0" } } } };
  expect(missingEntries(seeded)).toEqual([
    [
      "node_modules/@a/linux-arm64-musl",
      { version: "1.0.0", cpu: ["arm64"], libc: ["musl"], optional: true, os: ["linux"] },
    ],
  ]);
});
