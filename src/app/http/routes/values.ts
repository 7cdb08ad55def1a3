import { z } from "zod";
import { fail, ok, type Result } from "../../../ground/issue/index.ts";
import type { IndicatorValue, LineageNode } from "../../../measure/index.ts";
import { caveatTexts, missingTexts } from "../../bound-values.ts";
import { computeValues, openCalculator, valueJson } from "../../compute-values.ts";
import { leafRecords } from "../../leaf-records.ts";
import { readReported, reportedPeriods } from "../../reported-figures.ts";
import type { State } from "../../workspace.ts";
import { type AnyOperation, type Call, operation } from "../operation.ts";
import {
  decimalSchema,
  flag,
  name,
  pageOf,
  pageQuery,
  periodSchema,
  positionSchema,
  textSchema,
  viewQuery,
} from "../schemas.ts";
import { filterOf, mayRead, viewOf, whereSchema } from "./views.ts";

const membersSchema = z.record(z.string(), z.string());
const quantitySchema = z.object({ value: decimalSchema, unit: z.string() });

/** Nodes below are there as deep as was asked for; `hasMore` says that there are some below that. */
interface NodeJson extends Omit<LineageNode, "children"> {
  readonly children: readonly NodeJson[];
  readonly hasMore: boolean;
}
const nodeSchema: z.ZodType<NodeJson> = name(
  "LineageNode",
  z.object({
    id: z.string(),
    kind: z.enum(["indicator", "operation", "records", "factor", "constant"]),
    label: textSchema,
    value: z.string().optional(),
    unit: z.string().optional(),
    detail: membersSchema,
    get children() {
      return z.array(nodeSchema);
    },
    hasMore: z.boolean(),
  }) as unknown as z.ZodType<NodeJson>,
);

export const valueSchema = name(
  "Value",
  z.object({
    indicator: z.string(),
    title: textSchema,
    period: z.string(),
    where: membersSchema,
    value: decimalSchema.nullable().describe("Rounded once to the indicator's decimals; null when missing."),
    exact: decimalSchema.nullable(),
    unit: z.string(),
    symbol: textSchema,
    status: z.enum(["complete", "partial", "preliminary", "missing"]),
    method: z.string(),
    numerator: quantitySchema.optional(),
    denominator: quantitySchema.optional(),
    missing: z.array(z.looseObject({ kind: z.string() })),
    caveats: z.array(z.object({ kind: z.string(), detail: z.string(), count: z.number() })),
    notes: z.array(textSchema).describe("What is missing and what to note, in words."),
    position: positionSchema,
    lineage: z.unknown().optional(),
  }),
);

/** A value as the API gives it: as the command line does, its notes in words, its tree only if asked for. */
export function valueAnswer(
  { service }: Call<unknown, unknown, unknown>,
  value: IndicatorValue,
  state: State,
  withLineage = false,
): z.infer<typeof valueSchema> {
  const { lineage, ...json } = valueJson(value, state);
  const entry = state.model.catalogue.entries.get(value.indicator);
  const symbol = (language: "zh-Hant" | "zh-Hans" | "en"): string =>
    entry ? state.model.units.symbol(entry.unit, language) : "";
  return {
    ...(json as Omit<z.infer<typeof valueSchema>, "symbol" | "notes">),
    symbol: { "zh-Hant": symbol("zh-Hant"), "zh-Hans": symbol("zh-Hans"), en: symbol("en") },
    notes: [...missingTexts(value, state, service.words), ...caveatTexts(value, state, service.words)],
    ...(withLineage ? { lineage } : {}),
  };
}

const oneQuery = z.object({
  period: periodSchema,
  where: whereSchema,
  method: z.string().max(60).optional(),
  ...viewQuery,
});
const oneParams = z.object({ indicator: z.string().max(120) });
type OneCall = Call<z.infer<typeof oneParams>, z.infer<typeof oneQuery>, unknown>;

