import { expect, it } from "vitest";
import { nearest } from "./nearest.ts";

const IDS = ["ghg.scope1", "ghg.scope1-2", "ghg.scope2.location", "ghg.scope3", "energy.total", "water.total"];

it.each([
  ["ghg.scop1", "ghg.scope1"],
  ["ghg.soope3", "ghg.scope3"],
  ["GHG.Scope1", "ghg.scope1"],
  ["scope2", "ghg.scope2.location"],
  ["waer.total", "water.total"],
  ["etnergy.total", "energy.total"],
])("takes %s for %s", (written, meant) => {
  expect(nearest(written, IDS)[0]).toBe(meant);
});

it("gives no more than are worth reading, and nothing where there is nothing", () => {
  expect(nearest("ghg", IDS, 2)).toHaveLength(2);
  expect(nearest("ghg", [])).toEqual([]);
});
