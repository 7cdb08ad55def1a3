import { beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { shippedPack } from "../../src/app/package-folder.ts";
import { type ContentPack, indexById, readItems } from "../../src/ground/content/index.ts";
import { expectOk } from "../../src/ground/issue/index.ts";
import {
  createUnitTable,
  parseQuantity,
  quotientUnit,
  sameDimension,
  type UnitTable,
} from "../../src/ground/quantity/index.ts";
import { convertedUnit } from "../../src/measure/ledger/import/index.ts";
import { type Factor, factorSchema, unreadFactors } from "../../src/measure/factors/index.ts";
import {
  type Activity,
  activitiesOf,
  activitySchema,
  type CatalogueContent,
  createCatalogue,
  type Indicator,
  indicatorSchema,
} from "../../src/measure/indicators/index.ts";

const unitSchema = z.array(
  z.looseObject({
    id: z.string(),
    dimension: z.string(),
    factor: z.string(),
    symbol: z.strictObject({ "zh-Hant": z.string(), "zh-Hans": z.string(), en: z.string() }),
    spellings: z.array(z.string()),
  }),
);

let pack: ContentPack;
let content: CatalogueContent;
let units: UnitTable;

/** The ids that the issue asks for by name. */
const PROMISED = [
  "ghg.scope1",
  "ghg.scope2.location",
  "ghg.scope2.market",
  "ghg.scope3",
  "ghg.scope1-2",
  "ghg.scope1-2.per-revenue",
  "energy.total",
  "energy.direct",
  "energy.indirect",
  "energy.per-revenue",
  "energy.renewable-electricity",
  "water.total",
  "water.per-revenue",
  "wastewater.total",
  "packaging.total",
  "waste.non-hazardous",
  "people.headcount",
  "people.turnover-rate",
  "people.lost-days",
  "training.hours-per-person",
  "training.share-trained",
  "suppliers.count",
  "donations.total",
  "revenue",
]; // prettier-ignore

beforeAll(async () => {
  pack = await shippedPack();
  units = expectOk(createUnitTable(expectOk(readItems([pack], "units", unitSchema)).map((unit) => unit.item)));
  const indicators = expectOk(
    indexById(expectOk(readItems<Indicator>([pack], "indicators", z.array(indicatorSchema)))),
  );
  const activities = expectOk(indexById(expectOk(readItems<Activity>([pack], "activities", z.array(activitySchema)))));
  const factors = expectOk(readItems<Factor>([pack], "factors", z.array(factorSchema))).map((factor) => factor.item);
  content = { indicators, activities: new Map([...activities].map(([id, { item }]) => [id, item])), factors, units };
});

it("compiles every indicator against units, activities and factors", () => {
  const catalogue = createCatalogue(content);
  expect(catalogue.ok ? [] : catalogue.issues).toEqual([]);
  console.log(
    `content: ${content.indicators.size} indicators, ${content.activities.size} activities, ${content.factors.length} factors`,
  );
  expect(content.indicators.size).toBeGreaterThan(60);
  expect(content.factors.length).toBeGreaterThan(25);
  expect([...content.indicators.keys()]).toEqual(expect.arrayContaining(PROMISED));
});

it("catches a seeded indicator that names an activity which does not exist", () => {
  const first = content.indicators.get("ghg.scope1");
  if (!first) throw new Error("ghg.scope1 is gone");
  const seeded = new Map(content.indicators);
  seeded.set("seed.bad", {
    ...first,
    item: { ...first.item, id: "seed.bad", formula: 'sum("no.such-activity")', methods: [] },
  });
  const catalogue = createCatalogue({ ...content, indicators: seeded });
  expect(catalogue.ok ? [] : catalogue.issues.map((issue) => issue.code)).toContain("FORMULA-003");
});

/** Activities that no formula reads. */
function orphanActivities(indicatorsOf: CatalogueContent): string[] {
  const catalogue = expectOk(createCatalogue(indicatorsOf));
  const used = new Set(
    [...catalogue.entries.values()].flatMap((entry) => entry.methods.flatMap((method) => activitiesOf(method.formula))),
  );
  return [...indicatorsOf.activities.keys()].filter((id) => !used.has(id));
}

it("has no orphan activity", () => {
  expect(orphanActivities(content)).toEqual([]);
  const seeded = new Map(content.activities);
  const some = seeded.get("fuel.combustion");
  if (!some) throw new Error("fuel.combustion is gone");
  seeded.set("seed.orphan", { ...some, id: "seed.orphan" });
  expect(orphanActivities({ ...content, activities: seeded })).toEqual(["seed.orphan"]);
});

it("declares only conversions that lead from another dimension to the activity's own", () => {
  const leads = ({ unit, conversions = [] }: Activity): string[] =>
    conversions.flatMap(({ at }) => {
      const per = parseQuantity(at, units, {});
      const wanted = units.unit(unit);
      if (!per.ok) return [at];
      const from = quotientUnit(wanted, per.value.unit);
      const taken = convertedUnit(from, wanted, [{ at }], units);
      return taken && !sameDimension(from, wanted) ? [] : [at];
    });
  const declared = [...content.activities.values()].filter(({ conversions }) => conversions);
  console.log(`conversions: ${declared.map(({ id }) => id).join(", ")}`);
  expect(declared.length).toBeGreaterThan(0);
  expect(declared.flatMap(leads)).toEqual([]);
  const [water] = declared;
  if (!water) throw new Error("water is gone");
  const reason = { "zh-Hant": "甲", "zh-Hans": "甲", en: "a" };
  expect(leads({ ...water, conversions: [{ at: "1 t/t", reason }] })).toEqual(["1 t/t"]);
  expect(leads({ ...water, conversions: [{ at: "wet", reason }] })).toEqual(["wet"]);
});

it("gives factors unique ids", () => {
  const ids = content.factors.map((factor) => factor.id);
  expect(ids.length).toBe(new Set(ids).size);
});

it("calls a factor verified only where its publication was read, and keeps the hash of what was", () => {
  const verified = content.factors.filter((factor) => factor.status === "verified");
  const silent = content.factors.filter((factor) => factor.read && !factor.read.of);
  console.log(`factors: ${content.factors.length}, of which ${verified.length} verified`);
  expect(verified.length).toBeGreaterThan(10);
  expect(verified.length).toBeLessThan(content.factors.length);
  expect([...unreadFactors(content.factors), ...silent]).toEqual([]);
});

it("catches seeded factors that are verified by nobody", () => {
  const [account] = content.factors.filter((factor) => factor.read?.of === "account");
  const [publication] = content.factors.filter((factor) => factor.read?.of === "publication");
  if (!account?.read || !publication?.read) throw new Error("the factors to seed from are gone");
  const { sha256: _gone, ...withoutHash } = publication.read;
  const seeded: Factor[] = [
    { ...account, status: "verified", id: "seed.account" },
    { ...publication, read: withoutHash, id: "seed.without-hash" },
    { ...publication, read: { what: "the notes", date: "2026-01-01" }, id: "seed.unsaid" },
  ];
  expect(unreadFactors([...content.factors, ...seeded]).map(({ code, at }) => [code, at.path])).toEqual([
    ["FACTOR-001", "seed.account"],
    ["FACTOR-001", "seed.without-hash"],
    ["FACTOR-001", "seed.unsaid"],
  ]);
  expect(factorSchema.safeParse({ ...account, read: undefined, status: "verified" }).success).toBe(false);
});
