import { beforeEach, describe, expect, it } from "vitest";
import {
  type AllowedJobOrder,
  type AllowedSetPoint,
  type Control,
  type DevicePort,
  type DeviceState,
  type JobState,
  type NamedPlan,
  MONEY_OBJECTIVE,
  type PlanRequest,
  type Site,
  type SitePlan,
} from "../coordinate/index.ts";
import { expectOk, fail, ok, type Result } from "../ground/issue/index.ts";
import {
  type ControlMemory,
  type ControlMode,
  type ControlPorts,
  type ControlStep,
  controlStep,
  type Decision,
  NO_MEMORY,
} from "./control-loop.ts";
import { loadSite } from "./site-file.ts";

const START = Date.UTC(2025, 5, 1);
const STEP_S = 60;

const CONTROL: Control = {
  stepS: STEP_S,
  revertS: 150,
  staleS: 90,
  settleS: 30,
  distrustS: 600,
  powerTolerance: 0.05,
  energyTolerance: 0.02,
  planStepMinutes: 15,
  horizonH: 2,
  replanS: 900,
  planLimitS: 20,
  longestDeferS: 48 * 3600,
  startMarginS: 60,
  leastRunS: 600,
  connections: [
    {
      device: "storage",
      protocol: "sunspec",
      host: "",
      port: 502,
      unit: 1,
      topic: undefined,
      revertBy: "device",
      safeMode: undefined,
      rampKwPerS: undefined,
      leastOnS: 0,
      leastOffS: 0,
    },
  ],
  scheduler: undefined,
};

const issue = (code: string) => fail({ code, severity: "error", at: {} });

/** A battery of 18 MW and 36 MWh behind a meter, whose time is the test's. */
class World {
  wallMs = START;
  monotonicMs = 5000;
  storedKwh = 18_000;
  setPoint: AllowedSetPoint | undefined;
  setAt = 0;
  writes: AllowedSetPoint[] = [];
  orders: AllowedJobOrder[] = [];
  jobs: JobState[] = [];
  stuckAt: number | undefined;
  shownKwh: number | undefined;
  shownGridKw: number | undefined;
  reachable = true;
  planner: "fine" | "fails" | "tomorrow" = "fine";
  forecasts = true;
  stop: string | undefined;
  decisions: Decision[] = [];
  plans: NamedPlan[] = [];
  requests: PlanRequest[] = [];
  events: { kind: string; body: object }[] = [];
  lost = false;

  powerKw(): number {
    if (this.stuckAt !== undefined) return this.stuckAt;
    const expired = this.monotonicMs - this.setAt > (this.setPoint?.revertAfterS ?? 0) * 1000;
    return this.setPoint?.kind === "power" && !expired ? this.setPoint.powerKw : 0;
  }

  pass(seconds: number): void {
    const kw = this.powerKw();
    this.storedKwh += (kw * seconds) / 3600;
    this.wallMs += seconds * 1000;
    this.monotonicMs += seconds * 1000;
  }

  readonly battery: DevicePort = {
    read: async (): Promise<Result<DeviceState>> => {
      if (!this.reachable) return issue("ACT-020");
      const at = this.wallMs;
      return ok({
        powerKw: { value: this.powerKw(), at },
        storedKwh: { value: this.shownKwh ?? this.storedKwh, at },
      });
    },
    write: async (setPoint): Promise<Result<void>> => {
      if (!this.reachable) return issue("ACT-020");
      this.writes.push(setPoint);
      this.setPoint = setPoint;
      this.setAt = this.monotonicMs;
      return ok(undefined);
    },
    close: async () => {},
  };

  /** Charges with 9 MW in every step. */
  plan(request: PlanRequest): Result<SitePlan> {
    this.requests.push(request);
    if (this.planner === "fails") return issue("PLAN-099");
    const from = this.planner === "tomorrow" ? request.from + 86_400_000 : request.from;
    const stepMs = request.stepMinutes * 60_000;
    const out = request.maintenance.some(({ component }) => component === "battery");
    const steps = Array.from({ length: request.steps }, (_, i) => ({
      at: from + i * stepMs,
      batteryKw: { storage: out ? 0 : 9000 },
      cooling: {},
      ups: {},
      curtailedKw: 0,
      pvKw: 0,
    }));
    const jobs = request.jobs.map(({ id }) => ({ job: id }));
    const orders = request.jobs.map(({ id }) => ({ job: id, order: "start", step: 4, cluster: "c", powerShare: 1 }));
    return ok({
      site: "s",
      madeAt: from,
      from,
      stepMinutes: request.stepMinutes,
      steps,
      jobs,
      orders,
    } as unknown as SitePlan);
  }

