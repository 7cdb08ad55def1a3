import { describe, expect, it } from "vitest";
import { seededNumbers } from "../../forecast/boosted-trees.ts";
import { calibrateMean } from "./calibrate-mean.ts";
import { squashed, unsquashed } from "./value-features.ts";

const SQUASH = 3;
const told = (money: number): number => squashed(money, SQUASH);
const money = (scaled: number): number => unsquashed(scaled, SQUASH);

describe("calibrateMean", () => {
  it("lifts the middle of skewed money to its mean", () => {
    const random = seededNumbers(7);
    // One hour in ten is worth ten times as much: the mean is 1.9 times the usual worth.
    const usual = Float64Array.from({ length: 8000 }, (_, i) => 1 + (i % 100) / 100);
    const came = usual.map((worth) => told(random() < 0.1 ? 10 * worth : worth));
    const calibrate = calibrateMean(usual.map(told), came, SQUASH);
    for (const worth of [1.1, 1.5, 1.9]) {
      expect(money(calibrate(told(worth))) / worth).toBeGreaterThan(1.6);
      expect(money(calibrate(told(worth))) / worth).toBeLessThan(2.2);
    }
  });

  it("leaves predictions that are already means, and what is not squashed", () => {
    const said = Float64Array.from({ length: 400 }, (_, i) => i / 100);
    const calibrate = calibrateMean(said, said, SQUASH);
    const plain = calibrateMean(said, said, 0);
    for (const value of [-5, 0.2, 1, 2.345, 9]) {
      expect(calibrate(value)).toBeCloseTo(value, 2);
      expect(plain(value)).toBeCloseTo(value, 10);
    }
  });

  it("never falls where predictions rise, and goes on by the same step beyond what it saw", () => {
    const random = seededNumbers(3);
    const said = Float64Array.from({ length: 500 }, () => 4 * random() - 2);
    const came = said.map((value) => -value + 6 * (random() - 0.5));
    const calibrate = calibrateMean(said, came, SQUASH);
    const answers = Array.from({ length: 400 }, (_, i) => calibrate(-1.9 + (i * 3.8) / 400));
    answers.slice(1).forEach((answer, i) => expect(answer).toBeGreaterThanOrEqual((answers[i] as number) - 1e-12));
    expect(calibrate(50) - calibrate(40)).toBeCloseTo(10, 10);
    expect(calibrate(-40) - calibrate(-50)).toBeCloseTo(10, 10);
  });

  it("says nothing where nothing was seen, and takes fewer predictions than bins", () => {
    expect(calibrateMean(new Float64Array(0), new Float64Array(0), SQUASH)(1.5)).toBe(1.5);
    const calibrate = calibrateMean(Float64Array.of(1, 2), Float64Array.of(3, 4), 0);
    expect(calibrate(1.5)).toBeCloseTo(3.5, 10);
  });
});
