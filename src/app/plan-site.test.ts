import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectOk, ok } from "../ground/issue/index.ts";
import { PACKAGE_FOLDER } from "./package-folder.ts";
import { type PlanInput, planFromFile } from "./plan-site.ts";
import { openSensedSite } from "./sense-site.ts";
import { loadSite } from "./site-file.ts";
import { openWorkspace, type Workspace } from "./workspace.ts";

const HOUR_MS = 3_600_000;
const NOW = Date.parse("2025-07-14T00:00+08:00");
const folder = mkdtempSync(join(tmpdir(), "candela-plan-"));
const siteFile = join(folder, "site.yaml");
let workspace: Workspace;

const input = (more: Partial<PlanInput> = {}): PlanInput => ({
  ...{ siteFile, weatherFile: undefined, withFile: undefined, from: "2025-07-14T00:00+08:00" },
  ...{ hours: ok(6), live: false, now: NOW, workspace },
  ...more,
});

beforeAll(async () => {
  const example = readFileSync(join(PACKAGE_FOLDER, "examples/lingang-aidc/site.yaml"), "utf8");
  const series = `
series:
  - { id: hall.east.it, kind: power, unit: kW, every: 1 h }
  - { id: hall.west.it, kind: power, unit: kW, every: 1 h }
`;
  const measured = example
    .replace("  - id: east\n", "  - id: east\n    series: hall.east.it\n")
    .replace("  - id: west\n", "  - id: west\n    series: hall.west.it\n");
  writeFileSync(siteFile, measured + series);
  workspace = expectOk(await openWorkspace({ folder: join(folder, "data") }));
  const sensed = expectOk(await openSensedSite(workspace, siteFile));
  const { site } = expectOk(await loadSite(siteFile));
  const definition = site.series.find(({ id }) => id === "hall.east.it")!;
  // Half of what is usual, a little more by day: as usual nobody would expect it.
  const readings = Array.from({ length: 28 * 24 }, (_, i) => ({
    ...{ series: "hall.east.it", atMs: NOW - (28 * 24 - i) * HOUR_MS, quality: "measured" as const },
    value: 2300 + 100 * Math.sin((2 * Math.PI * i) / 24),
  }));
  expectOk(await sensed.telemetry.register([definition]));
  expectOk(await sensed.telemetry.put("test", readings));
  await sensed.telemetry.close();
}, 120_000);

afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

it("foretells a hall from the readings of the store, takes the others as usual, and says which", async () => {
  const { plan, basis, warnings } = expectOk(await planFromFile(input()));
  const sources = basis.filter(({ what }) => what === "load").map(({ id, source }) => `${id} ${source}`);
  expect(sources).toEqual(["liquid usual", "east forecast", "west usual"]);
  expect(warnings.map(({ code, at }) => `${code} ${at.path}`)).toEqual(["ACT-038 hall.west.it"]);
  const usual = expectOk(await planFromFile(input({ workspace: undefined })));
  const less = (usual.plan.steps[0]?.itKw ?? 0) - (plan.steps[0]?.itKw ?? 0);
  expect(less).toBeGreaterThan(1900);
  expect(less).toBeLessThan(2600);
}, 60_000);

it("foretells what begins later as of now, not as of the begin", async () => {
  const { basis } = expectOk(await planFromFile(input({ from: "2025-07-14T08:00+08:00" })));
  expect(basis.find(({ id }) => id === "east")?.source).toBe("forecast");
}, 60_000);

it("tells everything that is wrong with what a person wrote, at once", async () => {
  const withFile = join(folder, "with.yaml");
  writeFileSync(withFile, "jobs: [ { id: a } ]\n");
  const made = await planFromFile(input({ withFile, from: "tomorrow", weatherFile: join(folder, "none.csv") }));
  const codes = made.ok ? [] : made.issues.map(({ code }) => code);
  expect(codes).toEqual(["PLAN-001", "FILE-001", "SITE-002", "SITE-002", "SITE-002", "SITE-002"]);
});
