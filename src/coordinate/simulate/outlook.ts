import { localDateOf, localHourOf } from "../../ground/quantity/index.ts";
import { jobsToCome } from "../act/index.ts";
import type { PlanScenario } from "../plan/site/plan-request.ts";
import { energyPriceAt, type WeatherHour } from "../site/index.ts";
import { meanBatchKw, pace } from "./simulated-jobs.ts";
import type { SimulatedSite } from "./simulated-site.ts";

const DAY_MS = 86_400_000;
/** How much of what is unlike yesterday now is still so an hour later. */
const MEMORY = 0.9;

/**
 * What is expected of the next steps from what has been: weather as yesterday, moved by how today differs and less so the
 * further ahead; load as usual, likewise; prices by the tariff.
 * @param jobsKnown whether jobs are planned one by one: then only those to come are expected here
 */
export function outlook(world: SimulatedSite, steps: number, stepMs: number, jobsKnown: boolean): PlanScenario {
  const { site, now } = world;
  const before = world.pastAir(now - DAY_MS);
  const present = world.pastAir(now);
  const local = Array.from({ length: steps }, (_, i) => {
    const at = new Date(now + i * stepMs);
    return { date: localDateOf(at, site.timeZone), hour: localHourOf(at, site.timeZone) };
  });
  const hoursAhead = (i: number): number => (i * stepMs) / 3_600_000;
  const air = local.map((_, i): WeatherHour => {
    const yesterday = world.pastAir(now + i * stepMs - DAY_MS) ?? present;
    if (!yesterday || !before || !present) throw new Error("no weather of yesterday");
    const fade = MEMORY ** hoursAhead(i);
    const dryBulbC = yesterday.dryBulbC + fade * (present.dryBulbC - before.dryBulbC);
    const wetBulbC = yesterday.wetBulbC + fade * (present.wetBulbC - before.wetBulbC);
    return { dryBulbC, wetBulbC: Math.min(wetBulbC, dryBulbC), sunWPerM2: yesterday.sunWPerM2 };
  });
  const level = world.loadShare() - 1;
  return {
    probability: 1,
    priceCnyPerKwh: local.map((hour) => energyPriceAt(site.grid.tariff, hour)),
    carbonKgPerKwh: local.map(() => site.grid.carbon.factorKgPerKwh),
    pvKw: new Map(
      site.pv.map((pv) => [pv.id, air.map(({ sunWPerM2 }) => (pv.powerKw * pv.performance * sunWPerM2) / 1000)]),
    ),
    dryBulbC: air.map(({ dryBulbC }) => dryBulbC),
    wetBulbC: air.map(({ wetBulbC }) => wetBulbC),
    itKw: new Map(
      site.halls.map((hall) => {
        const batch = site.clusters
          .filter((cluster) => cluster.hall === hall.id)
          .reduce((sum, cluster) => sum + meanBatchKw(site, cluster, world.batchShare), 0);
        const kw = local.map(({ hour }, i) => {
          const expected = jobsKnown ? jobsToCome(hoursAhead(i)) : 1;
          const rigid = world.usualRigidKw(hall.id, hour) * (1 + level * MEMORY ** hoursAhead(i));
          return Math.min(hall.capacityKw, rigid + expected * pace(hour) * batch);
        });
        return [hall.id, kw];
      }),
    ),
  };
}
