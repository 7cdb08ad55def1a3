import { z } from "zod";
import { createRights, type Rights, rightsSchema } from "../ground/actor/index.ts";
import {
  type ContentPack,
  filesUnder,
  indexById,
  readItems,
  readYaml,
  type Sourced,
  textSchema,
} from "../ground/content/index.ts";
import { expectOk, type Issue, ok, type Result } from "../ground/issue/index.ts";
import { createUnitTable, type UnitDefinition, type UnitTable } from "../ground/quantity/index.ts";
import {
  type Activity,
  activitySchema,
  type Catalogue,
  createCatalogue,
  type Factor,
  factorSchema,
  indicatorSchema,
} from "../measure/index.ts";

/** Everything that definitions say, compiled from the packs that a store has pinned. */
export interface Model {
  readonly packs: readonly ContentPack[];
  readonly rights: Rights;
  readonly units: UnitTable;
  readonly activities: ReadonlyMap<string, Activity>;
  readonly factors: readonly Factor[];
  readonly catalogue: Catalogue;
}

const unitSchema = z.strictObject({
  id: z.string(),
  dimension: z.string(),
  factor: z.string(),
  symbol: textSchema,
  singular: z.string().optional(),
  spellings: z.array(z.string()),
  ambiguous: z.array(z.string()).optional(),
  source: z.string().optional(),
});

const plain = <T>(items: ReadonlyMap<string, Sourced<T>>): Map<string, T> =>
  new Map([...items].map(([id, { item }]) => [id, item]));

/** Compiled models by their packs' hashes: packs never change, so a model is made once. */
const compiled = new Map<string, Model>();
const KEPT = 4;

/** Reads, validates and compiles the packs; all issues of all files at once. */
export function createModel(packs: readonly ContentPack[]): Result<Model> {
  const key = packs.map(({ hash }) => hash).join(" ");
  const known = compiled.get(key);
  if (known) return ok(known);
  const made = compile(packs);
  if (!made.ok) return made;
  if (compiled.size >= KEPT) compiled.delete(compiled.keys().next().value ?? "");
  compiled.set(key, made.value);
  return made;
}

function compile(packs: readonly ContentPack[]): Result<Model> {
  const issues: Issue[] = [];
  const keep = <T>(result: Result<T>, otherwise: T): T => {
    if (result.ok) return result.value;
    issues.push(...result.issues);
    return otherwise;
  };
  const unitItems = keep(readItems<UnitDefinition>(packs, "units", z.array(unitSchema)), []);
  const items = <T extends { readonly id: string }>(folder: string, schema: z.ZodType<T[]>): Map<string, Sourced<T>> =>
    keep(indexById(keep(readItems<T>(packs, folder, schema), [])), new Map<string, Sourced<T>>());
  const activities = items("activities", z.array(activitySchema));
  const factors = items("factors", z.array(factorSchema));
  const indicators = items("indicators", z.array(indicatorSchema));
  const table = filesUnder(packs, "actor").at(-1);
  const rights = readYaml(table?.text ?? "", table?.path ?? "actor/rights.yaml", rightsSchema);
  const allowed = rights.ok ? createRights(rights.value) : rights;
  if (!allowed.ok) issues.push(...allowed.issues);
  if (issues.length > 0 || !allowed.ok) return { ok: false, issues };
  const units = createUnitTable(unitItems.map(({ item }) => item));
  if (!units.ok) return units;
  const content = {
    indicators,
    activities: plain(activities),
    factors: [...plain(factors).values()],
    units: units.value,
  };
  const catalogue = createCatalogue(content);
  if (!catalogue.ok) return catalogue;
  return ok({
    packs,
    rights: allowed.value,
    units: units.value,
    activities: content.activities,
    factors: content.factors,
    catalogue: expectOk(catalogue),
  });
}
