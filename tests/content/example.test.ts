import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { EXAMPLE_FOLDER, type ExampleRow, exampleRows } from "../../examples/sensetime-2025/read-example.ts";
import {
  claimsFileSchema,
  closingSchema,
  hypothesesSchema,
  indexSchema,
  sourcesSchema,
} from "../../examples/sensetime-2025/schemas.ts";
import { shippedPack } from "../../src/app/package-folder.ts";
import { standardSchema } from "../../src/disclose/index.ts";
import { type ContentPack, readItems, readYaml } from "../../src/ground/content/index.ts";
import { expectOk } from "../../src/ground/issue/index.ts";
import { boundarySchema } from "../../src/measure/boundary/index.ts";
import { parseRef, relationSchema } from "../../src/measure/checks/index.ts";
import { type Factor, factorSchema, pinsSchema } from "../../src/measure/factors/index.ts";
import { type Activity, activitySchema, type Indicator, indicatorSchema } from "../../src/measure/indicators/index.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

function example<T>(name: string, schema: z.ZodType<T>): T {
  return expectOk(readYaml(readFileSync(`${EXAMPLE_FOLDER}/${name}`, "utf8"), name, schema));
}

const boundary = example("boundary.yaml", boundarySchema);
const pins = example("pins.yaml", pinsSchema);
const sources = example("sources.yaml", sourcesSchema);
const claims = example("claims.yaml", claimsFileSchema);
const relations = example("relations.yaml", z.array(relationSchema));
const closing = example("closing.yaml", closingSchema);
const hypotheses = example("hypotheses.yaml", hypothesesSchema);
const index = example("index.yaml", indexSchema);
const records = exampleRows("records.csv");
const reported = exampleRows("reported.csv");
const standards = ["hkex-c2", "gri-2021"].map((id) =>
  expectOk(readYaml(readFileSync(join(root, `content/standards/${id}.yaml`), "utf8"), id, standardSchema)),
);

let indicators: Map<string, Indicator>;
let activities: Map<string, Activity>;
let factors: Factor[];

beforeAll(async () => {
  const pack: ContentPack = await shippedPack();
  const byId = <T extends { id: string }>(items: readonly { item: T }[]): Map<string, T> =>
    new Map(items.map(({ item }) => [item.id, item]));
  indicators = byId(expectOk(readItems<Indicator>([pack], "indicators", z.array(indicatorSchema))));
  activities = byId(expectOk(readItems<Activity>([pack], "activities", z.array(activitySchema))));
  factors = expectOk(readItems<Factor>([pack], "factors", z.array(factorSchema))).map(({ item }) => item);
});

const places = new Set(sources.flatMap((source) => source.places.map((place) => place.id)));
const sites = new Set(boundary.sites.map((site) => site.id));

/** What is wrong with a record: unknown activity, site, member or place, more than one cut, derived without saying so. */
function recordFaults({ cells, dims }: ExampleRow): string[] {
  const at = `${cells.activity} ${cells.period} ${JSON.stringify(dims)}`;
  const activity = activities.get(cells.activity ?? "");
  if (!activity) return [`${at}: unknown activity`];
  const unknown = Object.entries(dims).filter(
    ([dimension, member]) => !activity.dimensions[dimension]?.includes(member),
  );
  const cuts = activity.cuts.filter((cut) => cut in dims);
  const [source, place = ""] = (cells.evidence ?? "").split(":");
  return [
    ...(sites.has(cells.site ?? "") ? [] : [`${at}: unknown site ${cells.site}`]),
    ...unknown.map(([dimension, member]) => `${at}: ${dimension}=${member} is no member`),
    ...(activity.cuts.length > 0 && cuts.length !== 1 ? [`${at}: ${cuts.length} cuts`] : []),
    ...(sources.some(({ id }) => id === source) && places.has(place.split("/")[0] ?? "")
      ? []
      : [`${at}: evidence ${cells.evidence}`]),
    ...(/^-?\d+(\.\d+)?$/.test(cells.amount ?? "") ? [] : [`${at}: amount ${cells.amount}`]),
    ...(["measured", "estimated", "derived"].includes(cells.basis ?? "") ? [] : [`${at}: basis ${cells.basis}`]),
    ...(cells.basis === "derived" && !/^(Derived|Printed as a dash)/.test(cells.note ?? "")
      ? [`${at}: derived without saying from what`]
      : []),
  ];
}

