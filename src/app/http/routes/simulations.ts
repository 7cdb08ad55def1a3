import { z } from "zod";
import { type Lever, LEVERS, type SitePlan } from "../../../coordinate/index.ts";
import { ok } from "../../../ground/issue/index.ts";
import { localDateOf, periodInstants } from "../../../ground/quantity/index.ts";
import { AS_IT_IS } from "../../simulate-site.ts";
import {
  madeSimulation,
  madeSimulations,
  type SimulationRequest,
  simulatedPlans,
  simulatedSteps,
} from "../../simulations.ts";
import { knownSite } from "../../site-library.ts";
import { type AnyOperation, operation } from "../operation.ts";
import { instantSchema, name } from "../schemas.ts";
import { begin, jobSchema } from "./jobs.ts";
import { actionSchema, actionsOf } from "./plan-actions.ts";

const leverSchema = z.enum(LEVERS);
const dateSchema = z.iso.date().describe("A local date.");
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

export const simulationOperations: readonly AnyOperation[] = [
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
