import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cleanUp, contents, scratch, servedStore, type TestStore } from "./candela.ts";
import { issuesShape } from "./shapes.ts";

/** A name that is slightly wrong is told so, with the right one first; it never reads as a figure that is missing. */

let store: TestStore;
let files: string;

beforeAll(async () => {
  files = scratch();
  store = await servedStore({ example: true });
});
afterAll(cleanUp);

const pins = (text: string): string => {
  const path = join(files, "pins.yaml");
  writeFileSync(path, text);
  return path;
};

it.each<[string[], string, RegExp]>([
  [["value", "ghg.scop1", "--period", "2025"], "INDICATOR-001", /^Did you mean ghg\.scope1,/],
  [["value", "ghg.scop1", "--period", "2025", "--as-reported"], "INDICATOR-001", /^Did you mean ghg\.scope1,/],
  [["trace", "energy.totl", "--period", "2025"], "INDICATOR-001", /^Did you mean energy\.total,/],
  [
    ["value", "people.headcount", "--period", "2025", "--where", "gendr=female"],
    "INDICATOR-002",
    /gender, age, region/,
  ],
  [["value", "people.headcount", "--period", "2025", "--where", "gender=femal"], "INDICATOR-004", /: female, male\.$/],
  [
    ["value", "people.headcount", "--period", "2025", "--where", "gender=x", "--as-reported"],
    "INDICATOR-004",
    /female/,
  ],
  [["value", "ghg.scope1", "--period", "2025", "--where", "site=lingang"], "INDICATOR-004", /: lingang-aidc, group\.$/],
  [["trace", "ghg.scope1", "--period", "2025", "--where", "fuel=disel"], "INDICATOR-004", /: diesel, /],
  [["value", "ghg.scope1", "--period", "2025", "--where", "fuel"], "WHERE-001", /fuel|dimension=member/],
  [["value", "ghg.scope1", "--period", "2025", "--where", "fuel=lpg", "fuel=diesel"], "WHERE-001", /dimension=member/],
  [["value", "ghg.scope1", "--period", "2025", "--method", "fullgas"], "INDICATOR-003", /full-gas/],
  [["list", "indicator"], "CHOICE-001", /: indicators, /],
  [["example", "sensetime"], "EXAMPLE-001", /: sensetime-2025\.$/],
  [["gap", "--standard", "hkex"], "STANDARD-010", /hkex-c2/],
  [["report", "--period", "2025", "--template", "hkex"], "REPORT-020", /hkex-esg/],
  [["pins", "grid.locaton.co2"], "PIN-001", /^Did you mean grid\.location\.co2,/],
  [["pins", "cn-grid-2032"], "PIN-002", /cn-grid-2023/],
  [["pins", "ghg.scop1"], "PIN-003", /^Did you mean ghg\.scope1,/],
  [["pins", "co2only"], "PIN-004", /: co2-only, full-gas\.$/],
])("candela %j is told %s", async (args, code, remedy) => {
  const before = await contents(store);
  const [command = "", name = ""] = args;
  const written: Record<string, string> = {
    "grid.locaton.co2": "factors: [{ kind: grid.locaton.co2, set: cn-grid-2023 }]",
    "cn-grid-2032": "factors: [{ kind: grid.location.co2, set: cn-grid-2032 }]",
    "ghg.scop1": "methods: { ghg.scop1: co2-only }",
    co2only: "methods: { ghg.scope1: co2only }",
  };
  const ran = await store.run(...(command === "pins" ? [command, pins(written[name] ?? "")] : args), "--json");
  expect([2, 3]).toContain(ran.exit);
  const { issues } = issuesShape.parse(ran.json());
  expect(issues.map((issue) => issue.code)).toEqual([code]);
  expect(issues[0]?.remedy.en).toMatch(remedy);
  expect(await contents(store)).toEqual(before);
});