describe("records.csv", () => {
  it("names activities, sites, members and places that exist, one cut a record", () => {
    console.log(`records: ${records.length}, places: ${places.size}`);
    expect(records.length).toBeGreaterThan(140);
    expect(records.flatMap(recordFaults)).toEqual([]);
  });

  it("has no record twice", () => {
    const keys = records.map(({ cells, dims }) =>
      [cells.activity, cells.site, cells.period, JSON.stringify(dims)].join("|"),
    );
    expect(keys.length).toBe(new Set(keys).size);
  });

  it.each([
    ["an unknown activity", { activity: "no.such" }, {}, "unknown activity"],
    ["a member that the activity does not have", { activity: "fuel.combustion" }, { fuel: "peat" }, "fuel=peat"],
    ["two cuts in one record", { activity: "workforce.headcount" }, { gender: "male", age: "30-50" }, "2 cuts"],
    [
      "a place that is not in the source",
      { activity: "revenue.recognised", evidence: "report-2025:page-99/row" },
      {},
      "evidence",
    ],
    ["a derived amount without a word", { activity: "revenue.recognised", basis: "derived" }, {}, "derived without"],
  ])("catches %s", (_, cells, dims, fault) => {
    const good = {
      site: "group",
      period: "2025",
      amount: "1",
      unit: "MWh",
      basis: "measured",
      evidence: "report-2025:kpi-appendix/x",
      note: "",
    };
    expect(recordFaults({ cells: { ...good, ...cells }, dims: dims as Record<string, string> }).join()).toContain(
      fault,
    );
  });
});

/** What is wrong with a printed figure. */
function figureFaults({ cells, dims }: ExampleRow): string[] {
  const at = `${cells.indicator} ${cells.period} in ${cells.where}`;
  const indicator = indicators.get(cells.indicator ?? "");
  if (!indicator) return [`${at}: unknown indicator`];
  const foreign = Object.keys(dims).filter(
    (dimension) => dimension !== "site" && !indicator.dimensions.includes(dimension),
  );
  const places_ = (cells.value ?? "").split(".")[1]?.length ?? 0;
  const dash = cells.value === "";
  return [
    ...foreign.map((dimension) => `${at}: not broken down by ${dimension}`),
    ...(places.has(cells.where ?? "") ? [] : [`${at}: unknown place`]),
    ...(dash
      ? cells.note === "dash"
        ? []
        : [`${at}: empty without a note`]
      : String(places_) === cells.decimals
        ? []
        : [`${at}: decimals ${cells.decimals}`]),
    ...(["exact", "over", "near", "at-most", "at-least"].includes(cells.qualifier ?? "")
      ? []
      : [`${at}: qualifier ${cells.qualifier}`]),
    ...(dims.site === undefined || sites.has(dims.site) ? [] : [`${at}: unknown site ${dims.site}`]),
  ];
}

describe("reported.csv", () => {
  it("names indicators, breakdowns and places that exist", () => {
    console.log(`printed figures: ${reported.length}`);
    expect(reported.length).toBeGreaterThan(300);
    expect(reported.flatMap(figureFaults)).toEqual([]);
  });

  it("catches a seeded figure of an unknown place and one with the wrong decimals", () => {
    const cells = {
      indicator: "ghg.scope1",
      period: "2025",
      value: "138.37",
      decimals: "1",
      qualifier: "exact",
      where: "page-99",
      note: "",
    };
    expect(figureFaults({ cells, dims: {} })).toEqual([
      "ghg.scope1 2025 in page-99: unknown place",
      "ghg.scope1 2025 in page-99: decimals 1",
    ]);
  });
});

