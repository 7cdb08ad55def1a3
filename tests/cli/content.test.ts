import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cleanUp, contents, scratch, servedStore, type TestStore } from "./candela.ts";
import { issuesShape, valueShape } from "./shapes.ts";

/** New content in a store that exists: seen before it is adopted, never in place of what past figures rest on. */

let store: TestStore;
let files: string;

const SHIPPED = fileURLToPath(new URL("../../content", import.meta.url));

const BOUNDARY = `entity:
  id: harbour
  name: { zh-Hant: 海港, zh-Hans: 海港, en: Harbour }
  approach: operational-control
sites:
  - { id: kwun-tong, name: { zh-Hant: 觀塘, zh-Hans: 观塘, en: Kwun Tong }, region: HK, timeZone: Asia/Hong_Kong }
  - { id: shenzhen, name: { zh-Hant: 深圳, zh-Hans: 深圳, en: Shenzhen }, region: CN-GD, timeZone: Asia/Shanghai }
`;

const RECORDS = `activity,site,period,amount,unit,basis,evidence,fuel
electricity.purchased,kwun-tong,2025,1000,MWh,measured,bills,
electricity.renewable,kwun-tong,2025,0,MWh,measured,bills,
fuel.combustion,kwun-tong,2025,100,MWh,measured,bills,diesel
`;

interface Change {
  packs: { id: string; from?: string; to: string; hash: string }[];
  figures: { indicator: string; period: string; where: Record<string, string>; before?: string; after?: string }[];
  added: string[];
  removed: string[];
  compared: number;
  adopted: boolean;
}

/** A factor as a user writes it; `read` and `status` decide whether it may serve unpinned. */
const pack = (version: string, value: string, read: string, status = "verified"): string => `id: harbour-factors
version: ${version}
factors:
  - id: supplier.2025
    kind: grid.location.co2
    set: supplier-2025
    title: { zh-Hant: 供電商, zh-Hans: 供电商, en: Supplier }
    region: HK
    valid: { from: 2025-01-01, to: 2026-01-01 }
    value: "${value}"
    unit: kgCO2e/kWh
    source: { title: Report, publisher: Supplier, locator: page 1 }
    read: ${read}
    status: ${status}
    licence: published figure
`;
const READ = `{ of: publication, what: the report, date: 2026-02-01, sha256: ${"a".repeat(64)} }`;

const file = (name: string, text: string): string => {
  const path = join(files, name);
  writeFileSync(path, text);
  return path;
};

/** The shipped pack as a folder of the user's, with another diesel factor and another version. */
function nextVersion(version: string): string {
  const folder = join(files, `candela-${version}`);
  cpSync(SHIPPED, folder, { recursive: true, filter: (path) => !path.includes("/locales") });
  for (const [name, from, to] of [
    ["pack.yaml", /version: .*/, `version: ${version}`],
    ["factors/ipcc-2006.yaml", 'value: "74.1"', 'value: "74.2"'],
  ] as const)
    writeFileSync(join(folder, name), readFileSync(join(folder, name), "utf8").replace(from, to));
  return folder;
}

const value = async (indicator: string, ...options: string[]): Promise<[string | null, string]> => {
  const got = valueShape.parse(await store.json<unknown>("value", indicator, "--period", "2025", ...options));
  return [got.value, got.status];
};

const position = async (): Promise<string> =>
  String((await store.json<{ position: string }>("value", "ghg.scope1", "--period", "2025")).position);

beforeAll(async () => {
  files = scratch();
  store = await servedStore({ example: false });
  // What there is is listed before there is a boundary; sites wait for one.
  expect((await store.json<{ activities: unknown[] }>("list", "activities")).activities.length).toBeGreaterThan(50);
  expect((await store.run("list", "sites")).err).toContain("BOUNDARY-001");
  for (const args of [
    ["boundary", file("boundary.yaml", BOUNDARY)],
    ["import", file("records.csv", RECORDS), "--accept-warnings"],
    ["approve", "1", "--as", "mei"],
  ]) {
    const ran = await store.run(...args);
    expect([args, ran.exit, ran.err]).toEqual([args, 0, expect.anything()]);
  }
});
afterAll(cleanUp);

it("lists what is in force beside what the program ships", async () => {
  const { packs } = await store.json<{ packs: { id: string; offer?: string }[] }>("content", "list");
  expect(packs).toEqual([expect.objectContaining({ id: "candela", offer: "adopted" })]);
  const again = await store.json<Change>("content", "adopt");
  expect([again.packs, again.adopted]).toEqual([[], false]);
});

it("says that a factor is missing, and which unverified sets would serve", async () => {
  const ran = await store.run("value", "ghg.scope2.location", "--period", "2025");
  expect([ran.exit, ran.out]).toEqual([0, expect.stringContaining("hk-electric-2019, hk-electric-2018")]);
});

