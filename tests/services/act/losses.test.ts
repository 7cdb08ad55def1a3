import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type ControlMemory, type ControlStep, controlStep, NO_MEMORY } from "../../../src/app/control-loop.ts";
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
  type Site,
  type SiteLock,
  type SitePlan,
  type SunspecDevice,
} from "../../../src/coordinate/index.ts";
import { expectOk, ok } from "../../../src/ground/issue/index.ts";
import { cleanUp, scratch, start } from "../../cli/candela.ts";
import { type Daemon, until } from "../daemon.ts";
import { type RunningBattery, startBattery } from "../devices/start-battery.ts";
import { type PrivateServer, startPrivateServer } from "../store/private-server.ts";
import { startBroker } from "./broker.ts";
import { type Places, planOf, siteText, TestFolder, type Wish } from "./site-for-tests.ts";
import { UpsDevice } from "./ups-device.ts";

let folder: TestFolder;
let workspace: Workspace;
let battery: RunningBattery;
let device: SunspecDevice;
let broker: { port: number; daemon: Daemon };
let server: PrivateServer;
const cleanUps: (() => Promise<unknown> | void)[] = [];

beforeAll(async () => {
  folder = new TestFolder();
  [workspace, battery, broker, server] = await Promise.all([
    openWorkspace({ folder: `${folder.path}/data` }).then(expectOk),
    startBattery({ powerKw: 500, energyKwh: 20, storedKwh: 8, loadKw: 800, pvKw: 120 }),
    startBroker(folder),
    startPrivateServer(),
  ]);
  const bus = modbusTcp({ host: "127.0.0.1", port: battery.port });
  cleanUps.push(
    () => workspace.close(),
    () => battery.stop(),
    () => broker.daemon.stop(),
    () => server.stop(),
    () => bus.close(),
  );
  device = expectOk(await findSunspec(bus, 1, expectOk(createSunspecModels([await shippedPack()]))));
}, 120_000);

afterAll(async () => {
  await cleanUp();
  for (const one of cleanUps.reverse()) await one();
  folder.remove();
});

let ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

async function upsOf(timed: boolean): Promise<UpsDevice> {
  const ups = await UpsDevice.start(broker.port, timed);
  ends.push(() => ups.stop());
  return ups;
}

/** A site under control of the test, step by step. */
async function controlled(places: Partial<Places>, wish: Wish) {
  const file = folder.file("site.yaml", siteText({ batteryPort: battery.port, ...places }));
  const site: Site = expectOk(await loadSite(file)).site;
  const control = site.control!;
  const connections: SiteConnections = expectOk(await connectSite(site, control, Date.now, undefined));
  const lock: SiteLock = expectOk(await lockSite(workspace.store, site.id));
  let memory: ControlMemory = NO_MEMORY;
  const step = async (): Promise<ControlStep> => {
    const ports = {
      ...connections,
      clock: { now: () => Date.now(), monotonicMs: () => performance.now() },
      forecast: async () => ok({ scenarios: [], issues: [] }),
      plan: async () => ok(planOf(wish) as SitePlan),
      journal: siteJournal(workspace, site.id, lock, "auto"),
    };
    const done = await controlStep(ports, { site, control, mode: "auto", objective: MONEY_OBJECTIVE }, memory);
    memory = done.memory;
    return done.step;
  };
  ends.push(async () => {
    await connections.close();
    await lock.release();
  });
  return {
    step,
    async stepUntil(isSo: (one: ControlStep) => boolean, most = 20): Promise<ControlStep> {
      for (let steps = 1; ; steps++) {
        const begun = performance.now();
        const last = await step();
        if (isSo(last)) return last;
        if (steps === most) throw new Error(`not within ${most} steps: ${JSON.stringify(last)}`);
        await until("the next step", () => performance.now() - begun >= 1000);
      }
    },
  };
}

const codes = ({ issues }: ControlStep): string[] => issues.map(({ code }) => code);
const tookFrom = ({ taken }: ControlStep, target: string): boolean | undefined =>
  taken.find((one) => one.target === target)?.ok;
const sunKw = async (): Promise<number> => Number(expectOk(await device.read(103)).get("W")) / 1000;
const batteryKw = async (): Promise<number> => (0 - Number(expectOk(await device.read(802)).get("W"))) / 1000;

