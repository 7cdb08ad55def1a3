import { z } from "zod";
import { fail, type Issue, ok, type Result } from "../../ground/issue/index.ts";
import type { SitePlan } from "../plan/site/site-plan.ts";

const kwById = z.record(z.string(), z.number());
const modeById = z.record(z.string(), z.string());

/** Of a plan, what is acted on; the rest goes along. */
const planSchema = z.looseObject({
  site: z.string().min(1),
  madeAt: z.number(),
  from: z.number(),
  stepMinutes: z.number().positive().max(1440),
  steps: z
    .array(
      z.looseObject({
        at: z.number(),
        batteryKw: kwById,
        cooling: modeById,
        ups: modeById,
        pvKw: z.number(),
        curtailedKw: z.number(),
      }),
    )
    .min(1)
    .max(100_000),
  orders: z.array(
    z.looseObject({
      job: z.string(),
      order: z.enum(["start", "suspend", "resume", "cap"]),
      step: z.number().int().nonnegative(),
      cluster: z.string(),
      powerShare: z.number().min(0).max(1),
    }),
  ),
  jobs: z.array(z.looseObject({ job: z.string() })),
});

/**
 * A plan from the JSON that `candela plan --json` writes, for a site.
 * @issues ACT-034 (no plan, with every place where it is none), ACT-035 (of another site)
 */
export function readPlan(text: string, file: string, site: string): Result<SitePlan> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return fail({ code: "ACT-034", severity: "error", at: { file }, actual: (error as Error).message });
  }
  const parsed = planSchema.safeParse(json);
  if (!parsed.success)
    return fail(
      ...parsed.error.issues.map(
        (one): Issue => ({
          code: "ACT-034",
          severity: "error",
          at: { file, path: one.path.join(".") },
          actual: one.message,
        }),
      ),
    );
  const plan = parsed.data as unknown as SitePlan;
  return plan.site === site
    ? ok(plan)
    : fail({ code: "ACT-035", severity: "error", at: { file }, expected: site, actual: plan.site });
}
