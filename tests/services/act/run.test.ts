import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shippedPack } from "../../../src/app/package-folder.ts";
import {
  createSunspecModels,
  findSunspec,
  modbusTcp,
  slurmJobs,
  type SunspecDevice,
} from "../../../src/coordinate/index.ts";
import { expectOk } from "../../../src/ground/issue/index.ts";
import { cleanUp, type Running, servedStore, start, type TestStore } from "../../cli/candela.ts";
import { type Daemon, until } from "../daemon.ts";
import { type RunningBattery, startBattery } from "../devices/start-battery.ts";
import { type SlurmLab, startSlurmLab } from "../slurm/lab.ts";
import { startBroker } from "./broker.ts";
import { planOf, siteText, TestFolder, type Wish } from "./site-for-tests.ts";
import { UpsDevice } from "./ups-device.ts";

const HOUR = 3_600_000;

let folder: TestFolder;
let lab: SlurmLab;
let broker: { port: number; daemon: Daemon };
let battery: RunningBattery;
let device: SunspecDevice;
let ups: UpsDevice;
let store: TestStore;
let site: string;
const cleanUps: (() => Promise<unknown> | void)[] = [];

beforeAll(async () => {
  folder = new TestFolder();
  [lab, broker, battery, store] = await Promise.all([
    startSlurmLab({ nodes: 3 }),
    startBroker(folder),
    startBattery({ powerKw: 500, energyKwh: 20, storedKwh: 8, loadKw: 800, pvKw: 0 }),
    servedStore({ example: false }),
  ]);
  cleanUps.push(
    () => lab.stop(),
    () => broker.daemon.stop(),
    () => battery.stop(),
  );
  ups = await UpsDevice.start(broker.port);
  cleanUps.push(() => ups.stop());
  const bus = modbusTcp({ host: "127.0.0.1", port: battery.port });
  cleanUps.push(() => bus.close());
  device = expectOk(await findSunspec(bus, 1, expectOk(createSunspecModels([await shippedPack()]))));
  site = folder.file(
    "site.yaml",
    siteText({ batteryPort: battery.port, brokerPort: broker.port, slurmConf: lab.conf }),
  );
}, 120_000);

afterAll(async () => {
  // The watchdog outlives everybody, as it should: here nothing is left for it to watch.
  const log = readFileSync(join(store.folder, "watchdog-test-site.log"), "utf8");
  for (const [, pid] of log.matchAll(/"pid":(\d+),"what":"watchdog.started"/g)) {
    const alive = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (alive.includes(store.folder)) process.kill(Number(pid));
  }
  await cleanUp();
  for (const one of cleanUps.reverse()) await one();
  folder.remove();
});

interface QueuedJob {
  readonly job_id: number;
  readonly job_state: string;
  readonly eligible_time: number;
  readonly priority: number;
}

async function job(id: number): Promise<QueuedJob> {
  const { jobs } = JSON.parse(await lab.command("squeue", "--json")) as { jobs: QueuedJob[] };
  const found = jobs.find(({ job_id }) => job_id === id);
  if (!found) throw new Error(`no job ${id}`);
  return found;
}

/** What the battery's registers say: the set-point that it holds, W, and what flows into it, W. */
async function registers(): Promise<{ set: number | undefined; flows: number; timerS: number }> {
  const [controls, storage] = [expectOk(await device.read(704)), expectOk(await device.read(802))];
  return {
    set: controls.get("WSetEna") === 1 ? 0 - Number(controls.get("WSet")) : undefined,
    flows: 0 - Number(storage.get("W")),
    timerS: Number(controls.get("WSetRvrtRem")),
  };
}

function run(mode: string, wish: Wish, ...more: string[]): Running {
  const plan = folder.file("plan.json", JSON.stringify(planOf(wish)));
  return start(["run", "--site", site, "--mode", mode, "--plan", plan, "--data", store.folder, ...more]);
}

