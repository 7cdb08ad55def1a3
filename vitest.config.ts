import { defineConfig } from "vitest/config";

const deep = process.env.CANDELA_DEEP === "1";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "tests/**/*.test.ts", "examples/**/*.test.ts"],
    exclude: ["**/node_modules/**", ...(deep ? [] : ["**/*.deep.test.ts"])],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