describe("claims, relations, hypotheses and pins", () => {
  const refs = (): string[] => [
    ...claims.claims
      .flatMap((claim) =>
        claim.kind === "all"
          ? [claim.population, claim.covered]
          : claim.kind === "trend" || claim.kind === "attributed"
            ? [claim.figure]
            : claim.kind === "basis-changed"
              ? claim.figures
              : [],
      )
      .map((ref) => ref.indicator),
    ...claims.targets.map((target) => target.figure.indicator),
    ...relations
      .flatMap((relation) => (relation.kind === "sum" ? [relation.total, ...relation.parts] : []))
      .map((ref) => ref.indicator),
    ...hypotheses.flatMap((hypothesis) => hypothesis.indicators),
    ...closing.rows.map((row) => row.indicator),
    ...Object.keys(pins.methods),
  ];

  it("name indicators that exist", () => {
    const named = refs();
    console.log(`references to indicators: ${named.length}`);
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter((id) => !indicators.has(id))).toEqual([]);
    expect(parseRef("people.headcount{gender}")).toBeUndefined();
  });

  it("stand in places that exist, and each statement has its claim and each claim its statement", () => {
    const items = [...claims.claims.filter((claim) => claim.kind !== "index"), ...claims.targets];
    expect(items.map((item) => item.where).filter((where) => !places.has(where))).toEqual([]);
    expect(Object.keys(claims.statements).sort()).toEqual(items.map((item) => item.id).sort());
  });

  it("pin methods and sets that exist", () => {
    for (const [id, method] of Object.entries(pins.methods)) {
      const indicator = indicators.get(id);
      expect([indicator?.method?.id, ...(indicator?.methods.map((other) => other.id) ?? [])]).toContain(method);
    }
    const sets = new Set(factors.map((factor) => `${factor.kind} ${factor.set}`));
    expect(pins.factors.map((pin) => `${pin.kind} ${pin.set}`).filter((pin) => !sets.has(pin))).toEqual([]);
  });
});

describe("standards and the issuer's index", () => {
  const requirementsOf = new Map(
    standards.map((standard) => [standard.id, new Map(standard.requirements.map((item) => [item.id, item]))]),
  );

  it("resolve: requirements to indicators, indicators to requirements, index to requirements and sections", () => {
    const total = standards.reduce((count, standard) => count + standard.requirements.length, 0);
    console.log(`requirements: ${total}`);
    expect(total).toBeGreaterThan(150);
    const unknown = standards.flatMap((standard) =>
      standard.requirements.flatMap((item) => item.answeredBy.filter((id) => !indicators.has(id))),
    );
    expect(unknown).toEqual([]);
    const dangling = [...indicators.values()].flatMap((indicator) =>
      indicator.standards.filter((reference) => {
        const [standard = "", requirement = ""] = reference.split(":");
        return !requirementsOf.get(standard)?.get(requirement)?.answeredBy.includes(indicator.id);
      }),
    );
    expect(dangling).toEqual([]);
    for (const [standard, rows] of Object.entries(index.standards)) {
      expect(rows.map((row) => row.requirement).filter((id) => !requirementsOf.get(standard)?.has(id))).toEqual([]);
      expect(rows.flatMap((row) => row.sections).filter((section) => !(section in index.sections))).toEqual([]);
      const asked = [...(requirementsOf.get(standard)?.values() ?? [])].filter(
        (item) => item.kind !== "heading" && item.id !== "D.28",
      );
      expect(asked.map((item) => item.id).filter((id) => !rows.some((row) => row.requirement === id))).toEqual([]);
    }
  });

  it("agree with the index claims that the checks read", () => {
    const says = { answered: "reported", "not-answered": "nothing", statement: "explained" } as const;
    const expected = Object.entries(index.standards).flatMap(([standard, rows]) =>
      rows
        .filter((row) => row.listed && requirementsOf.get(standard)?.get(row.requirement)?.kind === "figure")
        .map((row) => `${standard}:${row.requirement} ${says[row.answer]}`),
    );
    const claimed = claims.claims.flatMap((claim) =>
      claim.kind === "index" ? [`${claim.requirement} ${claim.says}`] : [],
    );
    expect(claimed.length).toBeGreaterThan(50);
    expect(claimed.sort()).toEqual(expected.sort());
  });
});

describe("terms", () => {
  const text = z.strictObject({ "zh-Hant": z.string(), "zh-Hans": z.string(), en: z.string() });
  const terms = expectOk(
    readYaml(
      readFileSync(join(root, "content/locales/terms/dimensions.yaml"), "utf8"),
      "dimensions.yaml",
      z.record(z.string(), z.strictObject({ title: text, members: z.record(z.string(), text) })),
    ),
  );

  it("name every dimension and member of every activity", () => {
    const wanted = [...activities.values()].flatMap((activity) =>
      Object.entries(activity.dimensions).flatMap(([dimension, members]) =>
        members.map((member) => ({ dimension, member })),
      ),
    );
    expect(wanted.length).toBeGreaterThan(60);
    expect(wanted.filter(({ dimension, member }) => !terms[dimension]?.members[member])).toEqual([]);
  });
});
