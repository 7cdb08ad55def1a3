import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeSetPoint, withinEnvelope } from "./envelope.ts";
import type { BatteryLimits, DeviceLimits, EnvelopeLimits } from "./limits.ts";
import type { JobOrder, Orders, SetPoint } from "./order.ts";
import type { DeviceState, JobState, SiteState } from "./state.ts";

const NOW = Date.UTC(2025, 5, 1);
const H = 3_600_000;

const battery = (over: Partial<BatteryLimits> = {}): BatteryLimits => ({
  kind: "battery",
  capacityKwh: 2000,
  leastChargeEfficiency: 0.9,
  chargeKw: 1000,
  dischargeKw: 1000,
  floorKwh: 400,
  ceilingKwh: 2000,
  chargeEfficiency: 1,
  dischargeEfficiency: 0.9,
  rampKwPerS: Number.POSITIVE_INFINITY,
  leastOnS: 0,
  leastOffS: 0,
  ...over,
});

const limits = (over: Partial<EnvelopeLimits> = {}): EnvelopeLimits => ({
  importLimitKw: 5000,
  exportLimitKw: 0,
  staleAfterS: 120,
  revertAfterS: 180,
  stepS: 60,
  devices: new Map<string, DeviceLimits>([
    ["b", battery()],
    ["pv", { kind: "generator" as const, powerKw: 500, rampKwPerS: 1 }],
    ["ups", { kind: "modes" as const, modes: ["online", "eco"], safeMode: "online", dwellS: 600 }],
  ]),
  clusters: new Map([["c", { accelerators: 80, idleKw: 100, fullKw: 800 }]]),
  leastRunS: 600,
  startMarginS: 300,
  longestDeferS: 48 * 3600,
  ...over,
});

const at = NOW - 1000;
const device = (over: DeviceState = {}): DeviceState => ({
  powerKw: { value: 0, at },
  storedKwh: { value: 1200, at },
  ...over,
});
const state = (over: Partial<SiteState> = {}): SiteState => ({
  at: NOW,
  gridKw: { value: 3000, at },
  devices: new Map([
    ["b", device()],
    ["pv", { powerKw: { value: -300, at } }],
    ["ups", { mode: { mode: "online", at }, changedAt: NOW - H, allowedModes: ["online", "eco"] }],
  ]),
  ...over,
});

const power = (powerKw: number): Orders => ({ setPoints: [{ kind: "power", device: "b", powerKw }], jobs: [] });

describe("a battery's set-point", () => {
  // energy: 1,200 kWh of 400 to 2,000; 180 s kept: 800 kWh below, 800 above: no bound at 1,000 kW
  it.each<[string, number, Partial<SiteState>, Partial<BatteryLimits>, number, string[]]>([
    ["passes when it is within everything", 700, {}, {}, 700, []],
    ["is cut to the rating", -1500, {}, {}, -1000, ["ACT-001"]],
    ["stops where the reserve begins", -900, dev({ storedKwh: { value: 410, at } }), {}, -180, ["ACT-002"]],
    ["draws nothing below the reserve", -900, dev({ storedKwh: { value: 300, at } }), {}, 0, ["ACT-002"]],
    ["may charge below the reserve", 900, dev({ storedKwh: { value: 300, at } }), {}, 900, []],
    ["stops at the top", 900, dev({ storedKwh: { value: 1990, at } }), {}, 200, ["ACT-002"]],
    ["leaves room for the rest of the site", 900, { gridKw: { value: 4800, at } }, {}, 200, ["ACT-003"]],
    ["never charges when the rest takes all", 900, { gridKw: { value: 5200, at } }, {}, 0, ["ACT-003"]],
    ["feeds nothing back", -900, { gridKw: { value: 500, at } }, {}, -500, ["ACT-004"]],
    ["goes no faster than its ramp", 900, {}, { rampKwPerS: 5 }, 300, ["ACT-005"]],
    [
      "lets a hard limit break the ramp",
      900,
      dev({ powerKw: { value: 900, at }, storedKwh: { value: 2000, at } }),
      { rampKwPerS: 1 },
      0,
      ["ACT-002"],
    ],
    ["stays off for its least time", 900, dev({ changedAt: NOW - 60_000 }), { leastOffS: 300 }, 0, ["ACT-006"]],
    [
      "stays on for its least time",
      0,
      dev({ powerKw: { value: 400, at }, changedAt: NOW - 60_000 }),
      { leastOnS: 300 },
      400,
      ["ACT-006"],
    ],
    ["rests when its state is old", 900, dev({ storedKwh: { value: 1200, at: NOW - 121_000 } }), {}, 0, ["ACT-007"]],
    [
      "rests when its state is of the future",
      900,
      dev({ storedKwh: { value: 1200, at: NOW + 5_000 } }),
      {},
      0,
      ["ACT-007"],
    ],
    ["rests when it was not read", 900, { devices: new Map() }, {}, 0, ["ACT-007"]],
    ["rests when the grid's meter is silent", 900, { gridKw: { value: 3000, at: NOW - H } }, {}, 0, ["ACT-007"]],
  ])("%s", (_, wanted, stateOver, batteryOver, kw, codes) => {
    const own = limits({ devices: new Map([["b", battery(batteryOver)]]) });
    const { setPoints, refusals } = withinEnvelope(power(wanted), state(stateOver), own);
    expect(setPoints).toEqual([{ kind: "power", device: "b", powerKw: expect.closeTo(kw, 6), revertAfterS: 180 }]);
    expect(refusals.map(({ code }) => code)).toEqual(codes);
  });

  function dev(over: DeviceState): Partial<SiteState> {
    return { devices: new Map([["b", device(over)]]) };
  }
});

