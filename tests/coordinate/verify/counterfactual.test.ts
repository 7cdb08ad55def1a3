import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { counterfactualStep, plainModes, siteStep } from "../../../src/coordinate/index.ts";
import { lingang } from "../site/content.ts";

const site = lingang();

const conditions = (wetBulbC: number, share = 1, hour = 3) => ({
  month: 1,
  hour,
  stepH: 0.25,
  air: { dryBulbC: wetBulbC + 2, wetBulbC },
  itKw: new Map(site.halls.map((hall) => [hall.id, hall.loadKw * share])),
});

describe("what would have been", () => {
  it("asks for double conversion and compressors: a site that is asked nothing picks ECO and free cooling by itself", () => {
    const cold = conditions(2);
    const free = siteStep(site, cold);
    const plain = counterfactualStep(site, cold, plainModes(site, cold.air));
    expect(free.ups.some(({ mode }) => mode.kind === "eco")).toBe(true);
    expect(free.plants.every(({ mode }) => mode.kind === "free")).toBe(true);
    expect(plain.ups.every(({ mode }) => mode.kind === "double-conversion")).toBe(true);
    expect(plain.plants.map(({ mode }) => mode.kind)).toEqual(["mechanical", "partial-free", "mechanical"]);
    expect(plain.facilityKw).toBeGreaterThan(free.facilityKw);
  });

  it("with the levers kept is what ran", () => {
    const cold = conditions(2);
    const ran = siteStep(site, cold);
    const modes = {
      cooling: new Map(ran.plants.map(({ plant, mode }) => [plant, mode])),
      ups: new Map(ran.ups.map(({ ups, mode }) => [ups, mode])),
    };
    const kept = counterfactualStep(site, cold, modes, { cooling: true, ups: true });
    expect(kept.facilityKw).toBeCloseTo(ran.facilityKw, 9);
  });

  it("is never less than the best modes use, in any weather and at any load", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -8, max: 30, noNaN: true }),
        fc.double({ min: 0.3, max: 1.15, noNaN: true }),
        (air, share) => {
          const met = conditions(air, share);
          const plain = counterfactualStep(site, met, plainModes(site, met.air));
          expect(plain.facilityKw).toBeGreaterThanOrEqual(siteStep(site, met).facilityKw - 1e-6);
          expect(plain.itKw).toBeCloseTo(siteStep(site, met).itKw, 6);
        },
      ),
    );
  });
});
