import type { Decision, Evaluation } from "./evaluate.ts";
import { addedKw, busy, type JobRun } from "./job-run.ts";
import { itPower } from "./modes.ts";
import type { NetLoad } from "./power.ts";
import type { Prepared } from "./prepare.ts";
import type { OfferDecision, PlanAction } from "./site-plan.ts";

interface Compared {
  readonly prepared: Prepared;
  readonly plan: { readonly decision: Decision; readonly evaluation: Evaluation };
  readonly without: { readonly decision: Decision; readonly evaluation: Evaluation; readonly net: NetLoad };
  readonly offers: readonly OfferDecision[];
}

/** Money and carbon of a change of grid power, by step; all else as in the plan. */
function worthOf(prepared: Prepared, changeKw: (step: number) => number, from = 0, to = prepared.steps) {
  const { stepH, request } = prepared;
  let [costCny, carbonKg, kwh] = [0, 0, 0];
  for (let step = from; step < to; step++) {
    const change = changeKw(step) * stepH;
    if (change === 0) continue;
    kwh += change;
    for (const one of request.scenarios) {
      costCny += one.probability * change * (one.priceCnyPerKwh[step] ?? 0);
      carbonKg += one.probability * change * (one.carbonKgPerKwh[step] ?? 0);
    }
  }
  return { costCny, carbonKg, kwh };
}

/** Steps in a row in which something holds, half-open. */
function stretches(steps: number, holds: (step: number) => boolean): [from: number, to: number][] {
  const found: [number, number][] = [];
  let from = -1;
  for (let step = 0; step <= steps; step++) {
    const here = step < steps && holds(step);
    if (here && from < 0) from = step;
    if (!here && from >= 0) {
      found.push([from, step]);
      from = -1;
    }
  }
  return found;
}

const SMALL_KW = 1;

/** A battery's cycles: from the first charge after a discharge to the last discharge before the next charge. */
function cycles(kw: Float64Array): [from: number, to: number][] {
  const found: [number, number][] = [];
  let from = -1;
  let discharged = false;
  for (let step = 0; step < kw.length; step++) {
    const here = kw[step] ?? 0;
    if (here > SMALL_KW && (from < 0 || discharged)) {
      if (from >= 0) found.push([from, step]);
      from = step;
      discharged = false;
    } else if (here < -SMALL_KW) {
      if (from < 0) from = step;
      discharged = true;
    }
  }
  if (from >= 0) found.push([from, kw.length]);
  return found;
}

function batteryActions({ prepared, plan }: Compared): PlanAction[] {
  const { stepH, price } = prepared;
  return prepared.batteries.flatMap(({ battery, startKwh }, index) => {
    const kw = plan.decision.batteryKw[index] ?? new Float64Array(0);
    const stored = plan.evaluation.storedKwh[index] ?? new Float64Array(0);
    return cycles(kw).map(([from, to]): PlanAction => {
      const side = (sign: 1 | -1) => {
        const steps = [...kw.keys()].filter((step) => step >= from && step < to && sign * (kw[step] ?? 0) > SMALL_KW);
        const kwh = steps.reduce((sum, step) => sum + Math.abs(kw[step] ?? 0) * stepH, 0);
        const cny = steps.reduce((sum, step) => sum + Math.abs(kw[step] ?? 0) * stepH * (price[step] ?? 0), 0);
        return {
          kwh,
          price: kwh > 0 ? cny / kwh : 0,
          from: steps[0] ?? from,
          to: (steps.at(-1) ?? from) + 1,
          most: Math.max(0, ...steps.map((step) => Math.abs(kw[step] ?? 0))),
        };
      };
      const [charge, discharge] = [side(1), side(-1)];
      const { costCny, carbonKg, kwh } = worthOf(prepared, (step) => kw[step] ?? 0, from, to);
      const wearCny = discharge.kwh * battery.wearCnyPerKwh;
      const keptKwh = (stored[to - 1] ?? 0) - (from === 0 ? startKwh : (stored[from - 1] ?? 0));
      return {
        action: discharge.kwh > 0 ? "discharge" : "charge",
        component: battery.id,
        fromStep: from,
        toStep: Math.max(charge.kwh > 0 ? charge.to : 0, discharge.kwh > 0 ? discharge.to : 0),
        figures: {
          chargeKw: charge.most,
          chargeFromStep: charge.from,
          chargeToStep: charge.to,
          chargeKwh: charge.kwh,
          chargePrice: charge.price,
          dischargeKw: discharge.most,
          dischargeFromStep: discharge.from,
          dischargeToStep: discharge.to,
          dischargeKwh: discharge.kwh,
          dischargePrice: discharge.price,
          lossKwh: Math.max(0, kwh - keptKwh),
          keptKwh,
          wearCny,
        },
        savingCny: -costCny - wearCny,
        addedCarbonKg: carbonKg,
      };
    });
  });
}

