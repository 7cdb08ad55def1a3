import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LOCAL_OWNER } from "../ground/actor/index.ts";
import { expectOk } from "../ground/issue/index.ts";
import { appendAll, type NewEvent } from "../ground/journal/index.ts";
import { localHourOf } from "../ground/quantity/index.ts";
import type { Boundary } from "../measure/index.ts";
import { computeValues } from "./compute-values.ts";
import { recordVerified } from "./record-verified.ts";
import { senseImport } from "./sense-import.ts";
import { openSensedSite } from "./sense-site.ts";
import { spanSum, type VerifiedSite, verifySite } from "./verify-site.ts";
import { openWorkspace, setBoundary, type Workspace } from "./workspace.ts";

/** A month of a site whose figures are so plain that they can be worked out by hand; three hours of the grid are missing. */
const SITE = `
id: test-site
name: Site of the tests
timeZone: Asia/Shanghai
climate: shanghai-hongqiao
measurement: { category: "1" }
weather: { dryBulb: air.dry, wetBulb: air.wet }
grid:
  importLimit: 2 MW
  tariff: { kind: flat, year: "2026", energyPrice: 0.6 CNY/kWh }
  carbon: { factor: 0.5 kgCO2/kWh }
pv:
  - { id: roof, power: 120 kW, series: pv.power }
batteries:
  - id: storage
    power: 100 kW
    energy: 400 kWh
    chargeEfficiency: { "0": "0.95", "1": "0.95" }
    dischargeEfficiency: { "0": "0.95", "1": "0.95" }
plants:
  - id: cooling
    loop: air
    capacity: 2 MW
    modes:
      - { id: chillers, kind: mechanical, cop: { "0 °C": "5", "30 °C": "5" } }
      - { id: outside-air, kind: free, atMost: 12 °C, cop: { "0 °C": "20", "30 °C": "20" } }
ups:
  - id: ups
    capacity: 1 MW
    modes:
      - { id: online, kind: double-conversion, efficiency: { "0": "0.94", "1": "0.94" } }
halls:
  - { id: hall, capacity: 900 kW, load: 800 kW, ups: ups, airPlant: cooling, series: hall.it }
control:
  step: 10 min
  revert: 30 min
  stale: 15 min
  connections: []
series:
  - { id: grid.energy, kind: energy-interval, unit: kWh, every: 15 min }
  - { id: pv.power, kind: power, unit: kW, every: 15 min }
  - { id: battery.power, kind: power, unit: kW, every: 15 min }
  - { id: hall.it, kind: power, unit: kW, every: 15 min }
  - { id: cooling.power, kind: power, unit: kW, every: 15 min }
  - { id: air.dry, kind: temperature, unit: °C, every: 1 h }
  - { id: air.wet, kind: temperature, unit: °C, every: 1 h }
  - { id: water.register, kind: state, unit: m3, every: 15 min }
meters:
  - { id: main, counts: grid, series: grid.energy }
  - { id: storage-meter, counts: battery, of: storage, series: battery.power, parent: main }
  - { id: hall-meter, counts: hall, of: hall, series: hall.it, parent: main }
  - { id: roof-meter, counts: pv, of: roof, series: pv.power, parent: main }
  - { id: cooling-meter, counts: plant, of: cooling, series: cooling.power, parent: main }
  - { id: towers, counts: water, series: water.register }
`;

const QUARTER = 900_000;
const START = Date.parse("2026-02-28T16:00:00Z");
const END = Date.parse("2026-03-31T16:00:00Z");
/** 10 March, 00:00 to 03:00 local time. */
const GAP = [Date.parse("2026-03-09T16:00:00Z"), Date.parse("2026-03-09T19:00:00Z")] as const;
const USED_KW = 1000;

/** Charges for the first four hours of the local day and gives for four in the evening. */
function batteryKw(at: number): number {
  const hour = localHourOf(new Date(at), "Asia/Shanghai");
  return hour < 4 ? 40 : hour >= 18 && hour < 22 ? -36 : 0;
}

const SERIES: Readonly<Record<string, (at: number) => number | undefined>> = {
  "grid.energy": (at) => (at >= GAP[0] && at < GAP[1] ? undefined : (USED_KW - 50 + batteryKw(at)) / 4),
  "pv.power": () => 50,
  "battery.power": batteryKw,
  "hall.it": () => 800,
  "cooling.power": () => 130,
  "air.dry": () => 10,
  "air.wet": () => 8,
  "water.register": (at) => 100 + (at - START) / QUARTER / 8,
};

