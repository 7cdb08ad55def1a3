import {
  MONEY_OBJECTIVE,
  type PlanRequest,
  planSite,
  type Site,
  type SitePlan,
  usualScenario,
} from "../coordinate/index.ts";
import { fail, ok, type Result } from "../ground/issue/index.ts";
import { loadSite, weatherOf } from "./site-file.ts";

const STEP_MINUTES = 15;

export interface PlanInput {
  readonly siteFile: string;
  readonly weatherFile: string | undefined;
  /** An instant with its offset from UTC. */
  readonly from: string;
  readonly hours: number;
  /** ms UTC, for the record. */
  readonly now: number;
}

/** A plan with the site that it is of. */
export interface MadePlan {
  readonly plan: SitePlan;
  readonly site: Site;
}

/**
 * A plan from a site file alone: usual load of the halls, weather of a file or the climate, the tariff's prices and the
 * site's carbon factor; batteries half full; the month's peak so far as it comes without a plan.
 * @issues those of `loadSite`, `weatherOf`, `planSite`; PLAN-001 (not an instant on a quarter of an hour)
 */
export async function planFromFile(input: PlanInput): Promise<Result<MadePlan>> {
  const loaded = await loadSite(input.siteFile);
  if (!loaded.ok) return loaded;
  const weather = await weatherOf(loaded.value, input.siteFile, input.weatherFile);
  if (!weather.ok) return weather;
  const { site } = loaded.value;
  const from = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/.test(input.from)
    ? Date.parse(input.from)
    : Number.NaN;
  if (Number.isNaN(from))
    return fail({
      code: "PLAN-001",
      severity: "error",
      at: {},
      expected: "2025-07-14T00:00+08:00",
      actual: input.from,
      values: { what: "--from" },
    });
  const time = { from, stepMinutes: STEP_MINUTES, steps: (input.hours * 60) / STEP_MINUTES };
  const request: PlanRequest = {
    site,
    ...time,
    scenarios: [usualScenario(site, weather.value, time)],
    state: {
      batteryKwh: new Map(site.batteries.map(({ id, energyKwh }) => [id, energyKwh / 2])),
      plants: new Map(),
      ups: new Map(),
      monthPeakKw: 0,
      greenUsedKwh: new Map(),
      waterL: 0,
      itKwh: 0,
    },
    jobs: [],
    objective: MONEY_OBJECTIVE,
    maintenance: [],
    offers: [],
    reserveKwh: new Map(),
  };
  // Some days do not pay for a whole month's peak: without a reading, the month has had the one that comes without a plan.
  const plain = planSite(request, input.now);
  if (!plain.ok) return plain;
  const state = { ...request.state, monthPeakKw: plain.value.doNothing.peakKw };
  const plan = planSite({ ...request, state }, input.now);
  return plan.ok ? ok({ plan: plan.value, site }) : plan;
}