function jobActions({ prepared, plan, without }: Compared): PlanAction[] {
  const { steps, stepH } = prepared;
  return prepared.jobs.flatMap((job, index): PlanAction[] => {
    const [run, plain] = [plan.decision.runs[index] as JobRun, without.decision.runs[index] as JobRun];
    const slopeOf = (one: JobRun, step: number): number =>
      without.net.gradient[prepared.clusters[one.cluster]?.hall ?? -1]?.[step] ?? 1;
    const { costCny, carbonKg, kwh } = worthOf(
      prepared,
      (step) =>
        addedKw(prepared, job, run, step) * slopeOf(run, step) -
        addedKw(prepared, job, plain, step) * slopeOf(plain, step),
    );
    const levels = prepared.clusters[run.cluster]?.levels ?? [];
    const capped = (one: JobRun): number => {
      let hours = 0;
      for (let step = one.from; step < one.to; step++)
        if ((one.level[step] ?? -1) > 0) hours += busy(one, step) * stepH;
      return hours;
    };
    const cappedH = capped(run);
    const moved = run.from !== plain.from || run.cluster !== plain.cluster;
    if (!moved && cappedH === 0 && run.suspensions === plain.suspensions && run.to === plain.to) return [];
    const lowest = Math.min(
      1,
      ...[...run.level].filter((level) => level >= 0).map((level) => levels[level]?.share ?? 1),
    );
    return [
      {
        action: run.suspensions > plain.suspensions ? "job-suspend" : moved ? "job-shift" : "job-cap",
        component: job.job.id,
        // A job that runs when the plan begins is told then, if it is to stop.
        fromStep: job.job.state === "running" ? 0 : Math.min(run.from, steps - 1),
        toStep: run.to,
        figures: {
          accelerators: job.job.accelerators,
          plainFromStep: plain.from,
          plainToStep: plain.to,
          cappedH,
          lowestShare: lowest,
          suspensions: run.suspensions,
          savedKwh: -kwh,
          dueStep: Number.isFinite(job.due) ? job.due : -1,
        },
        // What both runs leave undone has been paid for by neither; the difference of work counts at its own price.
        savingCny: -costCny - Math.max(0, run.suspensions - plain.suspensions) * job.suspendCny,
        addedCarbonKg: carbonKg,
      },
    ];
  });
}

