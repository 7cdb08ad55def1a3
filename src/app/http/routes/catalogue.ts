import { z } from "zod";
import { expectOk, ok, textOf } from "../../../ground/issue/index.ts";
import { lastPosition } from "../../../ground/journal/index.ts";
import type { Unit, UnitTable } from "../../../ground/quantity/index.ts";
import { readTerms } from "../../terms.ts";
import { modelNow, stateAt } from "../../workspace.ts";
import { type AnyOperation, operation } from "../operation.ts";
import { name, textSchema } from "../schemas.ts";

const indicatorSchema = name(
  "Indicator",
  z.object({
    id: z.string(),
    title: textSchema,
    unit: z.string(),
    symbol: textSchema,
    precision: z.number(),
    dimensions: z.array(z.string()),
    formula: z.string(),
    methods: z.array(z.string()),
    standards: z.array(z.string()),
    note: textSchema.optional(),
  }),
);
const activitySchema = name(
  "Activity",
  z.object({
    id: z.string(),
    title: textSchema,
    unit: z.string(),
    symbol: textSchema,
    measure: z.enum(["flow", "stock"]),
    dimensions: z.record(z.string(), z.array(z.string())),
  }),
);
const factorSchema = name(
  "Factor",
  z.looseObject({
    id: z.string(),
    kind: z.string(),
    set: z.string(),
    title: textSchema,
    value: z.string(),
    unit: z.string(),
  }),
);

/** The symbol of a unit in each language. */
const symbolsOf = (units: UnitTable, unit: Unit) => textOf((language) => units.symbol(unit, language));

export const catalogueOperations: readonly AnyOperation[] = [
  operation({
    id: "listIndicators",
    method: "get",
    path: "/indicators",
    tag: "catalogue",
    summary: "The indicators there are.",
    action: "catalogue.read",
    narrows: true,
    answer: z.object({ items: z.array(indicatorSchema) }),
    async handle({ workspace }) {
      const model = await modelNow(workspace);
      if (!model.ok) return model;
      const { catalogue, units } = model.value;
      const items = [...catalogue.entries.values()].map(({ definition, unit, methods }) => ({
        id: definition.id,
        title: definition.title,
        unit: definition.unit,
        symbol: symbolsOf(units, unit),
        precision: definition.precision,
        dimensions: definition.dimensions,
        formula: definition.formula,
        methods: methods.map(({ id }) => id),
        standards: definition.standards,
        ...(definition.note ? { note: definition.note } : {}),
      }));
      return ok({ items });
    },
  }),
  operation({
    id: "listActivities",
    method: "get",
    path: "/activities",
    tag: "catalogue",
    summary: "The activities that records can be of.",
    action: "catalogue.read",
    narrows: true,
    answer: z.object({ items: z.array(activitySchema) }),
    async handle({ workspace }) {
      const model = await modelNow(workspace);
      if (!model.ok) return model;
      const { activities, units } = model.value;
      const items = [...activities.values()].map(({ id, title, unit, measure, dimensions }) => ({
        id,
        title,
        unit,
        symbol: symbolsOf(units, expectOk(units.parse(unit))),
        measure,
        dimensions,
      }));
      return ok({ items });
    },
  }),
  operation({
    id: "listFactors",
    method: "get",
    path: "/factors",
    tag: "catalogue",
    summary: "The emission factors there are, with their sources and what was read of them.",
    action: "catalogue.read",
    narrows: true,
    query: z.object({ kind: z.string().max(60).optional(), set: z.string().max(60).optional() }),
    answer: z.object({ items: z.array(factorSchema) }),
    async handle({ workspace, query }) {
      const model = await modelNow(workspace);
      if (!model.ok) return model;
      const items = model.value.factors.filter(
        ({ kind, set }) => (query.kind ?? kind) === kind && (query.set ?? set) === set,
      );
      return ok({ items: items.map((factor) => ({ ...factor })) });
    },
  }),
  operation({
    id: "listSites",
    method: "get",
    path: "/sites",
    tag: "catalogue",
    summary: "The sites in the boundary.",
    action: "catalogue.read",
    narrows: true,
    answer: z.object({
      items: z.array(
        z.object({ id: z.string(), name: textSchema, region: z.string(), timeZone: z.string(), share: z.string() }),
      ),
    }),
    async handle({ workspace }) {
      const state = await stateAt(workspace, await lastPosition(workspace.store.db));
      if (!state.ok) return state;
      const items = state.value.boundary.sites.map(({ id, name: called, region, timeZone, share }) => ({
        id,
        name: called,
        region,
        timeZone,
        share,
      }));
      return ok({ items });
    },
  }),
  operation({
    id: "listTerms",
    method: "get",
    path: "/terms",
    tag: "catalogue",
    summary: "The names of dimensions and of their members.",
    action: "catalogue.read",
    narrows: true,
    answer: z.object({
      items: z.array(z.object({ dimension: z.string(), title: textSchema, members: z.record(z.string(), textSchema) })),
    }),
    async handle({ workspace }) {
      const model = await modelNow(workspace);
      if (!model.ok) return model;
      const term = await readTerms();
      const dimensions = new Map<string, Set<string>>();
      for (const activity of model.value.activities.values())
        for (const [dimension, members] of Object.entries(activity.dimensions))
          dimensions.set(dimension, new Set([...(dimensions.get(dimension) ?? []), ...members]));
      const plain = (id: string) => ({ "zh-Hant": id, "zh-Hans": id, en: id });
      const items = [...dimensions].map(([dimension, members]) => ({
        dimension,
        title: term(dimension) ?? plain(dimension),
        members: Object.fromEntries([...members].map((member) => [member, term(dimension, member) ?? plain(member)])),
      }));
      return ok({ items });
    },
  }),
];
