import { fail, type Issue, ok, type Result, type Where } from "../../../ground/issue/index.ts";
import type { Component } from "../../site/component.ts";
import { readComponents } from "../../site/read-components.ts";
import type { Site, SiteContent } from "../../site/index.ts";
import {
  type DemandResponseOffer,
  type Maintenance,
  MONEY_OBJECTIVE,
  OBJECTIVE_PARTS,
  type ObjectivePart,
  type PlanJob,
  type PlanObjective,
} from "./plan-request.ts";
import type { ScenarioSteps } from "./usual-scenario.ts";

/** A maintenance window with its reason, for those who read of it. */
export interface MaintenanceWindow extends Maintenance {
  readonly reason: string | undefined;
}

/** A file of jobs that is named, and what its jobs are. */
export interface JobTrace {
  readonly file: string;
  readonly at: Where;
  readonly workload: string;
  readonly clusters: readonly string[];
  readonly count: number;
}

/** What a plan is told beside its site. */
export interface PlanFile {
  readonly monthPeakKw: number | undefined;
  readonly waterL: number;
  readonly itKwh: number;
  readonly batteryKwh: ReadonlyMap<string, number>;
  readonly objective: PlanObjective;
  /** IT power by hall without the jobs that are named, kW. */
  readonly rigidKw: ReadonlyMap<string, number>;
  readonly jobs: readonly PlanJob[];
  readonly traces: readonly JobTrace[];
  readonly maintenance: readonly MaintenanceWindow[];
  readonly offers: readonly DemandResponseOffer[];
  readonly reserveKwh: ReadonlyMap<string, number>;
}

/** Nothing beside the site. */
export const EMPTY_PLAN_FILE: PlanFile = {
  monthPeakKw: undefined,
  waterL: 0,
  itKwh: 0,
  batteryKwh: new Map(),
  objective: MONEY_OBJECTIVE,
  rigidKw: new Map(),
  jobs: [],
  traces: [],
  maintenance: [],
  offers: [],
  reserveKwh: new Map(),
};

/**
 * Reads what `--with` names, by the table of attributes, and holds it against the site: every mistake at once with line and path.
 * @param site  without one, because its own file is wrong, only the file itself is looked at
 * @param time  the steps of the plan; intervals are taken from the step in which they begin to the one in which they end
 * @returns     with warnings: what lies outside the plan
 * @issues SITE-001 … SITE-009, SITE-017 (the file); PLAN-003, PLAN-004 (it does not fit the site), PLAN-005 (ends before it
 *         begins), PLAN-006 (outside the plan)
 */
export function readPlanFile(
  text: string,
  file: string,
  content: SiteContent,
  site: Site | undefined,
  time: ScenarioSteps,
): Result<{ readonly given: PlanFile; readonly warnings: readonly Issue[] }> {
  const { root, issues: read } = readComponents(text, file, content, "plan-file");
  if (!root) return fail(...read);
  const reader = new PlanFileReader(root, site, time);
  const issues = [...read, ...reader.check()].sort((a, b) => (a.at.line ?? 0) - (b.at.line ?? 0));
  if (issues.some(({ severity }) => severity === "error")) return fail(...issues);
  return ok({ given: reader.build(), warnings: issues });
}

class PlanFileReader {
  readonly #root: Component;
  readonly #site: Site | undefined;
  readonly #time: ScenarioSteps;
  readonly #issues: Issue[] = [];

  constructor(root: Component, site: Site | undefined, time: ScenarioSteps) {
    this.#root = root;
    this.#site = site;
    this.#time = time;
  }

