import type { Connection, Control, Site } from "../site/index.ts";

export const LEVERS = ["battery", "jobs", "cooling", "ups"] as const;
export type Lever = (typeof LEVERS)[number];

const EFFORT = { mechanical: 0, "partial-free": 1, free: 2 } as const;

/** A site whose plants and UPS have no other mode than the plain one, unless their lever is moved. */
export function siteWith(site: Site, levers: ReadonlySet<Lever>): Site {
  return {
    ...site,
    // A simulated job writes no checkpoint: once begun, it runs to its end.
    workloads: site.workloads.map((workload) => ({ ...workload, suspendable: false })),
    plants: levers.has("cooling")
      ? site.plants
      : site.plants.map((plant) => {
          const always = plant.modes
            .filter(({ atMostC, atLeastC }) => atMostC === undefined && atLeastC === undefined)
            .sort((a, b) => EFFORT[a.kind] - EFFORT[b.kind]);
          return always[0] ? { ...plant, modes: [always[0]] } : plant;
        }),
    ups: levers.has("ups")
      ? site.ups
      : site.ups.map((ups) => ({ ...ups, modes: ups.modes.filter(({ kind }) => kind === "double-conversion") })),
  };
}

/** Devices that a simulation connects: those whose lever is moved. */
function devicesOf(site: Site, levers: ReadonlySet<Lever>): { id: string; safeMode: string | undefined }[] {
  const plain = siteWith(site, new Set());
  return [
    ...(levers.has("battery") ? site.batteries.map(({ id }) => ({ id, safeMode: undefined })) : []),
    ...(levers.has("cooling") ? plain.plants.map(({ id, modes }) => ({ id, safeMode: modes[0]?.id })) : []),
    ...(levers.has("ups") ? plain.ups.map(({ id, modes }) => ({ id, safeMode: modes[0]?.id })) : []),
  ];
}

/** Steps of a quarter of an hour; a plan an hour, a day and a half ahead. */
export const SIMULATED = { stepS: 900, planStepMinutes: 15, horizonH: 24 } as const;

/** How a simulated site is run: its levers connected, steps as long as a plan's. */
export function simulatedControl(site: Site, levers: ReadonlySet<Lever>, replanS: number): Control {
  return {
    ...SIMULATED,
    revertS: 1200,
    staleS: 600,
    settleS: 300,
    distrustS: 7200,
    powerTolerance: 0.05,
    energyTolerance: 0.02,
    replanS,
    planLimitS: 600,
    longestDeferS: 48 * 3600,
    startMarginS: 900,
    leastRunS: 1800,
    connections: devicesOf(site, levers).map(
      ({ id, safeMode }): Connection => ({
        device: id,
        protocol: "mqtt",
        host: "",
        port: 0,
        unit: 1,
        topic: undefined,
        revertBy: "device",
        safeMode,
        rampKwPerS: undefined,
        leastOnS: 0,
        leastOffS: 0,
      }),
    ),
    scheduler: undefined,
  };
}
