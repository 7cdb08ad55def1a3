import type { Issue } from "../../ground/issue/index.ts";
import type { Component } from "./component.ts";

/** How a site is run: times in s unless the name says otherwise. */
export interface Control {
  readonly stepS: number;
  readonly revertS: number;
  readonly staleS: number;
  readonly settleS: number;
  readonly distrustS: number;
  readonly powerTolerance: number;
  readonly energyTolerance: number;
  readonly planStepMinutes: number;
  readonly horizonH: number;
  readonly replanS: number;
  /** Most that a forecast, and that a plan, may take. */
  readonly planLimitS: number;
  readonly longestDeferS: number;
  readonly startMarginS: number;
  readonly leastRunS: number;
  readonly connections: readonly Connection[];
  readonly scheduler: Scheduler | undefined;
}

/** How one device, or the grid's meter (`grid`), is reached. */
export interface Connection {
  readonly device: string;
  readonly protocol: "sunspec" | "mqtt";
  readonly host: string;
  readonly port: number;
  readonly unit: number;
  readonly topic: string | undefined;
  readonly revertBy: "device" | "watchdog";
  readonly safeMode: string | undefined;
  readonly rampKwPerS: number | undefined;
  readonly leastOnS: number;
  readonly leastOffS: number;
}

export interface Scheduler {
  readonly kind: "slurm";
  readonly configuration: string | undefined;
  readonly capBy: "none" | "nodes";
  readonly partitions: readonly { readonly name: string; readonly cluster: string; readonly workload: string }[];
}

const PORTS = { sunspec: 502, mqtt: 1883 } as const;

const connectionOf = (c: Component): Connection => {
  const protocol = c.text("protocol") as Connection["protocol"];
  return {
    device: c.text("device"),
    protocol,
    host: c.text("host"),
    port: c.numberOr("port") ?? PORTS[protocol],
    unit: c.number("unit"),
    topic: c.textOr("topic"),
    revertBy: c.text("revertBy") as Connection["revertBy"],
    safeMode: c.textOr("safeMode"),
    rampKwPerS: c.numberOr("ramp"),
    leastOnS: c.number("leastOn"),
    leastOffS: c.number("leastOff"),
  };
};

const schedulerOf = (c: Component): Scheduler => ({
  kind: c.text("kind") as "slurm",
  configuration: c.textOr("configuration"),
  capBy: c.text("capBy") as Scheduler["capBy"],
  partitions: c.components("partitions").map((p) => ({
    name: p.text("name"),
    cluster: p.text("cluster"),
    workload: p.text("workload"),
  })),
});

/** How the site that a checked file describes is run. */
export function controlOf(c: Component): Control {
  const scheduler = c.componentOr("scheduler");
  return {
    stepS: c.number("step"),
    revertS: c.number("revert"),
    staleS: c.number("stale"),
    settleS: c.number("settle"),
    distrustS: c.number("distrust"),
    powerTolerance: c.number("powerTolerance"),
    energyTolerance: c.number("energyTolerance"),
    planStepMinutes: c.number("planStep"),
    horizonH: c.number("horizon"),
    replanS: c.number("replan"),
    planLimitS: c.number("planLimit"),
    longestDeferS: c.number("longestDefer"),
    startMarginS: c.number("startMargin"),
    leastRunS: c.number("leastRun"),
    connections: c.components("connections").map(connectionOf),
    scheduler: scheduler && schedulerOf(scheduler),
  };
}

/**
 * What must fit together in how a site is run.
 * @issues SITE-006 (no such cluster or workload), SITE-030 (a time that must be longer than another), SITE-031 (a device that the site does not have, or twice),
 *         SITE-032 (a connection lacks what its protocol needs), SITE-033 (no such mode)
 */
export function checkControl(site: Component): Issue[] {
  const c = site.componentOr("control");
  if (!c) return [];
  const devices = new Map(
    ["batteries", "pv", "plants", "ups"].flatMap((list) =>
      site.components(list).map((one) => [one.textOr("id") ?? "", one] as const),
    ),
  );
  const seen = new Set<string>();
  return [
    ...longer(c, "revert", "step"),
    ...longer(c, "revert", "planLimit"),
    ...longer(c, "stale", "step"),
    ...longer(c, "step", "settle"),
    ...c.components("connections").flatMap((one): Issue[] => {
      const [device, protocol] = [one.textOr("device"), one.textOr("protocol")];
      if (device === undefined || protocol === undefined) return [];
      const issues: Issue[] = [];
      const target = devices.get(device);
      if ((!target && device !== "grid") || seen.has(device))
        issues.push({
          code: "SITE-031",
          severity: "error",
          at: one.place("device"),
          expected: ["grid", ...devices.keys()].filter((id) => !seen.has(id)).join(", "),
          actual: device,
        });
      seen.add(device);
      const sunspecHasNone = protocol === "sunspec" && (target?.type === "plant" || target?.type === "ups");
      if ((protocol === "mqtt" && !one.values.has("topic")) || sunspecHasNone)
        issues.push({
          code: "SITE-032",
          severity: "error",
          at: one.place("protocol"),
          expected: sunspecHasNone ? "mqtt" : "topic",
          actual: protocol,
          values: { device },
        });
      const safe = one.textOr("safeMode");
      const modes = target?.type === "plant" || target?.type === "ups" ? target.components("modes") : [];
      if (target?.type === "plant" && !modes.some((mode) => mode.textOr("id") === safe))
        issues.push({
          code: "SITE-033",
          severity: "error",
          at: one.place("safeMode"),
          expected: modes.map((mode) => mode.textOr("id") ?? "").join(", "),
          actual: safe ?? "–",
          values: { device },
        });
      return issues;
    }),
    ...(c.componentOr("scheduler")?.components("partitions") ?? []).flatMap((one) => [
      ...unknown(site, one, "cluster", "clusters"),
      ...unknown(site, one, "workload", "workloads"),
    ]),
  ];
}

function unknown(site: Component, partition: Component, attribute: string, list: string): Issue[] {
  const known = site.components(list).flatMap((one) => one.textOr("id") ?? []);
  const actual = partition.textOr(attribute);
  return actual === undefined || known.includes(actual)
    ? []
    : [
        {
          code: "SITE-006",
          severity: "error",
          at: partition.place(attribute),
          expected: known.join(", ") || "–",
          actual,
          values: { attribute },
        },
      ];
}

function longer(c: Component, long: string, short: string): Issue[] {
  const [most, least] = [c.numberOr(long), c.numberOr(short)];
  const strict = long === "revert";
  return most === undefined || least === undefined || (strict ? most > least : most >= least)
    ? []
    : [
        {
          code: "SITE-030",
          severity: "error",
          at: c.place(long),
          expected: `${strict ? ">" : "≥"} ${least} s`,
          actual: `${most} s`,
          values: { long, short },
        },
      ];
}
