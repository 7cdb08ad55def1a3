import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sensePull, type SensePullOptions } from "../../../src/app/sense-pull.ts";
import { openSensedSite, type SensedSite } from "../../../src/app/sense-site.ts";
import { openWorkspace, type Workspace } from "../../../src/app/workspace.ts";
import { expectOk, type Result } from "../../../src/ground/issue/index.ts";
import { startBroker } from "../act/broker.ts";
import { siteText } from "../act/site-for-tests.ts";
import { type Daemon, freePorts, listens, requirePackages, startDaemon, until } from "../daemon.ts";
import { type RunningBattery, startBattery } from "../devices/start-battery.ts";
import { type SlurmLab, startSlurmLab } from "../slurm/lab.ts";

const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.issues.map((issue) => issue.code));
const folder = mkdtempSync(join(tmpdir(), "candela-pull-"));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

/** An exporter as NVIDIA's: two accelerators of 400 and 300 W. */
async function startExporter(): Promise<{ server: Server; port: number }> {
  const server = createServer((_, answer) => {
    answer.setHeader("content-type", "text/plain; version=0.0.4");
    answer.end(
      '# TYPE DCGM_FI_DEV_POWER_USAGE gauge\nDCGM_FI_DEV_POWER_USAGE{gpu="0"} 400\nDCGM_FI_DEV_POWER_USAGE{gpu="1"} 300\n',
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
}

let daemons: Daemon[] = [];
let exporter: Awaited<ReturnType<typeof startExporter>>;
let battery: RunningBattery;
let lab: SlurmLab;
let broker: Awaited<ReturnType<typeof startBroker>>;
let prometheusUrl = "";
let workspace: Workspace;
let sensed: SensedSite;

beforeAll(async () => {
  requirePackages("prometheus");
  [exporter, battery, lab, broker] = await Promise.all([
    startExporter(),
    startBattery({ speed: 1 }),
    startSlurmLab({ nodes: 2 }),
    startBroker({ file } as Parameters<typeof startBroker>[0]),
  ]);
  const [port = 0] = await freePorts(1);
  prometheusUrl = `http://127.0.0.1:${port}`;
  const configuration = file(
    "prometheus.yml",
    `scrape_configs:\n- job_name: dcgm\n  scrape_interval: 1s\n  static_configs: [{ targets: ["127.0.0.1:${exporter.port}"] }]\n`,
  );
  const prometheus = startDaemon("prometheus", [
    `--config.file=${configuration}`,
    `--storage.tsdb.path=${join(folder, "tsdb")}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  daemons = [prometheus, broker.daemon];
  await until("prometheus", () => listens(port), [prometheus]);
  const text = `${siteText({ batteryPort: battery.port })}
sources:
  - { id: metrics, kind: prometheus, address: "${prometheusUrl}" }
  - { id: nobody, kind: prometheus, address: "http://127.0.0.1:1" }
  - { id: meters, kind: sunspec, address: "127.0.0.1:${battery.port}" }
  - { id: broker, kind: mqtt, address: "mqtt://127.0.0.1:${broker.port}" }
  - { id: jobs, kind: slurm, address: "${lab.restUrl}", user: root, secret: SLURM_TOKEN }
series:
  - { id: gpu.power, kind: power, unit: kW, every: 1 s, source: metrics, query: sum(DCGM_FI_DEV_POWER_USAGE), sourceUnit: W }
  - { id: gpu.each, kind: power, unit: kW, every: 1 s, source: metrics, query: DCGM_FI_DEV_POWER_USAGE, sourceUnit: W }
  - { id: gpu.none, kind: power, unit: kW, every: 1 s, source: metrics, query: DCGM_FI_DEV_GPU_TEMP, sourceUnit: W }
  - { id: gpu.lost, kind: power, unit: kW, source: nobody, query: up }
  - { id: grid.power, kind: power, unit: kW, source: meters, query: 203.W, sourceUnit: W }
  - { id: pv.power, kind: power, unit: kW, source: meters, query: 103.W, sourceUnit: W, sign: reversed }
  - { id: grid.apparent, kind: power, unit: kW, source: meters, query: 203.VA, sourceUnit: W }
  - { id: hall.power, kind: power, unit: kW, source: broker, query: hall/power, field: data.power, instantField: at }
  - { id: hall.plain, kind: power, unit: kW, source: broker, query: hall/plain }
  - { id: gpus.used, kind: state, unit: ratio, source: jobs, query: gpus-allocated }
  - { id: nodes.used, kind: state, unit: ratio, source: jobs, query: nodes-allocated }
  - { id: jobs.waiting, kind: state, unit: ratio, source: jobs, query: jobs-pending }
`;
  workspace = expectOk(await openWorkspace({ folder: join(folder, "data") }));
  sensed = expectOk(await openSensedSite(workspace, file("site.yaml", text)));
}, 120_000);

afterAll(async () => {
  await sensed?.telemetry.close();
  await workspace?.close();
  for (const daemon of daemons) await daemon.stop();
  await battery?.stop();
  await lab?.stop();
  exporter?.server.close();
  rmSync(folder, { recursive: true, force: true });
});

const pull = (source: string, more: Partial<SensePullOptions> = {}) =>
  sensePull(workspace, sensed, { source, secrets: {}, waitMs: 5000, ...more });
const keptOf = async (source: string, more: Partial<SensePullOptions> = {}) => {
  const { series, issues } = expectOk(await pull(source, more));
  return {
    kept: Object.fromEntries(series.map(({ id, kept }) => [id, kept])),
    issues: issues.map(({ code, values }) => `${code} ${values?.series}`).sort(),
  };
};
const latest = async (id: string) => expectOk(await sensed.telemetry.latest(id))?.value;

describe("pulling", () => {
  it("takes DCGM's powers from Prometheus, in kW, and tells queries that give none or several", async () => {
    const query = new URL(`${prometheusUrl}/api/v1/query?query=count_over_time(DCGM_FI_DEV_POWER_USAGE[1m])>3`);
    await until("samples", async () => (await (await fetch(query)).text()).includes('"gpu":"1"'), daemons);
    const { kept, issues } = await keptOf("metrics");
    expect(kept["gpu.power"]).toBeGreaterThan(2);
    expect(issues).toEqual(["SENSE-032 gpu.each", "SENSE-033 gpu.none"]);
    expect(await latest("gpu.power")).toBeCloseTo(0.7, 9);
  });

  it("pages a day of seconds, and pulls the same again without a change", async () => {
    const toMs = workspace.now().getTime();
    const fromMs = toMs - 86_400_000;
    const first = await keptOf("metrics", { fromMs, toMs });
    // A sum of floats differs in its last digits by the order in which it is taken.
    const rows = async () =>
      expectOk(await sensed.telemetry.range("gpu.power", fromMs, toMs, "hour")).map((row) => ({
        ...row,
        value: row.value?.toFixed(9),
      }));
    const before = await rows();
    expect(await keptOf("metrics", { fromMs, toMs })).toEqual(first);
    expect(await rows()).toEqual(before);
  });

  it("reads a SunSpec device, turns the sign of what generates, and says what is not measured", async () => {
    expect(await keptOf("meters")).toEqual({
      kept: { "grid.power": 1, "pv.power": 1, "grid.apparent": 0 },
      issues: ["SENSE-033 grid.apparent"],
    });
    expect([await latest("grid.power"), await latest("pv.power")]).toEqual([680, -120]);
  });

  it("hears MQTT: a message twice is one reading, no reading of what is none or of nobody knows when", async () => {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`);
    const at = new Date(workspace.now().getTime() - 1000).toISOString();
    const say = JSON.stringify({ data: { power: 610.5 }, at });
    await client.publishAsync("hall/power", say, { qos: 1, retain: true });
    await client.publishAsync("hall/plain", "7", { qos: 1, retain: true });
    expect(await keptOf("broker", { waitMs: 1500 })).toEqual({
      kept: { "hall.power": 1, "hall.plain": 0 },
      issues: ["SENSE-033 hall.plain"],
    });
    await keptOf("broker", { waitMs: 1500 });
    expect(await latest("hall.power")).toBe(610.5);
    const hour = expectOk(
      await sensed.telemetry.range("hall.power", Date.parse(at) - 60_000, Date.parse(at) + 60_000, "15min"),
    );
    expect(hour.filter(({ value }) => value !== undefined).length).toBeGreaterThan(0);
    await client.publishAsync("hall/power", "power is fine", { qos: 1, retain: true });
    expect((await keptOf("broker", { waitMs: 1500 })).issues).toEqual(["SENSE-033 hall.plain", "SENSE-034 hall.power"]);
    const future = JSON.stringify({ data: { power: 1 }, at: "2099-01-01T00:00:00Z" });
    await client.publishAsync("hall/power", future, { qos: 1, retain: true });
    expect((await keptOf("broker", { waitMs: 1500 })).issues).toContain("SENSE-005 hall.power");
    await client.endAsync();
  });

  it("counts what Slurm runs", async () => {
    expect(codes(await pull("jobs"))).toEqual(["SENSE-036"]);
    await lab.submit("sleep 300", "--gres=gpu:3");
    await lab.submit("sleep 300", "--begin=now+1hour");
    await until("a job runs", async () => (await lab.command("squeue", "-h", "-t", "RUNNING")).trim() !== "");
    const secrets = { SLURM_TOKEN: await lab.token("root") };
    expect((await keptOf("jobs", { secrets })).issues).toEqual([]);
    expect([await latest("gpus.used"), await latest("nodes.used"), await latest("jobs.waiting")]).toEqual([3, 1, 1]);
    expect(codes(await pull("jobs", { secrets: { SLURM_TOKEN: "wrong" } }))).toEqual(["SENSE-031"]);
  });

  it("says what it cannot reach, and keeps nothing then", async () => {
    expect(codes(await pull("nobody"))).toEqual(["SENSE-031"]);
    expect(codes(await pull("others"))).toEqual(["SENSE-030"]);
    await broker.daemon.stop();
    expect(codes(await pull("broker", { waitMs: 1000 }))).toEqual(["SENSE-031"]);
    expect(await latest("gpu.lost")).toBeUndefined();
  });
});