  readonly ports: ControlPorts = {
    clock: { now: () => this.wallMs, monotonicMs: () => this.monotonicMs },
    devices: new Map([["storage", this.battery]]),
    meter: {
      read: async () => ok({ value: this.shownGridKw ?? 19_000.123 + this.powerKw(), at: this.wallMs }),
      close: async () => {},
    },
    jobs: {
      read: async () => ok(new Map(this.jobs.map((job) => [job.id, job]))),
      write: async (order) => {
        this.orders.push(order);
        return ok(undefined);
      },
    },
    allowedModes: () => undefined,
    forecast: async () => (this.forecasts ? ok({ scenarios: [], issues: [] }) : issue("FORECAST-099")),
    plan: async (request) => this.plan(request),
    journal: {
      stopped: async () => this.stop,
      propose: async (plan) => {
        const named = { id: `plan-${this.plans.length + 1}`, plan };
        this.plans.push(named);
        return named;
      },
      approved: async () => this.plans.find((_, i) => this.decisions[i] === "approved"),
      decision: async ({ id }) => this.decisions[this.plans.findIndex((one) => one.id === id)] ?? "undecided",
      record: async (kind, body) => {
        if (this.lost) throw new Error("the site is no longer ours");
        this.events.push({ kind, body });
      },
    },
  };
}

let site: Site;
let world: World;
let memory: ControlMemory;
let mode: ControlMode;

beforeEach(async () => {
  site = expectOk(await loadSite("examples/lingang-aidc/site.yaml")).site;
  world = new World();
  memory = NO_MEMORY;
  mode = "auto";
});

async function step(seconds = STEP_S): Promise<ControlStep> {
  const done = await controlStep(world.ports, { site, control: CONTROL, mode, objective: MONEY_OBJECTIVE }, memory);
  memory = done.memory;
  world.pass(seconds);
  return done.step;
}

const codes = ({ issues }: ControlStep): string[] => issues.map(({ code }) => code);
const lastWrite = (): number | undefined => {
  const last = world.writes.at(-1);
  return last?.kind === "power" ? last.powerKw : undefined;
};

describe("a site that is well", () => {
  it("does what its plan says, renews it every step, and writes all of it down before and after", async () => {
    const first = await step();
    expect([first.plan, first.safe, codes(first), lastWrite()]).toEqual(["plan-1", undefined, [], 9000]);
    await step();
    await step();
    expect(world.writes).toHaveLength(3);
    expect(world.writes.every(({ revertAfterS }) => revertAfterS === 150)).toBe(true);
    expect(world.events.map(({ kind }) => kind)).toEqual(Array(3).fill(["orders.decided", "orders.answered"]).flat());
    expect(world.plans).toHaveLength(1);
  });

  it("plans anew when its interval has passed, from what the devices say", async () => {
    for (let i = 0; i < 17; i++) await step();
    expect(world.plans.length).toBe(2);
    expect(world.requests[1]?.state.batteryKwh.get("storage")).toBeCloseTo(18_000 + 9000 / 4, 0);
  });

  it("sends nothing in observe mode", async () => {
    mode = "observe";
    const seen = await step();
    expect([seen.plan, seen.orders.setPoints.length, world.writes.length]).toEqual(["plan-1", 1, 0]);
  });

  it("acts in propose mode only on what was approved, and asks again when it was rejected", async () => {
    mode = "propose";
    expect([(await step()).safe, lastWrite()]).toEqual(["no-plan", 0]);
    world.decisions = ["rejected"];
    for (let i = 0; i < 16; i++) await step();
    expect(world.plans).toHaveLength(2);
    world.decisions = ["rejected", "approved"];
    expect([(await step()).plan, lastWrite()]).toEqual(["plan-2", 9000]);
  });

  it("defers jobs by a begin time, and leaves alone what already waits", async () => {
    const job: JobState = {
      ...{ id: "7", workload: "training", cluster: "liquid-training", accelerators: 8, phase: "pending", held: false },
      ...{ beginAt: 0, remainingS: 3600, limitS: 3600, deferrable: true, suspendable: true },
    };
    world.jobs = [job];
    await step();
    expect(world.orders).toEqual([{ kind: "defer", job: "7", beginAt: START + 3_600_000 }]);
    world.jobs = [{ ...job, beginAt: START + 3_600_000 }];
    await step();
    expect(world.orders).toHaveLength(1);
  });
});

