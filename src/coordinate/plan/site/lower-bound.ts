import { cheapestModes, itPower } from "./modes.ts";
import { type BoundEffort, jobsBound } from "./jobs-bound.ts";
import type { Prepared } from "./prepare.ts";
import { FreeBatteries } from "./free-battery.ts";
import type { ScarcityPrices } from "./price-ascent.ts";
import type { Candidate, DoNothing } from "./search.ts";

/** Points at which a curve of equipment is looked at. */
const SAMPLES = 48;

/** The least of a function on a range, by samples. */
function least(of: (x: number) => number, from: number, to: number): number {
  let found = of(from);
  if (to - from < 1e-9) return found;
  for (let i = 1; i <= SAMPLES; i++) found = Math.min(found, of(from + ((to - from) * i) / SAMPLES));
  return found;
}

/** Slope of the convex hull from below of a function at a point, by samples: that of the highest straight line below it there. */
function hullSlope(of: (x: number) => number, from: number, to: number, at: number): number {
  if (to - from < 1e-9) return 0;
  const hull: [number, number][] = [];
  for (let i = 0; i <= SAMPLES; i++) {
    const x = from + ((to - from) * i) / SAMPLES;
    const point: [number, number] = [x, of(x)];
    if (!Number.isFinite(point[1])) continue;
    while (hull.length >= 2) {
      const [a, b] = [hull[hull.length - 2] as [number, number], hull[hull.length - 1] as [number, number]];
      if ((b[1] - a[1]) * (point[0] - a[0]) < (point[1] - a[1]) * (b[0] - a[0])) break;
      hull.pop();
    }
    hull.push(point);
  }
  let next = hull.findIndex(([x]) => x >= at);
  if (next <= 0) next = next === 0 ? 1 : hull.length - 1;
  const [a, b] = [hull[next - 1], hull[next]];
  return a && b ? (b[1] - a[1]) / (b[0] - a[0]) : 0;
}

/** Whether a proof can be had: one future, nothing exported, a hall on each UPS, no price below zero. */
export function canBeBounded({ request, site, price }: Prepared): boolean {
  return (
    request.scenarios.length === 1 &&
    request.offers.length === 0 &&
    request.objective.order === undefined &&
    site.grid.exportLimitKw === 0 &&
    site.grid.greenContracts.every(
      ({ premiumCnyPerKwh }) => premiumCnyPerKwh === 0 && request.objective.greenCnyPerKwh === 0,
    ) &&
    new Set(site.halls.map(({ ups }) => ups)).size === site.halls.length &&
    price.every((cny) => cny >= 0)
  );
}

export interface BoundInput {
  readonly without: DoNothing;
  /** A plan: the slopes of its curves make the bound tight near it. */
  readonly near: Candidate;
  readonly prices: ScarcityPrices;
  readonly effort: BoundEffort;
}

/**
 * What every plan of a request costs at least, by weak duality: at prices of what is scarce, the least that batteries, plants,
 * UPS and jobs can each do by themselves. Curves of UPS and plants are replaced by the straight line that lies
 * below them and has the slope that the plan has; modes keep their dwell and switching cost, jobs their cost of suspension.
 * @source weak Lagrangian duality; docs/guides/planning.md says what it leaves out
 */
