import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  coolingEffort,
  coolingModeAllowed,
  generatedYear,
  pueName,
  runSite,
  siteStep,
  summarise,
  upsModeAllowed,
} from "../../../src/coordinate/site/index.ts";
import { content, lingang } from "./content.ts";

const site = lingang();
const climate = content.climates.get("shanghai-hongqiao");
if (!climate) throw new Error("the example's climate is missing");
const weather = generatedYear(climate);
const hours = runSite(site, weather);
const year = summarise(site, hours);

const load = fc.record({
  liquid: fc.double({ min: 0, max: 9000, noNaN: true }),
  east: fc.double({ min: 0, max: 6000, noNaN: true }),
  west: fc.double({ min: 0, max: 6000, noNaN: true }),
});
const air = fc
  .tuple(fc.double({ min: -15, max: 30, noNaN: true }), fc.double({ min: 0, max: 15, noNaN: true }))
  .map(([wetBulbC, gap]) => ({ wetBulbC, dryBulbC: wetBulbC + gap }));
const time = fc.record({ month: fc.integer({ min: 1, max: 12 }), hour: fc.integer({ min: 0, max: 23 }) });

const stepOf = (
  it: { liquid: number; east: number; west: number },
  outside: { wetBulbC: number; dryBulbC: number },
  when: { month: number; hour: number },
) => siteStep(site, { ...when, stepH: 1, air: outside, itKw: new Map(Object.entries(it)) });

describe("energy balances", () => {
  /** The largest amount, in kW, by which a balance does not close; an assertion an hour would be slow. */
  const gap = (step: (typeof hours)[number]["step"]): number => {
    const parts = step.itKw + step.pduLossKw + step.upsLossKw + step.coolingKw + step.otherKw + step.distributionLossKw;
    const heat = step.plants.reduce((sum, plant) => sum + plant.heatKw, 0);
    const shared = step.halls.reduce((sum, hall) => sum + hall.coolingKw, 0);
    return Math.max(
      Math.abs(parts - step.facilityKw),
      Math.abs(step.distributionLossKw - site.grid.distributionLoss * step.facilityKw),
      Math.abs(heat - step.itKw - step.pduLossKw - step.upsLossKw),
      Math.abs(shared - step.coolingKw),
      ...[step.pduLossKw, step.upsLossKw, step.coolingKw, step.waterL].map((amount) => -amount),
    );
  };

  it("at every hour of a year", () => {
    expect(hours).toHaveLength(8760);
    const gaps = hours.map(({ step, gridKw, pvKw }) => Math.max(gap(step), Math.abs(gridKw + pvKw - step.facilityKw)));
    expect(Math.max(...gaps)).toBeLessThan(1e-6);
  });

  it("at any load, in any air", () => {
    fc.assert(fc.property(load, air, time, (it, outside, when) => gap(stepOf(it, outside, when)) < 1e-6));
  });
});

