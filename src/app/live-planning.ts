import {
  conversionTo,
  type SensedQuantity,
  type SensedSeries,
  type Site,
  type SiteState,
  type ToldForecast,
  usualScenario,
  type WeatherHour,
} from "../coordinate/index.ts";
import { fail, type Issue, ok, type Result } from "../ground/issue/index.ts";
import { localDateOf, localHourOf } from "../ground/quantity/index.ts";
import type { ControlPorts } from "./control-loop.ts";
import type { LivePlanner } from "./planner-process.ts";
import type { SensedSite } from "./sense-site.ts";

const HOUR_MS = 3_600_000;
/** So much of the past is learned from. */
const PAST_DAYS = 56;

const UNIT = {
  hall: "kW",
  pv: "kW",
  dryBulb: "°C",
  wetBulb: "°C",
  price: "CNY/kWh",
  carbon: "kgCO2/kWh",
} as const satisfies Record<SensedQuantity["kind"], string>;

/** The series of a site file by what they are to the site. */
function quantitiesOf(site: Site): { readonly series: string; readonly of: SensedQuantity }[] {
  const { tariff, carbon } = site.grid;
  const named = (series: string | undefined, of: SensedQuantity) => (series === undefined ? [] : [{ series, of }]);
  return [
    ...site.halls.flatMap(({ id, series }) => named(series, { kind: "hall", id })),
    ...site.pv.flatMap(({ id, series }) => named(series, { kind: "pv", id })),
    ...named(site.weather?.dryBulb, { kind: "dryBulb" }),
    ...named(site.weather?.wetBulb, { kind: "wetBulb" }),
    ...named(tariff.kind === "real-time" ? tariff.series : undefined, { kind: "price" }),
    ...named(carbon.series, { kind: "carbon" }),
  ];
}

/** Hours by which the clocks of a site are ahead of UTC. */
function offsetHours(at: number, timeZone: string): number {
  const instant = new Date(at);
  const wall = Date.parse(`${localDateOf(instant, timeZone)}T00:00:00Z`) / HOUR_MS + localHourOf(instant, timeZone);
  return wall - Math.floor(at / HOUR_MS);
}

/** Hours of a series up to the one that is under way, in the unit in which plans count. */
async function historyOf(
  { telemetry, units, site }: SensedSite,
  series: string,
  of: SensedQuantity,
  until: number,
): Promise<Result<SensedSeries>> {
  const definition = site?.series.find(({ id }) => id === series);
  if (!definition) return fail({ code: "SENSE-013", severity: "error", at: {}, actual: series });
  const conversion = conversionTo({ ...definition, unit: UNIT[of.kind] }, definition.unit, units, {});
  if (!conversion.ok) return conversion;
  const from = until - PAST_DAYS * 24 * HOUR_MS;
  const known = (await telemetry.list()).some(({ id }) => id === series);
  const hours = known ? await telemetry.range(series, from, until, "hour") : ok([]);
  if (!hours.ok) return hours;
  const values = new Float64Array(PAST_DAYS * 24).fill(Number.NaN);
  for (const { fromMs, value } of hours.value)
    if (value !== undefined) values[Math.round((fromMs - from) / HOUR_MS)] = value * conversion.value.times;
  const history = {
    values,
    stepMinutes: 60,
    firstInstant: new Date(from),
    offsetHours: offsetHours(until, site?.timeZone ?? "UTC"),
  };
  return ok({ series, of, history });
}

/** What live planning needs beside the devices. */
export interface LivePlanning {
  readonly sensed: SensedSite;
  readonly weather: readonly WeatherHour[];
  readonly planner: LivePlanner;
  /** Tells what was foretold, once for each hour of issue. */
  readonly onForecast: (forecasts: readonly ToldForecast[]) => Promise<void>;
}

/**
 * Forecasts from the readings of the store, and plans, as ports of the control loop. A series without readings is taken
 * as usual and said.
 */
export function livePlanning(
  site: Site,
  planStepMinutes: number,
  { sensed, weather, planner, onForecast }: LivePlanning,
): Pick<ControlPorts, "forecast" | "plan"> {
  let toldOf: number | undefined;
  /** A plan is of the instant at which its step began, however long it takes: else it would be of the future. */
  let askedAt = 0;
  return {
    async forecast(state: SiteState, steps: number) {
      askedAt = state.at;
      const stepMs = planStepMinutes * 60_000;
      const from = Math.floor(state.at / stepMs) * stepMs;
      const until = Math.floor(from / HOUR_MS) * HOUR_MS;
      const found: SensedSeries[] = [];
      const issues: Issue[] = [];
      for (const { series, of } of quantitiesOf(site)) {
        const history = await historyOf(sensed, series, of, until);
        if (history.ok) found.push(history.value);
        else issues.push(...history.issues.map((issue): Issue => ({ ...issue, severity: "warning" })));
      }
      const time = { from, stepMinutes: planStepMinutes, steps };
      const jobs = [...(state.jobs?.values() ?? [])];
      const answer = await planner.expect({
        site,
        usual: usualScenario(site, weather, time),
        ...time,
        sensed: found,
        jobs,
      });
      if (!answer.ok) return fail(...issues, ...answer.issues);
      const { scenarios, forecasts } = answer.value;
      if (forecasts.length > 0 && toldOf !== until) {
        toldOf = until;
        await onForecast(forecasts);
      }
      return ok({ scenarios, issues: [...issues, ...answer.value.issues] });
    },
    plan: (request) => planner.plan(request, askedAt),
  };
}
