import { expect, it } from "vitest";
import { instance, uniform } from "../../../bench/plan/instance.ts";
import {
  boundSite,
  type CoolingMode,
  coolingModeAllowed,
  type PlanJob,
  type PlanRequest,
  planSite,
  type Site,
  siteStep,
  type UpsMode,
} from "../../../src/coordinate/index.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { localDateOf, localHourOf } from "../../../src/ground/quantity/index.ts";
import { content, lingang } from "../../coordinate/site/content.ts";

const STEPS = 5;
const HOUR_MS = 3_600_000;

/** No storage, and modes that may change freely: what is left to decide is when jobs run, and at which power. */
function smallSite(demandCharge: boolean): Site {
  const site = lingang();
  const { demandChargeCnyPerKw, ...tariff } = site.grid.tariff;
  return {
    ...site,
    batteries: [],
    water: undefined,
    plants: site.plants.map((plant) => ({ ...plant, dwellH: 0, switchingCostCny: 0 })),
    grid: {
      ...site.grid,
      tariff: { ...tariff, demandChargeCnyPerKw: demandCharge ? demandChargeCnyPerKw : undefined },
    },
  };
}

/** Five hours and two jobs on one cluster that must end within them. */
function smallRequest(seed: number, demandCharge: boolean): PlanRequest {
  const site = smallSite(demandCharge);
  const quarter = instance(site, content, seed, STEPS, 0);
  const next = uniform(seed * 31 + 5);
  const hourly = (list: readonly number[]): number[] => list.filter((_, step) => step % 4 === 0);
  const from = Math.floor(quarter.from / HOUR_MS) * HOUR_MS;
  const jobs = [1, 2].map((number): PlanJob => {
    const earliest = Math.floor(next() * 2);
    return {
      id: `job-${number}`,
      workload: next() < 0.5 ? "training" : "batch",
      clusters: ["liquid-training"],
      accelerators: 1000 * (1 + Math.floor(next() * 5)),
      remainingH: 1 + 0.25 * Math.floor(next() * 5),
      state: "waiting",
      earliestStart: from + earliest * HOUR_MS,
      deadline: from + STEPS * HOUR_MS,
    };
  });
  return {
    ...quarter,
    from,
    stepMinutes: 60,
    steps: STEPS,
    jobs,
    scenarios: quarter.scenarios.map((one) => ({
      ...one,
      priceCnyPerKwh: hourly(one.priceCnyPerKwh),
      carbonKgPerKwh: hourly(one.carbonKgPerKwh),
      dryBulbC: hourly(one.dryBulbC),
      wetBulbC: hourly(one.wetBulbC),
      itKw: new Map([...one.itKw].map(([hall, kw]) => [hall, hourly(kw)])),
    })),
    state: { ...quarter.state, batteryKwh: new Map(), monthPeakKw: demandCharge ? 13_000 + 4000 * next() : 0 },
    maintenance: [],
  };
}

interface Run {
  readonly cost: number;
  /** By step: accelerators that are held, and kW on top of idle. */
  readonly held: readonly number[];
  readonly kw: readonly number[];
}

/** Every way to run a job to its end: by step not at all or at one of three power limits. */
function everyRun(site: Site, request: PlanRequest, job: PlanJob): Run[] {
  const cluster = site.clusters.find(({ id }) => id === job.clusters[0])!;
  const workload = site.workloads.find(({ id }) => id === job.workload)!;
  const levels = [
    [1, 1],
    [0.8, 0.94],
    [0.6, 0.8],
  ].map(([share, speed]) => ({ addKw: cluster.fullKw * share! - cluster.idleKw, speed: speed! }));
  const runs: Run[] = [];
  for (let code = 0; code < 4 ** STEPS; code++) {
    const choice = Array.from({ length: STEPS }, (_, step) => Math.floor(code / 4 ** step) % 4);
    const first = (job.earliestStart - request.from) / HOUR_MS;
    if (choice.some((one, step) => one > 0 && step < first)) continue;
    let [left, cost, running, done] = [job.remainingH, 0, false, false];
    const [held, kw] = [Array<number>(STEPS).fill(0), Array<number>(STEPS).fill(0)];
    let wasted = false;
    for (const [step, one] of choice.entries()) {
      const level = levels[one - 1];
      if (done) {
        wasted ||= level !== undefined;
        continue;
      }
      if (!level) {
        if (running) {
          cost += workload.suspendCostCny;
          left = Math.min(job.remainingH, left + (workload.checkpointH ?? 0) / 2);
        }
        running = false;
        continue;
      }
      running = true;
      const share = Math.min(1, left / level.speed);
      left -= share * level.speed;
      done = left <= 1e-9;
      held[step] = job.accelerators;
      kw[step] = share * job.accelerators * level.addKw;
      cost += share * job.accelerators * request.objective.occupancyCnyPerAcceleratorH;
    }
    if (done && !wasted) runs.push({ cost, held, kw });
  }
  return runs;
}

