import { expect, it } from "vitest";
import {
  generatedYear,
  MONEY_OBJECTIVE,
  type PlanRequest,
  planSite,
  siteStep,
  usualScenario,
  valueOn,
} from "../../../src/coordinate/index.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { localHourOf } from "../../../src/ground/quantity/index.ts";
import { content, lingang } from "../site/content.ts";

const site = lingang();
const weather = generatedYear(content.climates.get(site.climate!)!);
const STEP_H = 0.25;

function requestFrom(day: string): PlanRequest {
  const time = { from: Date.parse(`${day}T00:00:00+08:00`), stepMinutes: 15, steps: 192 };
  return {
    site,
    ...time,
    scenarios: [usualScenario(site, weather, time)],
    state: {
      batteryKwh: new Map([["storage", 18_000]]),
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
}

/** [T] facility power under the plants' own control, kW, with a hall's UPS in a mode. */
function facilityKw({ from, steps, scenarios }: PlanRequest, upsMode: string): number[] {
  const scenario = scenarios[0]!;
  let before: Parameters<typeof siteStep>[2];
  return Array.from({ length: steps }, (_, step) => {
    const at = new Date(from + step * 900_000);
    const one = siteStep(
      site,
      {
        month: new Date(at.getTime() + 8 * 3_600_000).getUTCMonth() + 1,
        hour: localHourOf(at, site.timeZone),
        stepH: STEP_H,
        air: { dryBulbC: scenario.dryBulbC[step]!, wetBulbC: scenario.wetBulbC[step]! },
        itKw: new Map([...scenario.itKw].map(([hall, kw]) => [hall, kw[step]!])),
      },
      before,
      {
        cooling: new Map(),
        ups: new Map(site.ups.map((ups) => [ups.id, ups.modes.find(({ id }) => id === upsMode) ?? ups.modes[0]!])),
      },
    );
    before = one.states;
    return one.facilityKw;
  });
}

/**
 * What a rule on a sheet of paper earns: in the cheap hours that begin a day charge evenly, never above the peak that the
 * site has anyhow; give it all back evenly in the day's dearest hours.
 */
function arbitrageCny(price: readonly number[], load: readonly number[], peakKw: number): number {
  const battery = site.batteries[0]!;
  let earned = 0;
  for (const day of [0, 96]) {
    const own = Array.from({ length: 96 }, (_, step) => day + step);
    const lowest = price[day]!;
    const cheap = own.slice(
      0,
      own.findIndex((step) => price[step]! > lowest),
    );
    const highest = Math.max(...own.map((step) => price[step]!));
    const dear = own.filter((step) => price[step] === highest);
    const chargeKw = Math.min(battery.powerKw, ...cheap.map((step) => peakKw - load[step]!));
    const chargedKwh = chargeKw * valueOn(battery.chargeEfficiency, chargeKw / battery.powerKw) * cheap.length * STEP_H;
    const cells = chargedKwh / (dear.length * STEP_H);
    // The efficiency at a power a little above the answer's: worse, so that the rule can be carried out.
    const dischargeKw = cells * valueOn(battery.dischargeEfficiency, cells / battery.powerKw) * 0.98;
    const [bought, sold] = [chargeKw * cheap.length * STEP_H, dischargeKw * dear.length * STEP_H];
    earned += sold * (highest - battery.wearCnyPerKwh) - bought * lowest;
  }
  return earned;
}

it.each(["2025-01-14", "2025-04-14", "2025-07-14", "2025-10-14"])(
  "two days from %s save at least what ECO mode and a plain rule for the battery do",
  (day) => {
    const open = requestFrom(day);
    const [online, eco] = [facilityKw(open, "online"), facilityKw(open, "eco")];
    const peakKw = Math.max(...online);
    const request = { ...open, state: { ...open.state, monthPeakKw: peakKw } };
    const { priceCnyPerKwh } = request.scenarios[0]!;
    const ecoCny = priceCnyPerKwh.reduce((sum, price, step) => sum + price * STEP_H * (online[step]! - eco[step]!), 0);
    const batteryCny = arbitrageCny(priceCnyPerKwh, online, peakKw);
    expect(ecoCny).toBeGreaterThan(5000);
    expect(batteryCny).toBeGreaterThan(2000);

    const plan = expectOk(planSite(request, 0));
    expect(plan.conflicts).toEqual([]);
    expect(plan.doNothing.peakKw).toBeCloseTo(peakKw, 6);
    expect(plan.doNothing.total - plan.cost.total).toBeGreaterThan(ecoCny + batteryCny);
    expect(plan.actions.map(({ component }) => component)).toEqual(expect.arrayContaining(["storage", "ups-east"]));
  },
);
