import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { capturedShare, forecastSkill } from "./daily-scores.ts";
import { ipmvpOption, type MeasureFacts } from "./ipmvp-option.ts";
import { invoiceAgainstMeter, meterClosure, type MeterReading } from "./meter-tree.ts";
import { modelFit } from "./model-fit.ts";
import { baselineUncertainty, savingsOf, type VerifiedStep } from "./savings.ts";
import { storageAccount } from "./storage-account.ts";
import { studentT } from "./student-t.ts";

describe("t-quantile", () => {
  it.each([
    // Printed tables of Student's t, two-sided.
    [0.9, 1, 6.3138],
    [0.9, 10, 1.8125],
    [0.95, 5, 2.5706],
    [0.95, 30, 2.0423],
    [0.99, 60, 2.6603],
    [0.9, 1e6, 1.6449],
  ])("at %s with %i degrees is %f", (confidence, degrees, expected) => {
    expect(studentT(confidence, degrees)).toBeCloseTo(expected, 3);
  });

  it("refuses what has no quantile", () => {
    expect(() => studentT(1, 5)).toThrow("no t-quantile");
    expect(() => studentT(0.9, 0)).toThrow("no t-quantile");
  });
});

describe("fit of a model", () => {
  it("is as by hand", () => {
    // Errors +10, −10, +20, −4 of a mean of 104: Σe² = 616, n − p = 3, √(616 ÷ 3) ÷ 104; Σe = 16.
    const fit = modelFit([110, 90, 120, 96], [100, 100, 100, 100], 1, "hourly");
    expect(fit?.cvRmse).toBeCloseTo(Math.sqrt(616 / 3) / 104, 12);
    expect(fit?.nmbe).toBeCloseTo(16 / (3 * 104), 12);
    expect(fit?.calibrated).toBe(true);
  });

  it("sees errors that follow each other", () => {
    const together = modelFit([11, 11, 11, 9, 9, 9], [10, 10, 10, 10, 10, 10], 0, "hourly");
    // Σ e_t e_{t−1} ÷ Σ e² = (1+1−1+1+1) ÷ 6
    expect(together?.autocorrelation).toBeCloseTo(0.5, 12);
    expect(together?.effectivePoints).toBeCloseTo(2, 12);
  });

  it("is none where nothing can be told", () => {
    expect(modelFit([1], [1], 1, "hourly")).toBeUndefined();
    expect(modelFit([0, 0, 0], [0, 0, 0], 1, "hourly")).toBeUndefined();
  });

  it("is not calibrated when the bias is large though the scatter is small", () => {
    expect(modelFit([100, 100, 100, 100], [88, 88, 88, 88], 0, "hourly")?.calibrated).toBe(false);
  });
});

const step = (over: Partial<VerifiedStep> = {}): VerifiedStep => ({
  stepH: 1,
  baselineFacilityKw: 100,
  facilityKw: 90,
  baselineGridKw: 100,
  gridKw: 90,
  priceCnyPerKwh: 0.5,
  carbonKgPerKwh: 0.6,
  month: "2025-01",
  ...over,
});

const BASIS = {
  confidence: 0.9,
  meterAccuracy: 0.005,
  fit: undefined,
  demandChargeCnyPerKw: 40,
  annualFactorKgPerKwh: 0.5,
};

