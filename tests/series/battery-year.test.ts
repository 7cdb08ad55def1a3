import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import {
  BENCHMARK_BATTERY,
  batteryModel,
  bestSchedule,
  highsSolver,
  readSeries,
  runPolicy,
  simplePolicies,
  type Solver,
  localHours,
  yearRange,
} from "../../src/coordinate/index.ts";
import { expectOk } from "../../src/ground/issue/index.ts";

// Public series, not part of the repository: where they come from is told in docs/guides/battery-benchmark.md.
const DATA = process.env.CANDELA_BENCH_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));

function series(column: string, ...names: string[]) {
  const files = names.map((name) => {
    const bytes = readFileSync(join(DATA, name));
    return { name, text: (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8") };
  });
  return expectOk(readSeries(files, column)).series;
}

let solver: Solver;
beforeAll(async () => {
  solver = await highsSolver();
});

describe("a whole year, known in advance", () => {
  it.each([
    ["price/JP-TK_2024.csv.gz", "2", 1, 652_286],
    ["tariff/shanghai_two_part_tou_2025_hourly.csv", "price_cny_per_kwh", 1000, 16_086_581],
  ])("%s saves the same by the linear model and by the values of stored energy", (file, column, perMwh, expected) => {
    const price = series(column, file).values.map((value) => value * perMwh);
    const solution = solver.solve(batteryModel(BENCHMARK_BATTERY, price));
    expect(solution.status).toBe("optimal");
    expect(Math.abs((solution.objective ?? 0) + expected)).toBeLessThan(0.5);
    const { saving } = bestSchedule(BENCHMARK_BATTERY, price);
    expect(Math.abs(saving / (solution.objective ?? 1) + 1)).toBeLessThan(1e-9);
  });
});

describe("the simple methods in 2024, as shares of perfect foresight", () => {
  // Published: 51.8 65.3 60.0 56.1 · 63.3 73.3 62.0 66.3. What is not told about a method (how a day is cut, how far it looks) moves it by a point.
  it.each([
    [
      "JP-TK",
      { persistence: [51.8, 0.2], levelAdjusted: [65.3, 0.2], yesterdaysPlan: [60.0, 1], cheapestHours: [56.1, 1] },
    ],
    [
      "KR",
      { persistence: [63.3, 0.2], levelAdjusted: [73.3, 0.2], yesterdaysPlan: [62.0, 1.1], cheapestHours: [66.3, 0.2] },
    ],
  ] as const)("%s", (zone, published) => {
    const all = series("2", `price/${zone}_2023.csv.gz`, `price/${zone}_2024.csv.gz`);
    const { from, to } = yearRange(all, 2024)!;
    const perfect = bestSchedule(BENCHMARK_BATTERY, all.values.subarray(from, to)).saving;
    const policies = simplePolicies(BENCHMARK_BATTERY, { price: all.values, localHour: localHours(all), lastHour: to });
    for (const [name, [share, tolerance]] of Object.entries(published)) {
      const { saving } = runPolicy(BENCHMARK_BATTERY, all.values, from, to, policies[name]!);
      expect(Math.abs((100 * saving) / perfect - share), name).toBeLessThanOrEqual(tolerance);
    }
  });
});