describe("monotonicity", () => {
  const mechanical = site.plants.flatMap((plant) =>
    plant.modes.filter((mode) => mode.kind !== "free").map((mode) => ({ plant, mode })),
  );

  it("warmer never takes less cooling power in a mode with compressors", () => {
    expect(mechanical.length).toBeGreaterThan(2);
    fc.assert(
      fc.property(
        fc.constantFrom(...mechanical),
        air,
        fc.double({ min: 0, max: 10, noNaN: true }),
        fc.double({ min: 0, max: 12000, noNaN: true }),
        ({ plant, mode }, outside, warmer, heat) => {
          const hot = { wetBulbC: outside.wetBulbC + warmer, dryBulbC: outside.dryBulbC + warmer };
          const [cold, warm] = [coolingEffort(plant, mode, heat, outside), coolingEffort(plant, mode, heat, hot)];
          expect(warm.powerKw).toBeGreaterThanOrEqual(cold.powerKw - 1e-9);
        },
      ),
    );
  });

  it("more heat takes more power in every mode", () => {
    const modes = site.plants.flatMap((plant) => plant.modes.map((mode) => ({ plant, mode })));
    fc.assert(
      fc.property(
        fc.constantFrom(...modes),
        air,
        fc.double({ min: 0, max: 12000, noNaN: true }),
        fc.double({ min: 1, max: 3000, noNaN: true }),
        ({ plant, mode }, outside, heat, more) => {
          const [low, high] = [heat, heat + more].map((kw) => coolingEffort(plant, mode, kw, outside).powerKw);
          expect(high).toBeGreaterThan(low as number);
        },
      ),
    );
  });

  it("more IT load takes more facility power, the UPS modes being the same", () => {
    fc.assert(
      fc.property(load, air, time, fc.double({ min: 1, max: 500, noNaN: true }), (it, outside, when, more) => {
        const ups = new Map(site.ups.map((one) => [one.id, one.modes[0] as (typeof one.modes)[number]]));
        const facility = (itKw: typeof it): number =>
          siteStep(site, { ...when, stepH: 1, air: outside, itKw: new Map(Object.entries(itKw)) }, new Map(), { ups })
            .facilityKw;
        expect(facility({ ...it, west: it.west + more })).toBeGreaterThan(facility(it) + more);
      }),
    );
  });
});

describe("rules of modes", () => {
  it("ECO runs nowhere that its rule does not allow", () => {
    const eco = site.ups.flatMap((ups) =>
      ups.modes.filter(({ kind }) => kind === "eco").map((mode) => ({ ups, mode })),
    );
    expect(eco).toHaveLength(1);
    fc.assert(
      fc.property(
        load,
        air,
        time,
        fc.uniqueArray(fc.integer({ min: 1, max: 12 })),
        fc.uniqueArray(fc.integer({ min: 0, max: 23 })),
        (it, outside, when, months, allowedHours) => {
          const ruled = {
            ...site,
            ups: site.ups.map((ups) => ({
              ...ups,
              modes: ups.modes.map((mode) => (mode.kind === "eco" ? { ...mode, months, hours: allowedHours } : mode)),
            })),
          };
          const step = siteStep(ruled, { ...when, stepH: 1, air: outside, itKw: new Map(Object.entries(it)) });
          for (const { ups, mode, outputKw } of step.ups) {
            const device = ruled.ups.find(({ id }) => id === ups);
            if (!device || mode.kind !== "eco") continue;
            expect(upsModeAllowed(device, mode, outputKw, when.month, when.hour)).toBe(true);
            expect(months).toContain(when.month);
            expect(allowedHours).toContain(when.hour);
            expect(outputKw / device.capacityKw).toBeGreaterThanOrEqual(0.2);
            expect(outputKw / device.capacityKw).toBeLessThanOrEqual(0.9);
          }
        },
      ),
    );
  });

  it("a cooling mode never runs in air that does not allow it, and holds its dwell otherwise", () => {
    const wrong: string[] = [];
    let switches = 0;
    for (const [index, plant] of site.plants.entries()) {
      let held = 0;
      let before: (typeof plant.modes)[number] | undefined;
      for (const [hour, { step }] of hours.entries()) {
        const now = step.plants[index];
        const outside = weather[hour];
        if (!now || !outside) throw new Error("an hour or a plant is missing");
        if (!coolingModeAllowed(now.mode, outside)) wrong.push(`${plant.id} ${hour}: ${now.mode.id} is not allowed`);
        if (now.switched && before && held < plant.dwellH && coolingModeAllowed(before, outside))
          wrong.push(`${plant.id} ${hour}: left ${before.id} after ${held} h`);
        switches += now.switched ? 1 : 0;
        held = now.switched ? 1 : held + 1;
        before = now.mode;
      }
    }
    expect(wrong).toEqual([]);
    expect(switches).toBeGreaterThan(100);
  });
});

