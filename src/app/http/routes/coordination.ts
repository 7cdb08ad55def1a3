import { z } from "zod";
import { type Lever, LEVERS, type SitePlan } from "../../../coordinate/index.ts";
import { ok, type Text, textOf } from "../../../ground/issue/index.ts";
import { localDateOf, periodInstants } from "../../../ground/quantity/index.ts";
import { fillText, type InterfaceTexts } from "../../interface-texts.ts";
import { AS_IT_IS } from "../../simulate-site.ts";
import { liveSite } from "../../live-site.ts";
import { actionWords, planClock } from "../../plan-words.ts";
import { releaseSite, stopSite } from "../../run-site-loop.ts";
import { decidePlan } from "../../site-journal.ts";
import { knownSite, knownSites } from "../../site-library.ts";
import {
  madeSimulation,
  madeSimulations,
  type SimulationRequest,
  simulatedPlans,
  simulatedSteps,
} from "../../simulations.ts";
import { type AnyOperation, operation } from "../operation.ts";
import { renderIssues } from "../problem.ts";
import { instantSchema, issueSchema, name, positionSchema, textSchema } from "../schemas.ts";
import { begin, jobSchema } from "./jobs.ts";

const leverSchema = z.enum(LEVERS);
const dateSchema = z.iso.date().describe("A local date.");
const siteParams = z.object({ site: z.string().max(80) });
const whatIfSchema = name(
  "WhatIf",
  z
    .strictObject({
      batteryScale: z.number().min(0).max(20).describe("Power and energy of every battery, times this."),
      carbonCnyPerKg: z
        .number()
        .min(0)
        .max(100)
        .describe("What plans are to pay for a kilogram of CO2, beside the bill."),
      jobShare: z.number().min(0).max(1).describe("Of the power above idle, what jobs that may be moved take."),
    })
    .describe("How the site is taken to differ from its file."),
);
const reasonBody = z.strictObject({ reason: z.string().trim().min(1).max(1000) });

const actionSchema = name(
  "PlanAction",
  z.object({
    action: z.string(),
    component: z.string(),
    from: instantSchema,
    to: instantSchema,
    words: textSchema.describe("What is done and why."),
    savingCny: z.number(),
    addedCarbonKg: z.number(),
  }),
);

const costSchema = z.object({ totalCny: z.number(), carbonKg: z.number(), peakKw: z.number() });

const planSchema = name(
  "Plan",
  z.object({
    id: z.string(),
    proposed: z.boolean().describe("Put before people; otherwise acted on as it was made."),
    by: z.string(),
    decision: z.enum(["undecided", "approved", "rejected"]),
    from: instantSchema,
    to: instantSchema,
    /** A plan that was brought in a file may say nothing of what it costs. */
    cost: z.object({ plan: costSchema, doNothing: costSchema }).nullable(),
    actions: z.array(actionSchema),
    steps: z.array(z.object({ at: z.number(), gridKw: z.number(), batteryKw: z.number() })),
  }),
);

function actionsOf(plan: SitePlan, timeZone: string, words: InterfaceTexts): z.infer<typeof actionSchema>[] {
  const clock = planClock(plan, timeZone);
  const instant = (step: number): string => new Date(plan.from + step * plan.stepMinutes * 60_000).toISOString();
  return (plan.actions ?? []).map((one) => ({
    action: one.action,
    component: one.component,
    from: instant(one.fromStep),
    to: instant(one.toStep),
    words: textOf((language) => actionWords(one, clock, (id, values = {}) => fillText(words, id, values)[language])),
    savingCny: one.savingCny,
    addedCarbonKg: one.addedCarbonKg,
  }));
}

function costsOf({ cost, doNothing }: Partial<SitePlan>): z.infer<typeof planSchema>["cost"] {
  if (!cost || !doNothing) return null;
  const one = ({ total: totalCny, carbonKg, peakKw }: SitePlan["cost"]): z.infer<typeof costSchema> => ({
    totalCny,
    carbonKg,
    peakKw,
  });
  return { plan: one(cost), doNothing: one(doNothing) };
}

const stepSchema = name(
  "SiteStep",
  z.object({
    at: instantSchema,
    mode: z.string(),
    plan: z.string().nullable(),
    safe: z.string().nullable().describe("Why the safe state was taken instead of a plan: stopped, clock, no-plan."),
    without: z.array(z.string()).describe("What no plan may count on now."),
    gridKw: z.number().nullable(),
    devices: z.array(
      z.object({
        device: z.string(),
        powerKw: z.number().nullable(),
        storedKwh: z.number().nullable(),
        setPointKw: z.number().nullable(),
        mode: z.string().nullable(),
      }),
    ),
    issues: z.array(z.string()),
  }),
);