describe("other set-points", () => {
  const ups = (over: DeviceState): Partial<SiteState> => ({ devices: new Map([["ups", over]]) });
  it.each<[string, SetPoint, Partial<SiteState>, SetPoint | undefined, string[]]>([
    ["a mode", mode("eco"), {}, mode("eco"), []],
    [
      "a mode that conditions forbid",
      mode("eco"),
      ups({ mode: { mode: "online", at }, allowedModes: ["online"] }),
      mode("online"),
      ["ACT-010"],
    ],
    [
      "a mode under unknown conditions",
      mode("eco"),
      ups({ mode: { mode: "online", at } }),
      mode("online"),
      ["ACT-010"],
    ],
    ["a mode of a silent machine", mode("eco"), ups({}), mode("online"), ["ACT-007"]],
    [
      "a mode changed too soon",
      mode("eco"),
      ups({ mode: { mode: "online", at }, changedAt: NOW - 60_000, allowedModes: ["online", "eco"] }),
      mode("online"),
      ["ACT-006"],
    ],
    [
      "the safe mode at any time",
      mode("online"),
      ups({ mode: { mode: "eco", at }, changedAt: NOW - 1000, allowedModes: ["online"] }),
      mode("online"),
      [],
    ],
    ["a mode that is none", mode("turbo"), {}, mode("online"), ["ACT-010"]],
    ["a cut of generation, by its ramp", cut(0), {}, cut(240), ["ACT-005"]],
    ["a cut of a silent generator", cut(0), { devices: new Map() }, cut(500), ["ACT-007"]],
    ["an unknown device", { kind: "power", device: "x", powerKw: 1 }, {}, undefined, ["ACT-008"]],
    ["another kind of set-point", { kind: "power", device: "pv", powerKw: 1 }, {}, undefined, ["ACT-009"]],
    ["no number", { kind: "power", device: "b", powerKw: Number.NaN }, {}, undefined, ["ACT-009"]],
  ])("%s", (_, wanted, stateOver, expected, codes) => {
    const { setPoints, refusals } = withinEnvelope({ setPoints: [wanted], jobs: [] }, state(stateOver), limits());
    expect(setPoints).toEqual(expected ? [{ ...expected, revertAfterS: 180 }] : []);
    expect(refusals.map(({ code }) => code)).toEqual(codes);
  });

  it("takes one set-point a device", () => {
    const { setPoints, refusals } = withinEnvelope(
      { setPoints: [mode("eco"), mode("online")], jobs: [] },
      state(),
      limits(),
    );
    expect([setPoints.length, refusals[0]?.code]).toEqual([1, "ACT-011"]);
  });

  it("shares what room there is among batteries", () => {
    const two = limits({
      devices: new Map([
        ["a", battery()],
        ["b", battery()],
      ]),
      importLimitKw: 3600,
    });
    const both = state({
      devices: new Map([
        ["a", device()],
        ["b", device()],
      ]),
    });
    const { setPoints } = withinEnvelope(
      {
        setPoints: [
          { kind: "power", device: "a", powerKw: 800 },
          { kind: "power", device: "b", powerKw: 400 },
        ],
        jobs: [],
      },
      both,
      two,
    );
    expect(setPoints.map((one) => one.kind === "power" && one.powerKw)).toEqual([400, 200]);
  });

  function mode(name: string): SetPoint {
    return { kind: "mode", device: "ups", mode: name };
  }
  function cut(limitKw: number): SetPoint {
    return { kind: "limit", device: "pv", limitKw };
  }
});

