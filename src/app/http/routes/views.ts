import { z } from "zod";
import { coversExtent, type Extent } from "../../../ground/actor/index.ts";
import { fail, type Issue, ok, type Result } from "../../../ground/issue/index.ts";
import type { Filter } from "../../../measure/index.ts";
import type { View } from "../../compute-values.ts";
import type { Call } from "../operation.ts";

/** `dimension=member` pairs, with commas between, as a filter. */
export const whereSchema = z
  .string()
  .max(400)
  .regex(/^[^=,]+=[^=,]+(,[^=,]+=[^=,]+)*$/)
  .optional()
  .describe("Only a part: `site=lingang-aidc,gender=female`.");

export const filterOf = (where: string | undefined): Filter =>
  Object.fromEntries(
    (where ?? "")
      .split(",")
      .filter(Boolean)
      .map((pair) => pair.split("=", 2) as [string, string]),
  );

/** The view that a query asks for. */
export const viewOf = (query: { asAt?: string | undefined; basis: "submitted" | "approved" }): View => ({
  ...(query.asAt === undefined ? {} : { asAt: query.asAt }),
  basis: query.basis,
});

/**
 * Whether a caller whose rights end at some sites may see figures of this part. What rests on other sites too is not theirs,
 * nor is any figure where rights end at activities: it may rest on others.
 * @issues ACTOR-001
 */
export async function mayRead(
  call: Call<unknown, unknown, unknown>,
  action: string,
  where: Filter,
): Promise<Result<void>> {
  const sites = where.site === undefined ? undefined : [where.site];
  const whole: readonly Extent[] = call.extents.filter(({ activities }) => activities === undefined);
  if (coversExtent(whole, sites && { sites, activities: [] })) return ok(undefined);
  return fail(await notThere(call, action, sites?.join() ?? "–"));
}

/** The issue of something beyond the caller's extents. */
export async function notThere(call: Call<unknown, unknown, unknown>, action: string, id: string): Promise<Issue> {
  const may = (await call.service.rights()).may(call.caller.actor, action, { kind: action, id });
  return may === true
    ? { code: "ACTOR-001", severity: "error", at: {}, values: { action, object: id, actor: call.caller.actor.name } }
    : may;
}
