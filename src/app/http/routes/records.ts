import { z } from "zod";
import { coversExtent } from "../../../ground/actor/index.ts";
import { expectOk, fail, ok, type Result } from "../../../ground/issue/index.ts";
import { baseUnit, convertValue, periodInstants } from "../../../ground/quantity/index.ts";
import { countRecords, findRecord, type ListedRecord, listRecords, type RecordList } from "../../../measure/index.ts";
import { correctRecord } from "../../correct-record.ts";
import { openCalculator } from "../../compute-values.ts";
import { figuresTouching } from "../../figures-touching.ts";
import type { State } from "../../workspace.ts";
import { type AnyOperation, type Call, operation } from "../operation.ts";
import {
  decimalSchema,
  flag,
  instantSchema,
  name,
  pageQuery,
  periodSchema,
  positionSchema,
  textSchema,
  viewQuery,
} from "../schemas.ts";
import { batchAlongside, batchDoneSchema } from "./batches.ts";
import { notThere, viewOf } from "./views.ts";

const recordSchema = name(
  "Record",
  z.object({
    record: z.string().describe("batch#row"),
    batch: z.number(),
    row: z.number(),
    activity: z.string(),
    site: z.string(),
    dims: z.record(z.string(), z.string()),
    start: instantSchema,
    end: instantSchema,
    days: z.string().describe("First and last day at the site, 2025-03-01..2025-03-31."),
    amount: decimalSchema.describe("In the unit of the activity."),
    unit: z.string(),
    entered: z.string().describe("As the source had it."),
    enteredUnit: z.string(),
    basis: z.enum(["measured", "estimated", "derived"]),
    evidence: z.record(z.string(), z.unknown()),
    note: z.string().optional(),
    state: z.enum(["submitted", "approved"]),
    submittedBy: z.string(),
  }),
);

function recordJson(record: ListedRecord, { model, boundary }: State): z.infer<typeof recordSchema> {
  const unit = expectOk(model.units.parse(model.activities.get(record.activity)?.unit ?? record.unit));
  const timeZone = boundary.sites.find(({ id }) => id === record.site)?.timeZone ?? "UTC";
  const day = (moment: number): string =>
    new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(moment);
  const { batch, ordinal } = record.key;
  return {
    record: `${batch}#${ordinal}`,
    batch,
    row: ordinal,
    activity: record.activity,
    site: record.site,
    dims: JSON.parse(record.dims) as Record<string, string>,
    start: record.start.toISOString(),
    end: record.end.toISOString(),
    days: `${day(record.start.getTime())}..${day(record.end.getTime() - 1)}`,
    amount: convertValue(record.amount, baseUnit(unit.dimensions), unit).toFixed(),
    unit: unit.id,
    entered: record.entered,
    enteredUnit: record.unit,
    basis: record.basis,
    evidence: JSON.parse(record.evidence) as Record<string, unknown>,
    ...(record.note === undefined ? {} : { note: record.note }),
    state: record.decision === "approved" ? "approved" : "submitted",
    submittedBy: record.submittedBy,
  };
}

const listQuery = z.object({
  activity: z.string().max(2000).optional().describe("Ids with commas between; `electricity.*` for all below."),
  site: z.string().max(2000).optional(),
  period: periodSchema.optional().describe("Records that have some of their time in it."),
  batch: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
  basisOf: z.enum(["measured", "estimated", "derived"]).optional(),
  approved: flag.optional(),
  text: z.string().max(200).optional().describe("In evidence, note, amount as entered, site, activity or dimensions."),
  sort: z.enum(["entered", "period", "amount", "activity", "site"]).default("entered"),
  order: z.enum(["asc", "desc"]).default("desc"),
  skip: z.coerce.number().int().min(0).max(10_000_000).default(0).describe("Begin so many rows further."),
  count: flag.default(false).describe("Say also how many there are in all."),
  ...pageQuery,
  ...viewQuery,
});

const recordParams = z.object({
  batch: z.coerce.number().int().min(1).max(2_147_483_647),
  row: z.coerce.number().int().min(1).max(2_147_483_647),
});

const split = (text: string): string[] =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);

/** The record that a path names, where the caller may see it. @issues RECORD-001, ACTOR-001 */
async function seen(
  call: Call<z.infer<typeof recordParams>, unknown, unknown>,
  action: string,
): Promise<Result<{ readonly site: string; readonly activity: string }>> {
  const { batch, row } = call.params;
  const id = `${batch}#${row}`;
  const found = await findRecord(call.workspace.store, { batch, ordinal: row });
  if (!found) return fail({ code: "RECORD-001", severity: "error", at: { record: id }, expected: "4#17" });
  return coversExtent(call.extents, { sites: [found.site], activities: [found.activity] })
    ? ok(found)
    : fail(await notThere(call, action, id));
}

