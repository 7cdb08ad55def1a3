import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shippedPack } from "../../../src/app/package-folder.ts";
import { createSunspecModels, findSunspec, modbusTcp, type SunspecDevice } from "../../../src/coordinate/index.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { cleanUp, type Running, servedStore, start, type TestStore } from "../../cli/candela.ts";
import { type Daemon, freePorts, listens, requirePackages, startDaemon, until } from "../daemon.ts";
import { type RunningBattery, startBattery } from "../devices/start-battery.ts";
import { type Places, siteText, TestFolder } from "./site-for-tests.ts";

const HOUR = 3_600_000;

/**
 * Energy costs ten times as much now, until the hour is over, as later: whatever the time, every minute of discharge pays at
 * once, and the battery holds enough for all of them. Shortly before an hour ends the next one is dear as well.
 */
function tariffNow(): string {
  const shanghai = new Date(Date.now() + 8 * HOUR);
  const dear = [shanghai.getUTCHours(), ...(shanghai.getUTCMinutes() >= 50 ? [(shanghai.getUTCHours() + 1) % 24] : [])];
  const hours = (wanted: boolean): string =>
    Array.from({ length: 24 }, (_, hour) => hour)
      .filter((hour) => dear.includes(hour) === wanted)
      .map((hour) => `${hour}-${hour + 1}`)
      .join(", ");
  return `
    kind: time-of-use
    year: "2025"
    energyPrice: 1 CNY/kWh
    periods:
      - { id: low, level: valley, hours: "${hours(false)}", multiplier: "0.2" }
      - { id: high, level: peak, hours: "${hours(true)}", multiplier: "2" }`;
}

let folder: TestFolder;
let store: TestStore;
let battery: RunningBattery;
let device: SunspecDevice;
let exporter: Server;
let prometheus: Daemon;
let prometheusPort = 0;
const cleanUps: (() => Promise<unknown> | void)[] = [];

beforeAll(async () => {
  requirePackages("prometheus");
  folder = new TestFolder();
  exporter = createServer((_, answer) => {
    answer.setHeader("content-type", "text/plain; version=0.0.4");
    answer.end('# TYPE DCGM_FI_DEV_POWER_USAGE gauge\nDCGM_FI_DEV_POWER_USAGE{gpu="0"} 610000\n');
  }).listen(0, "127.0.0.1");
  await once(exporter, "listening");
  [prometheusPort = 0] = await freePorts(1);
  const target = `127.0.0.1:${(exporter.address() as AddressInfo).port}`;
  const configuration = folder.file(
    "prometheus.yml",
    `scrape_configs:\n- job_name: dcgm\n  scrape_interval: 1s\n  static_configs: [{ targets: ["${target}"] }]\n`,
  );
  prometheus = startDaemon("prometheus", [
    `--config.file=${configuration}`,
    `--storage.tsdb.path=${join(folder.path, "tsdb")}`,
    `--web.listen-address=127.0.0.1:${prometheusPort}`,
  ]);
  cleanUps.push(() => prometheus.stop());
  [battery, store] = await Promise.all([
    startBattery({ powerKw: 500, energyKwh: 2000, storedKwh: 1000, loadKw: 800, pvKw: 0 }),
    servedStore({ example: false }),
    until("prometheus", () => listens(prometheusPort), [prometheus]),
  ]);
  cleanUps.push(() => battery.stop());
  const bus = modbusTcp({ host: "127.0.0.1", port: battery.port });
  cleanUps.push(() => bus.close());
  device = expectOk(await findSunspec(bus, 1, expectOk(createSunspecModels([await shippedPack()]))));
}, 120_000);

afterAll(async () => {
  await cleanUp();
  for (const one of cleanUps.reverse()) await one();
  exporter.close();
  folder.remove();
});

