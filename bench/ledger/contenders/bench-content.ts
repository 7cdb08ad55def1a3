import { type ContentPack, createPack } from "../../../src/ground/content/index.ts";
import { expectOk, type Result } from "../../../src/ground/issue/index.ts";
import { type Boundary, boundarySchema } from "../../../src/measure/index.ts";
import { ACTIVITY, factors, sites } from "../rows.ts";

export const INDICATOR = "bench.emissions";

const said = (english: string): string => `{ zh-Hant: "${english}", zh-Hans: "${english}", en: "${english}" }`;

const activities = `
- id: ${ACTIVITY}
  title: ${said("Electricity of the bench")}
  unit: kWh
  measure: flow
  minimum: "0"
`;

const indicators = `
- id: ${INDICATOR}
  title: ${said("Emissions of the bench")}
  unit: kgCO2
  precision: 3
  formula: apply("${ACTIVITY}", "bench.grid")
`;

const factorItem = ({ region, tenThousandths }: (typeof factors)[number]): string => `
- id: bench.grid.${region.toLowerCase()}
  kind: bench.grid
  set: bench-grid
  title: ${said(`Made-up factor of ${region}`)}
  region: ${region}
  value: "${(tenThousandths / 10_000).toFixed(4)}"
  unit: kgCO2/kWh
  source: { title: "made up for the bench", publisher: "bench", locator: "rows.mjs" }
  read: { of: definition, what: "made up for the bench", date: 2024-01-01 }
  status: verified
  licence: none
`;

/** What a user would write to have the bench's readings counted: an activity, 32 regional factors and an indicator. */
export function benchPack(): Result<ContentPack> {
  return createPack(
    "bench",
    "1.0.0",
    new Map([
      ["activities/bench.yaml", activities],
      ["indicators/bench.yaml", indicators],
      ["factors/bench.yaml", factors.map(factorItem).join("")],
    ]),
  );
}

/** A company of 320 sites in 32 regions. */
export function benchBoundary(): Boundary {
  const name = (text: string): Record<string, string> => ({ "zh-Hant": text, "zh-Hans": text, en: text });
  return boundarySchema.parse({
    entity: { id: "bench", name: name("Bench"), approach: "operational-control" },
    sites: sites.map(({ id, region }) => ({ id, name: name(id), region, timeZone: "UTC" })),
  });
}

/** Puts content and boundary of the bench at hand as `adoptPacks` and `setBoundary` take them. */
export function benchContent(): { readonly pack: ContentPack; readonly boundary: Boundary } {
  return { pack: expectOk(benchPack()), boundary: benchBoundary() };
}