export function lowerBound(prepared: Prepared, { without, near, prices, effort }: BoundInput): number {
  const { site, steps, stepH, price, clusters, months, monthOf, request, weight, rigidKw, pvKw } = prepared;
  const [load] = prepared.loads;
  if (!load) return Number.NEGATIVE_INFINITY;
  const toGrid = 1 / (1 - site.grid.distributionLoss);
  const waterCnyPerL = (weight.water * (site.water?.priceCnyPerM3 ?? 0)) / 1000;
  const charge = weight.demand * ((site.grid.tariff.demandChargeCnyPerKw ?? 0) + request.objective.peakCnyPerKw);
  const stepCny = prices.drawnCny.map((cny, step) => cny + stepH * (price[step] ?? 0));
  let bound = 0;
  const sums = new Float64Array(months);
  for (let step = 0; step < steps; step++) {
    const month = monthOf[step] ?? 0;
    const up = Math.max(0, prices.drawnCny[step] ?? 0);
    sums[month] = (sums[month] ?? 0) + up;
    if (month === 0) bound -= up * request.state.monthPeakKw;
    bound -= Math.max(0, stepCny[step] ?? 0) * (pvKw[0]?.[step] ?? 0);
  }
  // Prices that add up to more than the charge would have the peak as high as it may be.
  const highestKw = Math.max(...prepared.limitKw);
  for (const sum of sums) if (sum > charge) bound -= (sum - charge) * highestKw;
  bound += new FreeBatteries(prepared).answer(stepCny);
  const otherKw = site.otherKw + site.batteries.reduce((kw, { standbyKw }) => kw + standbyKw, 0);
  const kwCny = site.halls.map(() => new Float64Array(steps));
  const plantCosts = site.plants.map((plant) => plant.modes.map(() => new Float64Array(steps)));
  const it = new Float64Array(site.halls.length);
  const most = site.halls.map((hall, index) => {
    const added = clusters.reduce(
      (kw, { cluster, levels }) => kw + (cluster.hall === hall.id ? cluster.count * (levels[0]?.addKw ?? 0) : 0),
      0,
    );
    return (step: number): number =>
      Math.max(
        rigidKw[0]?.[index]?.[step] ?? 0,
        Math.min(prepared.hallKw[index]?.[step] ?? 0, (rigidKw[0]?.[index]?.[step] ?? 0) + added),
      );
  });
  const find = (list: readonly { id: string }[], id: string | undefined): number =>
    list.findIndex((one) => one.id === id);
  for (let step = 0; step < steps; step++) {
    const gridCny = (stepCny[step] ?? 0) * toGrid;
    bound += gridCny * otherKw;
    itPower(prepared, near.decision.occupancy, 0, step, it);
    const now = load.at(
      step,
      it,
      (plant) => near.decision.modes.cooling[plant]?.[step] ?? 0,
      (ups) => near.decision.modes.ups[ups]?.[step] ?? 0,
    );
    const heatNow = Float64Array.from(now.heatKw);
    // Range of the heat of each plant, whatever the halls do.
    const [low, high] = [site.plants.map(() => 0), site.plants.map(() => 0)];
    const upsRange = site.halls.map((hall, index) => {
      const u = find(site.ups, hall.ups);
      const ups = site.ups[u];
      const out = (kw: number): number => kw / (1 - hall.pduLoss);
      const [from, to] = [out(rigidKw[0]?.[index]?.[step] ?? 0), out(most[index]?.(step) ?? 0)];
      const modes = (ups?.modes ?? []).flatMap((one, mode) =>
        one.kind === "double-conversion" || prepared.upsSafe[u]?.[step] !== 1 ? [mode] : [],
      );
      const lossOf = (kw: number): number => {
        let loss = Number.POSITIVE_INFINITY;
        for (const mode of modes)
          if (ups && load.upsAllowed(ups, mode, kw, step)) loss = Math.min(loss, load.upsLoss(u, mode, kw));
        return loss;
      };
      const [air, liquid] = [find(site.plants, hall.airPlant), find(site.plants, hall.liquidPlant)];
      const carried = liquid < 0 ? 0 : hall.liquidShare * (1 - hall.pduLoss);
      const spread = (kw: number, loss: number): void => {
        low[air] = (low[air] ?? 0) + kw * (1 - carried) + loss;
        if (liquid >= 0) low[liquid] = (low[liquid] ?? 0) + kw * carried;
      };
      spread(from, least(lossOf, from, to));
      high[air] = (high[air] ?? 0) + to * (1 - carried) - least((kw) => -lossOf(kw), from, to);
      if (liquid >= 0) high[liquid] = (high[liquid] ?? 0) + to * carried;
      return { from, to, lossOf, air, liquid, carried };
    });
    const slopes = site.plants.map((plant, index) => {
      const [from, to] = [
        low[index] ?? 0,
        Math.max(low[index] ?? 0, Math.min(high[index] ?? 0, prepared.plantKw[index]?.[step] ?? 0)),
      ];
      const costOf = (mode: number, kw: number): number => {
        const { powerKw, waterLPerH } = load.cooling(index, mode, kw, step);
        return gridCny * powerKw + stepH * waterCnyPerL * waterLPerH;
      };
      const mode = near.decision.modes.cooling[index]?.[step] ?? 0;
      const at = Math.min(to, Math.max(from, heatNow[index] ?? 0));
      const slope = hullSlope((kw) => costOf(mode, kw), from, to, at);
      for (const [one, list] of (plantCosts[index] ?? []).entries())
        list[step] = load.coolingAllowed(index, one, step)
          ? least((kw) => costOf(one, kw) - slope * kw, from, to)
          : Number.POSITIVE_INFINITY;
      return slope;
    });
    for (const [index, hall] of site.halls.entries()) {
      const { from, to, lossOf, air, liquid, carried } = upsRange[index] as (typeof upsRange)[number];
      const airCny = slopes[air] ?? 0;
      const perKw = gridCny + airCny * (1 - carried) + (liquid >= 0 ? (slopes[liquid] ?? 0) * carried : 0);
      const lossCny = (kw: number): number => (gridCny + airCny) * lossOf(kw);
      const at = Math.min(to, Math.max(from, (it[index] ?? 0) / (1 - hall.pduLoss)));
      const slope = hullSlope(lossCny, from, to, at);
      const base = least((kw) => lossCny(kw) - slope * kw, from, to);
      const outCny = perKw + slope;
      bound += base + (outCny * (rigidKw[0]?.[index]?.[step] ?? 0)) / (1 - hall.pduLoss);
      (kwCny[index] as Float64Array)[step] = outCny / (1 - hall.pduLoss);
    }
  }
  for (const [index, costs] of plantCosts.entries()) {
    const plant = site.plants[index];
    const sequence = cheapestModes(prepared, index, costs);
    let mode = plant?.modes.findIndex(({ id }) => id === request.state.plants.get(plant.id)?.mode.id) ?? -1;
    for (const [step, next] of sequence.entries()) {
      bound += costs[next]?.[step] ?? 0;
      if (mode >= 0 && next !== mode) bound += weight.switching * (plant?.switchingCostCny ?? 0);
      mode = next;
    }
  }
  for (const [index, { capacity }] of clusters.entries())
    for (let step = 0; step < steps; step++) bound -= (prices.heldCny[index]?.[step] ?? 0) * (capacity[step] ?? 0);
  return bound + jobsBound(prepared, without, { kwCny, heldCny: prices.heldCny }, prices.workCny, effort);
}
