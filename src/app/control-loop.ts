import {
  type ClockReading,
  type Control,
  type ControlClock,
  clockJump,
  type Demand,
  type DeviceTrust,
  doubtState,
  type Enveloped,
  envelopeOf,
  followDemand,
  type GridTrust,
  type NamedPlan,
  ordersOfPlan,
  type PlanObjective,
  type PlanRequest,
  type PlanScenario,
  planEnd,
  readClock,
  requestPlan,
  safeOrders,
  sendOrders,
  type Sensors,
  senseSite,
  type Since,
  type Site,
  type SitePlan,
  type SiteState,
  stepInForce,
  type Taken,
  withinEnvelope,
} from "../coordinate/index.ts";
import type { Issue, Result } from "../ground/issue/index.ts";

export type ControlMode = "observe" | "propose" | "auto";

/** Everything outside that the loop touches; in a simulation, simulated. Failures come back as issues, never as values. */
export interface ControlPorts extends Sensors {
  readonly clock: ControlClock;
  readonly forecast: (state: SiteState, steps: number) => Promise<Result<Expected>>;
  readonly plan: (request: PlanRequest) => Promise<Result<SitePlan>>;
  readonly journal: ControlJournal;
}

/** What is expected of the steps to come; `issues` say what could not be foretold and is taken as usual. */
export interface Expected {
  readonly scenarios: readonly PlanScenario[];
  readonly issues: readonly Issue[];
}

export type Decision = "undecided" | "approved" | "rejected";

/** What the loop asks of the journal. It throws when the site is no longer ours, and then nothing is sent. */
export interface ControlJournal {
  /** Why a person has stopped the site; nothing when it is not stopped. */
  stopped(): Promise<string | undefined>;
  /** Names a plan, and puts it before the people who approve. */
  propose(plan: SitePlan): Promise<NamedPlan>;
  /** The plan that was approved last. */
  approved(): Promise<NamedPlan | undefined>;
  decision(plan: NamedPlan): Promise<Decision>;
  record(kind: string, body: object): Promise<void>;
}

/** How a site is run. */
export interface ControlSettings {
  readonly site: Site;
  readonly control: Control;
  readonly mode: ControlMode;
  readonly objective: PlanObjective;
}

/** What one step leaves for the next. A controller that starts remembers nothing: it reads. */
export interface ControlMemory {
  readonly clock?: ClockReading;
  readonly trust: ReadonlyMap<string, DeviceTrust>;
  readonly grid: GridTrust;
  readonly since: ReadonlyMap<string, Since>;
  /** The last plan that was made, and what it could not count on. */
  readonly made?: NamedPlan;
  readonly madeWithout?: string;
  /** When a plan was last asked for. */
  readonly askedAt?: number;
  /** What the bill counts of the local month so far. */
  readonly demand?: Demand;
}

export const NO_MEMORY: ControlMemory = { trust: new Map(), grid: {}, since: new Map() };

/** What one step saw and did. */
export interface ControlStep {
  readonly at: number;
  readonly state: SiteState;
  /** The plan that was acted on. */
  readonly plan: string | undefined;
  /** The plan that was made in this step. */
  readonly made: NamedPlan | undefined;
  /** Why the safe state was taken instead of a plan. */
  readonly safe: "stopped" | "clock" | "no-plan" | undefined;
  /** What passed the envelope; in observe mode it is not sent. */
  readonly orders: Enveloped;
  readonly taken: readonly Taken[];
  /** All that went wrong, refusals included. */
  readonly issues: readonly Issue[];
  /** What no plan may count on now. */
  readonly without: readonly string[];
}

/**
 * One step of running a site: sense → doubt → forecast → plan → (approve) → act inside the envelope → verify → record.
 * The same code runs a real site and a simulated one.
 * @throws when the site is no longer ours to run; nothing is sent then
 */