describe("a PV inverter", () => {
  it("is curtailed by its register, and gives all of the sun again by its own timer when nobody says more", async () => {
    const site = await controlled({ pv: true }, { batteryKw: 0, pvKw: 30, curtailedKw: 90 });
    const done = await site.step();
    expect([codes(done), tookFrom(done, "roof")]).toEqual([[], true]);
    expect(expectOk(await device.read(704)).get("WMaxLimPct")).toBe(25);
    expect(await sunKw()).toBe(30);
    await until("the inverter reverts", async () => (await sunKw()) === 120, [], 10);
  });

  it("that is told not to be limited is not", async () => {
    const site = await controlled({ pv: true }, { batteryKw: 0, pvKw: 30, curtailedKw: 0 });
    expect(tookFrom(await site.step(), "roof")).toBe(true);
    expect(await sunKw()).toBe(120);
  });

  it("that goes on as before is noticed at the next step, told its safe value and planned around", async () => {
    const site = await controlled({ pv: true }, { batteryKw: 0, pvKw: 30, curtailedKw: 90 });
    await site.step();
    const settled = performance.now() + 600;
    await until("the time to settle", () => performance.now() > settled);
    // Somebody else lifts the limit: the device holds another than it was told.
    expectOk(await device.write(704, { WMaxLimPctEna: 0 }));
    const seen = await site.stepUntil((one) => one.without.includes("roof"), 3);
    expect(codes(seen)).toContain("ACT-024");
    expect(seen.orders.setPoints).toContainEqual(expect.objectContaining({ device: "roof", limitKw: 120 }));
  });
});

describe("a device on MQTT", () => {
  it("with a timer of its own goes back by itself when nobody says more", async () => {
    const ups = await upsOf(true);
    const site = await controlled({ brokerPort: broker.port, upsRevertBy: "device" }, { batteryKw: 0, upsMode: "eco" });
    expect(tookFrom(await site.step(), "ups")).toBe(true);
    expect(ups.mode).toBe("eco");
    await until("the UPS reverts", () => ups.mode === "online", [], 10);
  });

  it("that was said to have a timer and shows none is not believed", async () => {
    await upsOf(false);
    const site = await controlled({ brokerPort: broker.port, upsRevertBy: "device" }, { batteryKw: 0, upsMode: "eco" });
    const done = await site.step();
    expect([tookFrom(done, "ups"), codes(done)]).toEqual([false, ["ACT-021"]]);
  });

  it("is left out while its broker is gone, goes back by itself, and is taken in again with the broker", async () => {
    const ups = await upsOf(true);
    const site = await controlled(
      { brokerPort: broker.port, upsRevertBy: "device" },
      { batteryKw: 100, upsMode: "eco" },
    );
    await site.step();
    await broker.daemon.stop("SIGKILL");
    const lost = await site.stepUntil((one) => one.without.includes("ups"), 3);
    expect(codes(lost)).toContain("ACT-020");
    // What does not hang on the broker goes on.
    expect([tookFrom(lost, "storage"), await batteryKw()]).toEqual([true, 100]);
    await until("the UPS reverts", () => ups.mode === "online", [], 10);
    broker = await startBroker(folder, broker.port);
    await site.stepUntil((one) => tookFrom(one, "ups") === true && ups.mode === "eco", 30);
  });
});

describe("without its database", () => {
  it("a controller sends nothing, devices revert by themselves, and it goes on when the database is back", async () => {
    const url = await server.newDatabase();
    const file = folder.file("site-db.yaml", siteText({ batteryPort: battery.port }));
    const plan = folder.file("plan-db.json", JSON.stringify(planOf({ batteryKw: 150 })));
    const args = ["run", "--site", file, "--mode", "auto", "--plan", plan, "--data", scratch()];
    const running = start(args, { env: { CANDELA_DATABASE_URL: url } });
    await until("the battery charges", async () => (await batteryKw()) === 150, [], 60);
    await server.stop();
    await running.heard(/store\.away|lock\.lost/);
    await until("the battery reverts", async () => (await batteryKw()) === 0, [], 15);
    await server.startAgain();
    await until("the battery charges again", async () => (await batteryKw()) === 150, [], 60);
    running.process.kill("SIGTERM");
    expect((await running.ended).exit).toBe(0);
    expect(await batteryKw()).toBe(0);
  });
});
