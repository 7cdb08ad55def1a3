import { temperatureFor } from "../../site/cooling.ts";
import type { Decision, Evaluation } from "./evaluate.ts";
import { type JobRun, lateHours } from "./job-run.ts";
import { itPower } from "./modes.ts";
import type { JobPlan, Prepared } from "./prepare.ts";
import type { PlanAlarm } from "./site-plan.ts";

/** From these shares of a limit on a plan is near it, and so near that little may go wrong. */
const NEAR = 0.95;
const VERY_NEAR = 0.99;
/** So near to the temperature up to which its mode may run, °C. */
const NEAR_C = 0.5;
/** A job with less time to spare than this, or than this share of what it still needs, h. */
const SPARE_H = 1;
const SPARE_SHARE = 0.1;
/** Energy that is no more than rounding, kWh, and demand, kW. */
const SMALL_KWH = 1;
const SMALL_KW = 1;

interface Value {
  readonly actual: number;
  readonly allowed: number;
  readonly severity: PlanAlarm["severity"];
}

/** Joins steps in a row with the same alarm into one, with its worst value and its gravest degree. */
function overTime(
  steps: number,
  head: Pick<PlanAlarm, "alarm" | "component" | "unit">,
  at: (step: number) => Value | undefined,
): PlanAlarm[] {
  const found: PlanAlarm[] = [];
  let open: PlanAlarm | undefined;
  for (let step = 0; step <= steps; step++) {
    const here = step < steps ? at(step) : undefined;
    if (!here) {
      if (open) found.push(open);
      open = undefined;
      continue;
    }
    const worse = !open || Math.abs(here.allowed - here.actual) < Math.abs(open.allowed - open.actual);
    open = {
      ...head,
      step: open?.step ?? step,
      toStep: step + 1,
      severity: open?.severity === "warning" ? "warning" : here.severity,
      actual: worse ? here.actual : (open?.actual ?? here.actual),
      allowed: worse ? here.allowed : (open?.allowed ?? here.allowed),
    };
  }
  return found;
}

/** A value beside its limit, when it is near it. What is over it is a conflict, and said as one. */
function near(actual: number, allowed: number): Value | undefined {
  if (!(allowed > 0) || actual < NEAR * allowed) return undefined;
  return { actual, allowed, severity: actual >= VERY_NEAR * allowed ? "warning" : "notice" };
}

/** What an operator should look at in a plan that keeps its limits, from when on; in order of time. */
export function alarmsOf(prepared: Prepared, decision: Decision, evaluation: Evaluation): PlanAlarm[] {
  const alarms = [
    ...gridAlarms(prepared, evaluation),
    ...storageAlarms(prepared, evaluation),
    ...equipmentAlarms(prepared, decision),
    ...waterAlarms(prepared, evaluation),
    ...jobAlarms(prepared, decision),
  ];
  return alarms.sort((a, b) => a.step - b.step);
}

function gridAlarms(prepared: Prepared, evaluation: Evaluation): PlanAlarm[] {
  const { site, steps, limitKw, request } = prepared;
  const most = (step: number): number => Math.max(...evaluation.gridKw.map((list) => list[step] ?? 0));
  const { contractedDemandKw, importLimitKw } = site.grid;
  const limit =
    contractedDemandKw !== undefined && contractedDemandKw < importLimitKw ? "contracted-demand" : "import-limit";
  const alarms = overTime(steps, { alarm: limit, component: site.id, unit: "kW" }, (step) =>
    near(most(step), limitKw[step] ?? 0),
  );
  const { monthPeakKw } = request.state;
  if (site.grid.tariff.demandChargeCnyPerKw === undefined || monthPeakKw <= 0) return alarms;
  // A higher demand than the month has had is paid for the whole month: the operator is told of the first time.
  const [first] = overTime(steps, { alarm: "new-peak", component: site.id, unit: "kW" }, (step) =>
    (prepared.monthOf[step] ?? 0) === 0 && most(step) > monthPeakKw + SMALL_KW
      ? { actual: most(step), allowed: monthPeakKw, severity: "notice" }
      : undefined,
  );
  if (!first) return alarms;
  const highest = Math.max(
    ...[...prepared.monthOf.keys()].filter((step) => prepared.monthOf[step] === 0).map((step) => most(step)),
  );
  return [...alarms, { ...first, actual: highest }];
}

function storageAlarms(prepared: Prepared, evaluation: Evaluation): PlanAlarm[] {
  const { steps, request } = prepared;
  return prepared.batteries.flatMap(({ battery, startKwh, powerKw }, index): PlanAlarm[] => {
    const { id, energyKwh, highest, lowest } = battery;
    const asked = Math.max(battery.reserveKwh, request.reserveKwh.get(id) ?? 0);
    const wanted = Math.max(asked, lowest * energyKwh);
    const stored = (step: number): number => evaluation.storedKwh[index]?.[step] ?? 0;
    const head = { component: id, unit: "kWh" };
    const short = overTime(steps, { alarm: "reserve-short", ...head }, (step) =>
      stored(step) < wanted - SMALL_KWH
        ? { actual: stored(step), allowed: wanted, severity: "warning" as const }
        : undefined,
    ).map((one) => ({ ...one, actual: Math.min(startKwh, one.actual) }));
    const tooMuch: PlanAlarm[] =
      asked > highest * energyKwh + SMALL_KWH
        ? [
            {
              ...{ alarm: "reserve-short", ...head, severity: "warning", step: 0, toStep: steps },
              actual: highest * energyKwh,
              allowed: asked,
            },
          ]
        : [];
    const atReserve = overTime(steps, { alarm: "at-reserve", ...head }, (step) =>
      stored(step) >= wanted - SMALL_KWH && stored(step) <= wanted + 0.01 * energyKwh
        ? { actual: stored(step), allowed: wanted, severity: "notice" }
        : undefined,
    );
    // Energy that cannot be drawn is no reserve.
    const out = overTime(steps, { alarm: "out-of-service", component: id, unit: "kW" }, (step) =>
      asked > 0 && (powerKw[step] ?? 0) <= 0 ? { actual: 0, allowed: battery.powerKw, severity: "warning" } : undefined,
    );
    return [...(tooMuch.length > 0 ? tooMuch : short), ...atReserve, ...out];
  });
}

