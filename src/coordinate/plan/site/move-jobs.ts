import type { Yardstick } from "./evaluate.ts";
import type { JobRun, Occupancy } from "./job-run.ts";
import type { Duties, JobMarket, JobSearch } from "./job-search.ts";
import type { NetLoad } from "./power.ts";
import type { JobPlan, Prepared } from "./prepare.ts";
import type { ScarcityPrices } from "./price-ascent.ts";

/** How much dearer power becomes when all accelerators move to one step, as a share of the spread of prices. */
const BEND = 0.5;

interface Prices {
  readonly owed: Duties;
  readonly net: NetLoad;
  readonly marginal: Float64Array;
  readonly prices: ScarcityPrices;
  readonly yardstick: Yardstick;
  /** [halls][T] where the jobs' IT power should come near to; where it is now without it, kW. */
  readonly goalKw: readonly Float64Array[] | undefined;
  readonly timeIsUp: () => boolean;
}

/** Takes each job out and puts it back where it costs least; the price of a step rises as load moves there. */
export function moveJobs(
  prepared: Prepared,
  search: JobSearch,
  { owed, net, marginal, prices, yardstick, goalKw, timeIsUp }: Prices,
  runs: JobRun[],
  occupancy: Occupancy,
): void {
  const { steps, jobs, price } = prepared;
  const spread = Math.max(...price) - Math.min(...price);
  const flexibleKw = prepared.clusters.reduce(
    (sum, { cluster, levels }) => sum + cluster.count * (levels[0]?.addKw ?? 0),
    0,
  );
  // CNY/kWh per kW.
  const bend = flexibleKw > 0 ? (BEND * spread) / flexibleKw : 0;
  const waterCny = (prepared.weight.water * (prepared.site.water?.priceCnyPerM3 ?? 0)) / 1000;
  const priceOf = net.gradient.map((list, hall) =>
    list.map((slope, step) => slope * (marginal[step] ?? 0) + waterCny * (net.waterGradient[hall]?.[step] ?? 0)),
  );
  if (goalKw)
    for (let step = 0; step < steps; step++) {
      let over = 0;
      for (const [hall, list] of net.gradient.entries())
        over += (list[step] ?? 1) * ((occupancy.jobsKw[hall]?.[step] ?? 0) - (goalKw[hall]?.[step] ?? 0));
      for (const [hall, list] of priceOf.entries())
        list[step] = (list[step] ?? 0) + (net.gradient[hall]?.[step] ?? 1) * bend * over;
    }
  const index = new Map(jobs.map((plan, at) => [plan, at]));
  const market: JobMarket = {
    priceOf,
    heldCny: prices.heldCny,
    workCny: prices.workCny,
    ...owed,
    unfinished: (plan) => yardstick.unfinishedCnyPerH[index.get(plan) ?? -1] ?? 0,
  };
  const shift = (plan: JobPlan, run: JobRun, sign: number): void => {
    const { hall, levels } = prepared.clusters[run.cluster] ?? { hall: -1, levels: [] };
    for (let step = run.from; step < run.to; step++) {
      const level = run.level[step] ?? -1;
      if (level < 0) continue;
      const kw = sign * plan.job.accelerators * (levels[level]?.addKw ?? 0) * (net.gradient[hall]?.[step] ?? 1);
      for (const [other, list] of priceOf.entries())
        list[step] = (list[step] ?? 0) + (net.gradient[other]?.[step] ?? 1) * bend * kw;
    }
  };
  const slack = (plan: JobPlan): number =>
    Math.min(plan.due, steps) - plan.earliest - plan.job.remainingH / prepared.stepH;
  const order = [...jobs.keys()].sort((a, b) => slack(jobs[a] as JobPlan) - slack(jobs[b] as JobPlan) || a - b);
  for (const at of order) {
    if (timeIsUp()) return;
    const plan = jobs[at] as JobPlan;
    const old = runs[at] as JobRun;
    occupancy.take(plan, old);
    shift(plan, old, -1);
    const found = search.best(at, plan, market, occupancy) ?? old;
    runs[at] = found;
    occupancy.put(plan, found);
    shift(plan, found, 1);
  }
}