function modeActions({ prepared, plan, without }: Compared): PlanAction[] {
  const { site, steps, stepH } = prepared;
  const toGrid = 1 / (1 - site.grid.distributionLoss);
  const it = new Float64Array(site.halls.length);
  const actions: PlanAction[] = [];
  for (const [index, plant] of site.plants.entries()) {
    const [own, plain] = [plan.decision.modes.cooling[index], without.decision.modes.cooling[index]];
    if (!own || !plain) continue;
    for (const [from, to] of stretches(steps, (step) => own[step] !== plain[step])) {
      let waterL = 0;
      const change = (step: number): number => {
        let kw = 0;
        for (const [scenario, load] of prepared.loads.entries()) {
          itPower(prepared, plan.decision.occupancy, scenario, step, it);
          const inMode = (mode: number): { facilityKw: number; waterLPerH: number } => {
            const { facilityKw, waterLPerH } = load.at(
              step,
              it,
              (one) => (one === index ? mode : (plan.decision.modes.cooling[one]?.[step] ?? 0)),
              (ups) => plan.decision.modes.ups[ups]?.[step] ?? 0,
            );
            return { facilityKw, waterLPerH };
          };
          if (!load.coolingAllowed(index, plain[step] ?? 0, step)) continue;
          const [mine, theirs] = [inMode(own[step] ?? 0), inMode(plain[step] ?? 0)];
          kw += (prepared.probability[scenario] ?? 0) * (mine.facilityKw - theirs.facilityKw);
          waterL += (prepared.probability[scenario] ?? 0) * stepH * (mine.waterLPerH - theirs.waterLPerH);
        }
        return kw;
      };
      const { costCny, carbonKg, kwh } = worthOf(prepared, change, from, to);
      actions.push({
        action: "cooling-mode",
        component: plant.id,
        fromStep: from,
        toStep: to,
        figures: {
          mode: plant.modes[own[from] ?? 0]?.id ?? "",
          plainMode: plant.modes[plain[from] ?? 0]?.id ?? "",
          savedKwh: -kwh,
          savedWaterL: -waterL,
        },
        savingCny: -costCny - (waterL * (site.water?.priceCnyPerM3 ?? 0)) / 1000,
        addedCarbonKg: carbonKg,
      });
    }
  }
  for (const [index, ups] of site.ups.entries()) {
    const [own, plain] = [plan.decision.modes.ups[index], without.decision.modes.ups[index]];
    if (!own || !plain) continue;
    for (const [from, to] of stretches(steps, (step) => own[step] !== plain[step])) {
      const change = (step: number): number => {
        let kw = 0;
        for (const [scenario, load] of prepared.loads.entries()) {
          itPower(prepared, plan.decision.occupancy, scenario, step, it);
          const output = load.output(it)[index] ?? 0;
          kw +=
            (prepared.probability[scenario] ?? 0) *
            (load.upsLoss(index, own[step] ?? 0, output) - load.upsLoss(index, plain[step] ?? 0, output));
        }
        return kw * toGrid;
      };
      const { costCny, carbonKg, kwh } = worthOf(prepared, change, from, to);
      actions.push({
        action: "ups-mode",
        component: ups.id,
        fromStep: from,
        toStep: to,
        figures: {
          mode: ups.modes[own[from] ?? 0]?.id ?? "",
          plainMode: ups.modes[plain[from] ?? 0]?.id ?? "",
          savedKwh: -kwh,
        },
        savingCny: -costCny,
        addedCarbonKg: carbonKg,
      });
    }
  }
  return actions;
}

/**
 * What a plan does, each action with what it is worth: money and carbon of the grid energy that it moves (and of the water
 * that a cooling mode saves) at the forecast's prices, against the site without that action and all else as planned.
 */
export function actionsOf(compared: Compared): PlanAction[] {
  const { prepared, plan } = compared;
  const offers = [...plan.decision.accepted].flatMap((index): PlanAction[] => {
    const offer = prepared.request.offers[index];
    const costCny = compared.offers.find((one) => one.offer === offer?.id)?.costCny ?? 0;
    return offer
      ? [
          {
            action: "response",
            component: offer.id,
            fromStep: offer.fromStep,
            toStep: offer.toStep,
            figures: {
              limitKw: offer.baselineKw - offer.reductionKw,
              reductionKw: offer.reductionKw,
              paymentCny: offer.paymentCny,
              costCny,
            },
            savingCny: offer.paymentCny - costCny,
            addedCarbonKg: 0,
          },
        ]
      : [];
  });
  const rank = (one: PlanAction): number => one.fromStep;
  return [...batteryActions(compared), ...jobActions(compared), ...modeActions(compared), ...offers].sort(
    (a, b) => rank(a) - rank(b),
  );
}
