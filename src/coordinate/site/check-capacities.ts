import type { Issue, Severity } from "../../ground/issue/index.ts";
import type { Component } from "./component.ts";
import type { Site } from "./site.ts";
import { upsLossKw } from "./ups.ts";

/** Heat that each plant must carry away when every hall is full and every UPS in double conversion: kW by plant. */
function fullHeat(site: Site): Map<string, number> {
  const heat = new Map<string, number>();
  const add = (plant: string, kw: number): void => void heat.set(plant, (heat.get(plant) ?? 0) + kw);
  for (const hall of site.halls) {
    const output = hall.capacityKw / (1 - hall.pduLoss);
    const ups = site.ups.find(({ id }) => id === hall.ups);
    const mode = ups?.modes.find(({ kind }) => kind === "double-conversion");
    const loss = ups && mode ? upsLossKw(ups, mode, output) : 0;
    const liquid = hall.liquidPlant === undefined ? 0 : hall.capacityKw * hall.liquidShare;
    if (hall.liquidPlant !== undefined) add(hall.liquidPlant, liquid);
    add(hall.airPlant, output + loss - liquid);
  }
  return heat;
}

/**
 * Whether equipment is large enough for what it serves.
 * @issues SITE-012: an error where a mean load already exceeds a capacity, a warning where only full halls would
 */
export function checkCapacities(components: Component, site: Site): Issue[] {
  const issues: Issue[] = [];
  const check = (severity: Severity, at: Component, attribute: string, capacity: number, needed: number): void => {
    if (needed <= capacity * (1 + 1e-9)) return;
    issues.push({
      code: "SITE-012",
      severity,
      at: at.place(attribute),
      expected: `≥ ${needed.toFixed(0)} kW`,
      actual: `${capacity.toFixed(0)} kW`,
      values: { component: at.text("id"), attribute },
    });
  };
  const heat = fullHeat(site);
  for (const plant of components.components("plants"))
    check("warning", plant, "capacity", plant.number("capacity"), heat.get(plant.text("id")) ?? 0);
  for (const ups of components.components("ups")) {
    const fed = site.halls.filter((hall) => hall.ups === ups.text("id"));
    const sum = (load: (hall: (typeof fed)[number]) => number): number =>
      fed.reduce((total, hall) => total + load(hall) / (1 - hall.pduLoss), 0);
    const mean = sum((hall) => hall.loadKw);
    if (mean > ups.number("capacity")) check("error", ups, "capacity", ups.number("capacity"), mean);
    else
      check(
        "warning",
        ups,
        "capacity",
        ups.number("capacity"),
        sum((hall) => hall.capacityKw),
      );
  }
  for (const hall of components.components("halls")) {
    const id = hall.text("id");
    const highest = hall.number("load") * Math.max(...hall.curve("profile").y);
    check("error", hall, "capacity", hall.number("capacity"), highest);
    const full = site.clusters
      .filter((cluster) => cluster.hall === id)
      .reduce((total, cluster) => total + cluster.count * cluster.fullKw, 0);
    check("warning", hall, "capacity", hall.number("capacity"), full);
  }
  return issues;
}