export async function controlStep(
  ports: ControlPorts,
  settings: ControlSettings,
  before: ControlMemory,
): Promise<{ readonly memory: ControlMemory; readonly step: ControlStep }> {
  const { site, control, mode } = settings;
  const limits = envelopeOf(site, control);

  // Time first. What was seen and planned by a clock that jumped is forgotten.
  const clock = readClock(ports.clock);
  const at = clock.wallMs;
  const jump = clockJump(before.clock, clock);
  const known: ControlMemory = jump
    ? { ...NO_MEMORY, ...(before.demand ? { demand: withoutInterval(before.demand) } : {}) }
    : before;

  // Sense, and doubt what is sensed.
  const sensed = await senseSite(ports, at, known.since);
  const { state, trust, grid, without, issues: doubts } = doubtState(sensed.state, known, limits, trustOf(control));
  const seen: ControlMemory = {
    ...known,
    clock,
    trust,
    grid,
    since: sensed.since,
    demand: demandAfter(settings, known, state),
  };

  // Forecast and plan, when a plan is due. If that fails, the last plan goes on to its end.
  const stopped = await ports.journal.stopped();
  const planned: Planned =
    stopped === undefined && !jump
      ? await planAnew(ports, settings, seen, state, without)
      : { memory: seen, issues: [] };

  // Approve: in propose mode only what a person approved counts.
  const candidate = mode === "propose" ? await ports.journal.approved() : planned.memory.made;
  const plan = candidate && stepInForce(candidate.plan, at) ? candidate : undefined;
  const safe = stopped !== undefined ? "stopped" : jump ? "clock" : plan ? undefined : "no-plan";

  // Act: what the envelope lets pass, or the safe state. A device that is left out is told its safe value.
  const wanted = plan && safe === undefined ? ordersOfPlan(plan.plan, state, limits) : { setPoints: [], jobs: [] };
  const counted = {
    setPoints: wanted.setPoints.filter(({ device }) => !without.has(device)),
    jobs: without.has("jobs") ? [] : wanted.jobs,
  };
  const passed = withinEnvelope(counted, state, limits);
  const safeNow = safeOrders(limits).filter(({ device }) => safe !== undefined || without.has(device));
  const orders: Enveloped = { ...passed, setPoints: [...passed.setPoints, ...safeNow] };
  const sent = mode === "observe" ? { setPoints: [], jobs: [] } : { setPoints: orders.setPoints, jobs: orders.jobs };
  // In the journal before anything is sent: one who may no longer write there may no longer act.
  await ports.journal.record("orders.decided", {
    mode,
    plan: plan?.id,
    safe,
    without: [...without],
    setPoints: orders.setPoints,
    jobs: orders.jobs,
    refusals: orders.refusals,
  });
  const { taken, issues: failures } = await sendOrders(ports, sent);

  // Verify: each port reads back what it wrote; whether power follows is judged by the next step. Record.
  const issues = [
    ...(jump ? [jump] : []),
    ...sensed.issues,
    ...doubts,
    ...planned.issues,
    ...orders.refusals,
    ...failures,
  ];
  await ports.journal.record("orders.answered", {
    taken,
    issues,
    state: recorded(state),
    demand: seen.demand && withoutInterval(seen.demand),
  });
  const memory = { ...planned.memory, trust: withSent(trust, sent.setPoints, taken, ports.clock.now()) };
  const made = planned.memory.made === known.made ? undefined : planned.memory.made;
  return { memory, step: { at, state, plan: plan?.id, made, safe, orders, taken, issues, without: [...without] } };
}

interface Planned {
  readonly memory: ControlMemory;
  readonly issues: readonly Issue[];
}