it("shows in a dry run which figures a pack would change, and changes nothing", async () => {
  const before = await contents(store);
  const path = file("own.yaml", pack("1.0.0", "0.38", READ));
  const change = await store.json<Change>("content", "adopt", path, "--dry-run");
  expect(await contents(store)).toEqual(before);
  expect(change.adopted).toBe(false);
  expect(change.packs).toEqual([expect.objectContaining({ id: "harbour-factors", to: "1.0.0" })]);
  expect(change.figures).toContainEqual({
    indicator: "ghg.scope2.location",
    period: "2025",
    where: {},
    after: "380.00",
    unit: "tCO2e",
  });
  expect(change.compared).toBeGreaterThan(60);
  expect(await value("ghg.scope2.location")).toEqual([null, "missing"]);
});

it("adopts it from now on, and past positions keep what they had", async () => {
  const then = await position();
  const change = await store.json<Change>("content", "adopt", join(files, "own.yaml"));
  expect(change.adopted).toBe(true);
  expect(await value("ghg.scope2.location")).toEqual(["380.00", "complete"]);
  expect(await value("ghg.scope2.location", "--as-at", then)).toEqual([null, "missing"]);
  const verified = await store.json<{ ok: boolean; checked: { content: number } }>("journal", "verify");
  expect([verified.ok, verified.checked.content]).toEqual([true, 2]);
});

it("names every figure that a later version of the base content gives otherwise", async () => {
  const folder = nextVersion("9.9.9");
  const dry = await store.json<Change>("content", "adopt", folder, "--dry-run");
  expect(dry.packs).toEqual([expect.objectContaining({ id: "candela", to: "9.9.9" })]);
  const scope1 = dry.figures.filter(({ indicator }) => indicator === "ghg.scope1");
  expect(scope1).toEqual([
    { indicator: "ghg.scope1", period: "2025", where: {}, before: "26.68", after: "26.71", unit: "tCO2e" },
    {
      indicator: "ghg.scope1",
      period: "2025",
      where: { fuel: "diesel" },
      before: "26.68",
      after: "26.71",
      unit: "tCO2e",
    },
  ]);
  expect(dry.figures.every(({ indicator }) => indicator.startsWith("ghg."))).toBe(true);
  const then = await position();
  expect((await store.json<Change>("content", "adopt", folder)).adopted).toBe(true);
  expect(await value("ghg.scope1")).toEqual(["26.71", "complete"]);
  expect(await value("ghg.scope1", "--as-at", then)).toEqual(["26.68", "complete"]);
  const { packs } = await store.json<{ packs: { id: string; offer?: string }[] }>("content", "list");
  expect(packs.find(({ id }) => id === "candela")?.offer).toBe("other-version");
  const told = await store.run("content", "adopt", "--dry-run");
  expect(told.out).toMatch(/candela {2}9\.9\.9 → 0\.\d+\.0/);
  expect(told.out).toMatch(/ghg\.scope1 +2025 +26\.71 +→ +26\.68 +tCO2e/);
});

it.each<[string, () => string, string]>([
  ["other bytes under a version that is adopted", () => file("a.yaml", pack("1.0.0", "0.39", READ)), "CONTENT-006"],
  [
    "a factor that nobody verified",
    () => file("b.yaml", pack("1.1.0", "0.39", READ.replace("publication", "account"))),
    "FACTOR-001",
  ],
  [
    "a factor whose reading left no hash",
    () => file("c.yaml", pack("1.1.0", "0.39", "{ of: publication, what: w, date: 2026-02-01 }")),
    "FACTOR-001",
  ],
  ["no version", () => file("d.yaml", "id: x\nfactors: []\n"), "CONTENT-001"],
  ["a section that no pack has", () => file("e.yaml", "id: x\nversion: 1.0.0\nfactor: []\n"), "CONTENT-009"],
  ["a list", () => file("f.yaml", "- id: x\n"), "CONTENT-009"],
  ["what is no YAML", () => file("g.yaml", "id: [x\n"), "CONTENT-003"],
  [
    "a key that no factor has",
    () => file("h.yaml", pack("1.1.0", "0.39", READ).replace("licence:", "licensed:")),
    "CONTENT-004",
  ],
  ["no such file", () => join(files, "nowhere.yaml"), "FILE-001"],
  ["a base without an activity that records are of", () => withoutFuel(), "CONTENT-007"],
])("refuses %s and changes nothing", async (_, path, code) => {
  const before = await contents(store);
  const ran = await store.run("content", "adopt", path(), "--json");
  expect(issuesShape.parse(ran.json()).issues.map((issue) => issue.code)).toContain(code);
  expect(ran.exit).toBe(3);
  expect(await contents(store)).toEqual(before);
});

/** A base that forgets fuels: all that rests on them is taken out with the activity. */
function withoutFuel(): string {
  const folder = nextVersion("9.9.10");
  for (const name of ["activities/energy.yaml", "indicators/climate.yaml", "indicators/energy.yaml"]) {
    const text = readFileSync(join(folder, name), "utf8");
    writeFileSync(join(folder, name), text.replaceAll("fuel.combustion", "fuel.burnt"));
  }
  return folder;
}

it("asks in the reader's language", async () => {
  const hant = await store.run("content", "list", "--lang", "zh-Hant");
  expect(hant.out).toContain("本版程式附帶");
  const hans = await store.run("content", "adopt", "--dry-run", "--lang", "zh-Hans");
  expect(hans.out).toContain("仅为预览；没有采用任何内容。");
});
