import type { OfferDecision, PlanAction, PlanAlarm, PlanConflict, Site, SitePlan } from "../coordinate/index.ts";

/** Words of the interface in one language. */
export type Say = (id: string, values?: Readonly<Record<string, string>>) => string;

/** Clock of a plan: instants of its steps by the local clock of its site. */
export interface PlanClock {
  readonly at: (step: number) => string;
  readonly ofInstant: (ms: number) => string;
}

export function planClock({ from, stepMinutes }: Pick<SitePlan, "from" | "stepMinutes">, timeZone: string): PlanClock {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    ...{ month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  });
  const ofInstant = (ms: number): string => {
    const parts = new Map(format.formatToParts(new Date(ms)).map(({ type, value }) => [type, value]));
    return `${parts.get("month")}-${parts.get("day")} ${parts.get("hour")}:${parts.get("minute")}`;
  };
  return { ofInstant, at: (step) => ofInstant(from + step * stepMinutes * 60_000) };
}

/** A figure with so many digits, never a negative nothing. */
function shown(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text;
}

/** What an action does and why, in one sentence. */
export function actionWords({ action, figures }: PlanAction, clock: PlanClock, say: Say): string {
  const figure = (name: string, digits: number, per = 1): string => shown(Number(figures[name] ?? 0) / per, digits);
  const step = (name: string): string => clock.at(Number(figures[name] ?? 0));
  switch (action) {
    case "charge":
    case "discharge":
      return say(action === "discharge" ? "plan.cycle" : "plan.fill", {
        charge: figure("chargeKwh", 1, 1000),
        low: figure("chargePrice", 2),
        discharge: figure("dischargeKwh", 1, 1000),
        high: figure("dischargePrice", 2),
        loss: figure("lossKwh", 1, 1000),
        kept: `${Number(figures.keptKwh) > 0 ? "+" : ""}${figure("keptKwh", 1, 1000)}`,
      });
    case "job-shift":
    case "job-cap":
    case "job-suspend": {
      const due = Number(figures.dueStep ?? -1);
      const moved = say(`plan.${action}`, {
        accelerators: figure("accelerators", 0),
        plain: step("plainFromStep"),
        hours: figure("cappedH", 1),
        share: figure("lowestShare", 0, 0.01),
        times: figure("suspensions", 0),
        kwh: figure("savedKwh", 0),
      });
      return due < 0 ? moved : `${moved}${say("plan.job-due", { due: clock.at(due) })}`;
    }
    case "response":
      return say("plan.response", {
        limit: figure("limitKw", 0),
        reduction: figure("reductionKw", 0),
        payment: figure("paymentCny", 0),
        cost: figure("costCny", 0),
      });
    default:
      return say(figures.savedWaterL === undefined ? "plan.mode" : "plan.mode-water", {
        mode: String(figures.mode ?? ""),
        plain: String(figures.plainMode ?? ""),
        kwh: figure("savedKwh", 0),
        water: figure("savedWaterL", 0, 1000),
      });
  }
}

const DIGITS: Readonly<Record<string, number>> = { kW: 0, kWh: 0, "L/kWh": 3, "°C": 1, h: 1, accelerators: 0 };

/** An alarm in one sentence: what is near which limit. */
export function alarmWords(one: PlanAlarm, { grid }: Site, say: Say): string {
  const charge = (one.actual - one.allowed) * (grid.tariff.demandChargeCnyPerKw ?? 0);
  const digits = DIGITS[one.unit] ?? 1;
  return say(`plan.alarm.${one.alarm}`, {
    actual: shown(one.actual, digits),
    allowed: shown(one.allowed, digits),
    charge: shown(charge, 0),
    spare: shown(one.allowed - one.actual, digits),
    over: shown(one.actual - one.allowed, digits),
  });
}

/** A limit that is not kept, in one sentence. */
export function conflictWords(one: PlanConflict, clock: PlanClock, say: Say): string {
  return say("plan.conflict", {
    limit: say(`plan.limit.${one.limit}`),
    component: one.component,
    from: clock.at(one.fromStep),
    to: clock.at(one.toStep),
    actual: shown(one.actual, DIGITS[one.unit] ?? 1),
    allowed: shown(one.allowed, DIGITS[one.unit] ?? 1),
    unit: one.unit === "accelerators" ? "" : one.unit,
  });
}

/** What was decided about an offer and why, in one sentence. */
export function offerWords(one: OfferDecision, say: Say): string {
  return say(`plan.offer.${one.reason}`, {
    offer: one.offer,
    payment: shown(one.paymentCny, 0),
    cost: one.costCny === undefined ? "–" : shown(one.costCny, 0),
  });
}