describe("what goes wrong", () => {
  it("a person stops the site: the safe state at once, until released", async () => {
    await step();
    world.stop = "smoke";
    expect([(await step()).safe, lastWrite()]).toEqual(["stopped", 0]);
    expect([(await step()).safe, world.plans.length]).toEqual(["stopped", 1]);
    world.stop = undefined;
    expect([(await step()).safe, lastWrite()]).toEqual([undefined, 9000]);
  });

  it("the solver fails: the last plan goes on to its end, then the safe state", async () => {
    await step();
    world.planner = "fails";
    const seen: (string | undefined)[] = [];
    for (let i = 0; i < 121; i++) seen.push((await step()).safe);
    expect(seen.slice(0, 119).every((safe) => safe === undefined)).toBe(true);
    expect([seen[120], lastWrite()]).toEqual(["no-plan", 0]);
  });

  it("the forecast fails from the beginning: the safe state, and it is said", async () => {
    world.forecasts = false;
    const seen = await step();
    expect([seen.safe, codes(seen), lastWrite()]).toEqual(["no-plan", ["FORECAST-099"], 0]);
  });

  it("a plan of another day is never acted on", async () => {
    world.planner = "tomorrow";
    expect([(await step()).safe, lastWrite()]).toEqual(["no-plan", 0]);
  });

  it.each([-7200, 7200])("the clock jumps by %d s: safe for a step, then a new plan", async (jumpS) => {
    await step();
    world.wallMs += jumpS * 1000;
    const jumped = await step();
    expect([jumped.safe, codes(jumped), lastWrite()]).toEqual(["clock", ["ACT-030"], 0]);
    const next = await step();
    expect([next.safe, next.plan, lastWrite()]).toEqual([undefined, "plan-2", 9000]);
  });

  it("a device that is stuck is noticed by the next step, planned around, and tried again later", async () => {
    await step();
    world.stuckAt = 0;
    const noticed = await step();
    expect([codes(noticed), noticed.without, lastWrite()]).toEqual([["ACT-024"], ["storage"], 0]);
    expect(world.requests.at(-1)?.maintenance).toMatchObject([
      { component: "battery", id: "storage", availableShare: 0 },
    ]);
    world.stuckAt = undefined;
    for (let i = 0; i < 9; i++) expect((await step()).without).toEqual(["storage"]);
    await step();
    const back = await step();
    expect([back.without, lastWrite()]).toEqual([[], 9000]);
  });

  it("a battery whose charge does not move with its power is not believed", async () => {
    world.shownKwh = 18_000;
    const codesSeen: string[] = [];
    for (let i = 0; i < 8; i++) codesSeen.push(...codes(await step()));
    // 2 % of 36 MWh are 720 kWh: 5.4 minutes at 9 MW with the losses of the curve.
    expect(codesSeen[0]).toBe("ACT-022");
    expect(lastWrite()).toBe(0);
  });

  it.each([-5000, 99_000, Number.NaN])("a battery that shows %d kWh is not believed", async (kwh) => {
    world.shownKwh = kwh;
    expect([codes(await step()), lastWrite()]).toEqual([["ACT-023"], 0]);
  });

  it("a frozen meter of the grid stops the battery", async () => {
    world.shownGridKw = 19_000;
    await step();
    const seen = await step();
    expect([codes(seen), lastWrite()]).toEqual([["ACT-025", "ACT-007"], 0]);
  });

  it("a device that cannot be reached is left out, and taken in again", async () => {
    await step();
    world.reachable = false;
    const lost = await step();
    expect([lost.without, codes(lost), lost.taken]).toEqual([
      ["storage"],
      ["ACT-020", "ACT-020"],
      [{ target: "storage", ok: false }],
    ]);
    expect(world.powerKw()).toBe(9000);
    world.pass(100);
    expect(world.powerKw()).toBe(0);
    world.reachable = true;
    expect([(await step()).without, lastWrite()]).toEqual([[], 9000]);
  });

  it("the site is no longer ours: nothing is sent", async () => {
    world.lost = true;
    await expect(step()).rejects.toThrow("no longer ours");
    expect(world.writes).toEqual([]);
  });
});
