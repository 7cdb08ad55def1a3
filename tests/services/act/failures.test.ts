import { connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type ControlMemory,
  type ControlPorts,
  type ControlStep,
  controlStep,
  NO_MEMORY,
} from "../../../src/app/control-loop.ts";
import { shippedPack } from "../../../src/app/package-folder.ts";
import { connectSite, type SiteConnections } from "../../../src/app/site-connections.ts";
import { loadSite } from "../../../src/app/site-file.ts";
import { siteJournal } from "../../../src/app/site-journal.ts";
import { openWorkspace, type Workspace } from "../../../src/app/workspace.ts";
import {
  createSunspecModels,
  findSunspec,
  lockSite,
  modbusTcp,
  MONEY_OBJECTIVE,
  type RegisterBus,
  type Site,
  type SiteLock,
  type SitePlan,
  type SunspecDevice,
} from "../../../src/coordinate/index.ts";
import { expectOk, fail, ok, type Result } from "../../../src/ground/issue/index.ts";
import { until } from "../daemon.ts";
import { type RunningBattery, startBattery } from "../devices/start-battery.ts";
import { planOf, siteText, TestFolder } from "./site-for-tests.ts";

/** A wire between the controller and the device that can be cut. */
class Wire {
  readonly #open = new Set<Socket>();
  #cut = false;
  readonly #server: Server;
  port = 0;

  constructor(to: number) {
    this.#server = createServer((near) => {
      if (this.#cut) {
        near.destroy();
        return;
      }
      const far = connect(to, "127.0.0.1");
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#open.add(one);
        one.pipe(other);
        one.on("error", () => {});
        one.on("close", () => {
          this.#open.delete(one);
          other.destroy();
        });
      }
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.port = (this.#server.address() as { port: number }).port;
  }