function equipmentAlarms(prepared: Prepared, decision: Decision): PlanAlarm[] {
  const { site, steps, loads } = prepared;
  const it = new Float64Array(site.halls.length);
  const list = (): Float64Array => new Float64Array(steps);
  const [heat, output] = [site.plants.map(list), site.ups.map(list)];
  const most = (into: Float64Array | undefined, step: number, value: number): void => {
    if (into) into[step] = Math.max(into[step] ?? 0, value);
  };
  for (const [scenario, load] of loads.entries())
    for (let step = 0; step < steps; step++) {
      itPower(prepared, decision.occupancy, scenario, step, it);
      const { heatKw, outputKw } = load.at(
        step,
        it,
        (plant) => decision.modes.cooling[plant]?.[step] ?? 0,
        (ups) => decision.modes.ups[ups]?.[step] ?? 0,
      );
      for (const [index, kw] of heatKw.entries()) most(heat[index], step, kw);
      for (const [index, kw] of outputKw.entries()) most(output[index], step, kw);
    }
  return [
    ...site.plants.flatMap((plant, index) => [
      ...overTime(steps, { alarm: "plant-capacity", component: plant.id, unit: "kW" }, (step) =>
        near(heat[index]?.[step] ?? 0, prepared.plantKw[index]?.[step] ?? 0),
      ),
      ...overTime(steps, { alarm: "cooling-mode", component: plant.id, unit: "°C" }, (step) => {
        const mode = plant.modes[decision.modes.cooling[index]?.[step] ?? 0];
        if (mode?.atMostC === undefined) return undefined;
        const warmest = Math.max(
          ...loads.map(({ climate }) =>
            temperatureFor(mode, {
              dryBulbC: climate.dryBulbC[step] ?? Number.NaN,
              wetBulbC: climate.wetBulbC[step] ?? Number.NaN,
            }),
          ),
        );
        return warmest <= mode.atMostC && warmest > mode.atMostC - NEAR_C
          ? { actual: warmest, allowed: mode.atMostC, severity: "notice" }
          : undefined;
      }),
    ]),
    ...site.ups.flatMap((ups, index) =>
      overTime(steps, { alarm: "ups-capacity", component: ups.id, unit: "kW" }, (step) =>
        near(output[index]?.[step] ?? 0, ups.capacityKw),
      ),
    ),
    ...site.halls.flatMap((hall, index) =>
      overTime(steps, { alarm: "hall-capacity", component: hall.id, unit: "kW" }, (step) =>
        near(decision.occupancy.hallKw[index]?.[step] ?? 0, hall.capacityKw),
      ),
    ),
  ];
}

function waterAlarms({ site, steps }: Prepared, { wueOf }: Evaluation): PlanAlarm[] {
  const limit = site.water?.wueLimitLPerKwh;
  const wue = Math.max(...wueOf);
  if (limit === undefined || wue < NEAR * limit) return [];
  const severity = wue >= VERY_NEAR * limit ? "warning" : "notice";
  return [
    {
      alarm: "water",
      severity,
      component: site.id,
      step: 0,
      toStep: steps,
      actual: wue,
      allowed: limit,
      unit: "L/kWh",
    },
  ];
}

function jobAlarms(prepared: Prepared, { runs }: Decision): PlanAlarm[] {
  const { steps, stepH, request } = prepared;
  return runs.flatMap((run: JobRun, index): PlanAlarm[] => {
    const plan = prepared.jobs[index] as JobPlan;
    const { id, deadline, remainingH } = plan.job;
    if (deadline === undefined) return [];
    const dueH = (deadline - request.from) / 3_600_000;
    const step = Math.max(0, Math.min(steps - 1, Number.isFinite(plan.due) ? plan.due : steps - 1));
    const head = { component: id, step, toStep: Math.min(steps, step + 1), unit: "h" };
    const late = lateHours(prepared, plan, run);
    // What is not done at the end of the plan needs at least so long at full power.
    const pace = plan.places[0]?.pace ?? 0;
    const endH =
      run.remainingH <= 1e-9
        ? (run.to - 1 + run.lastShare) * stepH
        : steps * stepH + (pace > 0 ? run.remainingH / pace : Number.POSITIVE_INFINITY);
    if (late > 1e-6 || endH > dueH + 1e-6)
      return [{ alarm: "late-job", severity: "warning", ...head, actual: endH, allowed: dueH }];
    const spare = Math.max(SPARE_H, SPARE_SHARE * remainingH);
    return dueH - endH < spare
      ? [{ alarm: "near-deadline", severity: "notice", ...head, actual: endH, allowed: dueH }]
      : [];
  });
}
