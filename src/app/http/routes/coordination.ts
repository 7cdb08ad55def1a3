import { z } from "zod";
import type { SitePlan } from "../../../coordinate/index.ts";
import { ok, type Text, textOf } from "../../../ground/issue/index.ts";
import { liveSite } from "../../live-site.ts";
import { releaseSite, stopSite } from "../../run-site-loop.ts";
import { decidePlan } from "../../site-journal.ts";
import { knownSite, knownSites } from "../../site-library.ts";
import { type AnyOperation, operation } from "../operation.ts";
import { renderIssues } from "../problem.ts";
import { instantSchema, issueSchema, name, positionSchema, textSchema } from "../schemas.ts";
import { actionSchema, actionsOf } from "./plan-actions.ts";

const siteParams = z.object({ site: z.string().max(80) });
const reasonBody = z.strictObject({ reason: z.string().trim().min(1).max(1000) });

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
];