/** The one value that a path and a query name. */
async function oneValue(call: OneCall, action: string): Promise<Result<{ value: IndicatorValue; state: State }>> {
  const { params, query, workspace } = call;
  const where = filterOf(query.where);
  const may = await mayRead(call, action, where);
  if (!may.ok) return may;
  const computed = await computeValues(workspace, {
    ...viewOf(query),
    indicators: [params.indicator],
    periods: [query.period],
    where,
    ...(query.method === undefined ? {} : { method: query.method }),
  });
  if (!computed.ok) return computed;
  const [value] = computed.value.values;
  if (!value) throw new Error("one value was asked for");
  return ok({ value, state: computed.value.state });
}

function found(node: LineageNode, id: string): LineageNode | undefined {
  if (node.id === id) return node;
  for (const child of node.children) {
    const below = found(child, id);
    if (below) return below;
  }
  return undefined;
}

/** A node with what is below it, to a depth. */
const pruned = ({ children, ...node }: LineageNode, depth: number): NodeJson => ({
  ...node,
  detail: { ...node.detail },
  children: depth > 0 ? children.map((child) => pruned(child, depth - 1)) : [],
  hasMore: depth <= 0 && children.length > 0,
});

const tracedSchema = name(
  "TracedRecord",
  z.object({
    record: z.string(),
    site: z.string(),
    dims: membersSchema,
    period: z.string(),
    amount: decimalSchema,
    unit: z.string(),
    basis: z.string(),
    evidence: z.string(),
    note: z.string().optional(),
  }),
);

