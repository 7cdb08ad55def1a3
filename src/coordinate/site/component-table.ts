import { z } from "zod";
import { readYaml } from "../../ground/content/index.ts";
import { fail, ok, type Result } from "../../ground/issue/index.ts";
import type { UnitTable } from "../../ground/quantity/index.ts";
import { climateSchema, type Climate } from "./climate.ts";
import type { Curve } from "./curve.ts";
import { parseNumber } from "./parse-number.ts";

const attributeSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-zA-Z]*$/),
  kind: z.enum([
    "id",
    "text",
    "flag",
    "choice",
    "time-zone",
    "quantity",
    "temperature",
    "unit",
    "curve",
    "months",
    "days",
    "hours",
    "dates",
    "reference",
    "references",
    "instant",
    "speeds",
    "climate",
    "component",
    "components",
  ]),
  /** Of a quantity and of a curve's values: the unit in which the model computes. */
  unit: z.string().optional(),
  /** Of a curve: `temperature` or the unit of what it goes by. */
  x: z.string().optional(),
  least: z.string().optional(),
  most: z.string().optional(),
  choices: z.array(z.string()).optional(),
  of: z.string().optional(),
  default: z.string().optional(),
  required: z.boolean().optional(),
  description: z.string().min(1),
});

const componentSchema = z.strictObject({
  component: z.string(),
  description: z.string().min(1),
  attributes: z.array(attributeSchema).min(1),
});

const curveSchema = z.strictObject({
  id: z.string(),
  x: z.string(),
  unit: z.string(),
  points: z.record(z.string(), z.string()),
  source: z.string().min(1),
});

export type Attribute = z.infer<typeof attributeSchema>;
export type ComponentDefinition = z.infer<typeof componentSchema>;

/** A typical curve of equipment that a site file may name. */
export interface EquipmentCurve {
  readonly id: string;
  readonly x: string;
  readonly unit: string;
  readonly curve: Curve;
  readonly source: string;
}

/** What a site file may say, and what it may refer to. */
export interface SiteContent {
  readonly components: ReadonlyMap<string, ComponentDefinition>;
  readonly curves: ReadonlyMap<string, EquipmentCurve>;
  readonly climates: ReadonlyMap<string, Climate>;
  readonly units: UnitTable;
}

/** The three files of `content/sites`, as texts. */
export interface SiteContentTexts {
  readonly components: string;
  readonly curves: string;
  readonly climates: string;
}

/**
 * Reads the table of attributes, the equipment curves and the climates.
 * @issues CONTENT-003, CONTENT-004; SITE-009 (a curve that is none)
 */
export function createSiteContent(texts: SiteContentTexts, units: UnitTable): Result<SiteContent> {
  const components = readYaml(texts.components, "sites/components.yaml", z.array(componentSchema));
  const curves = readYaml(texts.curves, "sites/curves.yaml", z.array(curveSchema));
  const climates = readYaml(texts.climates, "sites/climates.yaml", z.array(climateSchema));
  if (!components.ok || !curves.ok || !climates.ok)
    return fail(...[components, curves, climates].flatMap((one) => (one.ok ? [] : one.issues)));
  const named = new Map<string, EquipmentCurve>();
  for (const { points, ...rest } of curves.value) {
    const at = { file: "sites/curves.yaml", path: rest.id };
    const xs = Object.keys(points).map((x) => parseNumber(x, rest.x, units, at));
    const ys = Object.values(points).map((y) => parseNumber(y, rest.unit, units, at));
    const failed = [...xs, ...ys].flatMap((one) => (one.ok ? [] : one.issues));
    if (failed.length > 0) return fail(...failed);
    const sorted = xs
      .map((x, i) => ({ x: x.ok ? x.value : 0, y: ys[i]?.ok ? ys[i].value : 0 }))
      .sort((a, b) => a.x - b.x);
    named.set(rest.id, { ...rest, curve: { x: sorted.map(({ x }) => x), y: sorted.map(({ y }) => y) } });
  }
  return ok({
    components: new Map(components.value.map((one) => [one.component, one])),
    curves: named,
    climates: new Map(climates.value.map((one) => [one.id, one])),
    units,
  });
}
