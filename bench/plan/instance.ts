import {
  energyPriceAt,
  generatedYear,
  MONEY_OBJECTIVE,
  type PlanJob,
  type PlanRequest,
  type PlanScenario,
  type Site,
  type SiteContent,
  usualItKw,
} from "../../src/coordinate/index.ts";
import { localDateOf, localHourOf } from "../../src/ground/quantity/index.ts";

const HOUR_MS = 3_600_000;

/** Uniform numbers in [0, 1) from a seed (mulberry32). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Work that no plan moves, as a share of the accelerators of each cluster and of the power between idle and full. */
const RIGID_SHARE: Readonly<Record<string, number>> = { "east-serving": 0.7 };

/** Jobs that fill about three quarters of what rigid work leaves, a third of them running already. */
function jobsOf(site: Site, from: number, hours: number, count: number, next: () => number): PlanJob[] {
  const parts = [
    { cluster: "liquid-training", share: 0.5, classes: ["training"] },
    { cluster: "west-domestic", share: 0.3, classes: ["training", "batch"] },
    { cluster: "east-serving", share: 0.2, classes: ["batch"] },
  ];
  const jobs: PlanJob[] = [];
  for (const { cluster, share, classes } of parts) {
    const own = site.clusters.find(({ id }) => id === cluster);
    if (!own) continue;
    const free = Math.floor(own.count * (1 - (RIGID_SHARE[cluster] ?? 0)));
    const number = Math.max(1, Math.round(count * share));
    const drawn = Array.from({ length: number }, () => {
      const workload = classes[Math.floor(next() * classes.length)] ?? "batch";
      const sizes = [16, 32, 64, 128, 256, 512];
      const wanted = sizes[Math.floor(next() * sizes.length)] ?? 16;
      return {
        workload,
        accelerators: Math.min(wanted, Math.floor(free / 4)),
        h: 3 + 45 * next() ** 2,
        turn: next(),
        slack: next(),
      };
    });
    const all = drawn.reduce((sum, job) => sum + job.accelerators * job.h, 0);
    const scale = Math.min(2.5, (0.75 * free * hours) / all);
    let running = 0;
    for (const [index, job] of drawn.entries()) {
      const pace = own.speed.get(job.workload) ?? 1;
      const remainingH = Math.min(0.5 * hours, job.h * scale) * pace;
      const now = job.turn < 0.5 && running + job.accelerators <= free * 0.8;
      if (now) running += job.accelerators;
      const earliest = now ? from : from + Math.floor(next() * 0.75 * hours) * HOUR_MS;
      const due = earliest + (remainingH / pace) * HOUR_MS * (1.4 + 1.8 * job.slack) + 6 * HOUR_MS;
      jobs.push({
        id: `${cluster}-${index + 1}`,
        workload: job.workload,
        clusters: [cluster],
        accelerators: job.accelerators,
        remainingH,
        state: now ? "running" : "waiting",
        earliestStart: earliest,
        deadline: due,
      });
    }
  }
  return jobs;
}

/**
 * A week of a site from a seed: a season, weather, prices (every other one hourly and uneven, the rest the site's tariff), a
 * month's peak so far and jobs.
 */
export function instance(site: Site, content: SiteContent, seed: number, hours = 168, jobCount = 200): PlanRequest {
  const next = uniform(seed * 7919);
  const stepMinutes = 15;
  const steps = (hours * 60) / stepMinutes;
  const day = Math.floor(next() * 357);
  const from = Date.UTC(2025, 0, 1) + day * 24 * HOUR_MS - 8 * HOUR_MS + Math.floor(next() * 24) * HOUR_MS;
  const climate = content.climates.get(site.climate ?? "");
  if (!climate) throw new Error("the site has no climate");
  const year = generatedYear(climate, seed);
  const at = Array.from({ length: steps }, (_, step) => from + step * stepMinutes * 60_000);
  const local = at.map((ms) => ({
    date: localDateOf(new Date(ms), site.timeZone),
    hour: localHourOf(new Date(ms), site.timeZone),
  }));
  // Hours of weather are joined by straight lines.
  const weather = (of: (hour: (typeof year)[number]) => number): number[] =>
    at.map((ms) => {
      const x = (ms + 8 * HOUR_MS - Date.UTC(2025, 0, 1)) / HOUR_MS;
      const [a, b] = [year[Math.floor(x) % 8760], year[(Math.floor(x) + 1) % 8760]];
      return a && b ? of(a) + (x - Math.floor(x)) * (of(b) - of(a)) : Number.NaN;
    });
  const uneven = seed % 2 === 0;
  const factors = Array.from({ length: hours + 1 }, () => 1 + (uneven ? 0.5 * (next() - 0.5) : 0));
  const scenario: PlanScenario = {
    probability: 1,
    priceCnyPerKwh: local.map(
      (hour, step) => energyPriceAt(site.grid.tariff, hour) * (factors[Math.floor(step / 4)] ?? 1),
    ),
    carbonKgPerKwh: local.map(
      ({ hour }) => site.grid.carbon.factorKgPerKwh * (1 + 0.15 * Math.cos((2 * Math.PI * (hour - 2)) / 24)),
    ),
    pvKw: new Map(),
    dryBulbC: weather(({ dryBulbC }) => dryBulbC),
    wetBulbC: weather(({ wetBulbC }) => wetBulbC),
    itKw: new Map(
      site.halls.map((hall) => [
        hall.id,
        local.map(({ hour }) =>
          site.clusters
            .filter((cluster) => cluster.hall === hall.id)
            .reduce((sum, { id, count, idleKw, fullKw }) => {
              const busy = (RIGID_SHARE[id] ?? 0) * 0.8 * (usualItKw(hall, hour) / hall.loadKw);
              return sum + count * (idleKw + busy * (fullKw - idleKw));
            }, 0),
        ),
      ]),
    ),
  };
  return {
    site,
    from,
    stepMinutes,
    steps,
    scenarios: [scenario],
    state: {
      batteryKwh: new Map(site.batteries.map(({ id, energyKwh }) => [id, energyKwh * (0.2 + 0.6 * next())])),
      plants: new Map(),
      ups: new Map(),
      monthPeakKw: 19_000 + 5_000 * next(),
      greenUsedKwh: new Map(),
      waterL: 0,
      itKwh: 0,
    },
    jobs: jobsOf(site, from, hours, jobCount, next),
    objective: { ...MONEY_OBJECTIVE, carbonCnyPerKg: seed % 3 === 0 ? 0.08 : 0 },
    maintenance: Object.entries(RIGID_SHARE).map(([id, share]) => ({
      component: "cluster",
      id,
      fromStep: 0,
      toStep: steps,
      availableShare: 1 - share,
    })),
    offers: [],
    reserveKwh: new Map(),
  };
}