const job = (over: Partial<JobState> = {}): JobState => ({
  id: "7",
  workload: "training",
  cluster: "c",
  accelerators: 8,
  phase: "pending",
  held: false,
  beginAt: 0,
  remainingS: 3600,
  limitS: 3600,
  deferrable: true,
  suspendable: true,
  ...over,
});
const running = (over: Partial<JobState> = {}): JobState =>
  job({ phase: "running", startedAt: NOW - H, checkpointAt: NOW - 60_000, checkpointS: 600, ...over });

describe("an order to a job", () => {
  const defer = (hours: number): JobOrder => ({ kind: "defer", job: "7", beginAt: NOW + hours * H });
  const requeue = (hours: number): JobOrder => ({ kind: "requeue", job: "7", beginAt: NOW + hours * H });
  const release: JobOrder = { kind: "release", job: "7" };
  const cap = (powerKw: number): JobOrder => ({ kind: "cap", cluster: "c", powerKw });
  it.each<[string, JobOrder, JobState, object | undefined, string[]]>([
    ["waits", defer(2), job(), defer(2), []],
    [
      "waits no longer than its deadline bears",
      defer(9),
      job({ deadlineAt: NOW + 4 * H }),
      { beginAt: NOW + 3 * H - 300_000 },
      ["ACT-014"],
    ],
    ["does not wait when it cannot", defer(2), job({ deadlineAt: NOW + H }), undefined, ["ACT-014"]],
    [
      "goes when it waited by an order and cannot any more",
      defer(2),
      job({ deadlineAt: NOW + H, beginAt: NOW + H / 2 }),
      release,
      ["ACT-014"],
    ],
    ["waits no further ahead than is allowed", defer(90), job(), { beginAt: NOW + 48 * H }, ["ACT-014"]],
    ["waits by no time that has passed", defer(-1), job(), undefined, ["ACT-014"]],
    ["waits by no time at all", { kind: "defer", job: "7", beginAt: Number.NaN }, job(), undefined, ["ACT-014"]],
    ["is rigid", defer(2), job({ deferrable: false }), undefined, ["ACT-013"]],
    ["is held by a person", defer(2), job({ held: true }), undefined, ["ACT-013"]],
    ["is held by a person, and not ours to release", release, job({ held: true }), undefined, ["ACT-013"]],
    ["runs already", release, running(), undefined, ["ACT-013"]],
    ["is released", release, job(), release, []],
    ["is not known", { kind: "release", job: "8" }, job(), undefined, ["ACT-012"]],
    ["makes way at its checkpoint", requeue(2), running(), requeue(2), []],
    ["has no checkpoint", requeue(2), running({ checkpointAt: NOW - H }), undefined, ["ACT-015"]],
    ["never had one", requeue(2), job({ phase: "running", startedAt: NOW - H }), undefined, ["ACT-015"]],
    ["has just begun", requeue(2), running({ startedAt: NOW - 60_000 }), undefined, ["ACT-016"]],
    ["may not be stopped", requeue(2), running({ suspendable: false }), undefined, ["ACT-013"]],
    ["would miss its deadline", requeue(2), running({ deadlineAt: NOW + 3 * H }), undefined, ["ACT-014"]],
    ["is capped", cap(300), job(), { powerKw: 300, revertAfterS: 180 }, []],
    ["is capped below what it takes idle", cap(20), job(), { powerKw: 100 }, ["ACT-017"]],
    ["is capped by no number", cap(Number.NaN), job(), { powerKw: 800 }, ["ACT-017"]],
    ["is of no such cluster", { kind: "cap", cluster: "x", powerKw: 1 }, job(), undefined, ["ACT-008"]],
  ])("%s", (_, order, one, expected, codes) => {
    const { jobs, refusals } = withinEnvelope(
      { setPoints: [], jobs: [order] },
      state({ jobs: new Map([["7", one]]) }),
      limits(),
    );
    expect(jobs).toEqual(expected ? [expect.objectContaining(expected)] : []);
    expect(refusals.map(({ code }) => code)).toEqual(codes);
  });
});