describe("a site of real devices", () => {
  let waiting: number;
  let put: number;
  let running: number;
  let from: number;
  let candela: Running;

  it("defers, releases and puts back jobs, sets the battery's register and the UPS", async () => {
    const training = ["--gres=gpu:2", "--time=60"];
    waiting = await lab.submit("sleep 600", ...training, "--begin=now+10minutes");
    put = await lab.submit("sleep 600", ...training, "--begin=now+3hours");
    running = await lab.submit("sleep 600", ...training);
    await until("job runs", async () => (await job(running)).job_state === "RUNNING");
    const now = new Date().toISOString();
    await lab.command("scontrol", "update", `JobId=${running}`, `Comment=candela:checkpoint=${now}`);
    const wish: Wish = {
      batteryKw: 120,
      upsMode: "eco",
      orders: [
        { job: waiting, order: "start", step: 40 },
        { job: put, order: "start", step: 0 },
        { job: running, order: "suspend", step: 0 },
        { job: running, order: "resume", step: 30 },
      ],
    };
    ({ from } = planOf(wish) as { from: number });
    candela = run("auto", { ...wish, from });
    await until("battery charges", async () => (await registers()).flows === 120_000);
    expect(await registers()).toMatchObject({ set: 120_000 });
    expect((await registers()).timerS).toBeGreaterThan(0);
    await until("UPS in ECO", () => ups.mode === "eco");
    await until("job released", async () => (await job(put)).job_state === "RUNNING");
    await until("job put back", async () => (await job(running)).job_state === "PENDING");
    await until(
      "job deferred",
      async () => Math.abs((await job(waiting)).eligible_time * 1000 - (from + 40 * 60_000)) < 3000,
    );
    await until(
      "put back until its time",
      async () => Math.abs((await job(running)).eligible_time * 1000 - (from + 30 * 60_000)) < 3000,
    );
    // A begin time, not a hold: it comes by itself.
    expect([(await job(waiting)).priority > 0, (await job(running)).priority > 0]).toEqual([true, true]);
  });

  it("lets nobody else run the same site", async () => {
    const other = await run("auto", { batteryKw: 0 }, "--once", "--json").ended;
    expect([other.exit, other.json<{ issues: { code: string }[] }>().issues.map(({ code }) => code)]).toEqual([
      3,
      ["ACT-031"],
    ]);
  });

  it("is dead of kill -9: the battery reverts by its own timer, the UPS by the watchdog, and jobs wait by themselves", async () => {
    await until("still charging", async () => (await registers()).flows === 120_000);
    candela.process.kill("SIGKILL");
    await candela.ended;
    expect((await registers()).set).toBe(120_000);
    await until("battery rests", async () => (await registers()).flows === 0, [], 10);
    expect((await registers()).set).toBeUndefined();
    await until("UPS back", () => ups.mode === "online", [], 15);
    expect((await job(waiting)).eligible_time * 1000).toBeGreaterThan(Date.now() + HOUR / 4);
    const log = readFileSync(join(store.folder, "watchdog-test-site.log"), "utf8");
    expect(log).toContain("watchdog.lapsed");
  });

  it("starts again from what is true, and leaves the safe state when it is told to end", async () => {
    const orders = [
      { job: waiting, order: "start" as const, step: 40 },
      { job: put, order: "start" as const, step: 0 },
    ];
    candela = run("auto", { batteryKw: -100, upsMode: "eco", orders, from });
    await until("battery gives", async () => (await registers()).flows === -100_000);
    // The job that runs is left to run, and the one that waits is not touched again.
    const { out } = await (candela.process.kill("SIGTERM"), candela.ended);
    expect(out).not.toContain("jobs=");
    expect((await registers()).set).toBe(0);
    expect(await job(put)).toMatchObject({ job_state: "RUNNING" });
    expect(ups.mode).toBe("online");
  });

  it("is stopped by a person at once, and runs again only when a person releases it", async () => {
    candela = run("auto", { batteryKw: 150 });
    await until("battery charges", async () => (await registers()).flows === 150_000);
    const stopped = await store.run("run", "stop", "--site", site, "--reason", "smoke in the battery room", "--json");
    expect([stopped.exit, stopped.json<{ by: string }>().by]).toEqual([0, "controller"]);
    expect((await registers()).flows).toBe(0);
    await candela.heard(/safe=stopped/);
    candela.process.kill("SIGKILL");
    await candela.ended;
    candela = run("auto", { batteryKw: 150 });
    await candela.heard(/safe=stopped/);
    expect((await registers()).flows).toBe(0);
    await store.json("run", "release", "--site", site, "--reason", "it was a cigarette");
    await until("battery charges again", async () => (await registers()).flows === 150_000);
    candela.process.kill("SIGTERM");
    await candela.ended;
  });

  it("is made safe by the stop itself where nobody runs it", async () => {
    expectOk(await device.write(704, { WSetEna: 1, WSetMod: 1, WSet: -200_000, WSetRvrtTms: 600 }));
    const stopped = await store.run("run", "stop", "--site", site, "--reason", "nobody is here", "--json");
    const { by, taken } = stopped.json<{ by: string; taken: { ok: boolean }[] }>();
    expect([stopped.exit, by, taken.map(({ ok }) => ok)]).toEqual([0, "here", [true, true]]);
    expect((await registers()).flows).toBe(0);
    await store.json("run", "release", "--site", site, "--reason", "tried");
  });

  it("acts in propose mode only once another person has approved the plan", async () => {
    candela = run("propose", { batteryKw: 90 });
    const [, plan = ""] = await candela.heard(/made=(plan-[0-9a-f]{12})/);
    await candela.heard(/safe=no-plan/);
    expect((await registers()).flows).toBe(0);
    const own = await store.run("run", "approve", plan, "--json");
    expect(own.json<{ issues: { code: string }[] }>().issues[0]?.code).toBe("ACTOR-002");
    await store.json("run", "approve", plan, "--as", "mei");
    await until("battery charges", async () => (await registers()).flows === 90_000);
    const twice = await store.run("run", "reject", plan, "--as", "mei", "--json");
    expect(twice.json<{ issues: { code: string }[] }>().issues[0]?.code).toBe("ACT-033");
    candela.process.kill("SIGTERM");
    await candela.ended;
  });

  it("sends nothing in observe mode", async () => {
    // A step that could not read a device in time leaves it out, and says so: the order is seen in one that could.
    const steps: string[] = [];
    await until("the charge that would be sent", async () => {
      const seen = await run("observe", { batteryKw: 200 }, "--once", "--json").ended;
      steps.push(seen.out);
      const { setPoints } = seen.json<{ orders: { setPoints: { device: string; powerKw?: number }[] } }>().orders;
      return setPoints.some(({ device, powerKw }) => device === "storage" && powerKw === 200);
    }).catch((problem) => {
      throw new Error(`${problem}: ${steps.join("\n")}`);
    });
    // What the run before left may have ended meanwhile; nothing else was set.
    const { set = 0, flows } = await registers();
    expect([set, flows]).toEqual([0, 0]);
  });

  it("caps a cluster by a reservation of nodes that Slurm ends by itself", async () => {
    const partitions = [{ name: "batch", cluster: "gpus", workload: "training" }];
    const jobs = slurmJobs({
      scheduler: { kind: "slurm", configuration: lab.conf, capBy: "nodes", partitions },
      workloads: [],
      // Twelve accelerators of 0.2 to 1 kW on three nodes: a node swings by 3.2 kW.
      clusters: new Map([["gpus", { accelerators: 12, idleKw: 2.4, fullKw: 12 }]]),
      now: Date.now,
    });
    const cap = (powerKw: number) => jobs.write({ kind: "cap", cluster: "gpus", powerKw, revertAfterS: 90 });
    expectOk(await cap(8.8));
    const reservation = await lab.command("scontrol", "show", "reservation");
    expect(reservation).toMatch(/NodeCnt=1 /);
    expect(reservation).toMatch(/Duration=00:01:(29|30|31)/);
    const [reserved = ""] = /(?<=Nodes=)\S+/.exec(reservation) ?? [];
    const wide = await lab.submit("sleep 60", "--time=1", `--nodelist=${reserved}`);
    const why = (): Promise<string> => lab.command("squeue", "-h", "-j", String(wide), "-o", "%T %r");
    await until("job waits for the cap", async () => /PENDING .*[Rr]eserv/.test(await why())).catch(async (problem) => {
      throw new Error(`${problem}: ${await why()} ${reservation}`);
    });
    expectOk(await cap(6));
    expect(await lab.command("scontrol", "show", "reservation")).toMatch(/NodeCnt=2 /);
    expectOk(await cap(12));
    expect(await lab.command("scontrol", "show", "reservation")).toContain("No reservations");
    await until("job runs", async () => (await job(wide)).job_state === "RUNNING");
    const none = slurmJobs({
      scheduler: { kind: "slurm", configuration: lab.conf, capBy: "none", partitions },
      workloads: [],
      clusters: new Map(),
      now: Date.now,
    });
    expect(await none.write({ kind: "cap", cluster: "gpus", powerKw: 5, revertAfterS: 60 })).toMatchObject({
      issues: [{ code: "ACT-021" }],
    });
  });

  it("has written all of it down in one chain that verifies", async () => {
    const verified = await store.json<{ ok: boolean; checked: { events: number } }>("journal", "verify");
    expect(verified.ok).toBe(true);
    expect(verified.checked.events).toBeGreaterThan(20);
    expect(existsSync(join(store.folder, "watchdog-test-site.log"))).toBe(true);
  });
});