const total = (byId: Readonly<Record<string, number>>): number =>
  Object.values(byId).reduce((sum, one) => sum + one, 0);

const simulationSchema = name(
  "Simulation",
  z.object({
    id: z.string(),
    site: z.string(),
    from: dateSchema,
    to: dateSchema,
    seed: z.number(),
    whatIf: whatIfSchema,
    runs: z.array(
      z.object({
        levers: z.array(leverSchema),
        costCny: z.number(),
        demandCostCny: z.number(),
        carbonKg: z.number(),
        gridKwh: z.number(),
        pue: z.number().nullable(),
        pueName: z.string(),
        peakKw: z.number(),
        lossKwh: z.number(),
        freeCoolingHours: z.number(),
        late: z.number(),
        plans: z.number(),
      }),
    ),
  }),
);

function simulationJson({
  id,
  manifest,
}: Awaited<ReturnType<typeof madeSimulations>>[number]): z.infer<typeof simulationSchema> {
  const { site, from, to, seed, runs, whatIf } = manifest;
  return {
    id,
    site,
    from,
    to,
    seed,
    whatIf,
    runs: runs.map(({ levers, plans, summary, jobs }) => ({
      levers: [...levers],
      costCny: summary.costCny,
      demandCostCny: summary.demandCostCny,
      carbonKg: summary.carbonKg,
      gridKwh: summary.gridKwh,
      pue: summary.pue ?? null,
      pueName: summary.pueName,
      peakKw: summary.peakKw,
      lossKwh: summary.storage.lossKwh,
      freeCoolingHours: summary.freeCoolingHours,
      late: jobs.late,
      plans,
    })),
  };
}

const DAY_MS = 86_400_000;
const dateAfter = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** A step of a simulation for a picture; powers kW, + into the site and into the battery. */
const simulatedStepSchema = z.object({
  at: z.number().describe("ms UTC"),
  itKw: z.number(),
  facilityKw: z.number(),
  gridKw: z.number(),
  plannedGridKw: z.number().nullable().describe("What the plan in force expected of the grid."),
  pvKw: z.number(),
  batteryKw: z.number(),
  storedKwh: z.number(),
  priceCnyPerKwh: z.number(),
  carbonKgPerKwh: z.number(),
  dryBulbC: z.number(),
  cooling: z.record(z.string(), z.string()).describe("Mode by plant."),
});

function pictureStep(
  row: Readonly<Record<string, string>>,
  plans: readonly SitePlan[],
): z.infer<typeof simulatedStepSchema> {
  const number = (column: string): number => Number(row[column] ?? 0);
  const group = (prefix: string): [string, string][] =>
    Object.entries(row).flatMap(([column, value]): [string, string][] =>
      column.startsWith(prefix) ? [[column.slice(prefix.length), value]] : [],
    );
  const at = Date.parse(row.at ?? "");
  const plan = plans.findLast((one) => one.from <= at);
  const planned = plan?.steps[Math.floor((at - plan.from) / (plan.stepMinutes * 60_000))];
  return {
    at,
    itKw: group("it_kw:").reduce((sum, [, kw]) => sum + Number(kw), 0),
    facilityKw: number("facility_kw"),
    gridKw: number("grid_kw"),
    plannedGridKw: planned?.gridKw ?? null,
    pvKw: number("pv_kw"),
    batteryKw: number("battery_kw"),
    storedKwh: number("stored_kwh"),
    priceCnyPerKwh: number("price_cny_per_kwh"),
    carbonKgPerKwh: number("carbon_kg_per_kwh"),
    dryBulbC: number("dry_bulb_c"),
    cooling: Object.fromEntries(group("cooling:")),
  };
}

const nameOf = (text: string): Text => textOf(() => text);