describe("whatever a plan says and a site is", () => {
  const number = fc.oneof(fc.double(), fc.double({ min: -3000, max: 3000, noNaN: true }), fc.constant(0));
  const instant = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: NOW - 119_000, max: NOW }) },
    fc.integer({ min: NOW - 2 * H, max: NOW + H }),
  );
  const measured = (least: number, most: number) =>
    fc.record({ value: fc.double({ min: least, max: most, noNaN: true }), at: instant });
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 8 });
  const deviceState = fc
    .record({
      powerKw: maybe(measured(-1200, 1200)),
      storedKwh: maybe(measured(0, 2200)),
      setPointKw: maybe(measured(-1200, 1200)),
      mode: maybe(fc.record({ mode: fc.constantFrom("online", "eco", "turbo"), at: instant })),
      changedAt: maybe(fc.integer({ min: NOW - 2 * H, max: NOW })),
      allowedModes: maybe(fc.subarray(["online", "eco"])),
    })
    .map((one) => Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined)) as DeviceState);
  const anyState = fc
    .record({
      grid: maybe(measured(-2000, 7000)),
      devices: fc.dictionary(fc.constantFrom("a", "b", "pv", "ups"), deviceState),
    })
    .map(
      ({ grid, devices }): SiteState => ({
        at: NOW,
        ...(grid ? { gridKw: grid } : {}),
        devices: new Map(Object.entries(devices)),
        jobs: new Map([["7", job({ deadlineAt: NOW + 5 * H })]]),
      }),
    );
  const setPoint: fc.Arbitrary<SetPoint> = fc.oneof(
    fc.record({ kind: fc.constant("power" as const), device: fc.constantFrom("a", "b", "x"), powerKw: number }),
    fc.record({ kind: fc.constant("limit" as const), device: fc.constantFrom("pv", "b"), limitKw: number }),
    fc.record({
      kind: fc.constant("mode" as const),
      device: fc.constant("ups"),
      mode: fc.constantFrom("online", "eco", "turbo", ""),
    }),
  );
  const orders = fc.record({
    setPoints: fc.array(setPoint, { maxLength: 6 }),
    jobs: fc.array(
      fc.oneof(
        fc.record({
          kind: fc.constantFrom("defer" as const, "requeue" as const),
          job: fc.constant("7"),
          beginAt: fc.oneof(number, fc.integer({ min: NOW - H, max: NOW + 90 * H })),
        }),
        fc.record({ kind: fc.constant("cap" as const), cluster: fc.constant("c"), powerKw: number }),
      ),
    ),
  });
  const own = fc
    .record({
      ramp: fc.constantFrom(Number.POSITIVE_INFINITY, 2, 20),
      leastOnS: fc.constantFrom(0, 900),
      leastOffS: fc.constantFrom(0, 900),
    })
    .map(({ ramp, leastOnS, leastOffS }) =>
      limits({
        devices: new Map<string, DeviceLimits>([
          ...limits().devices,
          ["a", battery({ chargeKw: 700, rampKwPerS: ramp, leastOnS, leastOffS })],
          ["b", battery({ rampKwPerS: ramp })],
        ]),
      }),
    );

  it("never leaves the limits, keeps the reserve for as long as a device goes on by itself, and gives nothing without a revert time", () => {
    let looked = 0;
    fc.assert(
      fc.property(orders, anyState, own, (wanted, now, bounds) => {
        const { setPoints, jobs } = withinEnvelope(wanted, now, bounds);
        const fresh = (one: { at: number } | undefined) =>
          one !== undefined && NOW - one.at <= 120_000 && one.at - NOW <= 1000;
        let charging = 0;
        let discharging = 0;
        let rest = now.gridKw?.value ?? 0;
        for (const id of ["a", "b"]) rest -= now.devices.get(id)?.powerKw?.value ?? 0;
        let silentIn = 0;
        let silentOut = 0;
        for (const id of ["a", "b"].filter((name) => !setPoints.some((one) => one.device === name))) {
          silentIn += Math.max(now.devices.get(id)?.powerKw?.value ?? 0, 0);
          silentOut += Math.max(-(now.devices.get(id)?.powerKw?.value ?? 0), 0);
        }
        for (const one of setPoints) {
          looked += 1;
          expect(one.revertAfterS).toBe(180);
          const limit = bounds.devices.get(one.device);
          const seen = now.devices.get(one.device);
          if (one.kind === "mode") expect(one.mode === "online" || seen?.allowedModes?.includes(one.mode)).toBe(true);
          if (one.kind === "limit") expect(one.limitKw >= 0 && one.limitKw <= 500).toBe(true);
          if (one.kind !== "power" || limit?.kind !== "battery") continue;
          if (!fresh(now.gridKw) || !fresh(seen?.powerKw) || !fresh(seen?.storedKwh)) {
            expect(one.powerKw).toBe(0);
            continue;
          }
          const stored = seen?.storedKwh?.value ?? 0;
          expect(one.powerKw <= limit.chargeKw && one.powerKw >= -limit.dischargeKw).toBe(true);
          const moved = one.powerKw > 0 ? one.powerKw : one.powerKw / limit.dischargeEfficiency;
          const after = stored + (moved * 180) / 3600;
          expect(after).toBeGreaterThanOrEqual(Math.min(limit.floorKwh, stored) - 1e-6);
          expect(after).toBeLessThanOrEqual(Math.max(limit.ceilingKwh, stored) + 1e-6);
          charging += Math.max(one.powerKw, 0);
          discharging += Math.max(-one.powerKw, 0);
        }
        if (charging > 0) expect(rest + silentIn + charging).toBeLessThanOrEqual(5000 + 1e-6);
        if (discharging > 0) expect(-rest + silentOut + discharging).toBeLessThanOrEqual(1e-6);
        for (const one of jobs) {
          if (one.kind === "defer") expect(one.beginAt > NOW && one.beginAt <= NOW + 4 * H - 300_000).toBe(true);
          if (one.kind === "cap") expect(one.powerKw >= 100 && one.powerKw <= 800).toBe(true);
          expect(one.kind).not.toBe("requeue");
        }
      }),
      { seed: 3, numRuns: 3000 },
    );
    expect(looked).toBeGreaterThan(2000);
  });

  it("lets pass what it let pass before", () => {
    fc.assert(
      fc.property(orders, anyState, own, (wanted, now, bounds) => {
        const { setPoints, jobs } = withinEnvelope(wanted, now, bounds);
        const again = withinEnvelope({ setPoints, jobs: [] }, now, bounds);
        for (const [index, one] of setPoints.entries()) {
          const other = again.setPoints.find(({ device: id }) => id === one.device);
          if (one.kind === "power" && other?.kind === "power") expect(other.powerKw).toBeCloseTo(one.powerKw, 2);
          else expect(other).toEqual(setPoints[index]);
        }
        expect(
          withinEnvelope({ setPoints: [], jobs: jobs.filter(({ kind }) => kind === "cap") }, now, bounds).refusals,
        ).toEqual([]);
      }),
      { seed: 4, numRuns: 1000 },
    );
  });

  it("lets every safe value of a fresh site pass", () => {
    const own = limits();
    const safe = [...own.devices.keys()].map((id) => safeSetPoint(id, own)).filter((one) => one !== undefined);
    expect(withinEnvelope({ setPoints: safe, jobs: [] }, state(), own).refusals).toEqual([]);
    expect(safe).toHaveLength(3);
  });
});
