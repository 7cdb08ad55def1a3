import { localDateOf, localHourOf } from "../../../ground/quantity/index.ts";
import { energyPriceAt, type Site, usualItKw, type WeatherHour } from "../../site/index.ts";
import type { PlanScenario } from "./plan-request.ts";

const DAY_MS = 24 * 3_600_000;

/** The instants that a scenario is of: steps from `from` on. */
export interface ScenarioSteps {
  /** ms UTC. */
  readonly from: number;
  readonly stepMinutes: number;
  readonly steps: number;
}

/** Hour of a year of weather that stands for an instant, by the local clock. */
function weatherAt(weather: readonly WeatherHour[], date: string, hour: number): WeatherHour | undefined {
  const day = (Date.parse(`${date}T00:00:00Z`) - Date.parse(`${date.slice(0, 4)}-01-01T00:00:00Z`)) / DAY_MS;
  return weather[(day * 24 + hour) % weather.length];
}

/**
 * What a site file and a year of weather say of hours to come, where nothing is measured: the usual load of the halls, the
 * prices of the tariff, the site's carbon factor and PV in that weather.
 * @param weather hourly, from 1 January on, by the local clock
 */
export function usualScenario(
  site: Site,
  weather: readonly WeatherHour[],
  { from, stepMinutes, steps }: ScenarioSteps,
): PlanScenario {
  const local = Array.from({ length: steps }, (_, step) => {
    const at = new Date(from + step * stepMinutes * 60_000);
    return { date: localDateOf(at, site.timeZone), hour: localHourOf(at, site.timeZone) };
  });
  const air = local.map(({ date, hour }) => weatherAt(weather, date, hour));
  return {
    probability: 1,
    priceCnyPerKwh: local.map((hour) => energyPriceAt(site.grid.tariff, hour)),
    carbonKgPerKwh: local.map(() => site.grid.carbon.factorKgPerKwh),
    pvKw: new Map(
      site.pv.map((pv) => [
        pv.id,
        air.map((one) => (pv.powerKw * pv.performance * (one?.sunWPerM2 ?? Number.NaN)) / 1000),
      ]),
    ),
    dryBulbC: air.map((one) => one?.dryBulbC ?? Number.NaN),
    wetBulbC: air.map((one) => one?.wetBulbC ?? Number.NaN),
    itKw: new Map(site.halls.map((hall) => [hall.id, local.map(({ hour }) => usualItKw(hall, hour))])),
  };
}