  #add(code: string, at: Where, expected: string, actual: string, what: string, severity: Issue["severity"] = "error") {
    this.#issues.push({ code, severity, at, expected, actual, values: { what, attribute: what } });
  }

  /** A name must be one of the site's. */
  #named(one: Component, attribute: string, ids: readonly string[] | undefined): void {
    const value = one.values.get(attribute);
    if (!ids || value === undefined) return;
    const named = typeof value === "string" ? [value] : Array.isArray(value) ? value.map(String) : [];
    for (const id of named)
      if (!ids.includes(id)) this.#add("SITE-006", one.place(attribute), ids.join(", ") || "–", id, attribute);
  }

  #unique(list: readonly Component[], attribute: string): void {
    const seen = new Set<string>();
    for (const one of list) {
      const id = one.textOr(attribute);
      if (id !== undefined && seen.has(id))
        this.#issues.push({ code: "SITE-007", severity: "error", at: one.place(attribute), actual: id });
      if (id !== undefined) seen.add(id);
    }
  }

  /** Steps of an interval, as far as it lies in the plan; nothing when it lies outside. */
  #steps(one: Component): { readonly fromStep: number; readonly toStep: number; readonly whole: boolean } | undefined {
    const { from, stepMinutes, steps } = this.#time;
    const stepOf = (instant: number): number => (instant - from) / (stepMinutes * 60_000);
    const [first, end] = [Math.floor(stepOf(one.number("from"))), Math.ceil(stepOf(one.number("to")))];
    const [fromStep, toStep] = [Math.max(0, first), Math.min(steps, end)];
    return fromStep < toStep ? { fromStep, toStep, whole: first >= 0 && end <= steps } : undefined;
  }

  #interval(one: Component, what: string, mustBeWhole: boolean): void {
    const [from, to] = [one.numberOr("from"), one.numberOr("to")];
    if (from === undefined || to === undefined) return;
    const iso = (instant: number): string => new Date(instant).toISOString().replace(".000Z", "Z");
    if (from >= to) {
      this.#add("PLAN-005", one.place("to"), `> ${iso(from)}`, iso(to), what);
      return;
    }
    const steps = this.#steps(one);
    if (!steps || (mustBeWhole && !steps.whole)) {
      const { from: begin, stepMinutes, steps: count } = this.#time;
      const expected = `${iso(begin)} … ${iso(begin + count * stepMinutes * 60_000)}`;
      this.#add("PLAN-006", one.place("from"), expected, `${iso(from)} … ${iso(to)}`, what, "warning");
    }
  }

  check(): Issue[] {
    const root = this.#root;
    const site = this.#site;
    const ids = (list: readonly { readonly id: string }[] | undefined): string[] | undefined =>
      list?.map(({ id }) => id);
    const state = root.componentOr("state");
    for (const [owner, list] of [
      ["stored", state?.components("stored") ?? []],
      ["reserves", root.components("reserves")],
    ] as const) {
      this.#unique(list, "battery");
      for (const one of list) {
        this.#named(one, "battery", ids(site?.batteries));
        const battery = site?.batteries.find(({ id }) => id === one.textOr("battery"));
        const kwh = one.numberOr("energy");
        if (battery && kwh !== undefined && kwh > battery.energyKwh)
          this.#add(
            "PLAN-004",
            one.place("energy"),
            `0–${battery.energyKwh} kWh`,
            `${kwh} kWh`,
            `${owner} ${battery.id}`,
          );
      }
    }
    const order = root.componentOr("objective");
    if (order?.values.has("order")) this.#named(order, "order", OBJECTIVE_PARTS);
    this.#unique(root.components("loads"), "hall");
    for (const one of root.components("loads")) {
      this.#named(one, "hall", ids(site?.halls));
      const hall = site?.halls.find(({ id }) => id === one.textOr("hall"));
      const kw = one.numberOr("power");
      if (hall && kw !== undefined && kw > hall.capacityKw)
        this.#add("PLAN-004", one.place("power"), `0–${hall.capacityKw} kW`, `${kw} kW`, `load ${hall.id}`);
    }
    this.#unique(root.components("jobs"), "id");
    for (const one of [...root.components("jobs"), ...root.components("traces")]) this.#checkJob(one);
    for (const one of root.components("maintenance")) {
      const kind = one.textOr("component");
      const list = {
        ...{ battery: site?.batteries, plant: site?.plants, cluster: site?.clusters, ups: site?.ups },
        grid: undefined,
      }[kind ?? "grid"];
      if (kind !== undefined && kind !== "grid" && site) {
        if (one.values.has("id")) this.#named(one, "id", ids(list));
        else this.#add("SITE-006", one.at, ids(list)?.join(", ") || "–", "–", "id");
      }
      this.#interval(one, `${kind ?? "maintenance"} ${one.textOr("id") ?? ""}`.trim(), false);
    }
    this.#unique(root.components("offers"), "id");
    for (const one of root.components("offers")) {
      this.#interval(one, one.textOr("id") ?? "offer", true);
      const [baseline, reduction] = [one.numberOr("baseline"), one.numberOr("reduction")];
      if (baseline !== undefined && reduction !== undefined && reduction > baseline)
        this.#add("PLAN-004", one.place("reduction"), `≤ ${baseline} kW`, `${reduction} kW`, "reduction");
    }
    return this.#issues;
  }

  #checkJob(one: Component): void {
    const site = this.#site;
    if (!site) return;
    const movable = site.workloads.filter((workload) => workload.class !== "serving").map(({ id }) => id);
    this.#named(one, "workload", movable);
    this.#named(
      one,
      "clusters",
      site.clusters.map(({ id }) => id),
    );
    if (!one.values.has("clusters")) return;
    const named = one.texts("clusters").flatMap((id) => site.clusters.find((cluster) => cluster.id === id) ?? []);
    if (named.length === 0) return;
    const what = `${one.textOr("id") ?? one.textOr("file") ?? ""}.accelerators`;
    const most = Math.max(...named.map(({ count }) => count));
    const wanted = one.numberOr("accelerators");
    if (wanted !== undefined && (wanted > most || !Number.isInteger(wanted)))
      this.#add("PLAN-003", one.place("accelerators"), `1–${most}`, String(wanted), what);
    const workload = one.textOr("workload");
    // A job that runs is where it is; one that waits needs one cluster that can run it.
    const able = named.filter(({ speed }) => workload !== undefined && (speed.get(workload) ?? 0) > 0);
    const stays = one.values.has("state") && one.text("state") !== "waiting" ? named.slice(0, 1) : named;
    if (workload !== undefined && movable.includes(workload) && !stays.some((cluster) => able.includes(cluster)))
      this.#add(
        "PLAN-003",
        one.place("clusters"),
        `speed ${workload} > 0`,
        named.map(({ id }) => id).join(", "),
        "clusters",
      );
  }

  build(): PlanFile {
    const root = this.#root;
    const state = root.componentOr("state");
    const energies = (list: readonly Component[]): Map<string, number> =>
      new Map(list.map((one) => [one.text("battery"), one.number("energy")]));
    return {
      monthPeakKw: state?.numberOr("monthPeak"),
      waterL: (state?.number("water") ?? 0) * 1000,
      itKwh: state?.number("itEnergy") ?? 0,
      batteryKwh: energies(state?.components("stored") ?? []),
      objective: objectiveOf(root.componentOr("objective")),
      rigidKw: new Map(root.components("loads").map((one) => [one.text("hall"), one.number("power")])),
      jobs: root.components("jobs").map((one) => this.#job(one)),
      traces: root.components("traces").map((one) => ({
        file: one.text("file"),
        at: one.place("file"),
        workload: one.text("workload"),
        clusters: one.texts("clusters"),
        count: Math.floor(one.number("count")),
      })),
      maintenance: root.components("maintenance").flatMap((one): MaintenanceWindow[] => {
        const steps = this.#steps(one);
        const component = one.text("component") as Maintenance["component"];
        return steps
          ? [
              {
                component,
                id: component === "grid" ? "" : one.text("id"),
                fromStep: steps.fromStep,
                toStep: steps.toStep,
                availableShare: one.number("available"),
                reason: one.textOr("reason"),
              },
            ]
          : [];
      }),
      offers: root.components("offers").flatMap((one): DemandResponseOffer[] => {
        const steps = this.#steps(one);
        if (!steps?.whole) return [];
        const hours = (one.number("to") - one.number("from")) / 3_600_000;
        return [
          {
            ...{ id: one.text("id"), fromStep: steps.fromStep, toStep: steps.toStep },
            ...{ baselineKw: one.number("baseline"), reductionKw: one.number("reduction") },
            paymentCny: one.number("payment") + one.number("price") * one.number("reduction") * hours,
          },
        ];
      }),
      reserveKwh: energies(root.components("reserves")),
    };
  }

  #job(one: Component): PlanJob {
    const lost = one.numberOr("lost");
    return {
      id: one.text("id"),
      workload: one.text("workload"),
      clusters: one.texts("clusters"),
      accelerators: one.number("accelerators"),
      remainingH: one.number("remaining"),
      state: one.text("state") as PlanJob["state"],
      earliestStart: one.numberOr("earliest") ?? this.#time.from,
      deadline: one.numberOr("deadline"),
      ...(lost === undefined ? {} : { lostAtSuspendH: lost }),
    };
  }
}

function objectiveOf(one: Component | undefined): PlanObjective {
  if (!one) return MONEY_OBJECTIVE;
  return {
    carbonCnyPerKg: one.number("carbonPrice"),
    greenCnyPerKwh: one.number("greenValue"),
    peakCnyPerKw: one.number("peakPrice"),
    occupancyCnyPerAcceleratorH: one.number("acceleratorHour"),
    tardinessWeight: one.number("tardinessWeight"),
    wearWeight: one.number("wearWeight"),
    ...(one.values.has("order") ? { order: one.texts("order") as ObjectivePart[] } : {}),
  };
}
