import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  BENCHMARK_BATTERY,
  batteryModel,
  bestSchedule,
  highsSolver,
  type LinearModel,
  mpsText,
  type Solver,
} from "../../../src/coordinate/index.ts";

const folder = mkdtempSync(join(tmpdir(), "candela-cbc-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let highs: Solver;
beforeAll(async () => {
  highs = await highsSolver();
});

function cbc(model: LinearModel): number {
  const [file, answer] = [join(folder, "model.mps"), join(folder, "answer.txt")];
  writeFileSync(file, mpsText(model));
  execFileSync("/usr/bin/cbc", [file, "-ratio", "0", "-allow", "0", "-solve", "-solution", answer, "-quit"], {
    stdio: "pipe",
  });
  const match = /^Optimal - objective value (\S+)/.exec(readFileSync(answer, "utf8"));
  expect(match).not.toBeNull();
  return Number(match![1]);
}

/** Two waves and a wobble: like a market, the same every time. */
const wave = (hours: number, level: number): number[] =>
  Array.from(
    { length: hours },
    (_, t) => level + 30 * Math.sin(t / 3.8) + 12 * Math.sin(t / 27) + ((t * 7919) % 101) / 10,
  );

it.each([
  ["a year", 8760, 60],
  ["a week with hours of negative price", 168, 20],
])("HiGHS, CBC and the values of stored energy agree on %s", (_, hours, level) => {
  const price = wave(hours, level);
  const model = batteryModel(BENCHMARK_BATTERY, price);
  const second = cbc(model);
  const first = highs.solve(model, { gap: 0 });
  expect(first.status).toBe("optimal");
  expect(Math.abs((first.objective ?? 0) / second - 1)).toBeLessThan(1e-6);
  expect(Math.abs(bestSchedule(BENCHMARK_BATTERY, price).saving / second + 1)).toBeLessThan(1e-6);
});