describe("savings", () => {
  it("are as by hand, money by month's peak", () => {
    const steps = [
      step({ baselineGridKw: 100, gridKw: 120, priceCnyPerKwh: 0.2, carbonKgPerKwh: 0.4 }),
      step({ baselineGridKw: 130, gridKw: 90, priceCnyPerKwh: 1, carbonKgPerKwh: 0.8 }),
      step({ baselineGridKw: 110, gridKw: 105, month: "2025-02" }),
    ];
    const saved = savingsOf(steps, BASIS);
    expect(saved.energyKwh.value).toBeCloseTo(25, 12);
    // 20 + 130 + 55 − (24 + 90 + 52.5)
    expect(saved.energyCostCny).toBeCloseTo(38.5, 12);
    // 40 × (130 + 110 − 120 − 105)
    expect(saved.demandCostCny).toBeCloseTo(600, 12);
    // −20 × 0.4 + 40 × 0.8 + 5 × 0.6
    expect(saved.carbon.avoidedKg.value).toBeCloseTo(27, 12);
    expect(saved.carbon.inventoryChangeKg).toBeCloseTo(-12.5, 12);
    expect(saved.carbon.avoidedByShiftingKg).toBeCloseTo(27 - 25 * 0.6, 12);
    expect(saved.costCny.plusMinus).toBeUndefined();
    expect(saved.significant).toBeUndefined();
  });

  it("have the guideline's uncertainty, meter and model as root of squares", () => {
    const fit = {
      points: 100,
      parameters: 1,
      cvRmse: 0.1,
      nmbe: 0,
      autocorrelation: 0,
      effectivePoints: 100,
      calibrated: true,
    };
    const saved = savingsOf(
      Array.from({ length: 24 }, () => step()),
      { ...BASIS, fit },
    );
    const model = 2400 * 1.26 * studentT(0.9, 99) * 0.1 * Math.sqrt((1 + 2 / 100) / 24);
    expect(saved.energyKwh.plusMinus).toBeCloseTo(Math.hypot(model, 0.005 * 2160), 6);
    expect(saved.significant).toBe(true);
  });

  it("of shifting alone change avoided emissions and leave the inventory as it is", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 20 }), (moves) => {
        const back = -moves.reduce((sum, one) => sum + one, 0);
        const steps = [...moves, back].map((move, i) =>
          step({ baselineGridKw: 5000, gridKw: 5000 + move, carbonKgPerKwh: 0.3 + 0.01 * i }),
        );
        const { carbon, energyKwh } = savingsOf(steps, BASIS);
        expect(energyKwh.value).toBeCloseTo(0, 6);
        expect(carbon.inventoryChangeKg).toBeCloseTo(0, 6);
        expect(carbon.avoidedByShiftingKg).toBeCloseTo(carbon.avoidedKg.value, 6);
        expect(carbon.nettedFromInventory).toBe(false);
      }),
    );
  });

  it("of a run that changed nothing are nothing", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e5 }), { minLength: 1, maxLength: 30 }), (powers) => {
        const saved = savingsOf(
          powers.map((kw) => step({ baselineGridKw: kw, gridKw: kw })),
          BASIS,
        );
        expect(saved.costCny.value).toBe(0);
        expect(saved.energyKwh.value).toBe(0);
        expect(saved.carbon.avoidedKg.value).toBe(0);
      }),
    );
  });

  it("are the less certain the worse the model and the fewer the independent errors", () => {
    const fit = {
      points: 500,
      parameters: 1,
      cvRmse: 0.1,
      nmbe: 0.01,
      autocorrelation: 0,
      effectivePoints: 500,
      calibrated: true,
    };
    const half = baselineUncertainty(1000, 100, fit, 0.9);
    expect(baselineUncertainty(1000, 100, { ...fit, cvRmse: 0.2 }, 0.9)).toBeGreaterThan(half);
    expect(baselineUncertainty(1000, 100, { ...fit, effectivePoints: 50 }, 0.9)).toBeGreaterThan(half);
    expect(baselineUncertainty(1000, 100, { ...fit, nmbe: 0.05 }, 0.9)).toBeGreaterThan(half);
    expect(baselineUncertainty(1000, 100, fit, 0.95)).toBeGreaterThan(half);
    expect(baselineUncertainty(1000, 0, fit, 0.9)).toBe(0);
  });
});

describe("IPMVP option", () => {
  const facts: MeasureFacts = {
    measure: "ups",
    savingKwh: 1000,
    siteKwh: 100_000,
    subMeter: "none",
    calibratedModel: false,
    wholeSite: false,
  };
  it.each([
    ["all energy metered at the equipment", { subMeter: "energy" }, "B", "metered-at-equipment"],
    ["its load alone metered", { subMeter: "key-parameter" }, "A", "key-parameter-metered"],
    ["12 % of the meter", { savingKwh: 12_000 }, "C", "large-share-of-meter"],
    ["exactly 10 %", { savingKwh: 10_000 }, "C", "large-share-of-meter"],
    ["1 % and a calibrated model", { calibratedModel: true }, "D", "calibrated-model"],
    ["1 % and nothing else", {}, "none", "too-small-for-the-meter"],
    [
      "a sub-meter does not hold the whole site",
      { subMeter: "energy", wholeSite: true, calibratedModel: true },
      "D",
      "calibrated-model",
    ],
    ["a site that used nothing", { siteKwh: 0 }, "none", "too-small-for-the-meter"],
  ] as const)("%s: %j → %s", (_name, over, option, reason) => {
    expect(ipmvpOption({ ...facts, ...over })).toMatchObject({ option, reason });
  });
});