let folder: string;
let workspace: Workspace;
let siteFile: string;

async function importSeries(series: string, of: (at: number) => number | undefined): Promise<void> {
  const file = join(folder, `${series}.csv`);
  const rows: string[] = [];
  for (let at = START - QUARTER; at < END; at += QUARTER) {
    const value = of(at);
    if (value !== undefined) rows.push(`${new Date(at).toISOString()},${value}`);
  }
  writeFileSync(file, `time,value\n${rows.join("\n")}\n`);
  const sensed = expectOk(await openSensedSite(workspace, siteFile));
  try {
    const imported = expectOk(await senseImport(workspace, sensed, file, { series }));
    expect(imported.issues).toEqual([]);
  } finally {
    await sensed.telemetry.close();
  }
}

/** States of the devices every ten minutes, as the one who runs the site writes them. */
async function writeStates(): Promise<void> {
  const events: NewEvent[] = [];
  for (let at = START; at < END; at += 600_000)
    events.push({
      stream: "site/test-site/orders",
      actor: LOCAL_OWNER.id,
      kind: "orders.answered",
      // The first half of the month cools with outside air.
      body: {
        state: { at, devices: { cooling: { mode: at < START + 15 * 86_400_000 ? "outside-air" : "chillers" } } },
      },
    });
  await workspace.store.transaction(async (tx) => {
    await appendAll(tx, events, workspace.now);
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "candela-verify-"));
  siteFile = join(folder, "site.yaml");
  writeFileSync(siteFile, SITE);
  workspace = {
    ...expectOk(await openWorkspace({ folder: join(folder, "data"), actor: LOCAL_OWNER })),
    now: () => new Date("2026-04-02T00:00:00Z"),
  };
  for (const [series, of] of Object.entries(SERIES)) await importSeries(series, of);
  await writeStates();
}, 120_000);
afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

const verify = async (): Promise<VerifiedSite> =>
  expectOk(await verifySite(workspace, { siteFile, from: "2026-03-01", to: "2026-04-01" }));