describe("the example's year", () => {
  it("gives a PUE near what was reported, from weather and load", () => {
    expect(year.pueName).toBe("PUE2");
    expect(year.pue).toBeGreaterThan(1.24);
    expect(year.pue).toBeLessThan(1.29);
    expect(year.wueLPerKwh).toBeLessThan(2.17);
    expect(year.freeCoolingHours).toBeGreaterThan(2900);
    expect(year.freeCoolingHours).toBeLessThan(3300);
    expect(year.facilityKwh / 8760 / 1000).toBeCloseTo(18.7, 0);
    expect(year.excessHeatHours).toBe(0);
    const months = [1, 4, 7].map((month) => summarise(site, hours, month));
    expect(months.map(({ pueName: name }) => name)).toEqual(["iPUE2", "iPUE2", "iPUE2"]);
    const [winter, spring, summer] = months.map(({ pue }) => pue ?? 0);
    expect(winter).toBeLessThan((spring ?? 0) - 0.01);
    expect(spring).toBeLessThan((summer ?? 0) - 0.05);
  });

  it("answers to weather: four degrees more cost energy and free cooling", () => {
    const warm = weather.map((one) => ({ ...one, dryBulbC: one.dryBulbC + 4, wetBulbC: one.wetBulbC + 4 }));
    const warmer = summarise(site, runSite(site, warm));
    expect(warmer.pue).toBeGreaterThan((year.pue ?? 0) + 0.01);
    expect(warmer.freeCoolingHours).toBeLessThan(year.freeCoolingHours - 500);
  });

  it("answers to load: half empty is less efficient", () => {
    const half = { ...site, halls: site.halls.map((hall) => ({ ...hall, loadKw: hall.loadKw / 2 })) };
    expect(summarise(half, runSite(half, weather)).pue).toBeGreaterThan(year.pue ?? 0);
  });

  it("saves by ECO about what was reported (1.82 GWh)", () => {
    const without = {
      ...site,
      ups: site.ups.map((ups) => ({ ...ups, modes: ups.modes.filter(({ kind }) => kind !== "eco") })),
    };
    const saved = summarise(without, runSite(without, weather)).facilityKwh - year.facilityKwh;
    expect(saved / 1e6).toBeGreaterThan(1.4);
    expect(saved / 1e6).toBeLessThan(2.3);
  });

  it("months add up to the year", () => {
    const months = Array.from({ length: 12 }, (_, index) => summarise(site, hours, index + 1));
    for (const of of ["itKwh", "facilityKwh", "waterL", "freeCoolingHours", "energyCostCny", "demandCostCny"] as const)
      expect(months.reduce((sum, month) => sum + month[of], 0) / year[of]).toBeCloseTo(1, 9);
    expect(year.tariff.reduce((sum, level) => sum + level.kwh, 0)).toBeCloseTo(year.facilityKwh, 0);
  });
});

it.each([
  [8760, 1, "PUE1"],
  [8784, 3, "PUE3"],
  [8759, 2, "iPUE2"],
  [24, 2, "iPUE2"],
] as const)("%d hours of category %d are %s", (length, category, name) => {
  expect(pueName(length, category)).toBe(name);
});

it("generates a year that has each month's means, the same one each time", () => {
  expect(weather).toHaveLength(8760);
  expect(generatedYear(climate)).toEqual(weather);
  expect(weather.filter(({ dryBulbC, wetBulbC }) => wetBulbC > dryBulbC)).toEqual([]);
  const mean = (from: number, to: number, of: "dryBulbC" | "wetBulbC"): number =>
    weather.slice(from, to).reduce((sum, one) => sum + one[of], 0) / (to - from);
  expect(mean(0, 744, "dryBulbC")).toBeCloseTo(4.75, 6);
  expect(mean(0, 744, "wetBulbC")).toBeCloseTo(2.68, 0);
  expect(mean(4344, 5088, "wetBulbC")).toBeCloseTo(25.71, 0);
});