export const recordOperations: readonly AnyOperation[] = [
  operation({
    id: "listRecords",
    method: "get",
    path: "/records",
    tag: "records",
    summary: "Activity records, filtered and sorted, page by page.",
    action: "record.read",
    narrows: true,
    query: listQuery,
    answer: z.object({
      position: positionSchema,
      items: z.array(recordSchema),
      next: z.string().optional(),
      total: z.number().optional(),
    }),
    async handle({ workspace, query, extents, tag }) {
      const opened = await openCalculator(workspace, viewOf(query));
      if (!opened.ok) return opened;
      const { state, position, period: parse } = opened.value;
      const period = query.period === undefined ? undefined : parse(query.period);
      if (period && !period.ok) return period;
      const bounds = period && periodInstants(period.value, state.boundary.sites[0]?.timeZone ?? "UTC");
      const list: RecordList = {
        position,
        basis: query.basis,
        extents,
        sort: query.sort,
        descending: query.order === "desc",
        ...(query.activity === undefined ? {} : { activities: split(query.activity) }),
        ...(query.site === undefined ? {} : { sites: split(query.site) }),
        ...(query.batch === undefined ? {} : { batch: query.batch }),
        ...(query.basisOf === undefined ? {} : { basisOfAmount: query.basisOf }),
        ...(query.approved === undefined ? {} : { approved: query.approved }),
        ...(query.text === undefined ? {} : { text: query.text }),
        ...(bounds ? { from: bounds.start, to: bounds.end } : {}),
      };
      const page = await listRecords(workspace.store, list, {
        limit: query.limit,
        skip: query.skip,
        ...(query.cursor === undefined ? {} : { after: query.cursor }),
      });
      tag(String(position));
      return ok({
        position: String(position),
        items: page.records.map((record) => recordJson(record, state)),
        ...(page.next === undefined ? {} : { next: page.next }),
        ...(query.count ? { total: await countRecords(workspace.store, list) } : {}),
      });
    },
  }),
  operation({
    id: "readRecord",
    method: "get",
    path: "/records/{batch}/{row}",
    tag: "records",
    summary: "One record as it was submitted, whether it still counts or not.",
    action: "record.read",
    narrows: true,
    params: recordParams,
    answer: z.object({
      record: z.string(),
      activity: z.string(),
      site: z.string(),
      dims: z.record(z.string(), z.string()),
      entered: z.string(),
      enteredUnit: z.string(),
      basis: z.string(),
      start: instantSchema,
      end: instantSchema,
      evidence: z.record(z.string(), z.unknown()),
      note: z.string().optional(),
    }),
    async handle(call) {
      const may = await seen(call, "record.read");
      if (!may.ok) return may;
      const { batch, row } = call.params;
      const found = await findRecord(call.workspace.store, { batch, ordinal: row });
      if (!found) throw new Error("a record does not go away");
      return ok({
        record: `${batch}#${row}`,
        activity: found.activity,
        site: found.site,
        dims: JSON.parse(found.dims) as Record<string, string>,
        entered: found.entered,
        enteredUnit: found.unit,
        basis: found.basis,
        start: new Date(found.periodStart).toISOString(),
        end: new Date(found.periodEnd).toISOString(),
        evidence: JSON.parse(found.evidence) as Record<string, unknown>,
        ...(found.note === undefined ? {} : { note: found.note }),
      });
    },
  }),
  operation({
    id: "listTouched",
    method: "get",
    path: "/records/{batch}/{row}/figures",
    tag: "records",
    summary: "Back up: the figures of its month, quarter and year that rest on a record.",
    action: "lineage.read",
    narrows: true,
    params: recordParams,
    query: z.object(viewQuery),
    answer: z.object({
      items: z.array(
        z.object({
          indicator: z.string(),
          title: textSchema,
          period: z.string(),
          value: decimalSchema.nullable(),
          unit: z.string(),
          status: z.string(),
          nodes: z.array(z.string()).describe("The leaves of its lineage that hold the record."),
        }),
      ),
    }),
    async handle(call) {
      const may = await seen(call, "lineage.read");
      if (!may.ok) return may;
      const { batch, row } = call.params;
      const touched = await figuresTouching(call.workspace, { batch, ordinal: row }, viewOf(call.query));
      return touched.ok ? ok({ items: touched.value.map((one) => ({ ...one, nodes: [...one.nodes] })) }) : touched;
    },
  }),
  ...(["correction", "withdrawal"] as const).map((what) =>
    operation({
      id: what === "correction" ? "correctRecord" : "withdrawRecord",
      method: "post",
      path: `/records/{batch}/{row}/${what}`,
      tag: "records",
      summary:
        what === "correction"
          ? "Put another amount in a record's place; past positions keep what they had."
          : "Take a record out without another in its place.",
      action: "batch.correct",
      narrows: true,
      idempotent: true,
      params: recordParams,
      body: z.strictObject({
        reason: z.string().trim().min(1).max(2000),
        ...(what === "correction"
          ? {
              amount: z.string().max(60),
              unit: z.string().max(60).optional(),
              evidence: z.string().max(2000).optional(),
              basis: z.enum(["measured", "estimated", "derived"]).optional(),
            }
          : {}),
      }),
      answer: batchDoneSchema,
      status: 201,
      async handle(call) {
        const may = await seen(call, "batch.correct");
        if (!may.ok) return may;
        const { batch, row } = call.params;
        const { reason, amount, unit, evidence, basis } = call.body as {
          reason: string;
          amount?: string;
          unit?: string;
          evidence?: string;
          basis?: "measured" | "estimated" | "derived";
        };
        const done = await correctRecord(batchAlongside(call), {
          record: `${batch}#${row}`,
          reason,
          ...(amount === undefined ? {} : { amount }),
          ...(unit === undefined ? {} : { unit }),
          ...(evidence === undefined ? {} : { evidence }),
          ...(basis === undefined ? {} : { basis }),
        });
        return done.ok ? ok({ batch: done.value.batch, position: String(done.value.position) }) : done;
      },
    }),
  ),
];