/** Makes a plan when one is due, without the levers that cannot be moved. */
async function planAnew(
  ports: ControlPorts,
  settings: ControlSettings,
  memory: ControlMemory,
  state: SiteState,
  without: ReadonlySet<string>,
): Promise<Planned> {
  const { site, control, objective } = settings;
  const levers = [...without].sort().join();
  if (!(await isDue(ports, settings, memory, state.at, levers))) return { memory, issues: [] };
  const asked = { ...memory, askedAt: state.at, madeWithout: levers };
  const steps = Math.max(1, Math.round((control.horizonH * 60) / control.planStepMinutes));
  const expected = await ports.forecast(state, steps);
  if (!expected.ok) return { memory: asked, issues: expected.issues };
  const unconnected = site.batteries.map(({ id }) => id).filter((id) => !ports.devices.has(id));
  const basis = {
    site,
    stepMinutes: control.planStepMinutes,
    steps,
    objective,
    monthPeakKw: paidDemandKw(memory.demand),
    without: new Set([...without, ...unconnected]),
  };
  const plan = await ports.plan(requestPlan(basis, state, expected.value.scenarios));
  const { issues } = expected.value;
  return plan.ok
    ? { memory: { ...asked, made: await ports.journal.propose(plan.value) }, issues }
    : { memory: asked, issues: [...issues, ...plan.issues] };
}

/** Demand of the month with the reading of this step. */
function demandAfter({ site, control }: ControlSettings, { demand, made }: ControlMemory, state: SiteState): Demand {
  const plannedKw = (at: number): number | undefined =>
    made && at >= made.plan.from
      ? made.plan.steps[Math.floor((at - made.plan.from) / (made.plan.stepMinutes * 60_000))]?.gridKw
      : undefined;
  return followDemand(demand, state.gridKw, state.at, {
    timeZone: site.timeZone,
    intervalH: site.grid.tariff.demandIntervalH,
    staleS: Math.max(control.staleS, control.stepS * 2),
    plannedKw,
  });
}

/**
 * Up to where a plan may draw without paying for more demand: a plan up to the month's peak itself would raise it by as
 * much as power goes above plans.
 */
function paidDemandKw(demand: Demand | undefined): number {
  return Math.max(0, (demand?.peakKw ?? 0) - (demand?.marginKw ?? 0));
}

/** Demand without what is under way: of another clock, or for the journal. */
function withoutInterval({ month, peakKw, marginKw }: Demand): Demand {
  return { month, peakKw, marginKw };
}

/** In automatic mode at every interval and whenever a lever was lost or came back; else when people have decided on the last. */
async function isDue(
  ports: ControlPorts,
  { control, mode }: ControlSettings,
  { made, madeWithout, askedAt }: ControlMemory,
  at: number,
  levers: string,
): Promise<boolean> {
  if (askedAt === undefined) return true;
  const interval = at - askedAt >= control.replanS * 1000;
  if (mode !== "propose") return interval || levers !== madeWithout;
  if (!made) return interval;
  if ((await ports.journal.decision(made)) === "rejected") return interval;
  return at >= made.plan.from + (planEnd(made.plan) - made.plan.from) / 2;
}

function trustOf({ staleS, settleS, distrustS, powerTolerance, energyTolerance }: Control) {
  return { staleAfterS: staleS, settleS, distrustS, powerTolerance, energyTolerance };
}

/** Remembers what each device was told, to see at the next step whether it follows. */
function withSent(
  trust: ReadonlyMap<string, DeviceTrust>,
  setPoints: Enveloped["setPoints"],
  taken: readonly Taken[],
  at: number,
): ReadonlyMap<string, DeviceTrust> {
  const next = new Map(trust);
  for (const setPoint of setPoints) {
    const { sent: _before, ...rest } = next.get(setPoint.device) ?? {};
    const ok = taken.some((one) => one.target === setPoint.device && one.ok);
    next.set(setPoint.device, ok ? { ...rest, sent: { setPoint, at } } : rest);
  }
  return next;
}

/** A state as the journal keeps it. */
function recorded(state: SiteState): object {
  return {
    at: state.at,
    gridKw: state.gridKw?.value,
    devices: Object.fromEntries(
      [...state.devices].map(([id, { powerKw, storedKwh, setPointKw, mode }]) => [
        id,
        { powerKw: powerKw?.value, storedKwh: storedKwh?.value, setPointKw: setPointKw?.value, mode: mode?.mode },
      ]),
    ),
    jobs: state.jobs?.size,
  };
}