describe("battery", () => {
  it("loses what went in and did not come out", () => {
    // 10 h at +10 kW, 8 h at −10 kW, 5 kWh more in the cells: 100 − 80 − 5.
    const powers = [...Array.from({ length: 10 }, () => 10), ...Array.from({ length: 8 }, () => -10)];
    const account = storageAccount(powers, 1, 5);
    expect(account).toMatchObject({ chargedKwh: 100, dischargedKwh: 80, lossKwh: 15 });
    expect(account.roundTrip).toBeCloseTo(80 / 95, 12);
    expect(storageAccount([0, 0], 1, 0).roundTrip).toBeUndefined();
  });
});

describe("scores of a day", () => {
  it("decision accuracy is money against money; the whole is of sums, not a mean of shares", () => {
    const score = capturedShare([
      { date: "2025-01-01", savedCny: 90, perfectCny: 100 },
      { date: "2025-01-02", savedCny: 0, perfectCny: 10 },
      { date: "2025-01-03", savedCny: 0, perfectCny: 0 },
    ]);
    expect(score.days.map(({ share }) => share)).toEqual([0.9, 0, undefined]);
    expect(score.share).toBeCloseTo(90 / 110, 12);
  });

  it("skill is against the naive forecast", () => {
    const { days, total } = forecastSkill([
      { date: "a", forecast: 11, naive: 14, actual: 10 },
      { date: "a", forecast: 9, naive: 10, actual: 10 },
      { date: "b", forecast: 5, naive: 5, actual: 5 },
    ]);
    expect(days[0]).toEqual({ date: "a", wape: 0.1, skill: 0.5 });
    expect(days[1]?.skill).toBeUndefined();
    expect(total.wape).toBeCloseTo(2 / 25, 12);
  });
});

describe("tree of meters", () => {
  const meter = (id: string, kwh: number | undefined, parent?: string): MeterReading => ({
    id,
    kwh,
    parent,
    accuracy: 0.005,
  });
  it("closes within losses and accuracy", () => {
    const { closures, issues } = meterClosure(
      [meter("grid", 1000), meter("it", 700, "grid"), meter("cooling", 280, "grid")],
      0.02,
    );
    expect(issues).toEqual([]);
    expect(closures[0]).toMatchObject({ restKwh: 20, belowKwh: 980 });
  });
  it.each([
    ["too much is lost", [meter("grid", 1000), meter("it", 900, "grid")], ["VERIFY-001"]],
    ["more below than above", [meter("grid", 1000), meter("it", 1020, "grid")], ["VERIFY-001"]],
    ["a reading is missing", [meter("grid", 1000), meter("it", undefined, "grid")], ["VERIFY-002"]],
    ["no such parent", [meter("grid", 1000), meter("it", 1000, "gird")], ["VERIFY-003"]],
    ["a circle", [meter("a", 1, "b"), meter("b", 1, "a")], ["VERIFY-003", "VERIFY-003"]],
  ])("%s", (_name, meters, codes) => {
    expect(meterClosure(meters, 0.02).issues.map(({ code }) => code)).toEqual(codes);
  });
  it("never takes what is missing as zero", () => {
    const { closures } = meterClosure([meter("grid", 1000), meter("it", undefined, "grid")], 0.02);
    expect(closures[0]?.restKwh).toBeUndefined();
  });
});

describe("bill against meter", () => {
  it("differs by no more than two meters may", () => {
    const own = { kwh: 100_000, peakKw: 200, costCny: 60_000 };
    expect(invoiceAgainstMeter({ kwh: 100_500, peakKw: 201, costCny: 60_200 }, own, 0.005).issues).toEqual([]);
    const off = invoiceAgainstMeter({ kwh: 103_000, peakKw: undefined, costCny: 60_000 }, own, 0.005);
    expect(off.issues.map(({ at }) => at)).toEqual([{ path: "energy" }]);
    expect(off.check).toEqual({ energyDifferenceKwh: 3000, peakDifferenceKw: undefined, costDifferenceCny: 0 });
  });
});
