import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where the parts of the test site are. */
export interface Places {
  readonly batteryPort: number;
  /** A broker at which a UPS without a timer of its own is found. */
  readonly brokerPort?: number;
  /** Who brings the UPS back; the watchdog unless said otherwise. */
  readonly upsRevertBy?: "device" | "watchdog";
  /** A PV plant of 120 kW behind the battery's address. */
  readonly pv?: boolean;
  readonly slurmConf?: string;
  /** More of `control`, and of the site, instead of what stands here. */
  readonly horizonH?: number;
  readonly planLimitS?: number;
  readonly revertS?: number;
  readonly energyKwh?: number;
  readonly tariff?: string;
  readonly hallSeries?: string;
  readonly more?: string;
}

const scheduler = (conf: string): string => `
  scheduler:
    kind: slurm
    configuration: ${conf}
    capBy: nodes
    partitions:
      - { name: batch, cluster: gpus, workload: training }`;

const ups = (port: number, revertBy: string): string => `
    - { device: ups, protocol: mqtt, host: 127.0.0.1, port: "${port}", topic: plant/ups, revertBy: ${revertBy} }`;

const roof = (port: number): string => `
    - { device: roof, protocol: sunspec, host: 127.0.0.1, port: "${port}" }`;

/** A small site whose steps take a second: a battery of 20 kWh, its meter, a UPS and twelve accelerators. */
export function siteText(places: Places): string {
  const {
    batteryPort,
    brokerPort,
    upsRevertBy = "watchdog",
    pv = false,
    slurmConf,
    horizonH = 1,
    planLimitS = 3,
    revertS = 4,
    energyKwh = 20,
    hallSeries,
    more = "",
  } = places;
  const { tariff = `{ kind: flat, year: "2025", energyPrice: 0.6 CNY/kWh }` } = places;
  return `
id: test-site
name: Site of the tests
timeZone: Asia/Shanghai
climate: shanghai-hongqiao
measurement: { category: "1" }
grid:
  importLimit: 2 MW
  tariff: ${tariff}
  carbon: { factor: 0.5 kgCO2/kWh }
batteries:
  - id: storage
    power: 500 kW
    energy: ${energyKwh} kWh
    chargeEfficiency: { "0": "0.95", "1": "0.95" }
    dischargeEfficiency: { "0": "0.95", "1": "0.95" }
    reserve: 2 kWh
${pv ? "pv:\n  - { id: roof, power: 120 kW, performance: 100 % }" : ""}
plants:
  - id: chillers
    loop: air
    capacity: 2 MW
    modes:
      - { id: mechanical, kind: mechanical, cop: { "0 °C": "5", "30 °C": "4" } }
ups:
  - id: ups
    capacity: 1 MW
    modes:
      - { id: online, kind: double-conversion, efficiency: ups-double-conversion }
      - { id: eco, kind: eco, efficiency: ups-eco, loadAtLeast: 10 %, loadAtMost: 90 % }
halls:
  - { id: hall, capacity: 900 kW, load: 600 kW, ups: ups, airPlant: chillers${hallSeries === undefined ? "" : `, series: ${hallSeries}`} }
workloads:
  - { id: training, class: training, gang: true, suspendable: true, checkpoint: 1 h, deadline: 48 h }
clusters:
  - { id: gpus, hall: hall, vendor: v, count: "12", idlePower: 0.2 kW, fullPower: 1 kW, speed: { training: "1" } }
control:
  step: 1 s
  revert: ${revertS} s
  stale: 4 s
  settle: 0.5 s
  distrust: 6 s
  planStep: 1 min
  horizon: ${horizonH} h
  replan: 5 s
  planLimit: ${planLimitS} s
  startMargin: 60 s
  leastRun: 1 s
  connections:
    - { device: grid, protocol: sunspec, host: 127.0.0.1, port: "${batteryPort}" }
    - { device: storage, protocol: sunspec, host: 127.0.0.1, port: "${batteryPort}" }${brokerPort === undefined ? "" : ups(brokerPort, upsRevertBy)}${pv ? roof(batteryPort) : ""}${slurmConf === undefined ? "" : scheduler(slurmConf)}
${more}`;
}

/** What a plan of the tests wants throughout. */
export interface Wish {
  readonly batteryKw: number;
  readonly upsMode?: string;
  /** kW of the sun that are left unused of `pvKw` and themselves. */
  readonly pvKw?: number;
  readonly curtailedKw?: number;
  readonly orders?: readonly {
    readonly job: number;
    readonly order: "start" | "suspend" | "resume";
    readonly step: number;
  }[];
  readonly from?: number;
}

const MINUTE = 60_000;

/** A plan of an hour from this minute on. */
export function planOf({
  batteryKw,
  upsMode,
  pvKw = 0,
  curtailedKw = 0,
  orders = [],
  from = Math.floor(Date.now() / MINUTE) * MINUTE,
}: Wish): object {
  return {
    site: "test-site",
    madeAt: from,
    from,
    stepMinutes: 1,
    steps: Array.from({ length: 60 }, (_, i) => ({
      at: from + i * MINUTE,
      batteryKw: { storage: batteryKw },
      batteryKwh: {},
      cooling: {},
      ups: upsMode === undefined ? {} : { ups: upsMode },
      pvKw,
      curtailedKw,
    })),
    orders: orders.map(({ job, ...order }) => ({
      ...order,
      job: String(job),
      cluster: "gpus",
      powerShare: order.order === "suspend" ? 0 : 1,
    })),
    jobs: [...new Set(orders.map(({ job }) => String(job)))].map((job) => ({ job })),
  };
}

/** A folder of a test, with files. */
export class TestFolder {
  readonly path = mkdtempSync(join(tmpdir(), "candela-act-"));

  file(name: string, text: string): string {
    const path = join(this.path, name);
    writeFileSync(path, text);
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