  cut(): void {
    this.#cut = true;
    for (const socket of this.#open) socket.destroy();
  }

  mend(): void {
    this.#cut = false;
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const folder = new TestFolder();
let workspace: Workspace;

beforeAll(async () => {
  workspace = expectOk(await openWorkspace({ folder: `${folder.path}/data` }));
});
afterAll(async () => {
  await workspace.close();
  folder.remove();
});

let battery: RunningBattery;
let wire: Wire;
let bus: RegisterBus;
/** The device itself, past the wire. */
let device: SunspecDevice;
let site: Site;
let connections: SiteConnections;
let lock: SiteLock;
let memory: ControlMemory;
/** How far the wall clock is wrong, ms. */
let wrongMs: number;
let planner: () => Promise<Result<SitePlan>>;
let requests: { maintenance: readonly object[] }[];

const chargeWith = (batteryKw: number) => async (): Promise<Result<SitePlan>> => ok(planOf({ batteryKw }) as SitePlan);

beforeEach(async () => {
  battery = await startBattery({ powerKw: 500, energyKwh: 20, storedKwh: 8, loadKw: 800, pvKw: 0 });
  wire = new Wire(battery.port);
  await wire.start();
  bus = modbusTcp({ host: "127.0.0.1", port: battery.port });
  device = expectOk(await findSunspec(bus, 1, expectOk(createSunspecModels([await shippedPack()]))));
  const file = folder.file("site.yaml", siteText({ batteryPort: wire.port }));
  site = expectOk(await loadSite(file)).site;
  connections = expectOk(await connectSite(site, site.control!, () => Date.now() + wrongMs, undefined));
  lock = expectOk(await lockSite(workspace.store, site.id));
  memory = NO_MEMORY;
  wrongMs = 0;
  requests = [];
  planner = chargeWith(250);
});
afterEach(async () => {
  await connections.close();
  await lock.release();
  await bus.close();
  await wire.stop();
  await battery.stop();
});

function ports(): ControlPorts {
  return {
    ...connections,
    clock: { now: () => Date.now() + wrongMs, monotonicMs: () => performance.now() },
    forecast: async () => ok({ scenarios: [], issues: [] }),
    plan: async (request) => {
      requests.push(request);
      return planner();
    },
    journal: siteJournal(workspace, site.id, lock, "auto"),
  };
}

async function step(): Promise<ControlStep> {
  const settings = { site, control: site.control!, mode: "auto" as const, objective: MONEY_OBJECTIVE };
  const done = await controlStep(ports(), settings, memory);
  memory = done.memory;
  return done.step;
}

const codes = ({ issues }: ControlStep): string[] => issues.map(({ code }) => code);

/** Steps, a second apart, until something is so. */
async function stepsUntil(
  isSo: (one: ControlStep) => boolean,
  most: number,
): Promise<{ steps: number; last: ControlStep }> {
  for (let steps = 1; ; steps++) {
    const begun = performance.now();
    const last = await step();
    if (isSo(last)) return { steps, last };
    if (steps === most) throw new Error(`not within ${most} steps; last: ${JSON.stringify(last.issues)}`);
    await until("the next step", () => performance.now() - begun >= 1000);
  }
}

async function flowsKw(): Promise<number> {
  return 0 - Number(expectOk(await device.read(802)).get("W")) / 1000;
}

const left = ({ without }: ControlStep): boolean => without.includes("storage");

describe("a real device over a real wire", () => {
  it("that does not do what it says is noticed at the next step, planned around, and taken in again", async () => {
    expect((await step()).issues).toEqual([]);
    await battery.fault("stuck");
    const { steps, last } = await stepsUntil((one) => codes(one).includes("ACT-024"), 3);
    // The step in which it got stuck is still within the time to settle.
    expect(steps).toBeLessThanOrEqual(2);
    expect(left(last)).toBe(true);
    expect(requests.at(-1)?.maintenance).toMatchObject([{ component: "battery", availableShare: 0 }]);
    await battery.fault("none");
    await stepsUntil((one) => !left(one) && one.taken.some(({ ok: taken }) => taken), 12);
    await until("charges again", async () => (await flowsKw()) === 250);
  });

  it("whose power is a lie is left alone, at rest", async () => {
    await step();
    await battery.fault("lying");
    await stepsUntil(left, 3);
    await battery.fault("none");
    expect(await flowsKw()).toBe(0);
  });

  it("whose state of charge stands still while power flows is not believed", async () => {
    await step();
    await battery.fault("frozen");
    const { last } = await stepsUntil(left, 20);
    expect(codes(last)).toContain("ACT-022");
    expect(await flowsKw()).toBe(0);
  });

  it("that is out of reach reverts by itself, is left out, and comes back with the wire", async () => {
    await step();
    expect(await flowsKw()).toBe(250);
    wire.cut();
    const lost = await step();
    expect(lost.without).toContain("storage");
    expect(codes(lost)).toContain("DEVICE-001");
    await until("the device reverts", async () => (await flowsKw()) === 0, [], 10);
    wire.mend();
    await stepsUntil((one) => !left(one) && codes(one).length === 0, 5);
    expect(await flowsKw()).toBe(250);
  });

  it("that is silent does not hold up the step for longer than a step", async () => {
    await step();
    await battery.fault("silent");
    const begun = performance.now();
    const seen = await step();
    expect(left(seen)).toBe(true);
    expect(performance.now() - begun).toBeLessThan(4000);
    await battery.fault("none");
  });

  it("rests when the clock jumps, and is planned for anew", async () => {
    await step();
    expect(await flowsKw()).toBe(250);
    wrongMs = 7_200_000;
    planner = async () =>
      ok(planOf({ batteryKw: 120, from: Math.floor((Date.now() + wrongMs) / 60_000) * 60_000 }) as SitePlan);
    const jumped = await step();
    expect([jumped.safe, codes(jumped), await flowsKw()]).toEqual(["clock", ["ACT-030"], 0]);
    expect([(await step()).safe, await flowsKw()]).toEqual([undefined, 120]);
  });

  it("goes on by the last plan while the solver gives none, and rests when that is over", async () => {
    const plan = planOf({ batteryKw: 250, from: Date.now() + 6000 - 3_600_000 }) as SitePlan;
    planner = async () => ok(plan);
    await step();
    expect(await flowsKw()).toBe(250);
    planner = async () => fail({ code: "PLAN-099", severity: "error", at: {} });
    memory = { ...memory, askedAt: 0 };
    const late = await step();
    expect([late.safe, codes(late), await flowsKw()]).toEqual([undefined, ["PLAN-099"], 250]);
    await stepsUntil(({ safe }) => safe === "no-plan", 12);
    expect(Date.now()).toBeGreaterThan(plan.from + 3_600_000);
    expect(await flowsKw()).toBe(0);
  });

  it("is not touched by one who was overtaken", async () => {
    await step();
    const before = expectOk(await device.read(704)).get("WSet");
    await lock.release();
    planner = chargeWith(50);
    await expect(step()).rejects.toThrow();
    const other = expectOk(await lockSite(workspace.store, site.id));
    expect(other.token).toBe(lock.token + 1n);
    await expect(step()).rejects.toThrow();
    expect(expectOk(await device.read(704)).get("WSet")).toBe(before);
    lock = other;
    expect((await step()).taken).toEqual([{ target: "storage", ok: true }]);
  });
});
