import type { ObjectivePart } from "./plan-request.ts";

type ById<T> = Readonly<Record<string, T>>;

/** One step of a plan. Power of the site and the grid is the mean over the scenarios. */
export interface PlanStep {
  /** ms UTC. */
  readonly at: number;
  /** At the meter; + charges. */
  readonly batteryKw: ById<number>;
  /** Energy in the cells at the end of the step. */
  readonly batteryKwh: ById<number>;
  /** Mode by plant and by UPS. */
  readonly cooling: ById<string>;
  readonly ups: ById<string>;
  readonly pvKw: number;
  readonly curtailedKw: number;
  /** By contract. */
  readonly greenKwh: ById<number>;
  readonly gridKw: number;
  readonly itKw: number;
  readonly coolingKw: number;
  readonly facilityKw: number;
  readonly priceCnyPerKwh: number;
  readonly carbonKgPerKwh: number;
}

/** What is done with a job at the beginning of a step. */
export interface JobOrder {
  readonly job: string;
  readonly order: "start" | "suspend" | "resume" | "cap";
  readonly step: number;
  readonly cluster: string;
  /** Power limit as a share of full power from this step on; 1 = none. 0 while suspended. */
  readonly powerShare: number;
}

/** How a job fares in a plan. */
export interface JobOutcome {
  readonly job: string;
  readonly cluster: string;
  /** Steps; undefined when it does not begin or does not end within the plan. */
  readonly startStep: number | undefined;
  readonly endStep: number | undefined;
  /** Hours of work at full power left at the end of the plan. */
  readonly remainingH: number;
  readonly lateH: number;
  readonly suspensions: number;
}

/** Cost in CNY by part; `total` is their sum (money of the demand charge: only what the plan adds to the month's peak so far). */
export interface PlanCost {
  readonly parts: Readonly<Record<ObjectivePart, number>>;
  /** Earned by demand response; taken off the total. */
  readonly responseCny: number;
  /** Energy cost of the work left at the end, so that putting work off the edge of the plan saves nothing. */
  readonly unfinishedCny: number;
  readonly total: number;
  readonly gridKwh: number;
  readonly itKwh: number;
  readonly facilityKwh: number;
  readonly carbonKg: number;
  readonly peakKw: number;
  readonly waterL: number;
  readonly lateH: number;
}

/** A limit that a plan does not keep, or cannot. */
export interface PlanConflict {
  readonly limit:
    | "import-limit"
    | "contracted-demand"
    | "export-limit"
    | "battery-power"
    | "battery-energy"
    | "reserve"
    | "end-energy"
    | "cluster-capacity"
    | "hall-capacity"
    | "plant-capacity"
    | "ups-capacity"
    | "cooling-mode"
    | "cooling-dwell"
    | "ups-mode"
    | "job-window"
    | "job-deadline"
    | "water";
  readonly component: string;
  readonly fromStep: number;
  readonly toStep: number;
  /** Worst value and the limit, in `unit`. */
  readonly actual: number;
  readonly allowed: number;
  readonly unit: "kW" | "kWh" | "accelerators" | "h" | "L/kWh" | "°C";
}

/** Something an operator should look at although the plan keeps every limit. */
export interface PlanAlarm {
  readonly alarm:
    | "import-limit"
    | "contracted-demand"
    | "new-peak"
    | "reserve-short"
    | "at-reserve"
    | "out-of-service"
    | "plant-capacity"
    | "cooling-mode"
    | "ups-capacity"
    | "hall-capacity"
    | "water"
    | "near-deadline"
    | "late-job";
  /** A warning asks for a person; a notice is to be known. */
  readonly severity: "warning" | "notice";
  readonly component: string;
  /** Half-open. */
  readonly step: number;
  readonly toStep: number;
  /** Worst value and the limit, in `unit`; of a job, hours from the plan's begin to its end and to its deadline. */
  readonly actual: number;
  readonly allowed: number;
  readonly unit: string;
}

/** What was decided about an offer of demand response, and why. */
export interface OfferDecision {
  readonly offer: string;
  readonly accepted: boolean;
  /** `cannot-keep`: a limit would be broken; `no-time`: the search was cut off before it. */
  readonly reason: "pays" | "costs-more" | "cannot-keep" | "no-time";
  readonly paymentCny: number;
  /** What keeping it costs in energy, peak, wear and work put off; unknown where it cannot be kept. */
  readonly costCny: number | undefined;
}

/** One action of a plan with its reason: what is lost without it. The app says it in words. */
export interface PlanAction {
  readonly action:
    | "charge"
    | "discharge"
    | "job-shift"
    | "job-cap"
    | "job-suspend"
    | "cooling-mode"
    | "ups-mode"
    | "response"
    | "green";
  readonly component: string;
  readonly fromStep: number;
  readonly toStep: number;
  /** Figures that the sentence names, with their units in the name. */
  readonly figures: Readonly<Record<string, number | string>>;
  /** CNY that the plan saves by it; negative = costs. */
  readonly savingCny: number;
  /** kg CO2 (location-based) that it adds; negative = avoids. */
  readonly addedCarbonKg: number;
}

/** How the plan was found. */
export interface PlanSolver {
  readonly name: string;
  /** `feasible` keeps every limit; `do-nothing` when nothing better was found; `infeasible` names conflicts. */
  readonly status: "feasible" | "do-nothing" | "infeasible";
  /** Rounds of prices and answers, and simplex iterations in them. */
  readonly rounds: number;
  readonly iterations: number;
  /** Proven bound on the cost and the gap to it, where one was asked for. */
  readonly bound: number | undefined;
  readonly gap: number | undefined;
  /** Whether time ran out; the plan is then the best that was found until then. */
  readonly timeLimit: boolean;
  /** False when a limit of wall clock was met. */
  readonly reproducible: boolean;
}

/** A plan as plain data, ready for a journal. */
export interface SitePlan {
  readonly site: string;
  /** ms UTC. */
  readonly madeAt: number;
  readonly from: number;
  readonly stepMinutes: number;
  readonly steps: readonly PlanStep[];
  readonly orders: readonly JobOrder[];
  readonly jobs: readonly JobOutcome[];
  /** Accepted offers of demand response. */
  readonly accepted: readonly string[];
  /** Every offer with what was decided about it. */
  readonly offers: readonly OfferDecision[];
  readonly cost: PlanCost;
  readonly doNothing: PlanCost;
  readonly doNothingJobs: readonly JobOutcome[];
  readonly actions: readonly PlanAction[];
  readonly alarms: readonly PlanAlarm[];
  readonly conflicts: readonly PlanConflict[];
  /** Limits that would be broken without the plan: why a plan may cost more than doing nothing. */
  readonly doNothingConflicts: readonly PlanConflict[];
  readonly solver: PlanSolver;
}