/** The least cost of all plans, by trying all; power of the site by its own step, apart from the planner's. */
function bruteForce(request: PlanRequest): number {
  const { site, scenarios, state, objective, offers } = request;
  const scenario = scenarios[0]!;
  const capacity = site.clusters.find(({ id }) => id === "liquid-training")!.count;
  const chargeCny = site.grid.tariff.demandChargeCnyPerKw ?? 0;
  const known = new Map<string, number>();
  const gridKw = (step: number, kw: number): number => {
    const key = `${step} ${kw.toFixed(6)}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const at = new Date(request.from + step * HOUR_MS);
    const { facilityKw } = siteStep(site, {
      month: Number(localDateOf(at, site.timeZone).slice(5, 7)),
      hour: localHourOf(at, site.timeZone),
      stepH: 1,
      air: { dryBulbC: scenario.dryBulbC[step]!, wetBulbC: scenario.wetBulbC[step]! },
      itKw: new Map([...scenario.itKw].map(([hall, list]) => [hall, list[step]! + (hall === "liquid" ? kw : 0)])),
    });
    known.set(key, facilityKw);
    return facilityKw;
  };
  const [first, second] = request.jobs.map((job) => everyRun(site, request, job));
  let best = Number.POSITIVE_INFINITY;
  for (const a of first!)
    for (const b of second!) {
      let [cost, peak] = [a.cost + b.cost, state.monthPeakKw];
      const kept = offers.map(() => true);
      for (let step = 0; step < STEPS && cost < Number.POSITIVE_INFINITY; step++) {
        if (a.held[step]! + b.held[step]! > capacity) cost = Number.POSITIVE_INFINITY;
        const kw = gridKw(step, a.kw[step]! + b.kw[step]!);
        cost += kw * (scenario.priceCnyPerKwh[step]! + objective.carbonCnyPerKg * scenario.carbonKgPerKwh[step]!);
        peak = Math.max(peak, kw);
        for (const [index, one] of offers.entries())
          if (step >= one.fromStep && step < one.toStep && kw > one.baselineKw - one.reductionKw) kept[index] = false;
      }
      const paid = offers.reduce((sum, { paymentCny }, index) => sum + (kept[index] ? paymentCny : 0), 0);
      best = Math.min(best, cost + chargeCny * (peak - state.monthPeakKw) - paid);
    }
  return best;
}

/** How far a plan may lie above the best of all. */
const FURTHEST = 0.005;

it.each(["energy", "demand"] as const)("is near the best of all plans, and proves no more than that (%s)", (kind) => {
  let worst = 0;
  for (let seed = 1; seed <= 8; seed++) {
    const request = smallRequest(seed, kind === "demand");
    const best = bruteForce(request);
    const plan = expectOk(planSite(request, 0));
    const total = plan.cost.total;
    expect(plan.conflicts).toEqual([]);
    expect(plan.jobs.every(({ remainingH }) => remainingH < 1e-6)).toBe(true);
    expect(total).toBeGreaterThan(best * (1 - 1e-6));
    worst = Math.max(worst, total / best - 1);
    for (const bound of [plan.solver.bound, expectOk(boundSite(request))]) {
      expect(bound!).toBeLessThanOrEqual(best * (1 + 1e-6));
      expect(bound!).toBeGreaterThan(0);
    }
  }
  console.log(`furthest above the best of all (${kind}): ${(100 * worst).toFixed(3)} %`);
  expect(worst).toBeLessThan(FURTHEST);
});

/** An hour or two in which the supplier pays for drawing less, for what the jobs take and more. */
function offered(request: PlanRequest, seed: number): PlanRequest {
  const next = uniform(seed * 17 + 3);
  const fromStep = 1 + Math.floor(next() * 3);
  return {
    ...request,
    offers: [
      {
        ...{ id: "offer", fromStep, toStep: Math.min(STEPS, fromStep + 1 + Math.floor(next() * 2)) },
        ...{ baselineKw: 20_000, reductionKw: 1000 + 9000 * next(), paymentCny: 20 + 1500 * next() },
      },
    ],
  };
}

it("takes the offers of demand response that the best of all plans takes", () => {
  let [worst, taken, left] = [0, 0, 0];
  for (let seed = 1; seed <= 12; seed++) {
    const request = offered(smallRequest(seed, false), seed);
    const best = bruteForce(request);
    const plan = expectOk(planSite(request, 0));
    expect(plan.conflicts).toEqual([]);
    expect(plan.cost.total).toBeGreaterThan(best * (1 - 1e-6));
    worst = Math.max(worst, plan.cost.total / best - 1);
    if (plan.accepted.length > 0) taken += 1;
    else left += 1;
  }
  console.log(`offers: ${taken} taken, ${left} not; furthest above the best of all ${(100 * worst).toFixed(3)} %`);
  expect(Math.min(taken, left)).toBeGreaterThan(0);
  expect(worst).toBeLessThan(FURTHEST);
});

const WATER_STEPS = 4;

/** Without jobs and storage, four hours in which only the modes of the plants are free; WUE has a limit between what is cheapest and what is driest. */
function waterRequest(seed: number, treatment: "hard" | "priced"): { request: PlanRequest; best: number } {
  const site = smallSite(false);
  const small = smallRequest(seed, false);
  const cut = (list: readonly number[]): number[] => list.slice(0, WATER_STEPS);
  const [given] = small.scenarios;
  // Air in which every plant has a choice that trades water for power.
  const scenario = {
    ...given!,
    dryBulbC: [12, 13, 12.5, 13.5],
    wetBulbC: [8, 8.5, 9, 8],
    priceCnyPerKwh: cut(given!.priceCnyPerKwh),
    carbonKgPerKwh: cut(given!.carbonKgPerKwh),
    itKw: new Map([...given!.itKw].map(([hall, kw]) => [hall, cut(kw)])),
  };
  const base: PlanRequest = { ...small, site, steps: WATER_STEPS, jobs: [], scenarios: [scenario] };
  const plans = everyMode(base);
  const wues = plans.map(({ wue }) => wue);
  const [low, high] = [Math.min(...wues), plans.reduce((a, b) => (b.cost < a.cost ? b : a)).wue];
  const wueLimitLPerKwh = low + (0.2 + 0.5 * uniform(seed)()) * (high - low);
  const water = { treatment, wueLimitLPerKwh, priceCnyPerM3: 5, excessPriceCnyPerM3: 900, storageM3: 0 };
  const itKwh = [...scenario.itKw.values()].flat().reduce((sum, kw) => sum + kw, 0);
  const costs = plans.map(({ cost, wue }) => {
    const over = Math.max(0, wue - wueLimitLPerKwh);
    if (treatment === "hard" && over > 1e-9) return Number.POSITIVE_INFINITY;
    const litresCny = (wue * itKwh * water.priceCnyPerM3) / 1000;
    return cost + litresCny + (treatment === "priced" ? (over * itKwh * water.excessPriceCnyPerM3) / 1000 : 0);
  });
  return { request: { ...base, site: { ...site, water } }, best: Math.min(...costs) };
}

/** Every way to set the modes of the plants, hour by hour; power and water by the site's own step. */
function everyMode({ site, scenarios, from, objective }: PlanRequest): { cost: number; wue: number }[] {
  const scenario = scenarios[0]!;
  let sums = [{ cost: 0, waterL: 0, itKwh: 0 }];
  for (let step = 0; step < WATER_STEPS; step++) {
    const at = new Date(from + step * HOUR_MS);
    const air = { dryBulbC: scenario.dryBulbC[step]!, wetBulbC: scenario.wetBulbC[step]! };
    const itKw = new Map([...scenario.itKw].map(([hall, list]) => [hall, list[step]!]));
    const hour = { month: Number(localDateOf(at, site.timeZone).slice(5, 7)), hour: localHourOf(at, site.timeZone) };
    const choices = site.plants.reduce<Map<string, CoolingMode>[]>(
      (all, plant) =>
        all.flatMap((one) =>
          plant.modes
            .filter((mode) => coolingModeAllowed(mode, air))
            .map((mode) => new Map([...one, [plant.id, mode] as const])),
        ),
      [new Map()],
    );
    const answers = choices.map((cooling) => {
      // Of the modes of a UPS the one with the least loss, as every plan has it.
      const ways = site.ups.reduce<Map<string, UpsMode>[]>(
        (all, ups) => all.flatMap((one) => ups.modes.map((mode) => new Map([...one, [ups.id, mode] as const]))),
        [new Map()],
      );
      const all = ways.map((ups) => siteStep(site, { ...hour, stepH: 1, air, itKw }, undefined, { cooling, ups }));
      return all.reduce((a, b) => (b.facilityKw < a.facilityKw ? b : a));
    });
    const it = [...itKw.values()].reduce((sum, kw) => sum + kw, 0);
    const price = scenario.priceCnyPerKwh[step]! + objective.carbonCnyPerKg * scenario.carbonKgPerKwh[step]!;
    // Of two ways with as much water the dearer one is never in the best plan.
    const next = sums.flatMap((sum) =>
      answers.map(({ facilityKw, waterL }) => ({
        cost: sum.cost + facilityKw * price,
        waterL: sum.waterL + waterL,
        itKwh: sum.itKwh + it,
      })),
    );
    next.sort((a, b) => a.waterL - b.waterL || a.cost - b.cost);
    let least = Number.POSITIVE_INFINITY;
    sums = next.filter(({ cost }) => {
      if (cost >= least) return false;
      least = cost;
      return true;
    });
  }
  return sums.map(({ cost, waterL, itKwh }) => ({ cost, wue: waterL / itKwh }));
}

it.each(["hard", "priced"] as const)("spends water where it is worth most under a limit that is %s", (treatment) => {
  let worst = 0;
  for (let seed = 1; seed <= 6; seed++) {
    const { request, best } = waterRequest(seed, treatment);
    const plan = expectOk(planSite(request, 0));
    expect(plan.conflicts).toEqual([]);
    expect(plan.cost.total).toBeGreaterThan(best * (1 - 1e-6));
    worst = Math.max(worst, plan.cost.total / best - 1);
  }
  console.log(`water (${treatment}): furthest above the best of all ${(100 * worst).toFixed(3)} %`);
  expect(worst).toBeLessThan(FURTHEST);
});