function site(places: Partial<Places> = {}): string {
  const more = `
sources:
  - { id: metrics, kind: prometheus, address: "http://127.0.0.1:${prometheusPort}" }
series:
  - { id: hall.it, kind: power, unit: kW, every: 1 s, source: metrics, query: sum(DCGM_FI_DEV_POWER_USAGE), sourceUnit: W }
`;
  const text = siteText({
    batteryPort: battery.port,
    tariff: tariffNow(),
    horizonH: 3,
    energyKwh: 2000,
    revertS: 40,
    planLimitS: 30,
    hallSeries: "hall.it",
    more,
    ...places,
  });
  return folder.file("site.yaml", text);
}

const run = (mode: string, file: string, ...more: string[]): Running =>
  start(["run", "--site", file, "--mode", mode, "--data", store.folder, ...more]);

async function end(running: Running): Promise<string> {
  running.process.kill("SIGTERM");
  const { out, err } = await running.ended;
  return `${out}\n${err}`;
}

const setKw = async (): Promise<number> => {
  const controls = expectOk(await device.read(704));
  return controls.get("WSetEna") === 1 ? (0 - Number(controls.get("WSet"))) / 1000 : 0;
};

describe("a site that is run without a plan of a file", () => {
  it("plans by what is usual where nothing was measured yet, and says so", async () => {
    const one = run("auto", site());
    await one.heard(/made=plan-[0-9a-f]{12} .*ACT-038@hall\.it/);
    await until("a set-point of the plan", async () => Math.abs(await setKw()) > 1, [], 60);
    const said = await end(one);
    expect(said).not.toContain("ACT-039");
    expect(said).not.toMatch(/made=\S+ safe=/);
    expect(await setKw()).toBe(0);
  });

  it("foretells the load by readings that it pulls from Prometheus itself", async () => {
    const now = Math.floor(Date.now() / HOUR) * HOUR;
    const rows = Array.from(
      { length: 72 },
      (_, i) => `${new Date(now - (72 - i) * HOUR).toISOString()},${600 + (i % 24)}`,
    );
    const file = folder.file("past.csv", `instant,kW\n${rows.join("\n")}\n`);
    const places = site();
    // Hourly values of the past beside the seconds of now: held for an hour.
    await store.json("sense", "import", file, "--as", "hall.past", "--kind", "power", "--unit", "kW", "--every", "1 h");
    const past = site({
      hallSeries: "hall.past",
      more: `series:\n  - { id: hall.past, kind: power, unit: kW, every: 1 h }\n`,
    });
    const one = run("auto", past);
    await one.heard(/forecast\.made .*hall\.past/);
    await one.heard(/made=plan-/);
    expect(await end(one)).not.toContain("ACT-038");
    const two = run("auto", places, "--once");
    expect((await two.ended).out).toMatch(/made=plan-/);
    const shown = await store.run(
      "sense",
      "show",
      "hall.it",
      "--from",
      new Date(now).toISOString(),
      "--to",
      new Date(now + HOUR).toISOString(),
      "--step",
      "hour",
      "--site",
      places,
    );
    expect(shown.out).toContain("610");
  });

  it("goes on without its source of readings, and says it once", async () => {
    await prometheus.stop();
    const one = run("auto", site());
    await one.heard(/source\.failed .*metrics/);
    await one.heard(/made=plan-/);
    const said = await end(one);
    expect(said.match(/source\.failed/g)).toHaveLength(1);
  });

  it("shows what a plan would save before a person approves it", async () => {
    const one = run("propose", site());
    const [, plan = ""] = await one.heard(/made=(plan-[0-9a-f]{12})/);
    await one.heard(new RegExp(`${plan}: .* less than doing nothing`));
    await one.heard(/storage: /);
    expect(await setKw()).toBe(0);
    await store.json("run", "approve", plan, "--as", "mei");
    await one.heard(new RegExp(` plan=${plan} grid`));
    await end(one);
  });

  it("ends a planner that runs out of its time, says so, and stays in the safe state", async () => {
    // 168 hours in minutes are more than a second's work.
    const one = run("auto", site({ horizonH: 168, planLimitS: 1 }));
    await one.heard(/safe=no-plan .*ACT-039/);
    expect(await setKw()).toBe(0);
    await end(one);
  });
});