describe("a site that was really run", () => {
  it("says what was metered, and what is missing is not made up", async () => {
    const { months, issues, journal, closures } = await verify();
    expect(issues).toEqual([]);
    expect(journal?.states).toBe(31 * 24 * 6);
    const [march] = months;
    expect(months.length).toBe(1);
    expect(march).toMatchObject({ month: "2026-03", steps: 2976, metered: 2964, compared: 2964 });
    expect(march?.missing).toEqual({
      grid: 12,
      pv: 0,
      battery: 0,
      halls: 0,
      water: 0,
      weather: 0,
      modes: 0,
      price: 0,
      carbon: 0,
    });
    const sums = Object.fromEntries(
      Object.entries(march?.amounts ?? {}).map(([name, spans]) => [name, [spanSum(spans), spans.length]]),
    );
    // 741 of 744 hours; the three that are missing were hours of charging.
    expect(sums).toEqual({
      it: [800 * 741, 2],
      facility: [1000 * 741 + 121 * 40 - 124 * 36, 2],
      grid: [950 * 741 + 121 * 40 - 124 * 36, 2],
      own: [50 * 741, 2],
      charged: [121 * 40, 2],
      discharged: [124 * 36, 2],
      water: [2964 / 8, 2],
      free: [15 * 24 - 3, 2],
      partialFree: [0, 2],
      mechanical: [16 * 24, 2],
    });
    // 1,000 kW less 800 of IT and 130 of cooling: the UPS and all else.
    expect(closures).toMatchObject([{ meter: "main", missing: [] }]);
    expect(closures[0]?.restKwh).toBeCloseTo(70 * 741, 3);
  });

  it("compares with the same demand and weather, each lever by the method that its meters allow", async () => {
    const { months, options, savings, fit } = await verify();
    // With compressors: heat of IT and UPS by a COP of 5. The plant has a meter of its own, so what it used is no model's.
    const plainCoolingKw = 800 / 0.94 / 5;
    const [march] = months;
    expect(spanSum(march?.saved.cooling ?? [])).toBeCloseTo((plainCoolingKw - 130) * 741, 2);
    expect(spanSum(march?.saved.battery ?? [])).toBe(124 * 36 - 121 * 40);
    expect(options).toMatchObject([
      { measure: "battery", option: "B" },
      { measure: "cooling", option: "B" },
    ]);
    expect(savings?.carbon.nettedFromInventory).toBe(false);
    // The same factor in every hour: what is avoided is the energy that was saved.
    expect(spanSum(march?.avoidedKg ?? [])).toBeCloseTo((savings?.energyKwh.value ?? 0) * 0.5, 2);
    expect(fit?.points).toBe(741);
  });

  it("becomes records once, with evidence, and figures that say they are partial", async () => {
    const site = {
      id: "test-site",
      name: { "zh-Hant": "站", "zh-Hans": "站", en: "Site" },
      region: "CN",
      timeZone: "Asia/Shanghai",
    };
    const entity = {
      id: "test",
      name: { "zh-Hant": "公司", "zh-Hans": "公司", en: "Company" },
      approach: "operational-control" as const,
      fiscalYearStartMonth: 1,
    };
    expectOk(await setBoundary(workspace, { entity, sites: [site] } as unknown as Boundary));
    const before = await ghg();
    const record = async (reason?: string) => recordVerified(workspace, siteFile, await verify(), reason);
    // Not before its readings lie in sealed files.
    expect(await record()).toMatchObject({ ok: false, issues: [{ code: "VERIFY-012" }] });
    const sensed = expectOk(await openSensedSite(workspace, siteFile));
    expectOk(await sensed.telemetry.seal(workspace.now().getTime()));
    await sensed.telemetry.close();
    const first = expectOk(await record());
    expect(first.added?.rows).toBe(26);
    expect(expectOk(await record())).toMatchObject({ unchanged: 26, added: undefined, corrected: undefined });

    const pue = 741_000 + 121 * 40 - 124 * 36;
    const value = await figure("datacentre.pue");
    expect(value.amount?.value.toNumber()).toBeCloseTo(pue / (800 * 741), 9);
    expect(value.status).toBe("partial");
    expect((await figure("datacentre.free-cooling-hours")).amount?.value.toNumber()).toBe(15 * 24 - 3);
    expect((await figure("datacentre.storage-throughput")).amount?.value.toNumber()).toBeCloseTo((124 * 36) / 1000, 9);
    // Nobody has said yet what green contracts delivered: that is missing, and not nothing.
    expect((await figure("datacentre.green-share")).status).toBe("missing");
    // What was avoided is a figure of its own; no inventory knows of it.
    expect((await figure("coordination.avoided-emissions")).amount).toBeDefined();
    expect(await ghg()).toEqual(before);

    // The readings behind a record: the statement names the sealed files.
    const kept = expectOk(await workspace.store.evidence.open(first.evidence));
    const text = (await kept.read().toArray()).join("");
    expect((JSON.parse(text) as { files: unknown[] }).files.length).toBe(32);

    // A reading that comes late changes records only with a reason.
    await importSeries("grid.energy", (at) => (at >= GAP[0] && at < GAP[1] ? 250 : undefined));
    const again = expectOk(await openSensedSite(workspace, siteFile));
    expectOk(await again.telemetry.seal(workspace.now().getTime()));
    await again.telemetry.close();
    expect(await record()).toMatchObject({ ok: false, issues: [{ code: "VERIFY-015" }] });
    expect(expectOk(await record("the meter was read later")).corrected).toBeDefined();
    expect((await figure("datacentre.pue")).status).not.toBe("partial");
  }, 60_000);
});

async function figure(indicator: string) {
  const computed = expectOk(
    await computeValues(workspace, { indicators: [indicator], periods: ["2026-03"], where: { site: "test-site" } }),
  );
  const [value] = computed.values;
  if (!value) throw new Error(indicator);
  return value;
}

/** Every inventory figure of the month. */
async function ghg(): Promise<unknown[]> {
  const ids = ["ghg.scope1", "ghg.scope2.location", "ghg.scope2.market", "ghg.scope3", "ghg.scope1-2"];
  const values = await Promise.all(ids.map(figure));
  return values.map(({ indicator, amount, status }) => [indicator, amount?.value.toFixed() ?? null, status]);
}