export const valueOperations: readonly AnyOperation[] = [
  operation({
    id: "listValues",
    method: "get",
    path: "/values",
    tag: "values",
    summary: "Values of indicators × periods, as they are or as they were.",
    action: "value.read",
    narrows: true,
    query: z.object({
      indicators: z.string().max(8000).default("all").describe("Ids with commas between, or all."),
      periods: z.string().max(400).optional().describe("Several with commas; those that were reported when absent."),
      where: whereSchema,
      method: z.string().max(60).optional(),
      lineage: flag.default(false).describe("With the whole tree of each value."),
      ...viewQuery,
    }),
    answer: z.object({ position: positionSchema, periods: z.array(z.string()), values: z.array(valueSchema) }),
    async handle(call) {
      const { workspace, query } = call;
      const where = filterOf(query.where);
      const may = await mayRead(call, "value.read", where);
      if (!may.ok) return may;
      const opened = await openCalculator(workspace, viewOf(query));
      if (!opened.ok) return opened;
      const periods = query.periods?.split(",") ?? (await reportedPeriods(workspace, opened.value));
      const computed = await computeValues(workspace, {
        asAt: String(opened.value.position),
        basis: query.basis,
        indicators: query.indicators === "all" ? "all" : query.indicators.split(","),
        periods,
        where,
        ...(query.method === undefined ? {} : { method: query.method }),
      });
      if (!computed.ok) return computed;
      const { values, state } = computed.value;
      call.tag(`${state.position}`);
      return ok({
        position: String(state.position),
        periods,
        values: values.map((value) => valueAnswer(call, value, state, query.lineage)),
      });
    },
  }),
  operation({
    id: "readBreakdown",
    method: "get",
    path: "/values/{indicator}/breakdown",
    tag: "values",
    summary: "A value by the members of a dimension, beside the whole.",
    action: "value.read",
    params: oneParams,
    query: oneQuery.extend({ dimension: z.string().max(60) }),
    answer: z.object({ whole: valueSchema, parts: z.array(valueSchema) }),
    async handle(call) {
      const { workspace, query, params } = call;
      const whole = await oneValue(call, "value.read");
      if (!whole.ok) return whole;
      const { state, value } = whole.value;
      const { catalogue, activities } = state.model;
      const allowed = catalogue.entries.get(params.indicator)?.definition.dimensions ?? [];
      const members =
        query.dimension === "site"
          ? state.boundary.sites.map(({ id }) => id)
          : allowed.includes(query.dimension)
            ? [...new Set(value.activities.flatMap((id) => activities.get(id)?.dimensions[query.dimension] ?? []))]
            : undefined;
      if (!members) {
        const expected = ["site", ...allowed].join(", ");
        return fail({ code: "CHOICE-001", severity: "error", at: {}, expected, actual: query.dimension });
      }
      const parts: IndicatorValue[] = [];
      for (const member of members) {
        const part = await computeValues(workspace, {
          asAt: String(state.position),
          basis: query.basis,
          indicators: [params.indicator],
          periods: [query.period],
          where: { ...filterOf(query.where), [query.dimension]: member },
          ...(query.method === undefined ? {} : { method: query.method }),
        });
        if (!part.ok) return part;
        parts.push(...part.value.values);
      }
      call.tag(String(state.position));
      return ok({
        whole: valueAnswer(call, value, state),
        parts: parts.map((part) => valueAnswer(call, part, state)),
      });
    },
  }),
  operation({
    id: "readLineage",
    method: "get",
    path: "/values/{indicator}/lineage",
    tag: "values",
    summary: "The tree from a value down to records and factors, as deep as asked for.",
    action: "lineage.read",
    narrows: true,
    params: oneParams,
    query: oneQuery.extend({
      node: z.string().max(400).optional().describe("Begin at this node."),
      depth: z.coerce.number().int().min(0).max(50).default(1),
    }),
    answer: z.object({ position: positionSchema, value: valueSchema, node: nodeSchema }),
    async handle(call) {
      const one = await oneValue(call, "lineage.read");
      if (!one.ok) return one;
      const { value, state } = one.value;
      const node = found(value.lineage, call.query.node ?? value.lineage.id);
      if (!node)
        return fail({
          code: "LINEAGE-001",
          severity: "error",
          at: {},
          expected: value.lineage.id,
          actual: call.query.node ?? "",
        });
      call.tag(String(state.position));
      return ok({
        position: String(state.position),
        value: valueAnswer(call, value, state),
        node: pruned(node, call.query.depth),
      });
    },
  }),
  operation({
    id: "listLeafRecords",
    method: "get",
    path: "/values/{indicator}/records",
    tag: "values",
    summary: "The records behind one leaf of a value's lineage, page by page.",
    action: "record.read",
    narrows: true,
    params: oneParams,
    query: oneQuery.extend({ node: z.string().max(400), ...pageQuery }),
    answer: pageOf(tracedSchema),
    async handle(call) {
      const { query, workspace } = call;
      const one = await oneValue(call, "record.read");
      if (!one.ok) return one;
      const page = await leafRecords(workspace, one.value.value, one.value.state, {
        node: query.node,
        basis: query.basis,
        limit: query.limit,
        ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
      });
      if (!page.ok) return page;
      const { records, next } = page.value;
      const items = records.map((record) => ({ ...record, dims: { ...record.dims } }));
      return ok({ items, ...(next === undefined ? {} : { next }) });
    },
  }),
  operation({
    id: "listReported",
    method: "get",
    path: "/reported",
    tag: "values",
    summary: "What sources printed of an indicator, every place that prints it.",
    action: "value.read",
    query: z.object({ indicator: z.string().max(120), periods: z.string().max(400), where: whereSchema, ...viewQuery }),
    answer: z.object({
      items: z.array(z.looseObject({ indicator: z.string(), period: z.string(), value: decimalSchema.nullable() })),
    }),
    async handle({ workspace, query }) {
      const read = await readReported(workspace, {
        ...viewOf(query),
        indicators: [query.indicator],
        periods: query.periods.split(","),
        where: filterOf(query.where),
      });
      return read.ok ? ok({ items: read.value.figures.map((figure) => ({ ...figure })) }) : read;
    },
  }),
];
