import { z } from "zod";
import { fail, ok, type Result } from "../../../ground/issue/index.ts";
import { checkFigures, type ExplainedFinding } from "../../check-figures.ts";
import { resolvePosition } from "../../compute-values.ts";
import { actOnFinding, findingId, type FindingState, findingStates } from "../../findings.ts";
import { readPeople, actorIdOf } from "../../identity/people.ts";
import { type AnyOperation, type Call, operation } from "../operation.ts";
import { instantSchema, name, periodSchema, positionSchema, textSchema, viewQuery } from "../schemas.ts";
import { viewOf } from "./views.ts";

const findingSchema = name(
  "Finding",
  z.object({
    id: z.string(),
    code: z.string(),
    severity: z.enum(["error", "warning", "notice"]),
    indicators: z.array(z.string()),
    periods: z.array(z.string()),
    expected: z.string(),
    actual: z.string(),
    difference: z.string(),
    cause: textSchema,
    remedy: textSchema,
    message: textSchema,
    places: z.array(z.looseObject({ place: z.string() })),
    hypotheses: z.array(z.looseObject({ id: z.string(), title: textSchema, status: z.string() })),
    state: z.enum(["open", "explained", "accepted"]),
    assignee: z.string().optional(),
    version: z.number().describe("What the next act names in If-Match."),
    acts: z.array(
      z.object({
        at: instantSchema,
        actor: z.string(),
        kind: z.enum(["assigned", "explained", "accepted", "reopened"]),
        reason: z.string(),
        assignee: z.string().optional(),
      }),
    ),
  }),
);

const OPEN: FindingState = { state: "open", acts: [], version: 0 };

function findingJson(finding: ExplainedFinding, state: FindingState = OPEN): z.infer<typeof findingSchema> {
  const { causeCode: _, places, hypotheses, indicators, periods, ...rest } = finding;
  return {
    ...rest,
    id: findingId(finding),
    indicators: [...indicators],
    periods: [...periods],
    places: places.map((place) => ({ ...place })),
    hypotheses: hypotheses.map((one) => ({ ...one })),
    ...state,
    acts: state.acts.map((act) => ({ ...act, at: act.at.toISOString() })),
  };
}

const params = z.object({ finding: z.string().regex(/^[0-9a-f]{20}$/) });

/** The finding of an id as the figures stand now. @issues FINDING-001 */
async function found(
  { workspace }: Call<unknown, unknown, unknown>,
  id: string,
): Promise<Result<{ finding: ExplainedFinding; state: FindingState }>> {
  const checked = await checkFigures(workspace, {});
  if (!checked.ok) return checked;
  const finding = checked.value.findings.find((one) => findingId(one) === id);
  if (!finding) return fail({ code: "FINDING-001", severity: "error", at: {}, actual: id });
  const position = await resolvePosition(workspace, undefined);
  if (!position.ok) return position;
  const states = await findingStates(workspace, [finding], position.value);
  return ok({ finding, state: states.get(id) ?? OPEN });
}

const ACTS = {
  assign: { kind: "assigned", action: "finding.assign", summary: "Assign a finding to somebody." },
  explain: { kind: "explained", action: "finding.answer", summary: "Explain a finding." },
  accept: { kind: "accepted", action: "finding.accept", summary: "Accept a finding as it is, with the reason." },
  reopen: { kind: "reopened", action: "finding.accept", summary: "Open a finding again." },
} as const;

export const findingOperations: readonly AnyOperation[] = [
  operation({
    id: "listFindings",
    method: "get",
    path: "/findings",
    tag: "findings",
    summary: "What the checks found, and what was done about it.",
    action: "finding.read",
    query: z.object({ period: periodSchema.optional(), ...viewQuery }),
    answer: z.object({
      position: positionSchema,
      checked: z.record(z.string(), z.number()).describe("Comparisons by rule."),
      items: z.array(findingSchema),
    }),
    async handle({ workspace, query, tag }) {
      const checked = await checkFigures(workspace, {
        ...viewOf(query),
        ...(query.period === undefined ? {} : { period: query.period }),
      });
      if (!checked.ok) return checked;
      const { findings, position } = checked.value;
      const states = await findingStates(workspace, findings, BigInt(position));
      tag(position);
      return ok({
        position,
        checked: { ...checked.value.checked },
        items: findings.map((finding) => findingJson(finding, states.get(findingId(finding)))),
      });
    },
  }),
  operation({
    id: "readFinding",
    method: "get",
    path: "/findings/{finding}",
    tag: "findings",
    summary: "One finding; its ETag is what an act has to name.",
    action: "finding.read",
    params,
    answer: findingSchema,
    async handle(call) {
      const one = await found(call, call.params.finding);
      if (!one.ok) return one;
      call.tag(String(one.value.state.version));
      return ok(findingJson(one.value.finding, one.value.state));
    },
  }),
  ...Object.entries(ACTS).map(([verb, { kind, action, summary }]) =>
    operation({
      id: `${verb}Finding`,
      method: "post",
      path: `/findings/{finding}/${verb}`,
      tag: "findings",
      summary,
      action,
      needsVersion: true,
      params,
      body: z.strictObject({
        reason: z.string().trim().min(1).max(4000),
        ...(verb === "assign" ? { assignee: z.string().max(80).describe("Id of an actor.") } : {}),
      }),
      answer: findingSchema,
      async handle(call) {
        const { body, workspace } = call;
        const one = await found(call, call.params.finding);
        if (!one.ok) return one;
        const assignee = (body as { assignee?: string }).assignee;
        if (assignee !== undefined) {
          const people = await readPeople(workspace.store);
          if (!people.some((person) => person.active && actorIdOf(person.id) === assignee))
            return fail({ code: "PERSON-001", severity: "error", at: { path: "body.assignee" }, actual: assignee });
        }
        const acted = await actOnFinding(workspace, one.value.finding, call.version, {
          kind,
          reason: body.reason,
          ...(assignee === undefined ? {} : { assignee }),
        });
        const after = acted.ok ? await found(call, call.params.finding) : acted;
        if (!after.ok) return after;
        call.tag(String(after.value.state.version));
        return ok(findingJson(after.value.finding, after.value.state));
      },
    }),
  ),
];