export const coordinationOperations: readonly AnyOperation[] = [
  operation({
    id: "listCoordinatedSites",
    method: "get",
    path: "/coordination/sites",
    tag: "coordination",
    summary:
      "Sites that can be simulated or run: those that were run here, those of the store's folder, and the example.",
    action: "coordination.read",
    answer: z.object({
      items: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          runnable: z.boolean().describe("Its file says how it is run."),
          stopped: z.string().nullable().describe("Why a person has stopped it."),
          lastStepAt: instantSchema.nullable(),
          issues: z.array(issueSchema).describe("Why its file cannot be used."),
        }),
      ),
    }),
    async handle({ workspace, service, language }) {
      const sites = await knownSites(workspace);
      const items = await Promise.all(
        sites.map(async ({ id, loaded }) => {
          const { stopped, step } = await liveSite(workspace, id);
          const issues = loaded.ok ? [] : renderIssues(loaded.issues, service.issueTexts, language);
          return {
            id,
            name: loaded.ok ? loaded.value.site.name : id,
            runnable: loaded.ok && loaded.value.site.control !== undefined,
            stopped: stopped ?? null,
            lastStepAt: step?.at ?? null,
            issues: issues.map((issue) => ({ ...issue })),
          };
        }),
      );
      return ok({ items });
    },
  }),
  operation({
    id: "readCoordinatedSite",
    method: "get",
    path: "/coordination/sites/{site}",
    tag: "coordination",
    summary: "A site that is run: its last step, its plan with reasons, and what happened.",
    action: "coordination.read",
    params: siteParams,
    answer: z.object({
      id: z.string(),
      name: textSchema,
      timeZone: z.string(),
      runnable: z.boolean(),
      stopped: z.string().nullable(),
      step: stepSchema.nullable(),
      plan: planSchema.nullable(),
      trail: z.array(z.object({ at: z.number(), gridKw: z.number().nullable(), batteryKw: z.number() })),
      events: z.array(z.object({ at: instantSchema, kind: z.string(), actor: z.string() })),
    }),
    async handle({ workspace, service, params }) {
      const known = await knownSite(workspace, params.site);
      if (!known.ok) return known;
      const { site } = known.value.loaded;
      const { stopped, step, plan, trail, events } = await liveSite(workspace, site.id);
      return ok({
        id: site.id,
        name: nameOf(site.name),
        timeZone: site.timeZone,
        runnable: site.control !== undefined,
        stopped: stopped ?? null,
        step: step
          ? {
              ...step,
              plan: step.plan ?? null,
              safe: step.safe ?? null,
              without: [...step.without],
              gridKw: step.gridKw ?? null,
              issues: [...step.issues],
              devices: step.devices.map(({ device, powerKw, storedKwh, setPointKw, mode }) => ({
                device,
                powerKw: powerKw ?? null,
                storedKwh: storedKwh ?? null,
                setPointKw: setPointKw ?? null,
                mode: mode ?? null,
              })),
            }
          : null,
        plan: plan
          ? {
              id: plan.id,
              proposed: plan.proposed,
              by: plan.by,
              decision: plan.decision,
              from: new Date(plan.plan.from).toISOString(),
              to: new Date(plan.plan.from + plan.plan.steps.length * plan.plan.stepMinutes * 60_000).toISOString(),
              cost: costsOf(plan.plan),
              actions: actionsOf(plan.plan, site.timeZone, service.words),
              steps: plan.plan.steps.map(({ at, gridKw = 0, batteryKw }) => ({
                at,
                gridKw,
                batteryKw: total(batteryKw),
              })),
            }
          : null,
        trail: trail.map(({ at, gridKw, batteryKw }) => ({ at, gridKw: gridKw ?? null, batteryKw })),
        events: [...events],
      });
    },
  }),
  operation({
    id: "decidePlan",
    method: "post",
    path: "/coordination/plans/{plan}/decision",
    tag: "coordination",
    summary: "Approve a proposed plan, or reject it; who proposed it does not decide.",
    action: "plan.approve",
    params: z.object({ plan: z.string().max(40) }),
    body: z.strictObject({
      decision: z.enum(["approved", "rejected"]),
      reason: z.string().trim().max(1000).optional(),
    }),
    answer: z.object({ site: z.string(), position: positionSchema }),
    async handle({ workspace, params, body }) {
      const done = await decidePlan(workspace, params.plan, body.decision, body.reason);
      return done.ok ? ok({ site: done.value.site, position: String(done.value.position) }) : done;
    },
  }),
  operation({
    id: "stopSite",
    method: "post",
    path: "/coordination/sites/{site}/stop",
    tag: "coordination",
    summary: "Kill switch: the safe state at once, until a person releases the site.",
    action: "site.stop",
    params: siteParams,
    body: reasonBody,
    answer: z.object({
      by: z.enum(["controller", "here"]).describe("Who wrote the safe state."),
      taken: z.array(z.object({ target: z.string(), ok: z.boolean() })),
      issues: z.array(issueSchema),
    }),
    async handle({ workspace, service, language, params, body }) {
      const known = await knownSite(workspace, params.site);
      if (!known.ok) return known;
      const done = await stopSite(workspace, known.value.file, body.reason);
      if (!done.ok) return done;
      const issues = renderIssues(done.value.issues, service.issueTexts, language);
      return ok({ by: done.value.by, taken: [...done.value.taken], issues: issues.map((issue) => ({ ...issue })) });
    },
  }),
  operation({
    id: "releaseSite",
    method: "post",
    path: "/coordination/sites/{site}/release",
    tag: "coordination",
    summary: "Let a stopped site run again.",
    action: "site.release",
    params: siteParams,
    body: reasonBody,
    answer: z.object({ position: positionSchema }),
    async handle({ workspace, params, body }) {
      const known = await knownSite(workspace, params.site);
      if (!known.ok) return known;
      const done = await releaseSite(workspace, known.value.file, body.reason);
      return done.ok ? ok({ position: String(done.value) }) : done;
    },
  }),
  operation({
    id: "listSimulations",
    method: "get",
    path: "/coordination/simulations",
    tag: "coordination",
    summary: "Simulations that were made here, the latest first.",
    action: "coordination.read",
    answer: z.object({ items: z.array(simulationSchema) }),
    handle: async ({ workspace }) => ok({ items: (await madeSimulations(workspace)).map(simulationJson) }),
  }),
  operation({
    id: "simulate",
    method: "post",
    path: "/coordination/simulations",
    tag: "coordination",
    summary: "Run a site by the code that runs a real one, against simulated devices, as a job.",
    action: "simulation.run",
    idempotent: true,
    body: z.strictObject({
      site: z.string().max(80),
      from: dateSchema,
      to: dateSchema.describe("The local day after the last."),
      levers: z.array(leverSchema).min(1).max(LEVERS.length),
      seed: z.number().int().min(0).max(1_000_000).default(1),
      replanMinutes: z.number().int().min(15).max(1440).default(60),
      whatIf: whatIfSchema.default(AS_IT_IS),
    }),
    answer: jobSchema,
    status: 202,
    async handle(call) {
      const { site, ...rest } = call.body;
      const known = await knownSite(call.workspace, site);
      if (!known.ok) return known;
      const levers = LEVERS.filter((lever) => rest.levers.includes(lever));
      const request: SimulationRequest = { ...rest, site, file: known.value.file, levers };
      return ok(await begin(call, "simulate", request));
    },
  }),
  operation({
    id: "readSimulation",
    method: "get",
    path: "/coordination/simulations/{simulation}",
    tag: "coordination",
    summary:
      "A simulation: what each lever saves, and some days of one of its runs for a picture, with the day's plans and their reasons.",
    action: "coordination.read",
    params: z.object({ simulation: z.string().max(60) }),
    query: z.object({
      run: z
        .string()
        .max(60)
        .optional()
        .describe("Levers of the run, `battery,ups`; all of them unless said otherwise."),
      day: dateSchema.optional().describe("First day of the picture; the simulation's first unless said otherwise."),
      days: z.coerce.number().int().min(1).max(7).default(2),
    }),
    answer: z.object({
      simulation: simulationSchema,
      siteName: z.string(),
      timeZone: z.string(),
      run: z.array(leverSchema),
      day: dateSchema,
      steps: z.array(simulatedStepSchema),
      plans: z
        .array(z.object({ at: instantSchema, actions: z.array(actionSchema) }))
        .describe("Plans that were made on the picture's first day, with what they do from then on."),
    }),
    async handle({ workspace, service, params, query }) {
      const made = await madeSimulation(workspace, params.simulation);
      if (!made.ok) return made;
      const { manifest } = made.value;
      const known = await knownSite(workspace, manifest.site);
      if (!known.ok) return known;
      const { site } = known.value.loaded;
      const asked = query.run?.split(",") ?? [];
      const run =
        manifest.runs.find(({ levers }) => query.run !== undefined && levers.join() === asked.join()) ??
        manifest.runs.at(-1);
      const levers: readonly Lever[] = run?.levers ?? [];
      const day =
        query.day !== undefined && query.day >= manifest.from && query.day < manifest.to ? query.day : manifest.from;
      const { start, end } = periodInstants({ start: day, end: dateAfter(day, query.days), label: day }, site.timeZone);
      const [from, to] = [start.getTime(), end.getTime()];
      const plans = await simulatedPlans(workspace, params.simulation, levers, from, to);
      const rows = await simulatedSteps(workspace, params.simulation, levers, from, to);
      const ofDay = plans.filter((plan) => localDateOf(new Date(plan.from), site.timeZone) === day);
      return ok({
        simulation: simulationJson(made.value),
        siteName: site.name,
        timeZone: site.timeZone,
        run: [...levers],
        day,
        steps: rows.map((row) => pictureStep(row, plans)),
        plans: ofDay.map((plan) => ({
          at: new Date(plan.from).toISOString(),
          actions: actionsOf(plan, site.timeZone, service.words),
        })),
      });
    },
  }),
];
