import { z } from "zod";
import { coversExtent } from "../../../ground/actor/index.ts";
import { ok } from "../../../ground/issue/index.ts";
import {
  batchExtents,
  listBatches,
  missingMonths,
  monthsWithRecords,
  calendarOf,
  recordReader,
  scopeAt,
} from "../../../measure/index.ts";
import { checkFigures } from "../../check-figures.ts";
import { computeValues, openCalculator } from "../../compute-values.ts";
import { findingId, findingStates } from "../../findings.ts";
import { readIssuerContent } from "../../issuer-content.ts";
import { reportedPeriods } from "../../reported-figures.ts";
import { type AnyOperation, operation } from "../operation.ts";
import { periodSchema, positionSchema, textSchema, viewQuery } from "../schemas.ts";
import { valueAnswer, valueSchema } from "./values.ts";
import { viewOf } from "./views.ts";

const MOST_BATCHES = 1000;

const monthSchema = z.object({ activity: z.string(), site: z.string(), month: z.string() });

export const overviewOperations: readonly AnyOperation[] = [
  operation({
    id: "readOverview",
    method: "get",
    path: "/overview",
    tag: "overview",
    summary: "The year against the year before and against targets, findings, and what waits for the caller.",
    action: "overview.read",
    query: z.object({ period: periodSchema.optional(), ...viewQuery }),
    answer: z.object({
      position: positionSchema,
      entity: textSchema,
      period: z.string(),
      before: z.string().nullable(),
      periods: z.array(z.string()).describe("Periods that were reported, the latest first."),
      values: z.array(z.object({ now: valueSchema, before: valueSchema.nullable() })),
      targets: z.array(z.looseObject({})),
      findings: z.object({
        error: z.number(),
        warning: z.number(),
        notice: z.number(),
        open: z.number(),
        mine: z.number(),
      }),
      toDecide: z.array(z.object({ batch: z.number(), name: z.string(), rows: z.number(), submittedBy: z.string() })),
      waiting: z.number().describe("Batches that nobody has decided on."),
    }),
    async handle(call) {
      const { workspace, query, caller, service } = call;
      const opened = await openCalculator(workspace, viewOf(query));
      if (!opened.ok) return opened;
      const { state, position } = opened.value;
      const asAt = String(position);
      const known = await reportedPeriods(workspace, opened.value);
      const period = query.period ?? known[0] ?? "";
      const before = known.find((label) => label < period) ?? null;
      const periods = [period, ...(before === null ? [] : [before])];
      const computed = await computeValues(workspace, { indicators: "all", periods, asAt, basis: query.basis });
      if (!computed.ok) return computed;
      const checked = await checkFigures(workspace, { period, asAt, basis: query.basis });
      if (!checked.ok) return checked;
      const issuer = readIssuerContent(state.model.packs);
      if (!issuer.ok) return issuer;
      const { values } = computed.value;
      const now = values.filter((value) => value.period.label === values[0]?.period.label);
      const { findings } = checked.value;
      const states = await findingStates(workspace, findings, position);
      const count = (severity: string): number => findings.filter((one) => one.severity === severity).length;
      const of = (finding: (typeof findings)[number]) => states.get(findingId(finding));
      const pending = await listBatches(workspace.store, { pending: true, limit: MOST_BATCHES });
      const rights = await service.rights();
      const limited = (caller.actor.grants ?? []).length > 0;
      const about = limited
        ? await batchExtents(
            workspace.store,
            pending.map(({ id }) => id),
          )
        : undefined;
      const approves = rights.extents(caller.actor, "batch.approve");
      const mine = pending.filter(
        ({ id, submittedBy }) => submittedBy !== caller.actor.id && coversExtent(approves, about?.get(id)),
      );
      call.tag(asAt);
      return ok({
        position: asAt,
        entity: state.boundary.entity.name,
        period,
        before,
        periods: [...known],
        values: now.map((value) => {
          const other = values.find(
            (one) => one.indicator === value.indicator && one.period.label !== value.period.label,
          );
          return { now: valueAnswer(call, value, state), before: other ? valueAnswer(call, other, state) : null };
        }),
        targets: issuer.value.targets.map((target) => ({ ...target })),
        findings: {
          error: count("error"),
          warning: count("warning"),
          notice: count("notice"),
          open: findings.filter((finding) => (of(finding)?.state ?? "open") === "open").length,
          mine: findings.filter((finding) => of(finding)?.assignee === caller.actor.id).length,
        },
        toDecide: mine.map(({ id, name, rows, submittedBy }) => ({ batch: id, name, rows, submittedBy })),
        waiting: pending.length,
      });
    },
  }),
  operation({
    id: "readCompleteness",
    method: "get",
    path: "/completeness",
    tag: "records",
    summary: "Which activities have records at which sites in which months of a period, and which months have none.",
    action: "record.read",
    narrows: true,
    query: z.object({ period: periodSchema, ...viewQuery }),
    answer: z.object({
      position: positionSchema,
      months: z.array(monthSchema.extend({ inside: z.number(), across: z.number() })),
      missing: z.array(monthSchema),
    }),
    async handle(call) {
      const { workspace, query, extents } = call;
      const opened = await openCalculator(workspace, viewOf(query));
      if (!opened.ok) return opened;
      const period = opened.value.period(query.period);
      if (!period.ok) return period;
      const { state, position, basis } = opened.value;
      const scope = await scopeAt(workspace.store, { at: position, basis });
      const found = await monthsWithRecords(recordReader(workspace.store, scope), scope, {
        period: period.value,
        calendar: calendarOf(state.boundary),
      });
      if (!found.ok) return found;
      const months = found.value.filter(({ site, activity }) =>
        coversExtent(extents, { sites: [site], activities: [activity] }),
      );
      call.tag(String(position));
      return ok({ position: String(position), months: [...months], missing: missingMonths(months, period.value) });
    },
  }),
];
